"""A year of one organisation: what a company gave, what a structure received."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Organisation
from marketplace.models import Document, HoursEntry, Mission, Review, Time


@dataclass(frozen=True)
class OrganisationYear:
    """A year of an organisation. `hours` are the confirmed ones; `people` counts each person once; `others` are the
    organisations with which it worked."""

    year: int
    missions: list[Mission]
    people: int
    others: list[str]
    hours: Decimal
    by_cause: list[tuple[str, Decimal]]
    by_territory: list[tuple[str, Decimal]]
    by_regime: list[tuple[str, Decimal]]
    receipts: int
    value: Decimal
    rating: Decimal | None
    reviews: int

    @property
    def is_empty(self) -> bool:
        return not self.missions and not self.receipts


def given_by(company: Organisation, year: int) -> OrganisationYear:
    """What a company gave on working time. What its people do on their own time isn't shown to it."""
    missions = Mission.objects.filter(offer__organisation=company, offer__time=Time.WORK)
    receipts = Document.objects.receipts().standing().filter(donor=company, year=year)
    return _year(missions, receipts, year, lambda mission: mission.need.organisation.name)


def received_by(structure: Organisation, year: int) -> OrganisationYear:
    missions = Mission.objects.filter(need__organisation=structure)
    receipts = Document.objects.receipts().standing().filter(organisation=structure, year=year)
    return _year(missions, receipts, year, _giver)


def _giver(mission: Mission) -> str:
    """The name of the company that lent somebody; "" for a mission on own time, whose employer isn't named."""
    company = mission.offer.organisation
    return company.name if company and mission.offer.time == Time.WORK else ""


def _year(
    missions: QuerySet, receipts: QuerySet, year: int, other: Callable[[Mission], str]
) -> OrganisationYear:
    """The year of these missions: those that began in it, or in which hours were given in it."""
    entries = HoursEntry.objects.confirmed().filter(mission__in=missions, day__year=year)
    of_the_year = list(
        missions.filter(Q(started_at__year=year) | Q(pk__in=entries.values("mission")))
        .select_related("need__organisation", "need__cause", "need__commune__department")
        .select_related("offer__organisation", "offer__person")
        .order_by("started_at", "pk")
    )
    hours = dict(entries.order_by().values_list("mission").annotate(total=Sum("hours")))
    # A team's offer names nobody: those who gave hours are its people.
    people = {mission.offer.person_id for mission in of_the_year} - {None}
    people.update(entries.order_by().values_list("person", flat=True).distinct())
    reviews = Review.objects.filter(mission__in=of_the_year).opened(timezone.now())
    marks = list(reviews.values_list("rating", flat=True))
    return OrganisationYear(
        year=year,
        missions=of_the_year,
        people=len(people),
        others=sorted({other(mission) for mission in of_the_year} - {""}),
        hours=sum(hours.values(), Decimal(0)),
        by_cause=_shared(of_the_year, hours, lambda m: str(m.need.cause)),
        by_territory=_shared(of_the_year, hours, lambda m: str(m.need.commune.department)),
        by_regime=_shared(of_the_year, hours, lambda m: m.get_regime_display()),
        receipts=receipts.count(),
        value=receipts.aggregate(total=Sum("amount"))["total"] or Decimal(0),
        rating=Decimal(sum(marks)) / len(marks) if marks else None,
        reviews=len(marks),
    )


def _shared(
    missions: Iterable[Mission], hours: dict[int, Decimal], name: Callable[[Mission], str]
) -> list[tuple[str, Decimal]]:
    """The hours of the missions added up by name, the most first."""
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for mission in missions:
        shares[name(mission)] += hours.get(mission.pk, Decimal(0))
    return sorted(
        ((words, total) for words, total in shares.items() if total),
        key=lambda share: (-share[1], share[0]),
    )
