"""The letters about links that sign. Their words are in templates/emails/."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from marketplace.models import SigningAddress, SigningLink
from marketplace.rules.permissions.signing_links import accounts
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for


def _over(letter: Notification, *, link: int, **_parts: object) -> str:
    unused = SigningLink.objects.filter(pk=link, used_at=None, stopped_at=None)
    open_link = unused.filter(expires_at__gt=timezone.now())
    return "" if open_link.exists() else gettext_noop("Answered meanwhile")


def _taken_off(letter: Notification, *, given: int) -> str:
    waits = SigningAddress.objects.standing().filter(pk=given, confirmed_at=None)
    return "" if waits.exists() else gettext_noop("No longer open")


CONFIRM = Key("signing-address:{given}:confirm")
SIGNING_ADDRESS = Letter("signing_address", CONFIRM, asks=True, secret=True, moot=_taken_off)
SIGNING_ADDRESS_GIVEN = Letter("signing_address_given", Key("signing-address:{given}:given"))

OF_PARTY = Key("signing:{document}:{party:word}:")
OF_LINK = OF_PARTY + "{link}:"
# It lets its reader sign, once.
SIGNING_LINK = Letter("signing_link", OF_LINK + "link", asks=True, secret=True, moot=_over)
SIGNING_LINK_SENT = Letter("signing_link_sent", Key("signing-link:{signing}:sent"))


def confirm_address(address: SigningAddress, token: str) -> None:
    """Ask the owner of an address to confirm, from it, that it is theirs."""
    with override(language_for(address.email)):
        SIGNING_ADDRESS.write_to(
            address.email, url=reverse("signing-address", args=[token]),
            expires_at=address.expires_at, given=address, document=address.document,
            mission=address.document.mission,
        )  # fmt: skip


def address_given(address: SigningAddress) -> None:
    """Tell the others who sign for the organisation whom one of them has named."""
    signing = [user for user, _capacity in accounts(address.document, address.party)]
    SIGNING_ADDRESS_GIVEN.tell(
        [user for user in signing if user.pk != address.given_by_id],
        url=address.document.get_absolute_url(),
        given=address, document=address.document, mission=address.document.mission,
    )  # fmt: skip


def signing_link(link: SigningLink, token: str) -> None:
    """Send the link that lets its reader sign. An earlier link's letter that hasn't left is cancelled."""
    OF_PARTY.cancel(document=link.document_id, party=link.party, reason="A newer link replaces it")
    page = reverse("sign-by-link", args=[token])
    facts: dict[str, Any] = {
        "party": link.party, "link": link.pk, "expires_at": link.expires_at, "signing": link,
        "document": link.document, "mission": link.document.mission,
    }  # fmt: skip
    if link.user:
        SIGNING_LINK.tell([link.user], url=page, **facts)
    else:
        with override(language_for(link.email)):
            SIGNING_LINK.write_to(link.email, url=page, **facts)


def link_sent(link: SigningLink) -> None:
    """Tell the side's own people what is about to be signed in its name, and where to stop it."""
    signing = [user for user, _capacity in accounts(link.document, link.party)]
    SIGNING_LINK_SENT.tell(
        [user for user in signing if user.pk not in (link.user_id, link.sent_by_id)],
        url=link.document.get_absolute_url(),
        signing=link, document=link.document, mission=link.document.mission,
    )  # fmt: skip


def forget_signing_link(link: SigningLink) -> None:
    """Cancel the letter of a link that was stopped, if it hasn't left."""
    OF_LINK.cancel(
        document=link.document_id, party=link.party, link=link, reason="The link was stopped"
    )
