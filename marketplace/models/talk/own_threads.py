"""Which conversations are somebody's own. Every page counts those to be read: the questions are put together once in a
process, and each is a union of short lists."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Membership, User, coordinated_by
from accounts.reading import leaves_nothing
from accounts.scope import WHOLE, Scope, scope_of
from common.prepared import A_LIST, READER
from marketplace.models.market.bosses import under
from marketplace.models.market.carried import carried_by, read_as_carrier
from marketplace.models.market.proposals import Proposal
from marketplace.models.missions.pairs import Pair

ABOUT = ("proposal__need", "need")  # the ways from a conversation to the need that it is about


def listed(
    user: User,
    *,
    to_read: bool,
    sides: bool = True,
    coordinates: bool = True,
    few: Sequence[int] = (),
) -> RawSQL:
    scope, places = scope_of(user), 1 << (len(few) - 1).bit_length() if few else 0
    # What one session opens is put together anew: it names an organisation.
    asked = _own_threads if scope == WHOLE else _own_threads.__wrapped__
    follows = coordinates and not (sides and user.coordinates_nothing)
    words, values = asked(to_read, sides, follows, leaves_nothing(user), scope, places)
    given = {READER: user.pk} | {-A_LIST - n: few[min(n, len(few) - 1)] for n in range(places)}
    return RawSQL(words, [given.get(value, value) for value in values])


@cache
def _own_threads(
    to_read: bool, sides: bool, coordinates: bool, on_no_side: bool, scope: Scope, few: int
) -> tuple[str, tuple]:
    """The SQL for the ids of a person's threads that their session opens, and its values, with READER for the person.

    `to_read` leaves out those of an organisation where nobody has written since the
    person joined it. The SQL is a union of short lists, each read from an index: one
    condition with "or" would read the whole table. Every page counts unread threads, and
    putting the SQL together takes longer than running it, so each process does it once.
    """
    user = User(pk=READER)
    user.scope, user.on_no_side = scope, on_no_side
    Thread, ThreadRead = _model("Thread"), _model("ThreadRead")
    poles, threads = coordinated_by(user), Thread.objects.order_by()
    threads = threads.filter(pk__in=[-A_LIST - n for n in range(few)]) if few else threads
    found = _by_sides(user, to_read) if sides else []
    left = {"proposal__need": _kept(user), "need": Thread.kept_from(user)}
    looked = ThreadRead.objects.filter(thread=OuterRef("pk"), user_id=user.pk)
    for way, to_others in left.items() if coordinates else ():
        here = Q(**{f"{way}__pole__in": poles}) & ~to_others
        if few:  # each is looked at in any case
            follows = Q(**{f"{way}__coordinator_id": user.pk})
            found += [here & (follows | Q(Exists(looked)))]
        else:
            found += [here & way_to for way_to in _follows(user, way)]
    first, *others = [threads.filter(condition).values("pk") for condition in found]
    return first.union(*others).order_by().query.sql_with_params()


def _by_sides(user: User, to_read: bool) -> list[Q]:
    """Conditions: of a structure, an offer, a question or a pair of this person. Of who is on no side of anything that was put
    forward, the others alone."""
    structures = Membership.objects.of(user).representing().values("organisation")
    # Named by their needs: the database takes a structure with thousands of these for one with twenty.
    needs = _model("Need").objects.filter(organisation__in=structures).order_by().values("pk")
    found = [asked_by(user), Q(need__in=needs) & _new_at("need", to_read), *_carried(user)]
    if not leaves_nothing(user):
        found += [*_put_forward(user, structures, to_read), *_of_pairs(user)]
    return found


def _put_forward(user: User, structures: QuerySet, to_read: bool) -> list[Q]:
    # Two wider sets, each from an index; which of them are one's own, `offered_by` says.
    offered = Proposal.objects.filter(Proposal.offered_by(user)).order_by().values("pk")
    own = offered.filter(offer__person_id=user.pk)
    theirs = offered.filter(offer__organisation__in=structures)
    return [
        Q(proposal__need__organisation__in=structures) & _new_at("proposal__need", to_read),
        Q(proposal__in=own),
        Q(proposal__in=theirs) & _new_at("proposal__offer", to_read),
    ]


def _carried(user: User) -> list[Q]:
    """Conditions: about a need that this person's structure carries beside its lead, and read by them (`Thread.visible_to`)."""
    proposals = Proposal.objects.filter(read_as_carrier(user)).values("pk")
    return [
        Q(proposal__in=proposals),
        Q(need__in=carried_by(user), pair=None) & ~under(user, "asker"),
    ]


def _of_pairs(user: User) -> list[Q]:
    """Conditions, each read from an index: that of a pair in which this person is one of the two. The one at home is under
    nobody here: what `Pair.brought_by` asks besides, which takes long to plan, is asked of the one at work."""
    if not scope_of(user).own:
        return []
    own = Pair.objects.filter(own__offer__person=user.pk)
    work = Pair.objects.brought_by(user).filter(work__offer__person=user.pk)
    return [Q(pair__in=pairs.values("pk")) for pairs in (own, work)]


def asked_by(user: User) -> Q:
    """A condition: the question is this person's, who asks in their own name."""
    return Q(asker_id=user.pk) if scope_of(user).own else Q(pk__in=[])


def _new_at(side: str, to_read: bool) -> Q:
    """A condition: somebody has written there since the reader joined that side's organisation, or the reader has
    looked before."""
    if not to_read:
        return ~Q(pk__in=[])
    membership = Membership.objects.filter(
        user_id=READER, organisation=OuterRef(f"{side}__organisation")
    )
    looked = _model("ThreadRead").objects.filter(thread=OuterRef("pk"), user_id=READER)
    return Q(Exists(membership.filter(created_at__lte=OuterRef("last_message_at")))) | Q(
        Exists(looked)
    )


def followed(user: User) -> QuerySet:
    """The numbers of those about needs that this person coordinates, and of those of their pôles that they have looked into."""
    threads, poles = _model("Thread").objects.order_by(), coordinated_by(user)
    first, *others = [
        threads.filter(way_to, **{f"{way}__pole__in": poles}).values("pk")
        for way in ABOUT
        for way_to in _follows(user, way)
    ]
    found: QuerySet = first.union(*others)
    return found


def followed_apart(user: User) -> list[list[Any]]:
    """The same by what they are `ABOUT`, as lists that have no row in common: each may be counted by itself, and no further than
    need be."""
    threads, poles = _model("Thread").objects.order_by(), coordinated_by(user)
    found = []
    for way in ABOUT:
        ours = Q(**{f"{way}__coordinator_id": user.pk})
        here = threads.filter(**{f"{way}__pole__in": poles})
        # By the number of the pôle in a sum, which no index holds: beside that of the coordinator, the database would read the
        # whole index of a pôle with tens of thousands of needs.
        pole = ExpressionWrapper(F(f"{way}__pole_id") + 0, output_field=BigIntegerField())
        theirs = threads.alias(of_pole=pole).filter(ours, of_pole__in=poles)
        found.append([theirs, here.filter(~ours, reads__user_id=user.pk)])
    return found


def left_to_others(user: User) -> Q:
    """A condition: this coordinator leaves the conversation to others, or it isn't for them."""
    return _kept(user) | Q(need__isnull=False) & _model("Thread").kept_from(user)


def _kept(user: User) -> Q:
    return Q(Exists(Proposal.objects.filter(Proposal.kept_from(user), pk=OuterRef("proposal"))))


def _follows(user: User, way: str) -> list[Q]:
    """Conditions, each read from an index: this person coordinates the need that `way` leads to, or has looked."""
    return [Q(**{f"{way}__coordinator_id": user.pk}), Q(reads__user_id=user.pk)]


def _model(name: str) -> Any:
    """A thread knows which are somebody's own, and so these questions can't know it first."""
    return apps.get_model("marketplace", name)
