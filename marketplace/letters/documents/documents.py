"""The letters about a mission's documents: made, signed, voided."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import MISSIONS
from marketplace.models import Document, Kind, Party, Signature
from marketplace.rules import audience
from marketplace.rules.parties import signers, signers_of
from marketplace.rules.served import without_mandate
from marketplace.states import DocumentStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _signed(letter: Notification, *, document: int) -> str:
    return _unless_theirs_to_sign(letter, Document.objects.filter(pk=document))


def _signed_since(letter: Notification, *, signature: int) -> str:
    """Why the letter about a signature needn't leave: its reader has nothing to sign any more. "" otherwise."""
    return _unless_theirs_to_sign(letter, Document.objects.filter(signatures=signature))


def _unless_theirs_to_sign(letter: Notification, documents: QuerySet[Document]) -> str:
    mine = Signature.objects.filter(document=OuterRef("pk"), user=letter.recipient_id)
    waits = documents.filter(~Exists(mine), status=DocumentStatus.TO_SIGN)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


# A receipt is made as the others are (receipts.py).
DOCUMENT_MADE = Key("document:{document}:made")
DOCUMENT_TO_SIGN = Letter("document_to_sign", DOCUMENT_MADE, MISSIONS, asks=True, moot=_signed)
DOCUMENT_TO_READ = Letter("document_to_read", DOCUMENT_MADE, MISSIONS, moot=_signed)
DOCUMENT_HALF_SIGNED = Letter(
    "document_half_signed", Key("signature:{signature}"), MISSIONS, asks=True, moot=_signed_since
)
DOCUMENT_SIGNED = Letter("document_signed", Key("document:{document}:signed"), MISSIONS)
DOCUMENT_VOIDED = Letter("document_voided", Key("document:{document}:voided"), MISSIONS)


def _concerned(document: Document) -> list[User]:
    mission = document.mission
    assert mission is not None
    found = [*audience.welcomed(mission), *audience.offering(mission.offer)]
    for party in ("EMPLOYER", "STRUCTURE"):
        found += [user for user, _capacity in signers_of(document, party)]
    return found


def _who_sign(document: Document) -> list[User]:
    return [user for party in document.parties_left() for user, _c in signers_of(document, party)]


def _waits_for(document: Document) -> str:
    """The structures served whose yes is awaited before their lead signs for all."""
    if document.mission is None or Party.STRUCTURE not in document.parties_left():
        return ""
    missing = without_mandate(document.mission, amends=document.amendment_id is not None)
    return ", ".join(map(str, missing))


def document_made(document: Document) -> None:
    """Tell those who may sign the document that it waits for them. Nobody else signs for the person who comes. An agent
    is given the agreement before it is signed (decree n° 2022-1682), and signs nothing."""
    signs = {party: signers_of(document, party) for party in document.parties_left()}
    sides = [user for party, rows in signs.items() if party != Party.PERSON for user, _c in rows]
    comes = [user for user, _c in signs.get(Party.PERSON, []) if user not in sides]
    for people, may_pass_on in ((sides, True), (comes, False)):
        DOCUMENT_TO_SIGN.tell(
            people, url=document.get_absolute_url(), but=document.made_by,
            document=document, mission=document.mission, may_pass_on=may_pass_on,
            waits_for=_waits_for(document),
        )  # fmt: skip
    if document.kind == Kind.CONVENTION_AGENT and (mission := document.mission):
        signing = {user.pk for user in sides}
        agents = [user for user, _c in signers(mission, Party.PERSON) if user.pk not in signing]
        DOCUMENT_TO_READ.tell(
            agents, url=document.get_absolute_url(), but=document.made_by,
            document=document, mission=mission,
        )  # fmt: skip


def signature_given(signature: Signature) -> None:
    """One party has signed: tell the others that it is their turn."""
    document = signature.document
    DOCUMENT_HALF_SIGNED.tell(
        _who_sign(document), url=document.get_absolute_url(), but=signature.user,
        document=document, mission=document.mission, signature=signature,
        waits_for=_waits_for(document),
    )  # fmt: skip


def document_signed(document: Document) -> None:
    DOCUMENT_SIGNED.tell(
        _concerned(document), url=document.get_absolute_url(),
        document=document, mission=document.mission, by_several=document.is_signed_by_several,
    )  # fmt: skip
    if member := document.member:  # who doesn't see the mission
        DOCUMENT_SIGNED.tell(
            [member.person], url=document.get_absolute_url(), document=document, member=member,
            mission=document.mission, by_several=document.is_signed_by_several,
        )  # fmt: skip


def document_voided(document: Document, *, reason: str, by: User | None) -> None:
    if document.mission_id is None:
        return
    DOCUMENT_VOIDED.tell(
        _concerned(document), url=document.get_absolute_url(), but=by,
        document=document, mission=document.mission, reason=reason,
        asks_to_sign=bool(Kind(document.kind).signers), was_signed=document.signatures.exists(),
    )  # fmt: skip
