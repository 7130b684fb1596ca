"""What cards are made of beside their rows: what is taken and asked, skills and causes. Of many rows of one side, or at once of
a need and of the offers that a page compares with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, QuerySet, Sum, Value

from common import prepared
from marketplace.matching.columns import Skilled
from marketplace.models import Mission, NeedSkill, Offer, OfferSkill, Proposal, Side, Standing
from marketplace.models.market.matching import CauseBit
from marketplace.models.missions import places
from marketplace.states import ProposalStatus

COUNTED = {1: ("taken", "hours"), 2: ("asked",), 3: ("answers", "penalty")}
WANTED, HELD, CHOSEN, BIT = range(4)
NOT_REQUIRED = Value(False, output_field=BooleanField())

type Loads = dict[int, dict[str, int]]
type Bits = dict[int, int]  # of the causes, by their numbers


class Parts(NamedTuple):
    """By the numbers of the needs or offers; the causes are those of offers."""

    loads: Loads
    skills: dict[int, list[Skilled]]
    causes: dict[int, list[int]]


def of_needs(numbers: list[int]) -> Parts:
    loads = _loads(prepared.rows(_counted, numbers, True))
    return Parts(loads, _skills(prepared.rows(_wanted, numbers)), {})


def of_offers(numbers: list[int]) -> Parts:
    loads = _loads(prepared.rows(_counted, numbers, False))
    return Parts(
        loads, _skills(prepared.rows(_held, numbers)), _causes(prepared.rows(_chosen, numbers))
    )


def of_both(need: int, offers: list[int]) -> tuple[Parts, Parts, Bits]:
    """Of a need, of offers, and the bits of the causes: in two questions rather than six."""
    counted = prepared.rows(_counted_of_both, [need], offers)
    rows = prepared.rows(_skills_of_both, [need], offers)
    wanted = sorted(_only(WANTED, rows), key=lambda row: (not row[3], -row[2], row[4]))
    held = sorted(_only(HELD, rows), key=lambda row: (-row[2], row[4]))
    return (
        Parts(_loads(_only(True, counted)), _skills(row[:4] for row in wanted), {}),
        Parts(
            _loads(_only(False, counted)),
            _skills(row[:3] for row in held),
            _causes(row[:2] for row in _only(CHOSEN, rows)),
        ),
        {cause: 1 << bit for cause, bit, *_rest in _only(BIT, rows)},
    )


def _only(what: int, rows: Iterable[tuple]) -> list[tuple]:
    return [row[1:] for row in rows if row[0] == what]


# --- what is taken, asked, and the standing ------------------------------------------------------
def _loads(rows: Iterable[tuple]) -> Loads:
    """For each number, what is taken, what is asked, and its standing: one query for the three."""
    loads: Loads = defaultdict(dict)
    for number, what, *counts in rows:
        loads[number] |= zip(COUNTED[what], counts, strict=False)
    return loads


def _counted(numbers: Sequence[int], of_needs: bool) -> QuerySet:
    """Prepared, as are those below (common/prepared.py): each change of a need or an offer asks them."""
    first, *others = _counts(numbers, of_needs=of_needs)
    return first.union(*others, all=True).order_by()


def _counted_of_both(needs: Sequence[int], offers: Sequence[int]) -> QuerySet:
    first, *others = (
        *_counts(needs, Value(1), of_needs=True),
        *_counts(offers, Value(0), of_needs=False),
    )
    return first.union(*others, all=True).order_by()


def _counts(numbers: Sequence[int], *side: Value, of_needs: bool) -> list[QuerySet]:
    owner = "need_id" if of_needs else "offer_id"
    engaged = Mission.objects.taking_a_place() if of_needs else places.of_offers()
    taken = engaged.filter(**{f"{owner}__in": numbers}).order_by()
    asked = Proposal.objects.filter(status=ProposalStatus.OPEN, **{f"{owner}__in": numbers})
    standings = Standing.objects.filter(
        side=Side.NEED if of_needs else Side.OFFER, number__in=numbers
    ).order_by()
    return [
        taken.values_list(*side, owner).annotate(
            what=Value(1), one=Count("pk"), other=Sum("sheet__hours")
        ),
        asked.order_by()
        .values_list(*side, owner)
        .annotate(what=Value(2), one=Count("pk"), other=Value(0)),
        standings.values_list(*side, "number", Value(3), "answers", "penalty"),
    ]


# --- skills and causes -----------------------------------------------------------------------------
def _skills(rows: Iterable[tuple]) -> dict[int, list[Skilled]]:
    found: dict[int, list[Skilled]] = defaultdict(list)
    for number, *skill in rows:
        found[number].append(Skilled(*skill))
    return found


def _causes(rows: Iterable[tuple]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for offer, cause in rows:
        found[offer].append(cause)
    return found


def _wanted(needs: Sequence[int]) -> QuerySet:
    rows = NeedSkill.objects.filter(need__in=needs).order_by("-required", "-level", "pk")
    return rows.values_list("need_id", "skill_id", "level", "required")


def _held(offers: Sequence[int]) -> QuerySet:
    rows = OfferSkill.objects.filter(offer__in=offers).order_by("-level", "pk")
    return rows.values_list("offer_id", "skill_id", "level")


def _chosen(offers: Sequence[int]) -> QuerySet:
    chosen = Offer.causes.through.objects.filter(offer__in=offers)
    return chosen.values_list("offer_id", "cause_id")


def _skills_of_both(needs: Sequence[int], offers: Sequence[int]) -> QuerySet:
    """Each row with what it is of, and its number: by that they are put in order."""
    wanted: Any = NeedSkill.objects.filter(need__in=needs)
    held = OfferSkill.objects.filter(offer__in=offers)
    none = (Value(0), NOT_REQUIRED, Value(0))
    rows = [
        wanted.values_list(Value(WANTED), "need_id", "skill_id", "level", "required", "pk"),
        held.values_list(Value(HELD), "offer_id", "skill_id", "level", NOT_REQUIRED, "pk"),
        _chosen(offers).values_list(Value(CHOSEN), "offer_id", "cause_id", *none),
        CauseBit.objects.values_list(Value(BIT), "cause_id", "bit", *none),
    ]
    first, *others = (some.order_by() for some in rows)
    return first.union(*others, all=True).order_by()
