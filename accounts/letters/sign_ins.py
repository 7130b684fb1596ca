"""The letters about an organisation's own sign-in: what its administrators have decided, and whose account it opens."""

from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import SignIn, User
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rules import NO_LONGER_THEIRS


class Said(StrEnum):
    """What has been decided."""

    OPENED = "opened"
    SHUT = "shut"
    REQUIRED = "required"
    LIFTED = "lifted"
    ENDED = "ended"
    CHANGED = "changed"


_WORDS = {
    Said.OPENED: _("It is open to all: whoever has an address at your domain comes in by it."),
    Said.SHUT: _(
        "It is shut: nobody comes in by it any more. The accounts stay, and so do the links."
    ),
    Said.REQUIRED: _(
        "It is required: what is done on working time is shown to those alone who come in by it."
    ),
    Said.LIFTED: _("It is no longer required: people also come in with their own password."),
    Said.ENDED: _("It has ended: what we knew of your provider is deleted. The accounts stay."),
    Said.CHANGED: _(
        "The address of the provider, or the site’s name there, has changed: it is shut until it has been tried and opened again."
    ),
}


def _administers_no_more(letter: Notification, *, sign_in: int, event: str) -> str:
    house = SignIn.objects.select_related("organisation").get(pk=sign_in).organisation
    theirs = letter.recipient is not None and letter.recipient.administers(house)
    return "" if theirs else NO_LONGER_THEIRS


SIGN_IN_CHANGED = Letter(
    "sign_in_changed", Key("sign-in:{sign_in}:{event:word}"), moot=_administers_no_more
)
# About the reader's own account: it goes to employees too, and to who has left meanwhile.
SIGN_IN_LINKED = Letter(
    "sign_in_linked", Key("sign-in-linked:{sign_in}:{event:word}"), to_leavers=True
)


def sign_in_changed(sign_in: SignIn, said: Said, *, by: User, now: datetime) -> None:
    """Tell all the administrators, and whoever has decided it too: it may not have been them."""
    SIGN_IN_CHANGED.tell(
        sign_in.organisation.memberships.administrators().people(),
        url=sign_in.get_absolute_url(),
        sign_in=sign_in.pk,
        event=uuid4(),
        organisation=sign_in.organisation,
        change=_WORDS[said],
        by=by,
        at=now,
    )


def sign_in_linked(sign_in: SignIn, user: User, *, is_new: bool = False, now: datetime) -> None:
    """Tell the person that the organisation's sign-in opens their account. `is_new`: it was made by it."""
    SIGN_IN_LINKED.tell(
        [user],
        url=reverse("own-time") if is_new else reverse("profile") + "#security",
        sign_in=sign_in.pk,
        event=uuid4(),
        organisation=sign_in.organisation,
        is_new=is_new,
        at=now,
    )
