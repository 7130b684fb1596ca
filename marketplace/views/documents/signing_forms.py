"""The forms by which a document is signed, on its page: one for each party."""

from collections.abc import Callable, Iterable

from django.forms import BaseForm

from accounts.models import User
from marketplace.forms.documents.signatures import SignForm
from marketplace.forms.documents.signing_links import AddressForm, LinkForm
from marketplace.forms.talk.files import ScanForm
from marketplace.models import Document
from marketplace.rules.parties import signers_of
from marketplace.rules.permissions import signing_links

type FormOfParty = Callable[[str], BaseForm]


def for_parties(
    parties: Iterable[str], bound: BaseForm | None, form_class: type[BaseForm], fresh: FormOfParty
) -> list[tuple]:
    """A form for each party: the refused form for its party, new ones for the others."""
    refused = bound.data.get("party") if isinstance(bound, form_class) else None
    return [(party, bound if party == refused else fresh(party)) for party in parties]


def sign_form(user: User, document: Document) -> FormOfParty:
    """A function that makes the form to sign for a party, with the capacity in which this person is known to sign."""

    def fresh(party: str) -> SignForm:
        known = [capacity for person, capacity in signers_of(document, party) if person == user]
        said = {"party": party, "read": document.sha256, "capacity": known[0] if known else ""}
        return SignForm(initial=said, auto_id=f"sign-{party}-%s")

    return fresh


def scan_form(document: Document) -> FormOfParty:
    return lambda party: ScanForm(
        initial={"party": party, "read": document.sha256}, auto_id=f"scan-{party}-%s"
    )


def link_form(document: Document) -> FormOfParty:
    return lambda party: LinkForm(
        initial={"party": party}, auto_id=f"link-{party}-%s", **readers(document, party)
    )


def readers(document: Document, party: str) -> dict:
    return {
        "accounts": signing_links.accounts(document, party),
        "addresses": signing_links.addresses(document, party),
    }


def address_form(party: str) -> AddressForm:
    return AddressForm(initial={"party": party}, auto_id=f"address-{party}-%s")
