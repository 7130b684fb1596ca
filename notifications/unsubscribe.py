"""Stops letters by one click in the mailbox (RFC 8058).

The key in the link can do one thing: stop one family of letters for one person, who
still reads the mailbox that it was sent to. It never ends, logs nobody in, and merely
following it does nothing.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from notifications.models import Habits, Notification, Pace, Person
from notifications.rules import Family, families, family_named, rules

SALT = "letters:unsubscribe"
SUMMARY = "summary"  # not a family: whatever comes in summaries


@dataclass(frozen=True)
class Wish:
    user: Any
    family: str


def url(recipient: Person | None, family: Family | None, *, summary: bool = False) -> str:
    """The absolute address that stops these letters; "" for those that can't be refused."""
    if recipient is None or not (summary or (family and family.may_be_off)):
        return ""
    code = SUMMARY if summary or family is None else family.code
    said = [recipient.pk, code, _seal(recipient.email, settings.SECRET_KEY)]
    token = signing.dumps(said, salt=SALT)
    return settings.SITE_URL + reverse("letters-unsubscribe", args=[token])


def _seal(mailbox: str, key: str) -> str:
    """What the link says of the mailbox to which it goes; the mailbox can't be learnt from it."""
    sealed = salted_hmac(SALT, mailbox.lower(), secret=key, algorithm="sha256")
    return sealed.hexdigest()[:12]


def headers(letter: Notification) -> dict[str, str]:
    summary = letter.family == SUMMARY
    family = None if summary else family_named(letter.family)
    address = url(letter.recipient, family, summary=summary)
    if not address:
        return {}
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read(token: str) -> Wish | None:
    try:
        pk, family, *sent_to = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    user = get_user_model().objects.filter(pk=pk, is_active=True).first()
    if user is None or not _is_for(user, *sent_to):
        return None
    return Wish(user, family)


def _is_for(user: Person, sent_to: str = "") -> bool:
    """Whether the link went to the mailbox that the person has today: their former one may be read by others. Letters
    that left before links said so still stop what they name."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return not sent_to or sent_to in {_seal(user.email, key) for key in keys}


def may_stop(wish: Wish) -> bool:
    """Whether these letters can be stopped. A family that no longer exists can't, so that nothing is promised."""
    return wish.family == SUMMARY or family_named(wish.family).may_be_off


@transaction.atomic
def stop(wish: Wish) -> None:
    """Stop the letters. A second time changes nothing; the person's other habits stay."""
    habits, _created = Habits.objects.select_for_update().get_or_create(user=wish.user)
    for family in families():
        asked = family.code == wish.family
        if wish.family == SUMMARY:
            asked = habits.pace_of(family.code, family.default) in (Pace.DAILY, Pace.WEEKLY)
        if asked and family.may_be_off:
            habits.paces[family.code] = Pace.OFF
            rules().stopped(wish.user, family.code)
    habits.save(update_fields=["paces"])
