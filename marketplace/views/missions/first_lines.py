"""The milestones and deliverables on a mission’s page: of many those that wait for somebody, and all of them on a page of
their own."""

from collections.abc import Callable, Iterable

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from accounts.requests import SignedInRequest
from marketplace.models import Deliverable, Milestone, Mission, Side
from marketplace.rules import permissions
from marketplace.views.long_lists import EVERY, FIRST

MILESTONES, DELIVERABLES = "jalons", "livrables"  # in the address


def all_are_asked(asked: QueryDict) -> bool:
    return EVERY in {asked.get(MILESTONES), asked.get(DELIVERABLES)}


def page(request: SignedInRequest, mission: Mission) -> HttpResponse:
    """All of those that the address asks for, by themselves: beside the rest of the mission they weighed 70 kB."""
    wanted = {name for name in (MILESTONES, DELIVERABLES) if request.GET.get(name) == EVERY}
    handed = mission.deliverables.select_related("by", "file")
    return render(
        request,
        "marketplace/missions/mission_lists.html",
        {
            "mission": mission,
            "shown": wanted,
            "milestones": list(mission.milestones.all()) if MILESTONES in wanted else [],
            "deliverables": list(handed) if DELIVERABLES in wanted else [],
            "can_steer": permissions.can_steer_mission(request.user, mission),
            "is_need_side": permissions.side_in(request.user, mission) == Side.NEED,
        },
    )


def of(mission: Mission) -> dict[str, object]:
    """The context of `_milestones.html` and `_deliverables.html`."""
    planned, handed = list(mission.milestones.all()), list(mission.deliverables.all())
    milestones, deliverables = _shown(planned, _to_come), _shown(handed, _to_accept)
    return {
        "milestones": milestones,
        "milestones_left_out": len(planned) if len(milestones) < len(planned) else 0,
        "deliverables": deliverables,
        "deliverables_left_out": len(handed) if len(deliverables) < len(handed) else 0,
    }


def _shown[Row: Milestone | Deliverable](
    rows: list[Row], order: Callable[[Iterable[Row]], list[Row]]
) -> list[Row]:
    """Those that come first in this order, as they stand in the list."""
    if len(rows) <= FIRST:
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
