"""The language switch at the foot of each page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

from accounts import languages


@login_not_required
def switch(request: HttpRequest) -> HttpResponse:
    """Django's own view sets the cookie of the language and finds a safe way back; the profile is changed here."""
    answer = set_language(request)
    asked = request.POST.get("language", "")
    if request.method == "POST" and asked in languages.KNOWN:
        languages.choose(request, asked, answer)
    return answer
