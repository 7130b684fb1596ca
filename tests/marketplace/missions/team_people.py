"""A house that lends a team by name, for the tests of it."""

from django.utils import timezone

from accounts.models import Membership, User
from marketplace.actions.missions import agreements, teams
from marketplace.models import (
    Agreement,
    ConsentKind,
    ConsentRequest,
    Employee,
    Mission,
    MissionSheet,
    Offer,
    Regime,
    TeamMember,
)
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission, make_organisation, make_user

NAMES = (("Ana", "Petit"), ("Bob", "Roux"), ("Cyr", "Vidal"))


def a_team(*, status=MissionStatus.AGREEMENT, hours=30, agreed=True, **fields) -> Mission:
    """A mission that a house lends a team for, of which nobody is named yet; Claire, its administrator, has written it."""
    boss = make_user("Claire", "Hermant")
    house = make_organisation("COMPANY", administrator=boss, name="Verrières")
    fields = {"starts_on": in_days(-5), "ends_on": in_days(20)} | fields
    mission = make_mission(
        work=True, company=house, person=boss, regime=Regime.PRESTATION, status=status, **fields
    )
    Offer.objects.filter(pk=mission.offer_id).update(person=None)
    number = mission.sheet.number
    said = {"need_agreed": number, "offer_agreed": number} if agreed else {}
    MissionSheet.objects.filter(mission=mission).update(hours=hours, **said)
    return fresh(mission)


def fresh(mission: Mission) -> Mission:
    return Mission.objects.with_course().select_related("offer__organisation").get(pk=mission.pk)


def boss_of(mission: Mission) -> User:
    return mission.offer.created_by


def colleague(mission: Mission, first="Ana", last="Petit", *, manager=True, **fields) -> User:
    """One of the house's plain employees, whose manager is known unless said otherwise."""
    house = mission.offer.organisation
    person = make_user(first, last, **fields)
    Membership.objects.create(user=person, organisation=house, role=Membership.Role.EMPLOYEE)
    if manager:
        Employee.objects.create(
            organisation=house, person=person, manager_name=f"Chef de {first}",
            manager_email=f"chef-{person.pk}@example.org",
        )  # fmt: skip
    return person


def named(mission: Mission, *people: User) -> list[TeamMember]:
    people = people or tuple(colleague(mission, *name) for name in NAMES)
    return teams.name(mission, people, programme=None, by=boss_of(mission), now=timezone.now())


def says_yes(*parts: TeamMember) -> None:
    for one in parts:
        teams.agree(one, how="ACCOUNT", now=timezone.now())


def question_of(part: TeamMember) -> Agreement:
    return Agreement.objects.current().get(member=part.pk)


def manager_says(*parts: TeamMember, answer="YES", **said) -> None:
    for one in parts:
        agreements.answer(question_of(one), answer=answer, now=timezone.now(), **said)


def request_of(part: TeamMember) -> ConsentRequest:
    return ConsentRequest.objects.about(ConsentKind.TEAM, part).latest("pk")


def company_asked(mission: Mission) -> int:
    return mission.agreements.current().filter(asked=Agreement.Asked.COMPANY).count()


def running(*people: User, **fields) -> tuple[Mission, list[TeamMember]]:
    """A mission that runs, whose three have said yes, as have their managers and the employer."""
    mission = a_team(**fields)
    parts = named(mission, *people)
    says_yes(*parts)
    manager_says(*parts)
    question = mission.agreements.current().get(asked=Agreement.Asked.COMPANY)
    agreements.answer(question, answer="YES", by=boss_of(mission), now=timezone.now())
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.RUNNING, started_at=timezone.now()
    )
    return fresh(mission), list(mission.team.select_related("person"))
