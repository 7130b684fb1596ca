"""What we tell about a mission's documents: made, signed, voided."""

from accounts.models import User
from marketplace.letters.telling import tell
from marketplace.models import Document, Signature
from marketplace.rules import audience
from marketplace.rules.parties import signers_of


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
    tell(
        found, "document_to_sign", f"document:{document.pk}:made", document.get_absolute_url(),
        but=document.made_by, document=document, mission=document.mission,
    )  # fmt: skip


def signature_given(signature: Signature) -> None:
    """One has signed: the others know that it is their turn."""
    document = signature.document
    found = [user for party in document.parties_left() for user, _c in signers_of(document, party)]
    tell(
        found, "document_half_signed", f"signature:{signature.pk}", document.get_absolute_url(),
        but=signature.user, document=document, mission=document.mission, signature=signature,
    )  # fmt: skip


def document_signed(document: Document) -> None:
    tell(
        _concerned(document), "document_signed", f"document:{document.pk}:signed",
        document.get_absolute_url(), document=document, mission=document.mission,
    )  # fmt: skip


def document_voided(document: Document, *, reason: str, by) -> None:
    if document.mission_id is None:
        return
    tell(
        _concerned(document), "document_voided", f"document:{document.pk}:voided",
        document.get_absolute_url(), but=by, document=document, mission=document.mission,
        reason=reason,
    )  # fmt: skip
