"""Kept lists: the best twenty of each open need and offer, for home pages, letters and
the desk.

An edit changes the list of what was edited, and those of the other side that it
enters or leaves; only differences are written. A few more than twenty are kept, so
that a list that loses members is made again only once it has lost the spare ones. A
list with fewer than twenty holds all that match; a longer one may not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone

from marketplace.matching.kernel import Verdict, codes_of, points_of, telling_parts
from marketplace.models import FullRun, KeptMatch, Need, Offer, Side, StaleMark
from marketplace.ranking import bulk, live, search, snapshot
from marketplace.ranking.index import ACT
from marketplace.ranking.live import TOP, Asked
from notifications.faults import Rows

SPARE = 5
ONE_AT_A_TIME = 0x7472616974  # the number of our lock in PostgreSQL
TABLE = KeptMatch._meta.db_table
MODELS: dict[Side, type[Need] | type[Offer]] = {Side.NEED: Need, Side.OFFER: Offer}

type Line = tuple[int, str]
type Lines = dict[int, Line]
"""By the number of the other side: score and codes of reasons."""


@dataclass(frozen=True)
class Half:
    """The names that differ between the lists of needs and those of offers."""

    side: Side
    owner: str
    other: str

    @property
    def whose(self) -> str:
        """The side as the score names it: "need" or "offer"."""
        return "need" if self is NEEDS else "offer"

    @property
    def turned(self) -> "Half":
        return OFFERS if self is NEEDS else NEEDS


NEEDS = Half(Side.NEED, "need_id", "offer_id")
OFFERS = Half(Side.OFFER, "offer_id", "need_id")
HALVES = {Side.NEED: NEEDS, Side.OFFER: OFFERS}


def refresh_marks(each: Rows | None = None, limit: int = 200) -> int:
    """Make the marked lists again, the oldest mark first, each in its own transaction. Returns how many were tried."""
    snapshot.read()  # for the whole batch: what is read inside a transaction isn't kept
    if not _a_full_run_is_at_work():
        StaleMark.objects.exclude(done_at=None).update(done_at=None)
    each = each or Rows(ACT)
    waiting = StaleMark.objects.filter(done_at=None).exclude(_aside(each))
    marks = list(waiting.order_by("marked_at", "pk")[:limit])
    for mark in marks:
        each.treat(MODELS[Side(mark.side)](pk=mark.number), partial(_refresh_mark, mark))
    return len(marks)


def _aside(each: Rows) -> Q:
    """The marks that have failed in this run; they wait for the next one."""
    wrong = Q(pk=None)
    for side, model in MODELS.items():
        kind = model._meta.label_lower
        wrong |= Q(side=side, number__in=[int(pk) for of, pk in each.failed if of == kind])
    return wrong


def _refresh_mark(mark: StaleMark) -> None:
    alone()
    refresh(HALVES[Side(mark.side)], mark.number)
    # Marked once more meanwhile: it has another turn, and stays.
    done = StaleMark.objects.filter(pk=mark.pk, turn=mark.turn)
    if _a_full_run_is_at_work():
        done.update(done_at=timezone.now())
    else:
        done.delete()


def _a_full_run_is_at_work() -> bool:
    """Whether a full run is unfinished: it read everything when it began, and may yet write over what was made
    since."""
    return FullRun.objects.filter(finished_at=None).exists()


def alone(*, shared: bool = False) -> None:
    """Take a lock until the end of the transaction, so that nobody else patches lists. SQLite, which has one writer
    at a time, needs none."""
    if connection.vendor == "postgresql":
        suffix = "_shared" if shared else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{suffix}({ONE_AT_A_TIME})")


def refresh(half: Half, number: int) -> None:
    """Make the list of one need or offer again, and its place in the lists of the other side."""
    verdict = _verdict(half, number)
    write(half, {number: _lines(verdict, half, top=TOP + SPARE) if verdict else {}})
    _patch(half.turned, number, _lines(verdict, half.turned, of=half) if verdict else {})


def best(lines: Lines) -> Lines:
    """The first twenty and a few spare ones: the highest score first, then the older row."""
    order = sorted(lines, key=lambda other: (-lines[other][0], other))
    return {other: lines[other] for other in order[: TOP + SPARE]}


def _verdict(half: Half, number: int) -> Verdict | None:
    """The verdict against all that may match; None when the row isn't open any more."""
    asked = _asked(half, number)
    if asked is None:
        return None
    how: Callable = search.offers_matching if half is NEEDS else search.needs_matching
    return asked.verdict(live.search_for(how, asked))


def _asked(half: Half, number: int) -> Asked | None:
    if half is NEEDS:
        need = Need.objects.published().filter(pk=number).first()
        return live.ask_for_need(need) if need else None
    offer = Offer.objects.published().filter(pk=number).first()
    return live.ask_for_offer(offer) if offer else None


def _lines(verdict: Verdict, half: Half, of: Half | None = None, top: int | None = None) -> Lines:
    """The pairs that match (all, or the `top` best) by the number of the other end, with their score and the
    reasons of the side whose list it is."""
    verdict, rows = verdict.reckoned(verdict.fit if top is None else verdict.matches(top))
    cards = verdict.offers if (of or half) is NEEDS else verdict.needs
    points = points_of(verdict, rows, half.whose)
    codes = map(codes_of, telling_parts(verdict, points, half.whose).tolist())
    lines = zip(verdict.score[rows].tolist(), codes, strict=True)
    return dict(zip(cards["id"][rows].tolist(), lines, strict=True))


def _patch(half: Half, other: int, lines: Lines) -> None:
    """Change the lists of the other side that this one enters, stays in or leaves. `lines` are given by the owner
    of the list."""
    members = set(
        KeptMatch.objects.filter(side=half.side, **{half.other: other}).values_list(
            half.owner, flat=True
        )
    )
    entering = _entered(half, lines) - members
    after: dict[int, Lines] = {}
    for owner, known in read(half, members | entering).items():
        patched = _patched(known, other, lines.get(owner))
        lost = len(known) >= TOP > len(patched)
        after[owner] = _made_again(half, owner) if lost else patched
    write(half, after)


def _patched(known: Lines, other: int, line: Line | None) -> Lines:
    """A list with this line in its place; without it when it no longer matches, or when one that the list doesn't
    know may be better."""
    rest = {number: kept for number, kept in known.items() if number != other}
    if line is None or (len(known) >= TOP and _falls_behind(other, line, rest)):
        return rest
    return best(rest | {other: line})


def _falls_behind(other: int, line: Line, rest: Lines) -> bool:
    return all((-line[0], other) > (-score, number) for number, (score, _codes) in rest.items())


def _made_again(half: Half, owner: int) -> Lines:
    verdict = _verdict(half, owner)
    return _lines(verdict, half, top=TOP + SPARE) if verdict else {}


def _entered(half: Half, lines: Lines) -> set[int]:
    """The owners whose list has room, or whose last score is no higher than this one's."""
    edges = (
        KeptMatch.objects.filter(side=half.side, **{f"{half.owner}__in": list(lines)})
        .order_by()
        .values_list(half.owner)
        .annotate(size=Count("pk"), low=Min("score"))
    )
    full = {owner: low for owner, size, low in edges if size >= TOP}
    return {owner for owner, (score, _codes) in lines.items() if score >= full.get(owner, 0)}


def read(half: Half, owners: Iterable[int]) -> dict[int, Lines]:
    found: dict[int, Lines] = {owner: {} for owner in owners}
    rows = KeptMatch.objects.filter(side=half.side, **{f"{half.owner}__in": list(found)})
    for owner, other, score, reasons in rows.values_list(
        half.owner, half.other, "score", "reasons"
    ).order_by():
        found[owner][other] = (score, reasons)
    return found


def write(half: Half, lists: dict[int, Lines]) -> int:
    """Write the lists: only the lines that differ. Returns how many rows."""
    kept = read(half, lists)
    gone, new = [], []
    for owner, after in lists.items():
        before = kept[owner]
        gone += [(owner, other) for other in before.keys() - after.keys()]
        new += [(owner, other, *line) for other, line in after.items() if before.get(other) != line]
    _delete(half, gone)
    _upsert(half, new)
    return len(gone) + len(new)


def _delete(half: Half, gone: list[tuple[int, int]]) -> None:
    bulk.run(
        f"DELETE FROM {TABLE} WHERE side = '{half.side}'"
        f" AND ({half.owner}, {half.other}) IN ({{values}})",
        ("bigint", "bigint"),
        gone,
    )


def _upsert(half: Half, new: list[tuple]) -> None:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    bulk.run(
        f"INSERT INTO {TABLE} ({half.owner}, {half.other}, score, reasons, side, found_at)"
        f" SELECT given.*, '{half.side}', '{now}' FROM ({{values}}) AS given WHERE true"
        f" ON CONFLICT (need_id, side, offer_id)"
        f" DO UPDATE SET score = excluded.score, reasons = excluded.reasons",
        ("bigint", "bigint", "integer", "varchar"),
        new,
    )
