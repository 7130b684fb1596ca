"""What a mission's documents say today.

Some functions ask the database. Those that read the mission's list of documents
(`document_kinds_made`) ask nothing more: they need `with_course`.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common.dates import in_french
from marketplace.models import Amendment, Document, Mission, Party
from marketplace.models.documents.documents import CHANGED_BY, Kind, kinds_before
from marketplace.rules import served, teams
from marketplace.states import AmendmentStatus, DocumentStatus

VOIDED = DocumentStatus.VOIDED


def is_signed(mission: Mission) -> bool:
    """Whether one of the documents needed to start is signed by all: from then on a change is an amendment."""
    return in_force(mission).filter(status=DocumentStatus.SIGNED).exists()


def in_force(mission: Mission) -> QuerySet[Document]:
    """The documents needed to start that are signed by all, or issued where nobody signs."""
    return mission.documents.filter(
        kind__in=kinds_before(mission.regime),
        status__in=[DocumentStatus.SIGNED, DocumentStatus.ISSUED],
    )


def half_signed(mission: Mission) -> QuerySet[Document]:
    """The papers that somebody has signed and that wait for others: void, should the legal frame change. On own time it
    can't."""
    waiting = mission.documents.filter(status=DocumentStatus.TO_SIGN, signatures__isnull=False)
    return waiting.distinct() if not mission.is_own_time else waiting.none()


def resting_on(document: Document) -> QuerySet[Document]:
    """The receipts and the signed papers of amendments that a paper which all have signed carries."""
    mission = document.mission
    if mission is None or document.kind not in kinds_before(mission.regime):
        return Document.objects.none()
    if document.amendment_id or not document.is_signed_by_several:
        return Document.objects.none()
    amended = Q(amendment__isnull=False, status=DocumentStatus.SIGNED)
    return mission.documents.standing().filter(Q(kind=Kind.RECEIPT) | amended).order_by("pk")


def is_stale(document: Document) -> bool:
    """Whether the document no longer says what the two sides have agreed. Never true of one that all have signed:
    its amendments say what has changed since."""
    mission = document.mission
    if mission is None or document.kind not in kinds_before(mission.regime):
        return False
    if document.status == DocumentStatus.SIGNED or is_signed(mission):
        return False
    said = document.facts
    dates = (in_french(mission.starts_on), in_french(mission.ends_on))
    return (
        not _names_the_same(said["person"].get("team", []), mission)
        or [one["name"] for one in said.get("served-too", [])] != served.names(mission)
        or said["sheet"] != mission.sheet.number
        or said["regime"] != mission.regime
        or (said["mission"]["starts"], said["mission"]["ends"]) != dates
    )


def _names_the_same(said: list[str], mission: Mission) -> bool:
    """Whether the paper names those whom the employer sends in a team, and nobody else."""
    names = [one.person.get_full_name() for one in teams.sent(mission)]
    return len(said) == len(names) and all(
        any(one.split(", ")[0] == name for one in said) for name in names
    )


def called_off() -> str:
    """Why nothing is signed for a mission that was stopped before it began, as a sentence."""
    return _("This mission was stopped before it began: nothing is signed for it any more.")


def is_called_off(document: Document) -> bool:
    """Whether the document was to be signed before a mission that has been stopped before it began."""
    mission = document.mission
    if mission is None or not mission.was_called_off:
        return False
    return document.kind in kinds_before(mission.regime)


def listed(mission: Mission) -> list[tuple[str, str]]:
    """The kind and the status of each document in `document_kinds_made`."""
    rows = mission.document_kinds_made.split(",") if mission.document_kinds_made else []
    return [(kind, status) for kind, _space, status in (said.partition(" ") for said in rows)]


def all_signed(mission: Mission) -> bool:
    kept = (DocumentStatus.SIGNED, DocumentStatus.ISSUED)
    signed = {kind for kind, status in listed(mission) if status in kept}
    return all(kind in signed for kind in kinds_before(mission.regime) if kind.signers)


def are_all_in_force(mission: Mission) -> bool:
    """The same of any mission, asked of the database."""
    signed = set(in_force(mission).values_list("kind", flat=True))
    return all(kind in signed for kind in kinds_before(mission.regime) if kind.signers)


def waits_for_an_order(mission: Mission) -> bool:
    """Whether an order of the authority makes the loan, which it signs on its own: the site isn't told when."""
    return Kind.ORDER_AGENT in kinds_before(mission.regime)


def to_sign(mission: Mission) -> str:
    """What the signatures lead to, as a sentence."""
    if waits_for_an_order(mission):
        return _(
            "Read the agreement and sign it; the mission can start once the authority has signed its order too."
        )
    return _("Read the documents and sign them; then the mission can start.")


def once_signed(mission: Mission) -> str:
    """What is left when the parties have signed all that they sign here, as a sentence."""
    if waits_for_an_order(mission):
        return _(
            "The agreement is signed: the mission can start once the authority has signed its order."
        )
    return _("Everything is signed: the mission can start.")


def before_starting(mission: Mission) -> list[str]:
    """What whoever starts it has to know of by themselves, as sentences."""
    if not waits_for_an_order(mission):
        return []
    return [
        _(
            "The authority’s order alone makes the agent available, and it is signed elsewhere: start once it is signed."
        )
    ]


def parties_left(mission: Mission) -> list[Party]:
    """The parties who have still to sign papers of the amendment that waits."""
    return _left(mission, set(CHANGED_BY.values()))


def parties_before(mission: Mission) -> list[Party]:
    """The parties whose signature the mission waits for before it can start."""
    return _left(mission, set(kinds_before(mission.regime)))


def to_make(mission: Mission) -> str:
    """What is left to make of the papers that are signed before the start, as a sentence; "" when nothing is."""
    made = {kind for kind, status in listed(mission) if status != VOIDED}
    signed = [kind for kind in kinds_before(mission.regime) if kind.signers]
    if made.issuperset(signed):
        return ""
    if made.intersection(signed):
        return _("A document is still to be made: then it is signed.")
    return _("The documents are still to be made: then they are signed.")


def _left(mission: Mission, kinds: set[Kind]) -> list[Party]:
    signed = set((mission.document_kinds_signed or "").split(","))
    waiting = {kind for kind, status in listed(mission) if status == DocumentStatus.TO_SIGN}
    left = {
        party
        for kind in waiting & kinds
        for party in Kind(kind).signers
        if f"{kind} {party}" not in signed
    }
    return [party for party in Party if party in left]


def has_one_signed(mission: Mission) -> bool:
    """The same answer as `is_signed`."""
    before = kinds_before(mission.regime)
    return any(
        kind in before and status == DocumentStatus.SIGNED for kind, status in listed(mission)
    )


def is_torn(mission: Mission) -> bool:
    before = kinds_before(mission.regime)
    voided = any(kind in before and status == VOIDED for kind, status in listed(mission))
    return voided and not all_signed(mission)


def changed_by(document: Document, amendments: list[Amendment]) -> str:
    """By which of these the document is changed, once it is signed; a draft order, which isn't in force here, by drafts of
    theirs. One that was made after them says what they changed."""
    stands = document.status in (DocumentStatus.SIGNED, DocumentStatus.ISSUED)
    names = ", ".join(str(one) for one in amendments if one.proposed_at > document.made_at)
    if document.kind not in CHANGED_BY or not stands or not names:
        return ""
    if document.is_order:
        return _("Its amending draft comes with: %(names)s") % {"names": names}
    if document.mission and not document.mission.is_live:
        return _("In force until the mission’s end, as changed by: %(names)s") % {"names": names}
    return _("In force, as changed by: %(names)s") % {"names": names}


def amendments_of(document: Document) -> list:
    """The amendments of the mission that have changed this document, or would."""
    if document.mission is None or document.amendment_id or document.kind not in CHANGED_BY:
        return []
    counted = (AmendmentStatus.PROPOSED, AmendmentStatus.IN_FORCE)
    later = document.mission.amendments.filter(proposed_at__gt=document.made_at)
    return list(later.filter(status__in=counted))
