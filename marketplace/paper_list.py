"""What a mission's list of papers says, without asking the database again: wants `with_course`."""

from marketplace.models import Mission, Party
from marketplace.models.documents import CHANGED_BY, Kind, kinds_before
from marketplace.states import DocumentStatus

VOIDED = DocumentStatus.VOIDED


def listed(mission: Mission) -> list[tuple[str, str]]:
    """The kind and the state of each."""
    rows = mission.paper_list.split(",") if mission.paper_list else []
    return [(kind, status) for kind, _space, status in (said.partition(" ") for said in rows)]


def all_signed(mission: Mission) -> bool:
    kept = (DocumentStatus.SIGNED, DocumentStatus.ISSUED)
    signed = {kind for kind, status in listed(mission) if status in kept}
    return all(kind in signed for kind in kinds_before(mission.regime) if kind.signers)


def parties_left(mission: Mission) -> list[Party]:
    """Only papers of the amendment that waits are still to be signed and change another."""
    return _left(mission, set(CHANGED_BY.values()))


def parties_before(mission: Mission) -> list[Party]:
    """Whose signature the mission waits for to start."""
    return _left(mission, set(kinds_before(mission.regime)))


def not_made(mission: Mission) -> bool:
    made = {kind for kind, status in listed(mission) if status != VOIDED}
    return any(kind not in made for kind in kinds_before(mission.regime) if kind.signers)


def _left(mission: Mission, kinds: set[Kind]) -> list[Party]:
    signed = set((mission.paper_signed or "").split(","))
    waiting = {kind for kind, status in listed(mission) if status == DocumentStatus.TO_SIGN}
    left = {
        party
        for kind in waiting & kinds
        for party in Kind(kind).signers
        if f"{kind} {party}" not in signed
    }
    return [party for party in Party if party in left]


def is_torn(mission: Mission) -> bool:
    before = kinds_before(mission.regime)
    voided = any(kind in before and status == VOIDED for kind, status in listed(mission))
    return voided and not all_signed(mission)
