"""A form that comes with a key of before: refused, and what was typed in it given back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import typed


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    written = typed.words_of(request.POST)
    return render(request, "403_csrf.html", {"typed": written}, status=403)
