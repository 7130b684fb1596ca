"""Refuses a form that comes with an old CSRF key, and gives back what was typed in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import typed


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    written = typed.words_of(request.POST)
    return render(request, "403_csrf.html", {"typed": written}, status=403)
