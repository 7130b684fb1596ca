"""A form that comes with a key of before: refused, and what was typed in it given back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# What people write at length; never a password nor a hidden field.
WRITTEN = ("text", "word", "words", "reason", "message", "context")


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    typed = [request.POST[name] for name in WRITTEN if request.POST.get(name, "").strip()]
    return render(request, "403_csrf.html", {"typed": typed}, status=403)
