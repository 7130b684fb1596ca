"""Suggests communes while somebody types."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from accounts import places
from accounts.requests import OurRequest

A_DAY = 24 * 60 * 60
SUGGESTIONS = 8


@login_not_required  # people sign up before they have an account; the list is public
@require_GET
@cache_control(private=True, max_age=A_DAY)  # by the browser: the language is in a cookie
def suggest(request: OurRequest) -> HttpResponse:
    """The suggestions. A hundred characters are read and eight lines answered at the most."""
    text = request.GET.get("q", "")[: places.LONGEST]
    found = [
        (commune, places.former_name_meant(commune, text))
        for commune in places.search(text, limit=SUGGESTIONS)
    ]
    return render(
        request, "accounts/_place_suggestions.html", {"suggestions": found, "text": text.strip()}
    )
