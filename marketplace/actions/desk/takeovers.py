"""All that a coordinator follows, or followed until they left, taken over in one act."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import seats
from accounts.models import Membership, Organisation, Pole, Seat, User, coordinated_by
from accounts.models.reasons import coded
from marketplace import letters
from marketplace.actions.desk import tasks, visit_times
from marketplace.actions.desk import visits as visit_acts
from marketplace.actions.desk.desk import POLE_OF
from marketplace.actions.desk.operators import STILL_FOLLOWED
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Case,
    CaseEntry,
    HandOver,
    Mission,
    Need,
    Proposal,
    Referent,
    Task,
    Visit,
)
from marketplace.models.market.sides import beside, missions_beside
from marketplace.rules import absences
from marketplace.rules.prepared import rows_for

# The relation from a hand-over to what was passed on, and from a followed row to the same.
PASSED_ON: dict[type, tuple[str, str]] = {
    Need: ("need", "pk"),
    Mission: ("mission", "pk"),
    Referent: ("organisation", "organisation"),
}

# An operator follows it as a whole, until somebody there takes it.
WITH_AN_OPERATOR = Q(coordinator=None, operator__isnull=False)

# The way from a hand-over to what `POLE_OF` leads on from.
HAND_OVER_TO = {Need: "need__", Mission: "mission__", Referent: ""}


@dataclass(frozen=True)
class Lines:
    """What somebody follows in the pôles of a coordinator, or left to their operator as a whole when they went, as far
    as that coordinator may follow it: what they would leave to others, being on a side, isn't there."""

    needs: QuerySet[Need]
    missions: QuerySet[Mission]
    organisations: QuerySet[Referent]
    cases: QuerySet[Case]
    tasks: QuerySet[Task]
    visits: QuerySet[Visit]

    def __iter__(self) -> Iterator[QuerySet[Any]]:
        followed = (self.needs, self.missions, self.organisations)
        return iter((*followed, self.cases, self.tasks, self.visits))

    def in_pole(self, pole: Pole) -> "Lines":
        return Lines(
            self.needs.filter(pole=pole),
            self.missions.filter(need__pole=pole),
            self.organisations.filter(organisation__pole=pole),
            self.cases.filter(pole=pole),
            self.tasks.filter(pole=pole),
            self.visits.filter(pole=pole),
        )


def lines_of(person: User, *, by: User, known_to: User | None = None) -> Lines:
    """`known_to` a reader: as far as that one may know what the coordinator is a side of (`ProposalQuerySet.candidates`)."""
    *followed, cases, waiting, visits = _all_open_to(by, known_to=known_to)
    needs, missions, organisations = (_followed(rows, person) for rows in followed)
    theirs = Q(assignee=person) | Q(assignee=None, left_by=person)
    return Lines(
        needs,
        missions,
        organisations,
        cases.filter(in_charge=person),
        waiting.filter(theirs),
        visits.filter(coordinator=person),
    )


def _all_open_to(by: User, *, known_to: User | None = None) -> list[QuerySet[Any]]:
    """The same as `open_to`, the cases, the tasks, and the visits that are proposed or agreed."""
    here = Task.objects.waiting()
    if known_to is None:
        here = here.visible_to(by)
    else:  # a task that they don't get would say that they are on a side
        here = here.filter(pole__in=coordinated_by(by))
    return [
        *open_to(by, known_to=known_to),
        Case.objects.visible_to(by, known_to=known_to).open(),
        here,
        Visit.objects.filter(pole__in=coordinated_by(by)).followed_by(by).to_come(),
    ]


def open_to(
    by: User, *, known_to: User | None = None
) -> tuple[QuerySet[Any], QuerySet[Any], QuerySet[Any]]:
    """The needs, the missions and the referents that this coordinator may follow, whoever does."""
    theirs = Organisation.objects.left_to_others_by(by).values("pk")
    theirs_too = Proposal.objects.filter(beside(by)).candidates(by, known_to=known_to)
    offers = theirs_too.filter(need=OuterRef("pk"))
    left = Mission.objects.filter(missions_beside(by)).left_to_others_by(by)
    left = left.filter(pk=OuterRef("pk"))
    needs = Need.objects.judged_by(by).exclude(Q(organisation__in=theirs) | Exists(offers))
    missions = Mission.objects.filter(~Exists(left), need__pole__in=coordinated_by(by))
    verified = Organisation.objects.verified_by(by).values("pk")
    return needs, missions, Referent.objects.filter(organisation__in=verified)


def _followed(rows: QuerySet[Any], person: User) -> QuerySet[Any]:
    """Those that the person follows, and those that they were the last to pass on to an operator, as they left it, and
    that nobody has taken since."""
    key, way = PASSED_ON[rows.model]
    behind = _last_of(HandOver.objects.filter(from_person=person), key).values(key)
    theirs = Q(coordinator=person) | Q(WITH_AN_OPERATOR, **{f"{way}__in": behind})
    return rows.filter(STILL_FOLLOWED[rows.model]).filter(theirs)


def _last_of(passed: QuerySet[HandOver], key: str) -> QuerySet[HandOver]:
    """Of these hand-overs of needs, of missions or of organisations, those after which there was no other."""
    later = HandOver.objects.filter(**{key: OuterRef(key)}, pk__gt=OuterRef("pk"))
    return passed.filter(~Exists(later), **{f"{key}__isnull": False}).order_by()


def was_ever_left_behind(person: User, *, by: User) -> bool:
    """Whether anything of theirs was passed on in a pôle of this coordinator, who may have been told so."""
    return HandOver.objects.filter(_in_a_pole_of(by), from_person=person).exists()


def _in_a_pole_of(by: User) -> Q:
    """A condition on hand-overs."""
    here = Q()
    for row, path in POLE_OF.items():
        here |= Q(**{f"{HAND_OVER_TO[row]}{path}__in": coordinated_by(by)})
    return here


def who_left_lines(by: User) -> list[User]:
    """Those who no longer coordinate a pôle of this coordinator, and whose lines there still wait for somebody: lines
    that this coordinator may follow. Who passed anything on and has gone is asked first: mostly nobody."""
    gone = sorted({number for (number,) in rows_for(by, _who_has_gone)})
    return rows_for(by, _who_left_lines, gone) if gone else []


def _who_has_gone(by: User) -> QuerySet[Any, tuple[int]]:
    """Prepared, as the next one: see common/prepared.py."""
    tasks_left = Task.objects.waiting().filter(pole__in=coordinated_by(by), assignee=None)
    left = tasks_left.filter(left_by__isnull=False).order_by().values_list("left_by")
    passed = _passed_on_by_the_gone(by).filter(_in_a_pole_of(by)).order_by()
    return passed.values_list("from_person").union(left).order_by()


def _passed_on_by_the_gone(by: User) -> QuerySet[HandOver]:
    seated = Seat.objects.coordinating().filter(pole__in=coordinated_by(by)).values("operator")
    there = Membership.objects.filter(organisation__in=seated).values("user")
    return HandOver.objects.filter(from_person__isnull=False).exclude(from_person__in=there)


def _who_left_lines(by: User, among: Collection[int]) -> QuerySet[User]:
    passed, left = _passed_on_by_the_gone(by), Q()
    for rows in open_to(by):
        key, way = PASSED_ON[rows.model]
        waiting = rows.filter(STILL_FOLLOWED[rows.model], WITH_AN_OPERATOR).values(way)
        behind = _last_of(passed, key).filter(**{f"{key}__in": waiting})
        left |= Q(pk__in=behind.values("from_person"))
    tasks_left = Task.objects.visible_to(by).waiting().filter(assignee=None)
    left |= Q(pk__in=tasks_left.values("left_by"))
    return User.objects.filter(left, pk__in=among).order_by("last_name", "first_name")


@dataclass
class Outcome:
    """How many lines have changed hands, and how many couldn't: whoever was to take them over is on a side, or (`busy`)
    has promised one of the times of a visit already."""

    taken: int = 0
    refused: int = 0
    busy: int = 0


@transaction.atomic
def take_over(
    person: User, *, to: User, note: str = "", chosen: Collection[str] | None = None, by: User
) -> Outcome:
    """Pass on all that somebody follows, or the chosen lines of it ("need-12"), to a colleague or to oneself. Each line
    keeps in its history who followed it. Raises NotYet where there is nothing any more."""
    if to == person:
        raise NotYet(_("%(who)s follows it already.") % {"who": person})
    outcome, act = Outcome(), uuid4().hex
    for pole in Pole.objects.filter(pk__in=coordinated_by(by)).order_by("pk"):
        seats.lock(pole)
        mine = lines_of(person, by=by).in_pole(pole)
        may = lines_of(person, by=to, known_to=by).in_pole(pole)
        given: list[list[int]] = []
        for rows, possible, give in zip(mine, may, GIVERS, strict=True):
            wanted = _chosen(rows, chosen)
            numbers = wanted & set(possible.values_list("pk", flat=True))
            outcome.refused += len(wanted) - len(numbers)
            given.append(give(possible.model, numbers, person, to=to, note=note, by=by))
        outcome.busy += len(numbers) - len(given[-1])
        if taken := sum(map(len, given)):
            people = absences.with_who_answers(to, pole)
            letters.lines_taken(
                {one: _number_open_to(one, given) for one in people},
                person,
                to,
                pole=pole,
                number=taken,
                note=note,
                act=f"{act}-{pole.pk}",
                by=by,
            )
        outcome.taken += taken
    if not (outcome.taken or outcome.refused or outcome.busy):
        raise NotYet(_("None of this is followed by %(who)s any more.") % {"who": person})
    return outcome


def _number_open_to(one: User, given: Sequence[Collection[int]]) -> int:
    """How many of the lines that were given this coordinator may follow."""
    opened = zip(_all_open_to(one), given, strict=True)
    return sum(rows.filter(pk__in=numbers).count() for rows, numbers in opened if numbers)


def _chosen(rows: QuerySet[Any], chosen: Collection[str] | None) -> set[int]:
    numbers = set(rows.values_list("pk", flat=True))
    if chosen is None:
        return numbers
    noun = noun_of(rows.model)
    return {number for number in numbers if f"{noun}-{number}" in chosen}


def noun_of(model: type) -> str:
    return PASSED_ON[model][0] if model in PASSED_ON else model.__name__.lower()


def _give(
    model: Any, numbers: set[int], person: User, *, to: User, note: str, by: User
) -> list[int]:
    """The rows that are still theirs, or still their operator's, change hands. Returns their numbers."""
    theirs = Q(coordinator=person) | Q(coordinator=None)
    rows = model._default_manager.filter(theirs, pk__in=numbers).select_for_update(no_key=True)
    key, way = PASSED_ON[model]
    found = list(rows.order_by("pk").values_list("pk", way))
    model._default_manager.filter(pk__in=[number for number, _subject in found]).update(
        coordinator=to, operator=None
    )
    HandOver.objects.bulk_create(
        (
            HandOver(**{f"{key}_id": subject}, to_person=to, from_person=person, note=note, by=by)
            for _number, subject in found
        ),
        batch_size=500,
    )
    return [number for number, _subject in found]


def _give_cases(
    model: Any, numbers: set[int], person: User, *, to: User, note: str, by: User
) -> list[int]:
    cases = Case.objects.open().filter(pk__in=numbers, in_charge=person)
    found = list(cases.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Case.objects.filter(pk__in=found).update(in_charge=to)
    said = coded("in-charge", who=to)
    words = coded("and-words", said=said, words=note) if note else said
    CaseEntry.objects.bulk_create(
        CaseEntry(
            case_id=number, kind=CaseEntry.Kind.ASSIGNED, words=words, by=by, at=timezone.now()
        )
        for number in found
    )
    return found


def _give_tasks(
    model: Any, numbers: set[int], person: User, *, to: User, note: str, by: User
) -> list[int]:
    return tasks.give(numbers, person, to=to)


def _give_visits(
    model: Any, numbers: set[int], person: User, *, to: User, note: str, by: User
) -> list[int]:
    """The structure is told who comes instead. Those at whose times the other one has something else stay."""
    rows = Visit.objects.to_come().filter(pk__in=numbers, coordinator=person)
    return visit_acts.give_all(rows, to=to, by=by)


GIVERS: tuple[Callable[..., list[int]], ...] = (
    _give,
    _give,
    _give,
    _give_cases,
    _give_tasks,
    _give_visits,
)


@dataclass(frozen=True)
class LeftBehind:
    """What somebody leaves to an operator as they go, pôle by pôle, for their colleagues to be told once they have gone.
    The name is kept: that of a closed account is forgotten."""

    person: User
    name: str
    operator: Organisation
    passed: dict[int, HandOver]
    tasks: tasks.Left


@transaction.atomic
def leave_behind(
    person: User, operator: Organisation, *, by: User, all_at_once: bool = False
) -> LeftBehind:
    """What somebody followed is left to their operator as they leave it, and their cases to whoever takes them; `tell_left`
    says so once they have gone. Where they coordinate by another operator too they keep it, unless they leave them
    `all_at_once`. What is over keeps its name."""
    name = person.get_full_name()
    left = LeftBehind(person, name, operator, {}, tasks.Left(person.pk, name, operator))
    if not operator.may_coordinate:
        return left
    poles = operator.seats.held()
    if not all_at_once:
        others = person.memberships.exclude(organisation=operator).values("organisation")
        theirs_still = Seat.objects.coordinating().filter(operator__in=others)
        poles = poles.exclude(pole__in=theirs_still.values("pole"))
    for row, path in POLE_OF.items():
        here = {"coordinator": person, f"{path}__in": poles.values("pole")}
        theirs = row._default_manager.filter(STILL_FOLLOWED[row], **here)
        key, way = PASSED_ON[row]
        found = list(theirs.order_by("pk").values_list(way, path))
        theirs.update(coordinator=None, operator=operator)
        passed = (
            HandOver(**{f"{key}_id": subject}, to_operator=operator, from_person=person, by=by)
            for subject, _pole in found
        )
        made = HandOver.objects.bulk_create(passed, batch_size=500)
        for one, (_subject, pole) in zip(made, found, strict=True):
            left.passed.setdefault(pole, one)
    open_cases = Case.objects.open().filter(in_charge=person, pole__in=poles.values("pole"))
    open_cases.update(in_charge=None)
    tasks.leave_behind(left.tasks, person, poles=poles.values("pole"))
    visit_times.leave_behind(person, poles=poles.values("pole"))
    return left


def tell_left(left: LeftBehind, *, by: User) -> None:
    """Tell those of the operator who coordinate the pôle how much of it they may take over; where there is nobody, since
    it is suspended or they are all on a side, the others of the pôle."""
    for pole in Pole.objects.filter(pk__in=left.passed).order_by("pk"):
        ours = Membership.objects.coordinating(pole)
        for people in (ours.filter(organisation=left.operator).people(), ours.people()):
            told = {one: _number_of(left, pole, one) for one in people.exclude(pk=left.person.pk)}
            told = {one: number for one, number in told.items() if number}
            letters.lines_left(
                told,
                left.person,
                left.operator,
                name=left.name,
                pole=pole,
                hand_over=left.passed[pole.pk].pk,
                by=by,
            )
            if told:
                break
    tasks.tell_left(left.tasks, by=by)


def _number_of(left: LeftBehind, pole: Pole, one: User) -> int:
    needs, missions, organisations, *_others = lines_of(left.person, by=one).in_pole(pole)
    return sum(
        rows.filter(operator=left.operator).count() for rows in (needs, missions, organisations)
    )
