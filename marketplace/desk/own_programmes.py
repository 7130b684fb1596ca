"""What an employer's programmes still give somebody this year, for the first page of its employees. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Q, When

from accounts.models import Membership, Organisation, User
from common.numbers import chosen_by
from marketplace.models import CompanyProgramme, Employee, Offer, Time
from marketplace.rules import lenders, programme_hours, programme_quota
from marketplace.rules.programme_hours import Taken
from marketplace.states import OfferStatus


@dataclass(frozen=True)
class OwnProgramme:
    """`left`: days of this year that no mission takes yet; `not_yet`: why it isn't open to them today, as sentences;
    `places`: how many are left of the whole, None where they aren't counted. `is_theirs`: whether its conditions are known
    to be met; how many days are left is told to nobody else."""

    programme: CompanyProgramme
    year: int
    left: Decimal
    not_yet: list[str]
    offer: Offer | None
    places: int | None
    declared: str = ""  # of the contract and the entry date, what isn't confirmed yet
    is_theirs: bool = True

    @property
    def given(self) -> Decimal:
        return self.programme.days_per_year

    @property
    def whole_days(self) -> int:
        """By which a language chooses between one day and several."""
        return chosen_by(self.left)


def of(user: User, memberships: Iterable[Membership], *, today: date) -> list[OwnProgramme]:
    """The programmes that are open today where this person is a plain employee, and what they have offered there."""
    companies = [
        row.organisation
        for row in memberships
        if not row.represents and row.organisation.is_active and row.organisation.may_offer
    ]
    if not companies:
        return []
    return _open_to(user, companies, today)


def one(user: User, programme: CompanyProgramme, *, today: date) -> "OwnProgramme | None":
    """The same of one programme, for whoever works there; None where it isn't open today."""
    if not programme.organisation.is_active:
        return None
    if lenders.why_not(programme.organisation, today):
        return None
    if not CompanyProgramme.objects.open_on(today).filter(pk=programme.pk).exists():
        return None
    (own,) = _told(user, [programme.organisation], [programme], today)
    return own


def _open_to(user: User, companies: list[Organisation], today: date) -> list[OwnProgramme]:
    """In as many questions for many programmes as for one."""
    lending = [one for one in companies if not lenders.why_not(one, today)]
    programmes = CompanyProgramme.objects.open_on(today).filter(organisation__in=lending)
    read = programmes.select_related("organisation").prefetch_related("sites")
    return _told(user, lending, list(read), today)


def _told(
    user: User, lending: list[Organisation], programmes: list[CompanyProgramme], today: date
) -> list[OwnProgramme]:
    employed = {
        row.organisation_id: row
        for row in Employee.objects.filter(person=user, organisation__in=lending).select_related(
            "site", "organisation", "person"
        )
    }
    offers = Offer.objects.filter(person=user, time=Time.WORK, organisation__in=lending)
    offers = offers.exclude(
        ~Q(created_by=user), status=OfferStatus.DRAFT
    )  # not theirs before their yes
    shown = Case(When(status=OfferStatus.PUBLISHED, then=1), default=0)
    offered = {offer.organisation_id: offer for offer in offers.order_by(shown, "updated_at")}
    limited = [one for one in programmes if one.places is not None or one.budget_days is not None]
    whole = programme_hours.taken_of(limited, today.year) if limited else {}
    given = {
        one.pk: programme_hours.taken_by_programme(
            Employee(organisation=one, person=user), today.year
        )
        for one in {programme.organisation for programme in programmes}
    }
    return [
        _own(
            programme,
            employed.get(programme.organisation_id),
            user,
            offered.get(programme.organisation_id),
            today,
            given[programme.organisation_id][programme.pk],
            whole.get(programme.pk, Taken()),
        )
        for programme in programmes
    ]


def _own(
    programme: CompanyProgramme,
    employee: Employee | None,
    user: User,
    offer: Offer | None,
    today: date,
    taken: Decimal,
    whole: Taken,
) -> OwnProgramme:
    """Nothing is refused to somebody of whom the employer has said nothing yet: it is asked with the agreement. That all
    is taken is said to everybody."""
    known = employee or Employee(organisation=programme.organisation, person=user)
    sites = {site.pk: site.name for site in programme.sites.all()}
    quota = programme_quota.check(
        programme,
        known,
        year=today.year,
        asked=Decimal(0),
        taken=taken,
        starts_on=today,
        whole=programme_hours.whole_from(programme, whole, known, sites),
    )
    left = (quota.left / programme.hours_per_day).quantize(programme_quota.ONE_PLACE)
    not_yet = quota.refusals if employee else quota.of_the_whole
    not_yet = [*filter(None, [quota.why_used_up]), *not_yet]
    places = None if programme.places is None else max(programme.places - whole.places, 0)
    return OwnProgramme(
        programme, today.year, left, not_yet, offer, places, quota.unconfirmed, not quota.conditions
    )
