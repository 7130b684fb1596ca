"""The index: kept in the transaction of each change, so that a search reads what is true now."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from marketplace.matching.columns import Cards
from marketplace.matching.everything import signature
from marketplace.matching.kinship import key_of
from marketplace.models import Need, Offer
from marketplace.models.matching import NeedPosting, OfferPosting, Posting, SkillRarity
from marketplace.ranking import book, cards

BATCH = 2_000
TABLES = (NeedPosting, OfferPosting)


def index_offers(numbers: Iterable[int]) -> None:
    """Write the postings of these offers anew; those that aren't open have none."""
    wanted = list(numbers)
    with transaction.atomic():
        OfferPosting.objects.filter(offer__in=wanted).delete()
        offers = list(cards.offers_to_card(Offer.objects.published().filter(pk__in=wanted)))
        made = cards.offer_cards(offers, book.bits(give=True))
        OfferPosting.objects.bulk_create(
            OfferPosting(
                offer=offer,
                reach_squared=(offer.radius_km * 1_000 + 1) ** 2,
                stamp=offer.updated_at,
                **posting,
            )
            for row, offer in enumerate(offers)
            for posting in _postings(made, row)
        )


def index_needs(numbers: Iterable[int]) -> None:
    wanted = list(numbers)
    with transaction.atomic():
        NeedPosting.objects.filter(need__in=wanted).delete()
        needs = list(cards.needs_to_card(Need.objects.published().filter(pk__in=wanted)))
        made = cards.need_cards(needs, book.bits(give=True))
        holders = dict(SkillRarity.objects.values_list("skill_id", "holders"))
        NeedPosting.objects.bulk_create(
            NeedPosting(
                need=need,
                anchor=posting["key"] >> 2 in anchors,
                stamp=need.updated_at,
                **posting,
            )
            for row, need in enumerate(needs)
            for anchors in [_anchors(need, holders)]
            for posting in _postings(made, row)
        )


def _anchors(need: Need, holders: dict[int, int]) -> set[int]:
    """The rarest required skill: nobody matches without it. All, when all are only welcome."""
    wanted = list(need.wanted.all())
    required = [row.skill_id for row in wanted if row.required]
    if not required:
        return {row.skill_id for row in wanted}
    return {min(required, key=lambda skill: (holders.get(skill, 0), skill))}


def _postings(made: Cards, row: int) -> Iterable[dict]:
    card = made.rows[row]
    held = slice(made.starts[row], made.starts[row + 1])
    keys = [
        key_of(*pair)
        for pair in zip(made.skill[held].tolist(), made.level[held].tolist(), strict=True)
    ]
    shared = {
        "pole_id": int(card["pole"]),
        "first": int(card["start"]),
        "last": int(card["end"]),
        "place": int(card["place"]),
        "x": int(card["x"]),
        "y": int(card["y"]),
        "z": int(card["z"]),
        "holds": signature(keys),
        "card": card.tobytes(),
        "skills": made.packed[held].tobytes(),
    }
    for place, key in enumerate(keys):
        yield shared | {"key": key, "lead": place == 0}


def reconcile(batch: int = BATCH) -> tuple[list[int], list[int]]:
    """Find and mend what the index has wrong, whoever forgot to tell it: (needs, offers) mended.

    Suspended organisations, rows changed by hand, demo data: the sweep calls this each minute.
    """
    needs = _astray(Need.objects.published(), NeedPosting, "need", "wanted")[:batch]
    offers = _astray(Offer.objects.published(), OfferPosting, "offer", "held")[:batch]
    index_needs(needs)
    index_offers(offers)
    return needs, offers


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


def rebuild(batch: int = BATCH) -> None:
    """All of it, batch by batch, in the order of the numbers."""
    for model, write in ((Need, index_needs), (Offer, index_offers)):
        last = 0
        while numbers := list(
            model._default_manager.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:batch]
        ):
            write(numbers)
            last = numbers[-1]
