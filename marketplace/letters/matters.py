"""What a letter is about, and whether its reader still has a part in it, which is asked
as the letter leaves.

A matter is written "mission:12" beside the letter (`Notification.matter`). It is
empty for a letter about the reader's own account, which always leaves.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, reduce
from operator import or_

from django.db.models import Exists, Q, QuerySet

from accounts.models import (
    Organisation,
    Pole,
    Seat,
    User,
    coordinated_by,
    poles_of,
)
from accounts.states import OrganisationStatus
from marketplace.models import (
    AskedPole,
    Carrier,
    Case,
    Gathering,
    Message,
    MessageReport,
    Mission,
    Need,
    Offer,
    Proposal,
    Round,
    Side,
    TeamMember,
    Thread,
    Time,
    Transfer,
    Waiter,
)
from marketplace.models.desk.desk import left_by_their_writer
from marketplace.models.market.bosses import under
from marketplace.models.market.carried import carried_by
from marketplace.rules.prepared import rows_for


def matter_of(context: dict) -> str:
    """The matter of a letter with these facts: the most precise noun among them, so a mission rather than its need."""
    found: dict[str, set[int]] = {}
    for thing in context.values():
        for noun, pk in _named(thing):
            found.setdefault(noun, set()).add(pk)
    noun = next((noun for noun in _PART_IN if noun in found), "")
    if not noun:
        return ""
    (pk,) = found[noun]  # a second row of the same noun is told by its name, not handed over
    return f"{noun}:{pk}"


def _named(thing: object) -> list[tuple[str, int]]:
    match thing:
        case Message():
            return [("thread", thing.thread_id)]
        case MessageReport():
            return [("thread", thing.message.thread_id)]
        case AskedPole():
            return [("need", thing.need_id)]
        case (
            Case()
            | Transfer()
            | TeamMember()
            | Mission()
            | Proposal()
            | Carrier()
            | Need()
            | Offer()
            | Round()
            | Gathering()
            | Waiter()
            | Organisation()
            | Seat()
            | Pole()
        ):
            return [(thing._meta.model_name or "", thing.pk)]
    return []


type Ways = tuple[QuerySet, ...]
"""Ways to be of a matter, each of which is enough."""


def has_a_part_in(user: User, matter: str) -> bool:
    """Whether this person may still read of the matter today."""
    return matter in with_a_part(user, [matter])


def with_a_part(user: User, matters: Iterable[str]) -> set[str]:
    """Of these matters, those of which this person may still read today: those of a noun are asked of at once."""
    found, by_noun = set(), defaultdict(set)
    for matter in matters:
        noun, _colon, pk = matter.partition(":")
        if noun in _PART_IN:
            by_noun[noun].add(pk)
        else:
            found.add(matter)
    for noun, left in by_noun.items():
        # One way after the other: of all at once, with "or", the database would look up every row that somebody may read.
        for read in _ways_to(user, noun, left):
            found |= {f"{noun}:{pk}" for pk in read}
            left -= read
            if not left:
                break
    return found


def _ways_to(user: User, noun: str, left: set[str]) -> Iterator[set[str]]:
    """What of these each way leads to, which is asked for as it is come to."""
    if often := _OFTEN.get(noun):
        yield {str(pk) for (pk,) in rows_for(user, often, sorted(map(int, left)))}
    asked = _PART_IN[noun](user)
    ways = asked if isinstance(asked, tuple) else (asked,)
    for rows in ways[1:] if often else ways:
        yield {str(pk) for pk in rows.filter(pk__in=left).order_by().values_list("pk", flat=True)}


def may_answer(user: User, matter: str) -> bool:
    """Whether this person may act on the matter today: nobody acts in the name of a suspended organisation."""
    noun, _colon, pk = matter.partition(":")
    held = user.memberships.filter(organisation__status=OrganisationStatus.SUSPENDED)
    if noun not in _IN_THE_NAME_OF or not held.exists():
        return True
    rows, stands_for = _IN_THE_NAME_OF[noun]
    return not rows.filter(stands_for(held.values("organisation")), pk=pk).exists()


def left_to_others_by(user: User) -> set[str]:
    """The matters that this coordinator leaves to another one, since they are on a side, or that are kept from them as the
    boss of somebody; none for most of them."""
    left = _left(user)
    return {
        f"{noun}:{pk}" for noun, rows in left.items() for pk in rows.values_list("pk", flat=True)
    }


class Coordination:
    """What somebody is of the coordination: each is asked once, for all the letters of theirs that ask it."""

    def __init__(self, reader: User) -> None:
        self.reader = reader

    @cached_property
    def _left(self) -> dict[str, QuerySet]:
        return _left(self.reader)

    @cached_property
    def poles(self) -> set[int]:
        """Those that they coordinate today."""
        return set(coordinated_by(self.reader).values_list("pole", flat=True))

    def leaves(self, matter: str) -> bool:
        """Whether they leave the matter to another coordinator: `left_to_others_by` of one."""
        noun, _colon, pk = matter.partition(":")
        return noun in self._left and self._left[noun].filter(pk=pk).exists()


def _left(user: User) -> dict[str, QuerySet]:
    """What they leave, by its noun."""
    at_home = Offer.objects.at_home_under(user)
    asked = Thread.objects.filter(under(user, "asker"))
    own = Offer.objects.filter(Q(person=user) | Q(created_by=user)) | at_home
    structures = Organisation.objects.joined_by(user).without_operators()
    wrote = left_by_their_writer(user)
    some = (Q(Exists(rows)) for rows in (own, asked, structures, wrote))
    if not User.objects.filter(reduce(or_, some), pk=user.pk).exists():
        return {}
    theirs = Organisation.objects.left_to_others_by(user).values("pk")
    proposals = Proposal.objects.left_to_others_by(user).values("pk")
    missions = Mission.objects.left_to_others_by(user).values("pk")
    answered = Q(organisation__in=theirs) | Q(proposals__in=proposals) | Q(pk__in=wrote)
    confided = Thread.objects.filter(Q(proposal__in=proposals) | Thread.kept_from(user))
    cases = Q(mission__in=missions) | Q(proposal__in=proposals) | Q(organisation__in=theirs)
    return {
        "case": Case.objects.filter(cases),
        "thread": confided | Thread.objects.filter(need__organisation__in=theirs),
        "transfer": Transfer.objects.filter(departure__mission__in=missions),
        "mission": Mission.objects.filter(pk__in=missions),
        "proposal": Proposal.objects.filter(pk__in=proposals),
        "carrier": Carrier.objects.filter(need__in=Need.objects.filter(answered).values("pk")),
        "need": Need.objects.filter(answered),
        "offer": at_home,
        "organisation": Organisation.objects.filter(pk__in=theirs),
    }


def _seen_proposals(user: User, numbers: list[int]) -> QuerySet:
    """The first way to a proposal, prepared (common/prepared.py): nearly each letter is about one, a mission or a conversation."""
    return Proposal.objects.visible_to(user).filter(pk__in=numbers).order_by().values_list("pk")


def _seen_missions(user: User, numbers: list[int]) -> QuerySet:
    return Mission.objects.visible_to(user).filter(pk__in=numbers).order_by().values_list("pk")


def _seen_threads(user: User, numbers: list[int]) -> QuerySet:
    return Thread.objects.visible_to(user).filter(pk__in=numbers).order_by().values_list("pk")


def _proposals(user: User) -> Ways:
    proposals = Proposal.objects
    return proposals.visible_to(user), proposals.put_forward_elsewhere_by(user)


def _missions(user: User) -> Ways:
    elsewhere = Proposal.objects.put_forward_elsewhere_by(user).values("pk")
    return Mission.objects.visible_to(user), Mission.objects.filter(proposal__in=elsewhere)


def _transfers(user: User) -> Ways:
    """Transfers for the colleague who is asked, though they may not see the mission, and for those who see it."""
    theirs = (rows.values("pk") for rows in _missions(user))
    seen = (Transfer.objects.filter(departure__mission__in=rows) for rows in theirs)
    return Transfer.objects.visible_to(user), *seen


def _needs(user: User) -> QuerySet:
    """Needs for their structure and the coordinators. Anybody can read a published need, but a letter about it
    isn't for anybody."""
    ours = Q(pk__in=Need.objects.spoken_for_by(user).values("pk"))
    ours |= Q(pk__in=carried_by(user))
    coordinated = coordinated_by(user)
    return Need.objects.filter(
        ours | Q(pole__in=coordinated) | Q(asked_poles__pole__in=coordinated)
    )


def _offers(user: User) -> QuerySet:
    mine = Offer.objects.owned_by(user).values("pk")
    ours = Offer.objects.in_poles_of(user).values("pk")
    return Offer.objects.filter(Q(pk__in=mine) | Q(pk__in=ours) | Q(person=user))


def _organisations(user: User) -> QuerySet:
    mine = Organisation.objects.spoken_for_by(user).values("pk")
    ours = Organisation.objects.in_poles_of(user).values("pk")
    return Organisation.objects.filter(Q(pk__in=mine) | Q(pk__in=ours))


_OFTEN = {"thread": _seen_threads, "mission": _seen_missions, "proposal": _seen_proposals}
# In the order in which a letter's facts say what it is about.
_PART_IN: dict[str, Callable[[User], QuerySet | Ways]] = {
    "case": Case.objects.visible_to,
    "thread": Thread.objects.visible_to,
    "transfer": _transfers,
    "teammember": TeamMember.objects.visible_to,
    "mission": _missions,
    "proposal": _proposals,
    "carrier": Carrier.objects.visible_to,
    "need": _needs,
    "offer": _offers,
    "round": Round.objects.visible_to,
    "gathering": Gathering.objects.visible_to,
    "waiter": Waiter.objects.visible_to,
    "organisation": _organisations,
    "seat": Seat.objects.visible_to,
    "pole": poles_of,
}


def _a_side(organisations: QuerySet) -> Q:
    """One of these organisations is the need's, or the offer's unless the offer is on somebody's own time."""
    at_work = Q(offer__time=Time.WORK) | Q(offer__person=None)
    lends = Q(offer__organisation__in=organisations) & at_work
    return Q(need__organisation__in=organisations) | lends


def _a_side_that_waits(organisations: QuerySet) -> Q:
    lends = Q(offer__time=Time.WORK) | Q(offer__person=None)
    return Q(side=Side.NEED, need__organisation__in=organisations) | (
        Q(side=Side.OFFER, offer__organisation__in=organisations) & lends
    )


def _own(organisations: QuerySet) -> Q:
    return Q(organisation__in=organisations)


def _lends(organisations: QuerySet) -> Q:
    return Q(mission__offer__organisation__in=organisations)


_IN_THE_NAME_OF: dict[str, tuple[QuerySet, Callable[[QuerySet], Q]]] = {
    "mission": (Mission.objects.all(), _a_side),
    "teammember": (TeamMember.objects.all(), _lends),
    "proposal": (Proposal.objects.all(), _a_side),
    "carrier": (Carrier.objects.all(), _own),
    "need": (Need.objects.all(), _own),
    "round": (Round.objects.all(), _own),
    "waiter": (Waiter.objects.all(), _a_side_that_waits),
}
