"""Whether a coordinator leaves something to another one. Each message, letter and act asks it of every coordinator of the
pôle, so that these questions are prepared."""

from collections.abc import Collection
from copy import copy
from functools import reduce
from operator import or_

from django.db.models import Exists, Q, QuerySet

from accounts.models import Membership, Organisation, User, coordinated_by
from accounts.reading import once, tell
from common.prepared import holds, rows
from marketplace.models.documents.documents import Signature
from marketplace.models.market.bosses import bosses_among
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer, Time
from marketplace.models.market.proposals import Proposal
from marketplace.models.market.sides import beside, missions_beside
from marketplace.models.missions.missions import Mission
from marketplace.models.missions.served import Served
from marketplace.models.missions.sheets import SheetVersion
from marketplace.models.missions.team_members import TeamMember


def is_left_by(
    user: User, subject: Mission | Proposal | Organisation, *, known_to: User | None = None
) -> bool:
    """Whether it is among the `left_to_others_by` this person; `known_to` a reader: as far as that one may know of a
    proposal (`ProposalQuerySet.candidates`)."""
    if isinstance(subject, Organisation) and _is_no_member(user, subject):
        return False
    if isinstance(subject, Proposal) and known_to is not None:
        left = Proposal.objects.left_to_others_by(user, known_to=known_to)
        return left.filter(pk=subject.pk).exists()
    return _is_left(user, subject)


def _is_no_member(user: User, organisation: Organisation) -> bool:
    """Whether a page has read that they don't belong there. False where it isn't known."""
    return user.reading is not None and not user.reading.at(organisation)


@once
def _is_left(user: User, subject: Mission | Proposal | Organisation) -> bool:
    if is_known_to_leave_nothing(user):
        return False
    question = {Mission: _missions, Proposal: _proposals, Organisation: _organisations}
    return holds(question[type(subject)], user.pk, subject.pk)


def is_a_candidate(user: User, need: Need, *, known_to: User | None = None) -> bool:
    """Whether it is the need of one of the `Proposal.objects.candidates` of this person, as far as `known_to` may know."""
    if known_to is not None:
        found = Proposal.objects.candidates(user, known_to=known_to)
        return found.filter(need=need).exists()
    return _has_a_candidate(user, need)


def note_no_candidate(user: User, need: Need) -> None:
    """A page has found that nothing was ever put forward for the need."""
    tell(user, _has_a_candidate, need, answer=False)


@once
def _has_a_candidate(user: User, need: Need) -> bool:
    if is_known_to_leave_nothing(user):
        return False
    return holds(_candidates, user.pk, need.pk)


def is_known_to_leave_nothing(user: User) -> bool:
    """A page asks of a mission, of its proposal and of its need whether its reader leaves them to others: nearly always one
    short question answers all of these."""
    return user.reading is not None and is_on_no_side(user)


def _missions(reader: int, row: int) -> QuerySet:
    return Mission.objects.left_to_others_by(User(pk=reader)).filter(pk=row)


def is_followed_by(who: User, mission: Mission) -> bool:
    """What `permissions.follows` says of somebody who isn't the reader of a page: in one question."""
    return who.is_active and holds(_followed, who.pk, mission.pk)


def _followed(reader: int, row: int) -> QuerySet:
    here = Mission.objects.filter(need__pole__in=coordinated_by(User(pk=reader)), pk=row)
    left = _missions(reader, row).order_by().values("pk")
    return here.exclude(pk__in=left)


def _proposals(reader: int, row: int) -> QuerySet:
    return Proposal.objects.left_to_others_by(User(pk=reader)).filter(pk=row)


def _organisations(reader: int, row: int) -> QuerySet:
    return Organisation.objects.left_to_others_by(User(pk=reader)).filter(pk=row)


def _candidates(reader: int, row: int) -> QuerySet:
    return Proposal.objects.candidates(User(pk=reader)).filter(need=row)


# --- of all that there is ---------------------------------------------------------------------------
def asked_beforehand(user: User) -> User:
    """The same person, of whom it has been asked whether they are `is_on_no_side`: for a page that looks at many rows. Who
    coordinates nothing has nothing to leave, and what is kept from them is kept all the same."""
    found = copy(user)
    found.on_no_side = not user.coordinates_nothing and is_on_no_side(user)
    return found


@once
def is_on_no_side(user: User) -> bool:
    """Whether there is nothing that this coordinator might leave to others, no mission that serves a house of theirs, nor
    anything that is offered at home under them: as for nearly all of them, who are of their operator alone. A page of many kinds
    asks it once, by short lists, instead of the rules themselves of each row."""
    return not rows(_anything, user.pk)


def _anything(reader: int) -> QuerySet:
    found = User.objects.filter(something(User(pk=reader)), pk=reader)
    return found.order_by().values_list("pk")


def something(user: User) -> Q:
    """A condition that looks at no row: this person isn't `is_on_no_side`."""
    house = Membership.objects.filter(user_id=user.pk).order_by().values("organisation")
    ways = (
        Organisation.objects.joined_by(user).without_operators(),
        Served.objects.filter(organisation__in=house),
        Proposal.objects.filter(beside(user)),
        Mission.objects.filter(missions_beside(user)),
        Offer.objects.at_home_under(user),
    )
    return reduce(or_, (Q(Exists(way.order_by())) for way in ways))


# --- the other way round: of one row, by whom of many ------------------------------------------------
def leaving(
    people: Collection[User],
    subject: Mission | Proposal | Organisation,
    *,
    known_to: User | None = None,
) -> set[int]:
    """The numbers of those of these people by whom it `is_left`. That is asked only of who has something to do with it: a pôle
    may have thirty coordinators, and hardly one of them has."""
    near = _beside({one.pk for one in people}, subject)
    found = [one for one in people if one.pk in near]
    return {one.pk for one in found if is_left_by(one, subject, known_to=known_to)}


def _beside(people: set[int], about: Mission | Proposal | Organisation) -> set[int]:
    """All of these people who may leave it to others, and perhaps some more: one question, or three where it is offered at
    home."""
    if isinstance(about, Organisation):
        rows = about.memberships.filter(user__in=people).order_by()
        return set(rows.values_list("user", flat=True))
    offer, need = about.offer, about.need
    first, *others = _near(people, about)
    found = {one for (one,) in first.union(*others).order_by()}
    found |= {offer.person_id, offer.created_by_id, need.created_by_id} & people
    if offer.time == Time.OWN and offer.person_id:
        found |= {boss for boss, _person in bosses_among(people, [offer.person_id])}
    return found


def _near(people: set[int], about: Mission | Proposal) -> list[QuerySet]:
    """Who is of one of its houses, or on the side of any offer for its need; who has written its sheet or signed its
    papers."""
    houses = [one for one in (about.need.organisation_id, about.offer.organisation_id) if one]
    members = Membership.objects.filter(user__in=people)
    rivals = Offer.objects.filter(proposals__need=about.need_id).order_by()
    team = TeamMember.objects.filter(mission__need=about.need_id)
    lists: list[QuerySet] = [
        members.filter(organisation__in=houses).values_list("user"),
        members.filter(organisation__in=rivals.values("organisation")).values_list("user"),
        rivals.filter(person__in=people).values_list("person"),
        rivals.filter(created_by__in=people).values_list("created_by"),
        team.filter(person__in=people).values_list("person"),
    ]
    if isinstance(about, Mission):
        written = SheetVersion.objects.filter(sheet__mission=about, by__in=people)
        signed = Signature.objects.filter(document__mission=about, user__in=people)
        lists += [written.values_list("by"), signed.values_list("user")]
    return [rows.order_by() for rows in lists]
