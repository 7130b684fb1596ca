"""What there is around a need at all, asked in one question: the long ones, each with its rules of who may read what, are asked
only where they may find something."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag, auto

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from accounts.models import Pole, User
from accounts.reading import tell
from common import prepared
from marketplace.models import AskedInTurn, Carrier, Mission, Need, NeedSkill, Offer, Proposal
from marketplace.models.desk import left_to_others
from marketplace.ranking.live import of_people_of
from marketplace.ranking.surroundings import Known
from marketplace.rules import permissions

ROW, AT_HOME, ITS_OWN = range(3)


class Sign(IntFlag):
    PUT_FORWARD = auto()
    COMES = auto()
    REQUIRES = auto()
    IN_TURN = auto()
    CARRIED = auto()
    OTHER_POLE = auto()


@dataclass(frozen=True)
class FirstLook:
    signs: Sign
    at_home: frozenset[int]
    """What others offer on their own time under the reader (`Offer.at_home_under`)."""
    its_own: frozenset[int]
    """The offers of `ranking.live.of_its_own`."""

    @classmethod
    def at(cls, user: User, need: Need) -> "FirstLook":
        """Also notes on a page's reader what follows from it, so that nothing of it is asked again."""
        signs, numbers = Sign(0), {AT_HOME: set[int](), ITS_OWN: set[int]()}
        for kind, number in prepared.rows(_around, user.pk, need.pk, need.organisation_id):
            if kind == ROW:
                signs = Sign(number)
            else:
                numbers[kind].add(number)
        if Sign.PUT_FORWARD not in signs:
            left_to_others.note_no_candidate(user, need)
        tell(user, permissions.is_carried_by_others, need, answer=Sign.CARRIED in signs)
        return cls(signs, frozenset(numbers[AT_HOME]), frozenset(numbers[ITS_OWN]))

    def has(self, sign: Sign) -> bool:
        return sign in self.signs

    @property
    def known(self) -> Known:
        """What the search for offers needs of it."""
        return Known(self.its_own, self.has(Sign.COMES), self.has(Sign.REQUIRES))


def _around(reader: int, need: int, house: int) -> QuerySet:
    """Prepared: see common/prepared.py."""
    row = Need.objects.filter(pk=need).order_by()
    at_home = Offer.objects.at_home_under(User(pk=reader)).order_by()
    its_own = of_people_of(house, need).order_by()
    lists = (
        row.values_list(Value(ROW), sum(_signs(), Value(0))),
        at_home.values_list(Value(AT_HOME), "pk"),
        its_own.values_list(Value(ITS_OWN), "pk"),
    )
    first, *others = lists
    return first.union(*others, all=True).order_by()


def _signs() -> Iterator[Case]:
    of_need = {"need": OuterRef("pk")}
    ways: dict[Sign, QuerySet] = {
        Sign.PUT_FORWARD: Proposal.objects.filter(**of_need),
        Sign.COMES: Mission.objects.taking_a_place().filter(**of_need),
        Sign.REQUIRES: NeedSkill.objects.filter(required=True, **of_need),
        Sign.IN_TURN: AskedInTurn.objects.filter(**of_need),
        Sign.CARRIED: Carrier.objects.standing().filter(**of_need),
        Sign.OTHER_POLE: Pole.objects.exclude(pk=OuterRef("pole")),
    }
    for sign, rows in ways.items():
        yield Case(When(Exists(rows.order_by()), then=Value(sign.value)), default=Value(0))
