"""What an employer's programmes still give somebody this year, for the first page of its employees. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Membership, User
from marketplace.models import CompanyProgramme, Employee, Offer, Time
from marketplace.rules import lenders, programme_hours, programme_quota


@dataclass(frozen=True)
class OwnProgramme:
    """`left`: days of this year that no mission takes yet; `not_yet`: why it isn't open to them today, as sentences."""

    programme: CompanyProgramme
    year: int
    left: Decimal
    not_yet: list[str]
    offer: Offer | None

    @property
    def given(self) -> Decimal:
        return self.programme.days_per_year

    @property
    def whole_days(self) -> int:
        """By which French chooses between one day and several."""
        return int(self.left)


def of(user: User, memberships: Iterable[Membership], *, today: date) -> list[OwnProgramme]:
    """The programmes that are open today where this person is a plain employee, and what they have offered there."""
    companies = [
        row.organisation
        for row in memberships
        if not row.represents and row.organisation.is_active and row.organisation.may_offer
    ]
    if not companies:
        return []
    lending = [one for one in companies if not lenders.why_not(one, today)]
    programmes = CompanyProgramme.objects.open_on(today).filter(organisation__in=lending)
    employed = {
        row.organisation_id: row
        for row in Employee.objects.filter(person=user, organisation__in=lending)
    }
    offers = Offer.objects.filter(person=user, time=Time.WORK, organisation__in=lending)
    offered = {offer.organisation_id: offer for offer in offers.order_by("updated_at")}
    return [
        _own(
            programme,
            employed.get(programme.organisation_id),
            user,
            offered.get(programme.organisation_id),
            today,
        )
        for programme in programmes.select_related("organisation")
    ]


def _own(
    programme: CompanyProgramme,
    employee: Employee | None,
    user: User,
    offer: Offer | None,
    today: date,
) -> OwnProgramme:
    """Nothing is refused to somebody of whom the employer has said nothing yet: it is asked with the agreement."""
    known = employee or Employee(organisation=programme.organisation, person=user)
    taken = programme_hours.taken(known, today.year)
    quota = programme_quota.check(
        programme, known, year=today.year, asked=Decimal(0), taken=taken, starts_on=today
    )
    left = (quota.left / programme.hours_per_day).quantize(programme_quota.ONE_PLACE)
    return OwnProgramme(programme, today.year, left, quota.refusals if employee else [], offer)
