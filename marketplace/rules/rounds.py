"""Who of the house may answer a round today, who is called, and why one can't be opened."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.models.leavings import why_not_from, why_nothing_new
from accounts.states import ACTIVE
from marketplace.models import (
    CompanyProgramme,
    Employee,
    Mission,
    Offer,
    Round,
    RoundAnswer,
    RoundTeam,
    Time,
)
from marketplace.rules import lenders, programme_hours
from marketplace.rules.programme_quota import ONE_PLACE, ROUNDING
from marketplace.states import RoundStatus


def why_none(organisation: Organisation) -> str:
    """Why this employer calls nobody to a round, as a sentence; "" when it may: teams are offers that name nobody."""
    if not organisation.lends_by_name_alone:
        return ""
    return _(
        "An authority, an association, a foundation or an endowment fund lends its people one by one, each by a paper in their name: none of its teams can be lent, and there are no group operations here."
    )


def why_not_open(round: Round, today: date) -> str:
    """Why the round can't be opened, as a sentence; "" when it can."""
    if not round.organisation.is_active:
        return _("%(organisation)s may not act here at the moment.") % {
            "organisation": round.organisation
        }
    if why := why_nothing_new(round.organisation):
        return why
    if why := why_none(round.organisation):
        return why
    if why := lenders.why_not(round.organisation, today):
        return why
    if round.answer_by < today:
        return _("The day until which one may answer is past: change it first.")
    if not _its_programme_is_open(round, today):
        return _("Its programme isn’t open today: change its dates first, or choose another one.")
    return ""


def why_not_reopened(round: Round, today: date) -> str:
    """Why closed answers can't be opened again, as a sentence; "" when they can."""
    if round.teams.exists():
        return _(
            "Teams are made already: whoever gives a place up is replaced by the next who waits."
        )
    return why_not_open(round, today)


def is_answered_today(round: Round, today: date) -> bool:
    """Whether anybody may answer it: its employer may lend its people and is still there for its days, and its programme
    is open."""
    return (
        round.takes_answers_on(today)
        and round.organisation.is_active
        and not why_not_from(round.ends_on, round.organisation)
        and not lenders.why_not(round.organisation, today)
        and _its_programme_is_open(round, today)
    )


def may_answer(user: User, round: Round, today: date) -> bool:
    """Whether this person is among those who may answer it today: they are of the house, and of one of the programme's
    sites where it names some. Whoever's site isn't known may."""
    if not (user.works_for(round.organisation) and is_answered_today(round, today)):
        return False
    return to_call(round).filter(user=user).exists()


def to_call(round: Round) -> QuerySet[Membership]:
    """The people of the house for whom the round is."""
    there = round.organisation.memberships.of_active_accounts()
    return there.filter(_at_its_sites(round))


def still_there(round: Round) -> Q:
    """Of the answers to the round, those of people who may take part today."""
    there = round.organisation.memberships.of_active_accounts()
    return Q(person__in=there.values("user"))


def for_whom_it_is(round: Round) -> Q:
    """Of those, the ones for whom the round is today: a place is given to nobody else."""
    return Q(person__in=to_call(round).values("user"))


def may_come(round: Round) -> bool:
    """Whether a place may be given today in the name of its employer."""
    return round.organisation.status in ACTIVE and round.status in {
        RoundStatus.OPEN,
        RoundStatus.CLOSED,
    }


def why_no_team(offer: Offer) -> str:
    """Why the team of a round whose offer it is comes no more, as a sentence; "" when it does, and for any other offer."""
    team = RoundTeam.objects.filter(offer=offer).select_related("round").first()
    if team is None:
        return ""
    if team.round.status == RoundStatus.CANCELLED:
        return _("The group operation of this team has been cancelled: write another offer.")
    if not team.people.exists():
        return _("Nobody is in this team any more: move somebody into it first.")
    return ""


def why_not_written(offer: Offer) -> str:
    """Why what is written of the offer isn't a team's, as a sentence; "" when it is, and for any other offer."""
    is_a_team_s = offer.person_id is None and offer.time == Time.WORK and offer.capacity == 1
    if is_a_team_s or not RoundTeam.objects.filter(offer=offer.pk).exists():
        return ""
    return _(
        "A team of a group operation comes as a whole, on working time, for one mission: for anything else, write another offer."
    )


def _its_programme_is_open(round: Round, today: date) -> bool:
    programmes = CompanyProgramme.objects.open_on(today)
    return programmes.filter(pk=round.programme_id).exists()


def _at_its_sites(round: Round) -> Q:
    sites = list(round.programme.sites.values_list("pk", flat=True))
    if not sites:
        return Q()
    elsewhere = Employee.objects.filter(
        organisation=round.organisation_id, person=OuterRef("user"), site__isnull=False
    ).exclude(site__in=sites)
    return ~Q(Exists(elsewhere))


def short_of_days(round: Round, people: Collection[int]) -> Mapping[int, Decimal]:
    """Those of these people to whom its programme gives its days no more, with the days that they have left in its year.
    Whoever's team has its mission isn't among them: what that takes was asked there."""
    programme = round.programme
    if programme is None or not people:
        return {}
    year = round.starts_on.year
    taken: Mapping[tuple[int, int | None], Decimal]
    if len(people) == 1:  # one's own page asks of no colleague
        (one,) = people
        employee = Employee(organisation=round.organisation, person_id=one)
        taken = {(one, programme.pk): programme_hours.taken(employee, programme, year)}
    else:
        taken = programme_hours.taken_by_person(round.organisation, year)
    going_on = Mission.objects.filter(interrupted_at=None).order_by().values("offer")
    there = RoundAnswer.objects.filter(round=round, team__offer__in=going_on)
    agreed = set(there.order_by().values_list("person", flat=True))
    asked, found = round.days * programme.hours_per_day, {}
    for person in set(people) - agreed:
        hours = taken.get((person, programme.pk), Decimal(0))
        left = max(programme.hours_per_year - hours, Decimal(0))
        if asked - left >= ROUNDING:
            found[person] = (left / programme.hours_per_day).quantize(ONE_PLACE)
    return found
