"""Who acts as the coordination in a matter. One who is on a side doesn't: neither while they may not speak for it, since
it is suspended, nor once they have left it."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Membership, Organisation, Pole, Seat, User
from accounts.reading import once
from marketplace.models import Absence, Mission, Need, Pair, Proposal, Task, Thread
from marketplace.models.desk import left_to_others
from marketplace.models.market.bosses import under
from marketplace.rules import absences


def follows(
    user: User, subject: Mission | Proposal | Organisation, *, known_to: User | None = None
) -> bool:
    """True for a coordinator who reads what is confided to the coordination about this. One who is on a side leaves
    that to those who are on none; where there is nobody else, they keep it. So does one who is on the side of another
    offer for the same need: they neither end what others wait for, nor take part in it. And of what somebody offers on their own
    time their boss follows nothing, whoever else there is. `known_to` a reader, who mayn't learn by the answer what the
    person offers at home under them: as if that weren't there."""
    pole = subject.pole if isinstance(subject, Organisation) else subject.need.pole
    if not user.coordinates(pole):
        return False
    return not left_to_others.is_left_by(user, subject, known_to=known_to)


def following(
    people: QuerySet[User],
    subject: Mission | Proposal | Organisation,
    *,
    known_to: User | None = None,
) -> QuerySet[User]:
    """Of these people those who follow it, as `follows` says of one."""
    pole = subject.pole_id if isinstance(subject, Organisation) else subject.need.pole_id
    theirs = people.filter(pk__in=Membership.objects.coordinating(pole).people().values("pk"))
    return theirs.exclude(pk__in=left_to_others.leaving(theirs, subject, known_to=known_to))


def follows_thread(user: User, thread: Thread) -> bool:
    """The same answer for a conversation: about a proposal, or with a structure about its need,
    which a coordinator who is on the side of an offer for it leaves to the others, as a boss does the question of somebody
    under them."""
    if thread.proposal:
        return follows(user, thread.proposal)
    if thread.pair and is_boss_of_a_half(user, thread.pair):
        return False
    if thread.asker_id and User.objects.filter(under(user, "pk"), pk=thread.asker_id).exists():
        return False
    return follows_need(user, thread.subject)


def is_boss_of_a_half(user: User, pair: Pair) -> bool:
    """Whether this person answers for the employer of who comes on their own time, of which they then learn nothing."""
    at_home = User.objects.filter(under(user, "pk"), pk=pair.own.offer.person_id or 0)
    return at_home.exists()


def follows_need(user: User, need: Need, *, known_to: User | None = None) -> bool:
    """True for a coordinator who reads what is said about this need before any proposal, and what its structure tells
    the coordination; `known_to` as in `follows`."""
    if not follows(user, need.organisation):
        return False
    if (
        need.created_by_id == user.pk
        and not Need.objects.judged_by(user).filter(pk=need.pk).exists()
    ):
        return False
    return not is_a_candidate(user, need, known_to=known_to)


def is_a_candidate(user: User, need: Need, *, known_to: User | None = None) -> bool:
    """Whether this person is on the side of an offer for the need, or its structure's, and leaves it to others;
    `known_to` as in `follows`."""
    return left_to_others.is_a_candidate(user, need, known_to=known_to)


def left_among(user: User, needs: Iterable[int]) -> set[int]:
    """Of the needs with these numbers, those that this coordinator leaves to the others: nobody is put forward for them
    by whoever is on a side."""
    numbers = set(needs)
    if user.reading is not None and left_to_others.is_on_no_side(user):
        return set()
    structures = Organisation.objects.left_to_others_by(user).values("pk")
    theirs = Need.objects.filter(pk__in=numbers, organisation__in=structures)
    offers = Proposal.objects.filter(Proposal.left_to_others(user), need__in=numbers)
    return {*theirs.values_list("pk", flat=True), *offers.values_list("need", flat=True)}


@once
def is_on_a_side(user: User, mission: Mission) -> bool:
    """Whether this person is on a side of the mission, whatever they may do for it today."""
    on_it = Proposal.objects.filter(Proposal.on_a_side(user), pk=mission.proposal_id)
    return bool(user.pk) and on_it.exists()


def may_be_said_away_by(user: User) -> QuerySet[User]:
    """Those of whom this person may say that they are away: themselves, and their colleagues of an operator by which they
    coordinate."""
    operators = Seat.objects.held_by(user).order_by().values("operator")
    colleagues = Membership.objects.filter(organisation__in=operators).people()
    return colleagues if user.is_active else colleagues.none()


def can_change_absence(user: User, absence: Absence) -> bool:
    ours = may_be_said_away_by(user).filter(pk=absence.person_id)
    return user.coordinates(absence.pole) and ours.exists()


def can_stand_in(user: User, absence: Absence) -> bool:
    """True for the colleagues who coordinate the pôle, whichever operator they are of."""
    return user.pk != absence.person_id and user.coordinates(absence.pole)


def poles_whose_journal_is_read_by(user: User) -> set[int]:
    """The pôles of which this person reads who has taken a list out: those that an operator coordinates today which they
    administer."""
    if not user.is_active:
        return set()
    seats = Seat.objects.coordinating().administered_by(user)
    return set(seats.values_list("pole", flat=True))


def can_bring_in(user: User, pole: Pole, operator: Organisation) -> bool:
    """Whether this person coordinates the pôle today, for this operator: its own tables are brought in, and taken back, by
    any of its coordinators."""
    seats = Seat.objects.held_by(user).filter(pole=pole, operator=operator)
    return user.is_active and seats.exists()


def can_change_task(user: User, task: Task) -> bool:
    """Whether this coordinator, who sees the task, may change it or throw it away: its writer, whose it is, who answers for
    them, or anybody there where it is nobody's today. To say that it is done is free to all who see it."""
    if not user.coordinates(task.pole):
        return False
    person = task.assignee
    if person is None or user.pk in {task.by_id, person.pk}:
        return True
    return not person.coordinates(task.pole) or user in absences.in_place_of(person, task.pole)
