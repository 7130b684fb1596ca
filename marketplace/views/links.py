"""Answers to the links of letters, which open a page without a login."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import OurRequest
from notifications.models import Notification

# A mail scanner that runs scripts opens a letter's links as it arrives; people take longer.
SCANNED_WITHIN = timedelta(minutes=5)


def link_over(request: HttpRequest, sentence: str) -> HttpResponse:
    """The page of a link that no longer opens, with the reason. Status 410: programs needn't try it again."""
    response = render(request, "marketplace/link_over.html", {"words": sentence}, status=410)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
def link_cut(request: HttpRequest) -> HttpResponse:
    """The page of a link that isn't whole: a mail program broke it over two lines, or somebody copied half of it.
    Status 404."""
    words = _(
        "This link isn’t complete: copy it whole from the letter, up to its end. If you no longer have the letter, ask the person or the coordination that wrote to you for another."
    )
    return render(request, "marketplace/link_over.html", {"words": words}, status=404)


def was_read(reader: User, **key: str) -> bool:
    """Whether the letter left long enough ago that a person, and not a mail scanner, has clicked in it: only then
    the answer chosen in the letter counts as the page opens, without another click."""
    letters = Notification.objects.filter(recipient=reader, **key)
    return letters.left_before(timezone.now() - SCANNED_WITHIN).exists()


def somebody_else(request: OurRequest, reader: User) -> HttpResponse | None:
    """Whoever is signed in here as somebody else isn't the one to answer."""
    if request.reader is None or request.reader.pk == reader.pk:
        return None
    names = {"reader": reader.get_full_name(), "other": request.reader.get_full_name()}
    words = _(
        "This link is for %(reader)s, and %(other)s is signed in here: sign out first, or open it where %(reader)s reads their letters."
    )
    return link_over(request, words % names)
