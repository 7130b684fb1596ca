"""The board: needs or missions in columns by state, the oldest first, each with its age in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.desk.lists import filters
from marketplace.desk.scope import Scope
from marketplace.desk.union import in_sql
from marketplace.models import Mission, Need, Offer
from marketplace.rules import readings
from marketplace.rules.next_acts.patience import PATIENCE, papers_signed, waits_for_its_first_day
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
SINCE: dict[str, str] = {NeedStatus.SUBMITTED: "handed_in_at", NeedStatus.PUBLISHED: "published_at"}
CHANGED = "updated_at"  # what counts of the others
A_MONTH = timedelta(days=30)
MISSIONS = {
    MissionStatus.FRAMING: PATIENCE[MissionStatus.FRAMING],
    MissionStatus.AGREEMENT: PATIENCE[MissionStatus.AGREEMENT],
    MissionStatus.DOCUMENTS: PATIENCE[MissionStatus.DOCUMENTS],
    MissionStatus.RUNNING: None,
    MissionStatus.SUSPENDED: None,  # as long as both want
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
    rows: QuerySet[Need] = Need.objects.filter(
        Q(status__in=[NeedStatus.SUBMITTED, NeedStatus.PUBLISHED]) | settled, pole__in=scope.poles
    )
    rows = _filtered(rows, scope, "commune__department")
    numbers, counts = _oldest_of_each(rows)
    oldest = readings.with_handing_in(Need.objects.filter(pk__in=numbers))
    full = oldest.select_related("organisation", "coordinator")
    found = [(need, getattr(need, SINCE.get(need.status, CHANGED))) for need in full]
    found.sort(key=lambda one: (one[1], one[0].pk))
    return _columns(found, counts, NEEDS, scope)


def _oldest_of_each(rows: QuerySet[Need]) -> tuple[list[int], dict[str, int]]:
    """The numbers of the oldest needs of each state: an index has them in their order, and no more are read. And how many there
    are of each."""
    lists = [
        in_sql(
            readings.with_handing_in(rows.filter(status=status))
            .order_by(F(SINCE.get(status, CHANGED)).asc(), "pk")
            .values("pk")[:SHOWN]
        )
        for status in NEEDS
    ]
    counted, known = in_sql(rows.order_by().values("status").annotate(n=Count("*")))
    # Each in a question of its own: SQLite takes no part of a union with an order.
    parts = [f"SELECT oldest.pk, '', 0 FROM ({sql}) AS oldest" for sql, _values in lists]
    parts.append(f"SELECT 0, counted.status, counted.n FROM ({counted}) AS counted")
    values = [value for _sql, values in lists for value in values]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [*values, *known])
        found = cursor.fetchall()
    counts = {status: count for number, status, count in found if not number}
    return [number for number, _status, _count in found if number], counts


def missions(scope: Scope) -> list[Column]:
    """The columns of missions, without what is done at home under the reader."""
    at_home = Offer.at_home_under(scope.reader, at="offer__")
    rows = Mission.objects.filter(~at_home, need__pole__in=scope.poles, status__in=MISSIONS)
    numbered = (
        _filtered(rows, scope, "need__commune__department")
        .order_by()
        .annotate(
            nth=Window(RowNumber(), partition_by="status", order_by=["moved_at", "pk"]),
            of=Window(Count("pk"), partition_by="status"),
        )
    )
    oldest = list(
        numbered.filter(nth__lte=SHOWN)
        .order_by("status", "nth")
        .values_list("pk", "status", "moved_at", "of")
    )
    counts = {status: of for _pk, status, _since, of in oldest}
    chosen = Mission.objects.annotate(is_signed=papers_signed())
    chosen = chosen.select_related("need__organisation", "coordinator")
    full = chosen.in_bulk([pk for pk, *_rest in oldest])
    found = [(full[pk], since) for pk, _status, since, _of in oldest if pk in full]
    return _columns(found, counts, MISSIONS, scope)


def _filtered(rows: QuerySet, scope: Scope, department: str) -> QuerySet:
    if scope.department:
        rows = rows.filter(**{department: scope.department})
    return scope.theirs(rows)


def _columns(
    oldest: Iterable[tuple[Any, datetime]],
    counts: Mapping[str, int],
    patience: Mapping[Any, timedelta | None],
    scope: Scope,
) -> list[Column]:
    """The columns of the `oldest` rows of each state, in their order, each with the moment since when it stands there."""
    cards: dict[str, list[Card]] = {}
    today = timezone.localdate(scope.now)
    for row, since in oldest:
        if row.status not in patience:
            continue  # it left the board since the first question
        need = row.need if isinstance(row, Mission) else row
        if row.status == NeedStatus.SUBMITTED:
            ageing = _unread_for(since, scope.promised[need.pole_id], scope)
        elif isinstance(row, Mission) and waits_for_its_first_day(row, today):
            ageing = "calm"
        else:
            ageing = _ageing(scope.now - since, patience[row.status])
        card = Card(row, need.title, need.organisation.name, since, ageing)
        cards.setdefault(row.status, []).append(card)
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
