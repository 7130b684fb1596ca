"""The index of needs and offers: written in the transaction of each change, so that a search reads what is true
now."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import compress

import numpy as np
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import GroupTie, OrganisationStep
from marketplace.matching.columns import Cards, Needs, Offers
from marketplace.matching.in_memory import anchors, signature
from marketplace.matching.places import span_of
from marketplace.matching.skill_graph import key_of
from marketplace.models import Carrier, Need, Offer, Side
from marketplace.models.market.matching import NeedPosting, OfferPosting, Posting, SkillRarity
from marketplace.ranking import bulk, cards
from notifications.faults import in_halves

ACT = "matching"  # by its name in the schedule
BATCH = 2_000
MANY = 200
LOOKED_AT_AGAIN = timedelta(days=2)
TABLES = (NeedPosting, OfferPosting)


def index_offers(numbers: Iterable[int]) -> None:
    """Write the postings of these offers anew; those that aren't open have none."""
    wanted = sorted(numbers)
    with transaction.atomic(savepoint=False):
        _alone_with(OfferPosting, wanted)
        OfferPosting.objects.filter(offer__in=wanted).delete()
        made, stamps = cards.of_offers(wanted, live=True, give_bits=True)
        if not stamps:
            return
        reaches = (made["reach"] + 1).tolist()
        _insert(
            OfferPosting,
            ("offer_id", "stamp", "reach_squared", "span"),
            (
                (*posting, number, stamps[number], reaches[row] ** 2, span_of(reaches[row]))
                for row, number in enumerate(made.rows["id"].tolist())
                for posting, _skill in _postings(made, row)
            ),
        )


def index_needs(numbers: Iterable[int]) -> None:
    wanted = sorted(numbers)
    with transaction.atomic(savepoint=False):
        _alone_with(NeedPosting, wanted)
        NeedPosting.objects.filter(need__in=wanted).delete()
        made, stamps = cards.of_needs(wanted, live=True, give_bits=True)
        if not stamps:
            return
        under = anchors(made, dict(SkillRarity.objects.values_list("skill_id", "holders")))
        _insert(
            NeedPosting,
            ("need_id", "stamp", "anchor", "at"),
            (
                (*posting, number, stamps[number], bool(under[skill]), at)
                for row, number in enumerate(made.rows["id"].tolist())
                for at, beside in enumerate([None, *made.carried.of_one(number)])
                for posting, skill in _postings(made, row, beside)
            ),
        )


def _alone_with(table: type[Posting], numbers: list[int]) -> None:
    """Lock these cards, so that nobody else writes them.

    On PostgreSQL two writers at once would each delete only the rows that they see, and
    clash as they insert; SQLite has one writer at a time. There is a lock for each owner,
    and the whole table is locked for many, since the database has room for a few thousand
    locks only.
    """
    if connection.vendor != "postgresql" or not numbers:
        return
    with connection.cursor() as cursor:
        if len(numbers) > MANY:
            cursor.execute(f"LOCK TABLE {table._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        else:
            which = f"hashtext('{table._meta.db_table}')"
            several = ", ".join(
                f"pg_advisory_xact_lock({which}, {int(n) % 2**31})" for n in numbers
            )
            cursor.execute(f"SELECT {several}")


COLUMNS = (
    "pole_id", "first", "last", "place", "x", "y", "z", "holds", "card", "skills", "key", "lead",
)  # fmt: skip


def _insert(table: type[Posting], more: tuple[str, ...], rows: Iterable[tuple]) -> None:
    names = (*COLUMNS, *more)
    adapt = connection.ops.adapt_datetimefield_value
    stamp = names.index("stamp")
    bulk.insert(
        table._meta.db_table,
        names,
        ((*row[:stamp], adapt(row[stamp]), *row[stamp + 1 :]) for row in rows),
    )


def _postings(made: Cards, row: int, beside: np.void | None = None) -> Iterator[tuple[tuple, int]]:
    """The postings of a card, one for each skill, each with the position of that skill among all; `beside`: where another lies
    that carries the need, so that who may come there finds the card too."""
    card, held = made.rows[row], slice(int(made.starts[row]), int(made.starts[row + 1]))
    pairs = zip(made.skill[held].tolist(), made.level[held].tolist(), strict=True)
    keys = [key_of(*pair) for pair in pairs]
    holds = signature(compress(keys, made.required[held].tolist()))
    whole, there = made.stored(row), card if beside is None else beside
    filters = [int(card[name]) for name in ("pole", "start", "end", "place")]
    filters += [int(there[axis]) for axis in "xyz"]
    for place, key in enumerate(keys):
        lead = place == 0 and beside is None
        yield (*filters, holds, *whole, key, lead), held.start + place


def reconcile(batch: int = BATCH) -> tuple[list[int], list[int]]:
    """Find and mend what is wrong in the index: suspended organisations, rows changed by hand, demo data. Returns
    the numbers of the needs and of the offers mended. The sweep calls this each minute."""
    needs = _astray(Need.objects.published(), NeedPosting, "need", "wanted")[:batch]
    needs += _behind(Side.NEED, "eligible", _corrected())
    needs += _behind(Side.NEED, "organisation", _regrouped())
    needs += _carried_otherwise()
    offers = _astray(Offer.objects.published(), OfferPosting, "offer", "held")[:batch]
    offers += _behind(Side.OFFER, "work", _corrected())
    offers += _behind(Side.OFFER, "organisation", _regrouped())
    return (
        in_halves(ACT, needs, index_needs, row_of=lambda number: Need(pk=number)),
        in_halves(ACT, offers, index_offers, row_of=lambda number: Offer(pk=number)),
    )


def _astray(live: QuerySet, postings: type[Posting], owner: str, skills: str) -> list[int]:
    mine = postings._default_manager.filter(**{owner: OuterRef("pk")}, lead=True)
    fresh = mine.filter(stamp__gte=OuterRef("updated_at"))
    changed = live.filter(~Exists(fresh)).filter(
        Q(Exists(mine)) | Q(**{f"{skills}__isnull": False})
    )
    gone = postings._default_manager.filter(lead=True).exclude(
        **{f"{owner}__in": live.values("pk")}
    )
    found = {*changed.values_list("pk", flat=True), *gone.values_list(f"{owner}_id", flat=True)}
    return sorted(found)


def _corrected() -> QuerySet:
    """The organisations that have lately had their legal form corrected, which their cards follow."""
    since = timezone.now() - LOOKED_AT_AGAIN
    return OrganisationStep.objects.filter(before=F("after"), at__gte=since).values("organisation")


def _regrouped() -> QuerySet:
    """The organisations that have lately joined or left a group: what somebody writes at that moment doesn't see it."""
    since = timezone.now() - LOOKED_AT_AGAIN
    moved = GroupTie.objects.filter(Q(agreed_at__gte=since) | Q(ended_at__gte=since))
    return moved.values("member")


def _behind(side: Side, column: str, organisations: QuerySet) -> list[int]:
    """The rows of these organisations whose cards say otherwise in this column, though the rows themselves haven't
    changed."""
    postings, model, read, made_of = _OF_SIDE[side]
    owner = model._meta.model_name
    mine = postings._default_manager.filter(
        **{f"{owner}__organisation__in": organisations}, lead=True
    )
    if not (told := list(mine.values_list(f"{owner}_id", "card"))):
        return []
    known = {row: int(np.frombuffer(bytes(card), read.dtype)[column][0]) for row, card in told}
    made, _stamps = made_of(model._default_manager.filter(pk__in=known))
    true = zip(made["id"].tolist(), made[column].tolist(), strict=True)
    return [row for row, value in true if int(value) != known[row]]


def _carried_otherwise() -> list[int]:
    """The needs whose cards say otherwise who carries them, of which house these are, and where: they have moved, or joined
    or left a group, since the card was written."""
    live = Need.objects.published().filter(
        Exists(Carrier.objects.agreed().filter(need=OuterRef("pk")))
    )
    mine = NeedPosting.objects.filter(need__in=live.values("pk"), lead=True)
    told = list(mine.values_list("need_id", "card", "skills"))
    if not told:
        return []
    made, _stamps = cards.of_needs([row for row, *_card in told])
    stands = {row: Needs.read(bytes(card), bytes(skills)) for row, card, skills in told}
    return [
        number
        for number in made["id"].tolist()
        if made.carried.of_one(number).tobytes() != stands[number].carried.of_one(number).tobytes()
    ]


_OF_SIDE: dict[Side, tuple[type[Posting], type[Need | Offer], type[Cards], Callable]] = {
    Side.NEED: (NeedPosting, Need, Needs, cards.of_needs),
    Side.OFFER: (OfferPosting, Offer, Offers, cards.of_offers),
}


def rebuild(batch: int = BATCH) -> None:
    """Write the whole index anew, batch by batch, in the order of the numbers."""
    for model, write in ((Need, index_needs), (Offer, index_offers)):
        last = 0
        while numbers := list(
            model._default_manager.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:batch]
        ):
            write(numbers)
            last = numbers[-1]
