"""The teams of a round: formed of those who come, told, and each put forward for a need by an offer of its employer."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.forms import BaseModelForm
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.leavings import why_not_from
from marketplace import letters
from marketplace.actions.market import offers, round_offers
from marketplace.actions.market.rounds import follow_leavers, locked, stop_if_empty
from marketplace.actions.refusals import NotYet
from marketplace.models import Employee, Offer, Round, RoundAnswer, RoundTeam, Time
from marketplace.models.market.rounds import RoundAnswerQuerySet
from marketplace.states import RoundStatus

MOST_HOURS = 32_000  # of one offer
LONGEST_TITLE = 100  # of a round, within the title of its teams' offers


@transaction.atomic
def form_teams(round: Round, *, size: int, now: datetime) -> list[RoundTeam]:
    """Make teams of at most so many people, as even as can be: those of one site and then of one team of the house are
    together. Teams that nobody has heard of are made anew. Raises NotYet."""
    fresh = _closed(round, now=now)
    if fresh.teams_told_at is not None:
        raise NotYet(_("The teams have been told: move people from one to another instead."))
    if fresh.teams.exclude(offer=None).exists():
        raise NotYet(_("A team looks for a need already: move people from one to another instead."))
    coming = _side_by_side(fresh)
    if not coming:
        raise NotYet(_("Nobody comes: there is no team to form."))
    fresh.teams.all().delete()
    count = -(-len(coming) // size)
    teams = RoundTeam.objects.bulk_create(
        RoundTeam(round=fresh, number=number) for number in range(1, count + 1)
    )
    for at, one in enumerate(coming):
        one.team = teams[at * count // len(coming)]
    RoundAnswer.objects.bulk_update(coming, ["team"], batch_size=500)
    return teams


def _side_by_side(round: Round) -> list[RoundAnswer]:
    """Those who come, by their site, then by their team of the house."""
    employed = Employee.objects.filter(organisation=round.organisation_id)
    where = {
        number: (site or 0, team.casefold())
        for number, site, team in employed.values_list("person", "site", "team")
    }
    coming = round.answers.coming().order_by("answered_at", "pk")
    return sorted(coming, key=lambda one: where.get(one.person_id, (0, "")))


@transaction.atomic
def move(people: Iterable[RoundAnswer], team: RoundTeam, *, now: datetime) -> int:
    """Put these people into this team; once teams have been told, a letter tells them. Returns how many moved. Raises
    NotYet."""
    fresh = _closed(team.round, now=now)
    team = _there(fresh, team)
    chosen = [one.pk for one in people]
    moved = fresh.answers.coming().filter(pk__in=chosen).exclude(team=team)
    numbers = list(moved.values_list("pk", flat=True))
    left = list(fresh.teams.filter(people__in=numbers).exclude(offer=None).distinct())
    were = [(one, one.people.count()) for one in (team, *left)]
    fresh.answers.filter(pk__in=numbers).update(team=team)
    for one, before in were:
        one.round = fresh
        round_offers.follow(one, before=before)
        stop_if_empty(one, by=None)
    if fresh.teams_told_at is not None:
        _tell(fresh, fresh.answers.filter(pk__in=numbers), now=now)
    return len(numbers)


@transaction.atomic
def tell(round: Round, *, now: datetime) -> int:
    """Tell everybody who comes in which team. Twice is once: whoever is moved later is told then. Returns how many people
    there are. Raises NotYet."""
    fresh = _closed(round, now=now)
    coming = fresh.answers.coming()
    if not coming.exclude(team=None).exists():
        raise NotYet(_("Form the teams first."))
    if coming.filter(team=None).exists():
        raise NotYet(_("Some of those who come are in no team yet: give each of them one first."))
    if fresh.teams_told_at is None:
        fresh.teams_told_at = now
        fresh.save(update_fields=["teams_told_at"])
        _tell(fresh, coming, now=now)
    return coming.count()


def _tell(round: Round, answers: RoundAnswerQuerySet, *, now: datetime) -> None:
    people: dict[RoundTeam, list[User]] = {}
    for one in answers.select_related("team__offer", "person"):
        if one.team is not None:
            people.setdefault(one.team, []).append(one.person)
    for team, members in people.items():
        letters.round_team_told(round, team, members, now=now)


@transaction.atomic
def look_for_a_need(
    team: RoundTeam, form: BaseModelForm, chosen: Collection, *, by: User, now: datetime
) -> Offer:
    """Publish the team's offer, in the employer's name; the coordinators are told of the round once. Raises NotYet."""
    round = _closed(team.round, now=now)
    team = _there(round, team)
    if team.offer_id is not None:
        raise NotYet(_("This team looks for a need already."))
    offer = form.save(commit=False)
    describe(offer, team, round, by=by)
    saved = offers.write(offer, form, chosen, by=by)
    if RoundTeam.objects.filter(offer=saved).exists():
        raise NotYet(_("Another team looks in the same words: change something first."))
    offers.publish(saved, by=by)
    team.offer = saved
    team.save(update_fields=["offer"])
    letters.round_looks(round)
    return saved


def describe(offer: Offer, team: RoundTeam, round: Round, *, by: User) -> None:
    """What follows from the round: who, when and for how long. Raises NotYet."""
    people = team.people.count()
    if not people:
        raise NotYet(_("Nobody is in this team: move somebody into it first."))
    offer.hours = round_offers.hours_of(team, people)
    if offer.hours > MOST_HOURS:
        raise NotYet(_("That is too many hours for one team: form smaller ones."))
    company = round.organisation
    offer.organisation, offer.pole, offer.created_by = company, company.pole, by
    offer.person, offer.time, offer.capacity = None, Time.WORK, 1
    offer.starts_on, offer.ends_on = round.starts_on, round.ends_on
    name = round.title[:LONGEST_TITLE].rstrip()
    offer.title = _("%(round)s – team %(number)s") % {"round": name, "number": team.number}


def _closed(round: Round, *, now: datetime) -> Round:
    """The round, locked, without those who are gone though the clock hasn't noticed. Raises NotYet unless its answers are
    closed, its days aren't over, and the organisation is still there for them."""
    fresh = locked(round)
    if fresh.status == RoundStatus.CANCELLED:
        raise NotYet(_("It has been cancelled meanwhile."))
    if fresh.status != RoundStatus.CLOSED:
        raise NotYet(_("Close the answers first: teams are formed of those who come."))
    if fresh.is_over_on(timezone.localdate(now)):
        raise NotYet(_("It is over."))
    if why := why_not_from(fresh.ends_on, fresh.organisation):
        raise NotYet(why)
    follow_leavers(fresh, now=now)
    return fresh


def _there(round: Round, team: RoundTeam) -> RoundTeam:
    """The team, read again under the lock of its round. Raises NotYet once the teams were formed anew without it."""
    if (fresh := round.teams.filter(pk=team.pk).first()) is None:
        raise NotYet(_("The teams have been formed again meanwhile: read them, then choose again."))
    return fresh
