"""The letters about the people of a team. Only who named them, and those in charge, hear why somebody no longer comes."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import MISSIONS
from marketplace.models import Agreement, Mission, TeamMember, TeamStep
from marketplace.rules import audience, teams
from marketplace.states import TeamStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _asked_again(letter: Notification, *, agreement: int) -> str:
    """Why the manager's answer needn't be told any more: they were asked anew since. "" otherwise."""
    asked = Agreement.objects.filter(pk=agreement).values("member")
    newer = Agreement.objects.filter(member__in=asked, pk__gt=agreement)
    return gettext_noop("Answered meanwhile") if newer.exists() else ""


def _comes_no_more(letter: Notification, *, step: int) -> str:
    """Why nobody waits for them any more; "" while they come and the work isn't over."""
    there = TeamMember.objects.coming().live().filter(steps=step)
    return "" if there.exists() else gettext_noop("No longer in the team, or the work is over")


def _asks_no_more(letter: Notification, *, member: int, version: int) -> str:
    """Why the new dates needn't be told any more; "" while they come and the sheet still says them."""
    there = TeamMember.objects.coming().live().filter(pk=member, mission__sheet__number=version)
    return (
        ""
        if there.exists()
        else gettext_noop("No longer in the team, or the dates have changed again")
    )


BY_MANAGER = Key("agreement:{agreement}:team")
TEAM_MANAGER_ANSWERED = Letter(
    "team_manager_answered", BY_MANAGER, MISSIONS, moot=_asked_again
)  # fmt: skip
TEAM_MANAGER_REFUSED = Letter("team_manager_refused", BY_MANAGER, MISSIONS, moot=_asked_again)
TEAM_STEP = Key("team-step:{step}")
TEAM_TAKEN_OFF = Letter("team_taken_off", TEAM_STEP + ":person", MISSIONS)
TEAM_LEFT = Letter("team_left", TEAM_STEP, MISSIONS)
TEAM_BEGINS = Letter("team_begins", TEAM_STEP + ":begins", MISSIONS, moot=_comes_no_more)

TEAM_DATES = Letter(
    "team_dates", Key("team-member:{member}:dates:{version}"), MISSIONS, moot=_asks_no_more
)


def roster(member: TeamMember) -> str:
    return reverse("mission-team", args=[member.mission_id])


def team_manager_answered(agreement: Agreement) -> None:
    """Tell the person, and of a refusal whoever named them; nobody else learns why they don't come."""
    member = agreement.member
    assert member is not None, "it is about one person of a team"
    TEAM_MANAGER_ANSWERED.tell(
        [member.person], url=member.get_absolute_url(), but=agreement.answered_by,
        agreement=agreement, member=member, mission=agreement.mission,
    )  # fmt: skip
    if not agreement.is_yes:
        TEAM_MANAGER_REFUSED.tell(
            _who_named(member), url=roster(member), but=agreement.answered_by,
            agreement=agreement, who=member.person, mission=agreement.mission,
        )  # fmt: skip


def team_taken_off(member: TeamMember, step: TeamStep) -> None:
    TEAM_TAKEN_OFF.tell(
        [member.person], url=member.get_absolute_url(), but=step.by,
        step=step, member=member, mission=member.mission,
    )  # fmt: skip


def team_left(member: TeamMember, *, deserted: bool, by: User | None) -> None:
    """Tell those who answer for the team that somebody is no longer in it; the structure too, of whom it expected."""
    step, mission = member.steps.latest("pk"), member.mission
    company = mission.offer.organisation
    people = [*_who_named(member), *(audience.in_charge_at(company) if company else [])]
    TEAM_LEFT.tell(
        people, url=roster(member), but=by, step=step, who=member.person, mission=mission,
        why=step.said, deserted=deserted,
    )  # fmt: skip
    if mission.started_at and teams.has_managers_yes(member):
        TEAM_LEFT.tell(
            audience.structure(mission.need), url=mission.get_absolute_url(), but=by,
            step=step, who=member.person, mission=mission, why="", deserted=False,
        )  # fmt: skip


def team_begins(member: TeamMember) -> None:
    """The mission has begun: tell one of its team, once, what is done, where, when, with whom, and whom to call."""
    mission, joined = member.mission, member.steps.filter(after=TeamStatus.COMES).latest("pk")
    others = mission.team.coming().exclude(pk=member.pk).select_related("person")
    TEAM_BEGINS.tell(
        [member.person], url=member.get_absolute_url(), step=joined, member=member, mission=mission,
        sheet=mission.sheet, contacts=audience.welcoming(mission),
        turn_to=audience.answers_for_team(member), others=[one.person for one in others],
    )  # fmt: skip


def team_dates(mission: Mission) -> None:
    """The days of the mission have changed: tell those who have said yes to come on the former ones."""
    for member in mission.team.coming().select_related("person", "named_by"):
        member.mission = mission
        TEAM_DATES.tell(
            [member.person], url=member.get_absolute_url(), member=member, mission=mission,
            version=mission.sheet.number, turn_to=audience.answers_for_team(member),
        )  # fmt: skip


def _who_named(member: TeamMember) -> list[User]:
    """Whoever named them, while they still represent the house; those in charge there once they don't."""
    named, company = member.named_by, member.mission.offer.organisation
    if named.represents(company):
        return [named]
    return list(audience.in_charge_at(company)) if company else []
