"""What we tell people about their papers, one function a letter. The words are in templates/emails/."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from marketplace import audience
from marketplace.documents.parties import signers_of
from marketplace.models import Document, Signature, Valuation
from notifications import outbox


def _tell(
    people: Iterable[User], template: str, key: str, url: str, *, but=None, **context
) -> None:
    for person in {person.pk: person for person in people}.values():
        if but is None or person.pk != but.pk:
            outbox.post(recipient=person, key=key, template=template, url=url, **context)


def _concerned(document: Document) -> list[User]:
    mission = document.mission
    assert mission is not None
    found = [*audience.structure(mission.need), *audience.offering(mission.offer)]
    for party in ("EMPLOYER", "STRUCTURE"):
        found += [user for user, _capacity in signers_of(document, party)]
    return found


def document_made(document: Document) -> None:
    """Those who may sign it hear that it waits for them."""
    found = [user for party in document.parties_left() for user, _c in signers_of(document, party)]
    _tell(
        found, "document_to_sign", f"document:{document.pk}:made", document.get_absolute_url(),
        but=document.made_by, document=document, mission=document.mission,
    )  # fmt: skip


def signature_given(signature: Signature) -> None:
    """One has signed: the others know that it is their turn."""
    document = signature.document
    found = [user for party in document.parties_left() for user, _c in signers_of(document, party)]
    _tell(
        found, "document_half_signed", f"signature:{signature.pk}", document.get_absolute_url(),
        but=signature.user, document=document, mission=document.mission, signature=signature,
    )  # fmt: skip


def document_signed(document: Document) -> None:
    _tell(
        _concerned(document), "document_signed", f"document:{document.pk}:signed",
        document.get_absolute_url(), document=document, mission=document.mission,
    )  # fmt: skip


def document_voided(document: Document, *, reason: str, by) -> None:
    if document.mission_id is None:
        return
    _tell(
        _concerned(document), "document_voided", f"document:{document.pk}:voided",
        document.get_absolute_url(), but=by, document=document, mission=document.mission,
        reason=reason,
    )  # fmt: skip


def receipt_given(receipt: Document) -> None:
    mission = receipt.mission
    assert mission is not None
    people = audience.in_charge_at(mission.offer.organisation) if mission.offer.organisation else []
    _tell(
        people, "receipt_given", f"document:{receipt.pk}:made", receipt.get_absolute_url(),
        document=receipt, mission=mission,
    )  # fmt: skip


def value_declared(valuation: Valuation) -> None:
    mission = valuation.mission
    _tell(
        audience.structure(mission.need), "value_declared", f"valuation:{valuation.pk}",
        reverse("mission-papers", args=[mission.pk]), mission=mission, valuation=valuation,
    )  # fmt: skip
