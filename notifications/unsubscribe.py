"""Stops letters by one click in the mailbox (RFC 8058).

The key in the link can do one thing: stop one family of letters for one person. It
never ends, logs nobody in, and merely following it does nothing.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse

from notifications.models import Habits, Notification, Pace, Person
from notifications.rules import Family, families, family_named

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
    token = signing.dumps([recipient.pk, code], salt=SALT)
    return settings.SITE_URL + reverse("letters-unsubscribe", args=[token])


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
        pk, family = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    user = get_user_model().objects.filter(pk=pk, is_active=True).first()
    return Wish(user, family) if user else None


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
    habits.save(update_fields=["paces"])
