"""A house with a round: who runs it, its people, and the letters they get."""

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from marketplace.actions.market import round_teams, rounds
from marketplace.models import CompanyProgramme, Employee, Round, RoundAnswer, Site
from marketplace.states import RoundStatus
from notifications.models import Notification
from tests.factories import in_days, make_organisation, make_user


@dataclass
class House:
    """Claire runs the programmes of a company; `people` are its employees, in the order in which they came."""

    company: Organisation
    claire: User
    round: Round
    people: list[User] = field(default_factory=list)

    def hire(self, role: str = "EMPLOYEE", **fields) -> User:
        person = make_user(**fields)
        Membership.objects.create(user=person, organisation=self.company, role=role)
        self.people.append(person)
        return person

    def open(self) -> Round:
        rounds.open_to_answers(self.round, by=self.claire, now=timezone.now())
        return self.fresh()

    def say(self, person: User, comes: bool = True, **said) -> RoundAnswer:
        return rounds.answer(self.round, comes=comes, by=person, now=timezone.now(), **said)

    def close(self) -> Round:
        rounds.close(self.round, by=self.claire)
        return self.fresh()

    def form(self, size: int = 2) -> list:
        return round_teams.form_teams(self.round, size=size, now=timezone.now())

    def tell(self) -> None:
        round_teams.tell(self.round, now=timezone.now())

    def fresh(self) -> Round:
        self.round = Round.objects.get(pk=self.round.pk)
        return self.round

    def answers(self) -> dict[User, str]:
        return {one.person: one.answer for one in self.round.answers.select_related("person")}

    def at(self, person: User, site: Site | None = None, team: str = "") -> None:
        Employee.objects.create(organisation=self.company, person=person, site=site, team=team)


def a_house(*, people: int = 0, places: int = 2, **fields) -> House:
    """With a draft of a round, in a month's time, that can be answered for a week."""
    claire = make_user("Claire", "Hermant")
    company = make_organisation("COMPANY", name="Verreries du Nord", administrator=claire)
    programme = CompanyProgramme.objects.create(
        organisation=company, name="Deux jours par an", days_per_year=2
    )
    dates = {"answer_by": in_days(7), "starts_on": in_days(30), "ends_on": in_days(31)}
    said = dates | {"title": "Une journée en mars", "places": places} | fields
    round = Round.objects.create(
        organisation=company, programme=programme, created_by=claire, **said
    ).begin(by=claire)
    house = House(company, claire, round)
    for _number in range(people):
        house.hire()
    return house


def open_house(**fields) -> House:
    house = a_house(**fields)
    house.open()
    return house


def closed_house(*, people: int = 4, **fields) -> House:
    """Everybody comes, and answers are closed."""
    house = open_house(people=people, places=fields.pop("places", people), **fields)
    for person in house.people:
        house.say(person)
    house.close()
    return house


def letters(kind: str, person: User | None = None) -> QuerySet[Notification]:
    found = Notification.objects.filter(kind=kind)
    return found.filter(recipient=person) if person else found


def suspend(company: Organisation) -> None:
    Organisation.objects.filter(pk=company.pk).update(status="SUSPENDED")


def set_days(round: Round, **days) -> None:
    Round.objects.filter(pk=round.pk).update(**days)


OPEN, CLOSED = RoundStatus.OPEN, RoundStatus.CLOSED
