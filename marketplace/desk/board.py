"""The board: needs or missions in columns by state, the oldest first, each with its age said in words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, F, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from marketplace.desk.scope import Scope
from marketplace.models import Mission, Need
from marketplace.next_act import PATIENCE
from marketplace.states import MissionStatus, NeedStatus

SHOWN = 12
NEEDS = {
    NeedStatus.SUBMITTED: timedelta(days=2),
    NeedStatus.PUBLISHED: timedelta(days=14),
    NeedStatus.FILLED: None,
    NeedStatus.REDIRECTED: timedelta(days=30),
    NeedStatus.REFUSED: timedelta(days=30),
}
MISSIONS = {
    MissionStatus.FRAMING: PATIENCE[MissionStatus.FRAMING],
    MissionStatus.AGREEMENT: PATIENCE[MissionStatus.AGREEMENT],
    MissionStatus.DOCUMENTS: PATIENCE[MissionStatus.DOCUMENTS],
    MissionStatus.RUNNING: None,
    MissionStatus.SUSPENDED: timedelta(days=21),
    MissionStatus.DISPUTED: PATIENCE[MissionStatus.DISPUTED],
    MissionStatus.DELIVERED: PATIENCE[MissionStatus.DELIVERED],
    MissionStatus.REVIEWED: PATIENCE[MissionStatus.REVIEWED],
    MissionStatus.VALUED: PATIENCE[MissionStatus.VALUED],
}
AGEING = {
    "calm": _("on time"),
    "soon": _("getting old"),
    "late": _("too long"),
}


@dataclass(frozen=True)
class Card:
    """`ageing` is one of AGEING's keys: a colour and, beside it, its words."""

    row: Any
    title: str
    who: str
    since: Any
    ageing: str

    @property
    def words(self) -> str:
        return str(AGEING[self.ageing])


@dataclass(frozen=True)
class Column:
    status: str
    label: str
    count: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def needs(scope: Scope) -> list[Column]:
    rows = Need.objects.filter(pole__in=scope.poles, status__in=NEEDS)
    rows = _filtered(rows, scope, "commune__department").annotate(
        stood_since=Case(
            When(status=NeedStatus.SUBMITTED, then=F("submitted_at")),
            When(status=NeedStatus.PUBLISHED, then=F("published_at")),
            default=F("updated_at"),
        )
    )
    chosen = rows.select_related("organisation", "coordinator")
    return _columns(rows, chosen, NEEDS, scope, lambda need: (need.title, need.organisation.name))


def missions(scope: Scope) -> list[Column]:
    rows = Mission.objects.filter(need__pole__in=scope.poles, status__in=MISSIONS)
    rows = _filtered(rows, scope, "need__commune__department").annotate(stood_since=F("moved_at"))
    chosen = rows.select_related("need__organisation", "coordinator")
    return _columns(
        rows, chosen, MISSIONS, scope,
        lambda mission: (mission.need.title, mission.need.organisation.name),
    )  # fmt: skip


def _filtered(rows, scope: Scope, department: str):
    if scope.department:
        rows = rows.filter(**{department: scope.department})
    return rows.filter(coordinator=scope.user) if scope.whose == "mine" else rows


def _columns(rows, chosen, patience: dict, scope: Scope, words) -> list[Column]:
    """Two questions: how many in each state, and the oldest of each."""
    counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    nth = Window(RowNumber(), partition_by="status", order_by=["stood_since", "pk"])
    oldest = chosen.annotate(nth=nth).filter(nth__lte=SHOWN).order_by("stood_since", "pk")
    cards: dict[str, list[Card]] = {}
    for row in oldest:
        title, who = words(row)
        ageing = _ageing(scope.now - row.stood_since, patience[row.status])
        cards.setdefault(row.status, []).append(Card(row, title, who, row.stood_since, ageing))
    return [
        Column(status, str(status.label).capitalize(), counts.get(status, 0), cards.get(status, []))
        for status in patience
    ]


def _ageing(age: timedelta, patience: timedelta | None) -> str:
    if patience is None or age < patience / 2:
        return "calm"
    return "late" if age >= patience else "soon"
