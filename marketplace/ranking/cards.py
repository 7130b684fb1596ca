"""From rows to cards: the numbers of needs and offers that the score reads."""

from collections.abc import Iterable

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organisation
from marketplace.matching.columns import FRENCH, NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import FORMATS, NEW_HERE, ON_SITE, REMOTE
from marketplace.matching.places import point
from marketplace.models import Mission, Need, Offer, Place, Proposal, Side, Time
from marketplace.models.matching import Standing
from marketplace.states import ProposalStatus

Form = Organisation.LegalForm
# Those that may usually receive gifts with a tax reduction (general tax code, art. 238 bis);
# for all others working time is matched too, but the structure's right has to be checked.
ELIGIBLE_FORMS = {
    Form.ASSOCIATION, Form.ASSOCIATION_RUP, Form.FOUNDATION, Form.ENDOWMENT, Form.PUBLIC,
}  # fmt: skip
PLACES = {Place.ON_SITE: ON_SITE, Place.REMOTE: REMOTE, Place.BOTH: ON_SITE | REMOTE}
MOST = 32_000  # what two bytes hold


def needs_to_card(needs: QuerySet[Need]) -> QuerySet[Need]:
    """With what a card of a need is made of, in a constant number of queries."""
    return needs.select_related("organisation", "commune").prefetch_related("wanted").annotate(
        **_standing(Side.NEED),
        taken=_count(Mission.objects.taking_a_place(), "need"),
        waiting=_count(Proposal.objects.filter(status=ProposalStatus.OPEN), "need"),
    )  # fmt: skip


def offers_to_card(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    return offers.select_related("organisation", "commune").prefetch_related(
        "held", "causes"
    ).annotate(
        **_standing(Side.OFFER),
        taken=_count(Mission.objects.taking_a_place(), "offer"),
        taken_hours=_of("offer", Mission.objects.taking_a_place(), Sum("need__hours")),
        waiting=_count(Proposal.objects.filter(status=ProposalStatus.OPEN), "offer"),
    )  # fmt: skip


def _standing(side: Side) -> dict:
    mine = Standing.objects.filter(side=side, number=OuterRef("pk"))
    return {
        "answers": _one(mine, "answers", NEW_HERE),
        "penalty": _one(mine, "penalty", 0),
    }


def _one(rows: QuerySet, field: str, otherwise: int):
    found = Subquery(rows.values(field)[:1], output_field=IntegerField())
    return Coalesce(found, Value(otherwise))


def _count(rows: QuerySet, owner: str):
    return _of(owner, rows, Count("pk"))


def _of(owner: str, rows: QuerySet, total):
    """A total of the rows that belong to the outer one: a subquery, so that totals don't multiply."""
    mine = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner).annotate(total=total)
    return Coalesce(Subquery(mine.values("total"), output_field=IntegerField()), Value(0))


def need_cards(needs: Iterable[Need], bits: dict[int, int]) -> Needs:
    return Needs.of((_need(need, bits), _wanted(need)) for need in needs)


def offer_cards(offers: Iterable[Offer], bits: dict[int, int]) -> Offers:
    return Offers.of((_offer(offer, bits), _held(offer)) for offer in offers)


def _need(need: Need, bits: dict[int, int]) -> dict:
    x, y, z = point(*need.commune.position)
    published = timezone.localdate(need.published_at or need.created_at)
    return {
        "id": need.pk,
        "organisation": need.organisation_id,
        "pole": need.pole_id,
        "causes": bits.get(need.cause_id, 0),
        "x": x, "y": y, "z": z,
        "start": need.starts_on.toordinal(),
        "end": need.ends_on.toordinal(),
        "hours": need.hours,
        "format": FORMATS.index(need.format),
        "since": published.toordinal(),
        "answers": need.answers,
        "penalty": need.penalty,
        "room": _small(need.places - need.taken),
        "asked": _small(need.waiting),
        "place": PLACES[Place(need.place)],
        "languages": FRENCH,
        "eligible": need.organisation.legal_form in ELIGIBLE_FORMS,
    }  # fmt: skip


def _offer(offer: Offer, bits: dict[int, int]) -> dict:
    x, y, z = point(*offer.commune.position)
    return {
        "id": offer.pk,
        "organisation": offer.organisation_id or NOBODY,
        "pole": offer.pole_id,
        "causes": sum({bits.get(cause.pk, 0) for cause in offer.causes.all()}),
        "x": x, "y": y, "z": z,
        "reach": offer.radius_km * 1_000,
        "start": offer.starts_on.toordinal(),
        "end": offer.ends_on.toordinal(),
        "hours": offer.hours - offer.taken_hours,
        "answers": offer.answers,
        "penalty": offer.penalty,
        "room": _small(offer.capacity - offer.taken),
        "asked": _small(offer.waiting),
        "place": PLACES[Place(offer.place)],
        "weekdays": offer.weekdays,
        "languages": FRENCH,
        "work": offer.time == Time.WORK,
    }  # fmt: skip


def _wanted(need: Need) -> list[Skilled]:
    return [Skilled(row.skill_id, row.level, row.required) for row in need.wanted.all()]


def _held(offer: Offer) -> list[Skilled]:
    return [Skilled(row.skill_id, row.level) for row in offer.held.all()]


def _small(number: int) -> int:
    return max(-MOST, min(number, MOST))
