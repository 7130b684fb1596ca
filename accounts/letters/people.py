"""The letters about the account itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from accounts.models import (
    AddressChange,
    User,
)
from notifications.letter import Key, Letter

ACCOUNT_CLOSED = Letter("account_closed", Key("account-closed:{user}"))
# Its link takes an account back.
ADDRESS_CHANGED = Letter("address_changed", Key("address-changed:{change}"), asks=True, secret=True)
ADDRESS_RESTORED = Letter("address_restored", Key("address-restored:{change}"))
# Each of these changes is a fact of its own, which no row keeps.
ADDRESS_SET = Letter("address_set", Key("address-set:{change:word}"))
PASSWORD_CHANGED = Letter("password_changed", Key("password:{change:word}"))
SECOND_FACTOR_CHANGED = Letter("second_factor_changed", Key("second-factor:{event:word}"))


def account_closed(
    address: str, *, pk: int, language: str, unused: bool = False, stays: Sequence[object] = ()
) -> None:
    """Write the last letter, to an address that the site forgets at the same moment. `stays` is what the site keeps with their name,
    each with until when."""
    with override(language):
        ACCOUNT_CLOSED.write_to(address, url="", user=pk, unused=unused, stays=stays)


def address_changed(change: AddressChange, secret: str) -> None:
    """Tell the address that no longer opens the account, with the way back."""
    with override(change.user.language):
        ADDRESS_CHANGED.write_to(
            change.before,
            url=reverse("address-restore", args=[secret]),
            change=change.pk,
            expires_at=change.open_until,
            at=change.changed_at,
        )


def address_set(user: User, *, before: str, by_hand: bool, now: datetime) -> None:
    """Tell the address that no longer opens the account, without a way back. An administrator's change (`by_hand`) leaves
    no row, so the key is random."""
    with override(user.language):
        ADDRESS_SET.write_to(before, url="", change=uuid4(), at=now, by_hand=by_hand)


def address_restored(change: AddressChange, *, lost: str, language: str) -> None:
    """Tell the address that opened the account meanwhile; it may be its owner's too."""
    with override(language):
        ADDRESS_RESTORED.write_to(lost, url="", change=change.pk)


def password_changed(user: User) -> None:
    PASSWORD_CHANGED.tell(
        [user], url=reverse("account_reset_password"), change=uuid4(), at=timezone.now()
    )


def second_factor_changed(user: User, *, change: str | Promise) -> None:
    """Tell the person. `change` is the sentence that says what was added or removed, in their language."""
    SECOND_FACTOR_CHANGED.tell(
        [user], url=reverse("mfa_index"), event=uuid4(), change=change, at=timezone.now()
    )
