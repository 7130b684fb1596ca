"""What we tell of links that sign, one function a letter. The words are in templates/emails/."""

from django.urls import reverse

from marketplace.models import SigningAddress, SigningLink
from marketplace.rules.permissions.signing_links import accounts
from notifications import outbox


def confirm_address(address: SigningAddress, token: str) -> None:
    """From this very address, its owner says that it is theirs."""
    outbox.post(
        address=address.email, key=f"signing-address:{address.pk}:confirm",
        template="signing_address", url=reverse("signing-address", args=[token]),
        expires_at=address.expires_at, given=address, document=address.document,
        mission=address.document.mission,
    )  # fmt: skip


def address_given(address: SigningAddress) -> None:
    """The others who sign for the organisation hear whom one of them has named."""
    for user, _capacity in accounts(address.document, address.party):
        if user.pk != address.given_by_id:
            outbox.post(
                recipient=user, key=f"signing-address:{address.pk}:given",
                template="signing_address_given", url=address.document.get_absolute_url(),
                given=address, document=address.document, mission=address.document.mission,
            )  # fmt: skip


def signing_link(link: SigningLink, token: str) -> None:
    """The link lets its reader sign: an earlier one that hasn't left must not leave any more."""
    outbox.cancel(key_prefix=_prefix(link), reason="A newer link replaces it")
    to = {"recipient": link.user} if link.user else {"address": link.email}
    outbox.post(
        **to, key=f"{_prefix(link)}{link.pk}:link", template="signing_link",
        url=reverse("sign-by-link", args=[token]), expires_at=link.expires_at, signing=link,
        document=link.document, mission=link.document.mission,
    )  # fmt: skip


def link_sent(link: SigningLink) -> None:
    """The side's own people: what is about to be signed in its name, and where to stop it."""
    for user, _capacity in accounts(link.document, link.party):
        if user.pk not in (link.user_id, link.sent_by_id):
            outbox.post(
                recipient=user, key=f"signing-link:{link.pk}:sent", template="signing_link_sent",
                url=link.document.get_absolute_url(), signing=link, document=link.document,
                mission=link.document.mission,
            )  # fmt: skip


def forget_signing_link(link: SigningLink) -> None:
    """Stopped: its letter, if it hasn't left, stays here."""
    outbox.cancel(key_prefix=f"{_prefix(link)}{link.pk}:", reason="The link was stopped")


def _prefix(link: SigningLink) -> str:
    return f"signing:{link.document_id}:{link.party}:"
