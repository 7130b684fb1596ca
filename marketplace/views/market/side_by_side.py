"""Those who could do a need in a table: a line a person, a column a condition."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.matching.definition import TELLING, Condition
from marketplace.matching.match import Match
from marketplace.matching.side_by_side import TIME, Cell, Wanted, cells_of
from marketplace.models import InTouch, Need, Proposal, Time
from marketplace.ranking.side_by_side import (
    A_PAGE,
    ALL,
    ANSWERS,
    ASKED,
    FIT,
    NEARLY,
    OWN,
    WORK,
    Order,
    SideBySide,
)
from marketplace.ranking.surroundings import Around
from marketplace.rules import ask_limits, service_levels
from marketplace.rules.in_turn import who_wait
from marketplace.rules.prepared import rows_for
from marketplace.states import ProposalStatus
from marketplace.views.market.changes import worth_telling
from marketplace.views.market.first_look import FirstLook, Sign
from marketplace.views.market.full_ones import FULL
from marketplace.views.market.gaps import NeedSide
from marketplace.views.market.in_turn import OFFER, ticked

CARDS, TABLE = "cartes", "tableau"
CHOSEN = "candidates_view"  # in the session: how this reader likes them
FEW = 3  # up to so many, cards say the most of each
SORT, WHO, WHOSE, PAGE = "tri", "voir", "temps", "page"
SAID = (ProposalStatus.OPEN, ProposalStatus.AGREED, ProposalStatus.DECLINED, ProposalStatus.UNANSWERED)  # fmt: skip


type Said = dict[int, Proposal]
"""The last proposal of each offer that was put forward for a need, as far as its reader may know."""


@dataclass(frozen=True)
class Row:
    """A person of the table. `asked` is their proposal for this need, which the reader may see."""

    match: Match
    cells: list[tuple[str, Cell]]  # each with the name of its column, for a phone
    asked: Proposal | None
    free_on: date | None
    waits: bool
    """Whether their turn comes in the list that the reader holds."""
    may_be_asked: bool
    door: str

    @property
    def lacks(self) -> bool:
        return any(cell.lacks for _label, cell in self.cells)

    def says(self, column: str) -> bool:
        return any(cell.column == column and cell.words for _label, cell in self.cells)

    def without(self, column: str) -> "Row":
        return replace(self, cells=[one for one in self.cells if one[1].column != column])


def is_refused(request: SignedInRequest) -> bool:
    """Whether the reader has chosen cards: the table needn't be made. What they choose is remembered."""
    chosen = request.GET.get("vue", "")
    if chosen in (CARDS, TABLE) and chosen != request.session.get(CHOSEN):
        request.session[CHOSEN] = chosen
    return request.session.get(CHOSEN) == CARDS


def is_wanted(request: SignedInRequest, found: SideBySide) -> bool:
    """Whether they have chosen the table; somebody who hasn't chosen sees it where there are more than a few."""
    is_asked = bool(request.GET.keys() & {SORT, WHO, WHOSE, PAGE, OFFER})
    return is_asked or request.session.get(CHOSEN) == TABLE or found.counts[ALL] > FEW


def found_for(request: SignedInRequest, around: Around, said: Said) -> SideBySide:
    asked = {name: request.GET.get(name, "")[:40] for name in (SORT, WHO, WHOSE, PAGE)}
    order = Order(asked[SORT], asked[WHO], asked[WHOSE], asked[PAGE])
    return ranking.side_by_side(around, order, in_touch=said.keys() - set(around.hidden))


def said_about(user: User, need: Need, look: FirstLook) -> tuple[Said, InTouch]:
    """And who is in touch of them, as `Proposal.objects.in_touch` says: who may read them is asked once."""
    if not look.has(Sign.PUT_FORWARD):
        return {}, InTouch(())
    rows = rows_for(user, _last_proposals, need.pk, timezone.localdate())
    in_touch = InTouch(one for one in reversed(rows) if one.not_to_ask)
    return {one.offer_id: one for one in rows}, in_touch


def _last_proposals(user: User, need: int, today: date) -> QuerySet[Proposal]:
    """Prepared: see common/prepared.py."""
    read = Proposal.objects.visible_to(user).filter(need=need, status__in=SAID)
    not_to_ask = Proposal.objects.not_to_ask(today).filter(pk=OuterRef("pk"))
    read = read.annotate(not_to_ask=Exists(not_to_ask.order_by()))
    return read.select_related("offer__person", "offer__organisation").order_by("pk")


def page(
    request: SignedInRequest, side: NeedSide, found: SideBySide, said: Said, context: dict[str, Any]
) -> HttpResponse:
    need = side.need
    asked = {name: request.GET.get(name, "")[:40] for name in (SORT, WHO, WHOSE, FULL)}
    heads = [*found.heads, *_own_heads()]
    waiting = (
        who_wait(request.user, need, side.origin_in_turn) if context["in_turn"] else set[int]()
    )
    rows = _rows(request.user, side, found, said, heads, waiting)
    if not any(row.says(ANSWERS) for row in rows):
        heads = [head for head in heads if head.column != ANSWERS]
        rows = [row.without(ANSWERS) for row in rows]
    numbers = [offer.pk for offer in ticked(request.user, request.GET)]
    nobody = found.counts[ALL] == 0 and not (asked[WHO] or asked[WHOSE])
    few = found.counts[FIT] < A_PAGE
    table = {
        "rows": rows,
        "page": found.page,
        **_ways(asked, heads, found, numbers),
        **_ticks(numbers, rows),
        "asks": any(row.may_be_asked for row in rows) and context["origin"] is not None,
        "changes": worth_telling(side, exact=context["can_explain"]) if few else [],
        "talk_url": reverse("need-talk", args=[need.pk]) if context["can_write"] else "",
        "empty": ranking.nobody_because(need, hidden=side.hidden)
        if nobody
        else (_("Nobody through these filters"), _("Take one away to see more.")),
    }
    return render(request, "marketplace/market/candidates_table.html", context | table)


def _ways(
    asked: dict[str, str], heads: list[Wanted], found: SideBySide, numbers: list[int]
) -> dict[str, Any]:
    """How else they may be shown, with the same people ticked."""
    sorts: list[dict[str, Any]] = [{"head": head, **_order(asked, head)} for head in heads]
    groups, times = _groups(asked, found), _times(asked)
    _keep([*groups, *times], numbers)
    return {
        "heads": sorts,
        "orders": [(head.column, head.label) for head in heads],  # a phone has no heads
        "sort": asked[SORT],
        "groups": groups,
        "times": times,
        "kept": [(name, value) for name, value in asked.items() if value and name != SORT],
    }


def _ticks(numbers: list[int], rows: list[Row]) -> dict[str, Any]:
    """Those who were ticked on the page before; `elsewhere`, those of them who aren't on this one."""
    here = {row.match.offer_id for row in rows if row.may_be_asked}
    return {"ticked": numbers, "elsewhere": [one for one in numbers if one not in here]}


def _keep(links: list[dict[str, Any]], numbers: list[int]) -> None:
    """Let each of these links keep who is ticked."""
    for link in links:
        link["url"] += "".join(f"&{OFFER}={one}" for one in numbers)


def _own_heads() -> list[Wanted]:
    return [
        Wanted(TIME, _("On whose time")),
        Wanted(ANSWERS, _("Answers")),
        Wanted(ASKED, _("Proposal")),
    ]


def _order(asked: dict[str, str], head: Wanted) -> dict[str, str]:
    """What a click on the head sorts by: the other way round, where the table is sorted by it. The best come first, be they
    the most or the least."""
    here = asked[SORT].removeprefix("-") == head.column
    turned = here and not asked[SORT].startswith("-")
    falls = head.most_first == turned
    return {
        "order": f"-{head.column}" if turned else head.column,
        "sorted": ("descending" if falls else "ascending") if here else "",
    }


def _query(asked: dict[str, str]) -> str:
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def _groups(asked: dict[str, str], found: SideBySide) -> list[dict[str, Any]]:
    labels = {
        ALL: _("all"),
        FIT: _("meet every condition"),
        NEARLY: _("fail a single one"),
    }
    return [
        {
            "label": label,
            "url": _query({**asked, WHO: who}),
            "active": asked[WHO] == who,
            "count": found.counts[who],
        }
        for who, label in labels.items()
    ]


def _times(asked: dict[str, str]) -> list[dict[str, Any]]:
    labels = {OWN: _("own time only"), WORK: _("working time only")}
    return [
        {
            "label": label,
            "url": _query({**asked, WHOSE: "" if asked[WHOSE] == time else time}),
            "active": asked[WHOSE] == time,
        }
        for time, label in labels.items()
    ]


def _rows(
    user: User,
    side: NeedSide,
    found: SideBySide,
    said: Said,
    heads: list[Wanted],
    waiting: set[int],
) -> list[Row]:
    offers = [match.offer for match in found.matches]
    resting = ask_limits.resting(offers, timezone.now(), reader=user)
    paces = service_levels.paces_of(one.in_the_name_of for one in offers)
    labels = {head.column: head.label for head in heads}
    made = []
    for match in found.matches:
        asked = said.get(match.offer_id) or side.in_touch.between(side.need.pk, match.offer)
        cells = [
            *cells_of(match.facts, match.speech, match.today),
            _whose_time(match),
            Cell(ANSWERS, _pace(match, paces)),
        ]
        free_on = resting.get(match.offer_id)
        waits = match.offer_id in waiting
        may = side.may_ask(match) and asked is None and free_on is None and not waits
        named = [(labels[cell.column], cell) for cell in cells]
        made.append(Row(match, named, asked, free_on, waits, may, side.ask_url(match)))
    return made


def _whose_time(match: Match) -> Cell:
    own = match.offer.time == Time.OWN
    words = _("own time") if own else _("working time")
    if lacks := bool(match.facts.fails & Condition.WHOSE):
        words = _("%(time)s, not welcomed") % {"time": words}
    return Cell(TIME, words, lacks)


def _pace(match: Match, paces: dict[int, str]) -> str:
    house = match.offer.in_the_name_of
    if house and (said := paces.get(house.pk)):
        return said
    quick = match.facts.parts["need"]["answers"] >= TELLING["answers"]
    return _("quickly") if quick else ""
