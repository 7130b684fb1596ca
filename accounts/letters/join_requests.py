"""The letters about those who ask to join an organisation by their e-mail address."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import JoinRequest, Membership
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rules import NO_LONGER_THEIRS


def _answered(letter: Notification, *, request: int) -> str:
    found = JoinRequest.objects.open().filter(pk=request).first()
    if found is None:
        return gettext_noop("Answered meanwhile")
    if letter.recipient is None:
        return ""
    theirs = Membership.objects.of(letter.recipient).acting().administrators()
    theirs = theirs.filter(organisation=found.organisation_id)
    return "" if theirs.exists() else NO_LONGER_THEIRS


JOIN_ASKED = Letter("join_asked", Key("join-asked:{request}"), asks=True, moot=_answered)
JOIN_ANSWERED = Letter("join_answered", Key("join-answered:{request}"))


def join_asked(request: JoinRequest) -> None:
    """Ask the administrators."""
    JOIN_ASKED.tell(
        request.organisation.memberships.administrators().people(),
        url=reverse("join-requests", args=[request.organisation_id]),
        request=request.pk,
        organisation=request.organisation,
        role=Membership.words_of(Membership.Role.EMPLOYEE, request.organisation),
        person=request.user,
    )


def join_answered(request: JoinRequest, *, reason: str = "") -> None:
    """Tell whoever asked. The organisation is named, and isn't the letter's matter: after a no they have no part in it."""
    JOIN_ANSWERED.tell(
        [request.user],
        url=reverse("home"),
        request=request.pk,
        organisation=request.organisation.name,
        accepted=request.accepted,
        declined=request.accepted is False,
        reason=reason,
    )
