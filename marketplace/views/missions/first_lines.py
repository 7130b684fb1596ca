"""The milestones and deliverables on a mission’s page: of many those that wait for somebody, and all of them a link away."""

from collections.abc import Callable, Iterable

from django.http import QueryDict

from marketplace.models import Deliverable, Milestone, Mission
from marketplace.views.long_lists import EVERY, FIRST

MILESTONES, DELIVERABLES = "jalons", "livrables"  # in the address


def of(mission: Mission, asked: QueryDict) -> dict[str, object]:
    """The context of `_milestones.html` and `_deliverables.html`."""
    planned, handed = list(mission.milestones.all()), list(mission.deliverables.all())
    milestones = _shown(planned, _to_come, asked.get(MILESTONES))
    deliverables = _shown(handed, _to_accept, asked.get(DELIVERABLES))
    return {
        "milestones": milestones,
        "milestones_left_out": len(planned) if len(milestones) < len(planned) else 0,
        "deliverables": deliverables,
        "deliverables_left_out": len(handed) if len(deliverables) < len(handed) else 0,
    }


def _shown[Row: Milestone | Deliverable](
    rows: list[Row], order: Callable[[Iterable[Row]], list[Row]], asked: str | None
) -> list[Row]:
    """Those that come first in this order, as they stand in the list."""
    if asked == EVERY or len(rows) <= FIRST:
        return rows
    first = {row.pk for row in order(rows)[:FIRST]}
    return [row for row in rows if row.pk in first]


def _to_come(rows: Iterable[Milestone]) -> list[Milestone]:
    """Those to do, the next first; then those done, the last first."""
    rows = list(rows)
    done = [row for row in rows if row.done_at]
    return [row for row in rows if not row.done_at] + done[::-1]


def _to_accept(rows: Iterable[Deliverable]) -> list[Deliverable]:
    """Those that the structure hasn't accepted yet, then the others; the last first."""
    latest = list(rows)[::-1]
    return sorted(latest, key=lambda row: row.accepted_at is not None)
