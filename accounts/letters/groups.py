"""The letters about groups of organisations."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import (
    GroupTie,
    Organisation,
)
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rules import NO_LONGER_THEIRS


def _answered(letter: Notification, *, tie: int) -> str:
    """Why nothing is asked of this reader any more: it was answered, or isn't theirs to answer today."""
    waits = GroupTie.objects.waiting().filter(pk=tie)
    if not waits.exists():
        return gettext_noop("Answered meanwhile")
    theirs = GroupTie.objects.to_answer_by(letter.recipient) if letter.recipient else waits
    return "" if theirs.filter(pk=tie).exists() else NO_LONGER_THEIRS


GROUP_ASKED = Letter("group_asked", Key("group-asked:{tie}"), asks=True, moot=_answered)
GROUP_AGREED = Letter("group_agreed", Key("group-agreed:{tie}"))
GROUP_DECLINED = Letter("group_declined", Key("group-declined:{tie}"))
GROUP_ENDED = Letter("group_ended", Key("group-ended:{tie}"))


def group_asked(tie: GroupTie) -> None:
    """Ask the administrators of the head."""
    _tell_of_group(GROUP_ASKED, tie, tie.head, url=tie.get_absolute_url(), by=tie.asked_by)


def group_agreed(tie: GroupTie) -> None:
    """Tell both sides, and not whoever said yes."""
    for organisation in (tie.member, tie.head):
        _tell_of_group(GROUP_AGREED, tie, organisation, but=tie.agreed_by, by=tie.agreed_by)


def group_declined(tie: GroupTie) -> None:
    _tell_of_group(GROUP_DECLINED, tie, tie.member)


def group_ended(tie: GroupTie, *, by_closing: bool) -> None:
    """Tell the other side that it has ended, or that the question was taken back."""
    told = tie.head if tie.ended_side == GroupTie.End.MEMBER else tie.member
    _tell_of_group(GROUP_ENDED, tie, told, closing=by_closing, agreed=tie.agreed_at is not None)


def _tell_of_group(
    letter: Letter, tie: GroupTie, organisation: Organisation, *, url: str = "", **facts: Any
) -> None:
    """Tell the administrators of one end; the other end is named, and not handed over: a letter has one matter."""
    letter.tell(
        organisation.memberships.administrators().people(),
        url=url or reverse("group", args=[organisation.pk]),
        tie=tie.pk,
        organisation=organisation,
        other=tie.other_than(organisation).name,
        **facts,
    )
