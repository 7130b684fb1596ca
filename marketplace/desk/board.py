"""The board: needs or missions in columns by state, the oldest first, each with its age in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.desk.lists import filters
from marketplace.desk.scope import Scope
from marketplace.models import Mission, Need, Offer
from marketplace.rules import readings
from marketplace.rules.next_acts.patience import PATIENCE
from marketplace.states import MissionStatus, NeedStatus

SHOWN = 12  # of each column
NEEDS: dict[NeedStatus, timedelta | None] = {
    NeedStatus.SUBMITTED: None,  # by the promise of its pôle
    NeedStatus.PUBLISHED: timedelta(days=14),
    NeedStatus.FILLED: None,
    NeedStatus.REDIRECTED: timedelta(days=30),
    NeedStatus.REFUSED: timedelta(days=30),
}
SETTLED = (NeedStatus.FILLED, NeedStatus.REDIRECTED, NeedStatus.REFUSED)
A_MONTH = timedelta(days=30)
MISSIONS = {
    MissionStatus.FRAMING: PATIENCE[MissionStatus.FRAMING],
    MissionStatus.AGREEMENT: PATIENCE[MissionStatus.AGREEMENT],
    MissionStatus.DOCUMENTS: PATIENCE[MissionStatus.DOCUMENTS],
    MissionStatus.RUNNING: None,
    MissionStatus.SUSPENDED: timedelta(days=21),
    MissionStatus.LEFT: PATIENCE[MissionStatus.LEFT],
    MissionStatus.DISPUTED: PATIENCE[MissionStatus.DISPUTED],
    MissionStatus.DELIVERED: PATIENCE[MissionStatus.DELIVERED],
    MissionStatus.REVIEWED: PATIENCE[MissionStatus.REVIEWED],
    MissionStatus.VALUED: PATIENCE[MissionStatus.VALUED],
}
AGEING = {
    "settled": "",
    "calm": _("on time"),
    "soon": _("getting old"),
    "late": _("too long"),
}


@dataclass(frozen=True)
class Card:
    """A need or a mission on the board. `ageing` is a key of AGEING, which gives a colour and its words."""

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
    query: str  # of the list that holds all of it

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def needs(scope: Scope) -> list[Column]:
    """The columns of needs. Those that are settled stay for a month: a board isn't an archive."""
    settled = Q(status__in=SETTLED, updated_at__gte=scope.now - A_MONTH)
    rows = readings.with_handing_in(Need.objects.all()).filter(
        Q(status__in=[NeedStatus.SUBMITTED, NeedStatus.PUBLISHED]) | settled, pole__in=scope.poles
    )
    since = Case(
        When(status=NeedStatus.SUBMITTED, then=F("handed_in_at")),
        When(status=NeedStatus.PUBLISHED, then=F("published_at")),
        default=F("updated_at"),
    )
    chosen = Need.objects.select_related("organisation", "coordinator")
    return _columns(_filtered(rows, scope, "commune__department"), since, chosen, NEEDS, scope)


def missions(scope: Scope) -> list[Column]:
    """The columns of missions, without what is done at home under the reader."""
    at_home = Offer.at_home_under(scope.reader, at="offer__")
    rows = Mission.objects.filter(~at_home, need__pole__in=scope.poles, status__in=MISSIONS)
    chosen = Mission.objects.select_related("need__organisation", "coordinator")
    narrowed = _filtered(rows, scope, "need__commune__department")
    return _columns(narrowed, F("moved_at"), chosen, MISSIONS, scope)


def _filtered(rows: QuerySet, scope: Scope, department: str) -> QuerySet:
    if scope.department:
        rows = rows.filter(**{department: scope.department})
    return scope.theirs(rows)


def _columns(
    rows: QuerySet, since: F | Case, chosen: QuerySet, patience: dict, scope: Scope
) -> list[Column]:
    """The columns, made in two steps: narrow rows to count and to find the oldest of each state, then those as
    cards."""
    narrow = rows.order_by().annotate(
        stood_since=since,
        nth=Window(RowNumber(), partition_by="status", order_by=[since.asc(), "pk"]),
        of=Window(Count("pk"), partition_by="status"),
    )
    oldest = list(
        narrow.filter(nth__lte=SHOWN)
        .order_by("status", "nth")
        .values_list("pk", "status", "stood_since", "of")
    )
    full = chosen.in_bulk([pk for pk, *_rest in oldest])
    counts = {status: of for _pk, status, _since, of in oldest}
    cards: dict[str, list[Card]] = {}
    for pk, status, stood_since, _of in oldest:
        need = full[pk].need if isinstance(full[pk], Mission) else full[pk]
        if status == NeedStatus.SUBMITTED:
            ageing = _unread_for(stood_since, scope.promised[need.pole_id], scope)
        else:
            ageing = _ageing(scope.now - stood_since, patience[status])
        card = Card(full[pk], need.title, need.organisation.name, stood_since, ageing)
        cards.setdefault(status, []).append(card)
    return [
        Column(
            status,
            str(status.label).capitalize(),
            counts.get(status, 0),
            cards.get(status, []),
            _in_the_list(status, scope),
        )
        for status in patience
    ]


def _in_the_list(status: str, scope: Scope) -> str:
    """The list of the same rows, the oldest first."""
    whose = {"mine": filters.MINE, "operator": filters.WHOLE}
    asked = {
        "etat": status,
        "suivi": whose.get(scope.whose, ""),
        "pole": scope.pole,
        "departement": scope.department,
        "operateur": scope.operator,
        "depuis": A_MONTH.days if status in SETTLED else "",
        "tri": "change",
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _unread_for(since: datetime, promised: int, scope: Scope) -> str:
    return readings.Bounds.of(promised, timezone.localdate(scope.now)).urgency(since)


def _ageing(age: timedelta, patience: timedelta | None) -> str:
    if patience is None:
        return "settled"
    if age < patience / 2:
        return "calm"
    return "late" if age >= patience else "soon"
