"""Two houses that lend their people: one leaves, the other stays."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Leaving, Membership, Organisation, User
from marketplace.actions.market import leaving as acts
from marketplace.models import Mission
from marketplace.rules.leaving import MISSIONS, MONEY
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission, make_offer, make_organisation, make_user

BOTH = {MISSIONS, MONEY}


@dataclass
class Houses:
    """Claire and Paul administer the one that leaves; Rosa represents it, Noé is lent, Iris is one more of its people.
    Boris administers the other."""

    house: Organisation
    claire: User
    paul: User
    rosa: User
    noe: User
    iris: User
    mission: Mission
    other: Organisation
    boris: User
    theirs: Mission

    def set(self, days: int = 30, *, by: User | None = None) -> Leaving:
        return acts.leave(
            self.house,
            on=in_days(days),
            accepted=BOTH,
            by=by or self.claire,
            now=timezone.now(),
        )

    def leave(self) -> Leaving:
        """It leaves today, and the clock has ended the rest."""
        leaving = self.set(0)
        ring()
        return Leaving.objects.get(pk=leaving.pk)

    def fresh(self) -> Organisation:
        return Organisation.objects.get(pk=self.house.pk)


def ring() -> None:
    acts.carry_on(timezone.now())


def two_houses() -> Houses:
    claire, paul = make_user("Claire", "Hermant"), make_user("Paul", "Vasseur")
    rosa, noe = make_user("Rosa", "Delcourt"), make_user("Noé", "Lambert")
    iris, boris = make_user("Iris", "Caron"), make_user("Boris", "Petit")
    house = make_organisation("COMPANY", name="Verreries du Nord", administrator=claire)
    other = make_organisation("COMPANY", name="Forges de Lens", administrator=boris)
    for person, role in (
        (paul, "ADMINISTRATOR"), (rosa, "MEMBER"), (noe, "EMPLOYEE"), (iris, "EMPLOYEE"),
    ):  # fmt: skip
        Membership.objects.create(user=person, organisation=house, role=role)
    make_offer(iris, organisation=house, title="Compter les stocks")
    mission = make_mission(work=True, company=house, person=noe, status=MissionStatus.RUNNING)
    theirs = make_mission(work=True, company=other, status=MissionStatus.RUNNING)
    return Houses(house, claire, paul, rosa, noe, iris, mission, other, boris, theirs)
