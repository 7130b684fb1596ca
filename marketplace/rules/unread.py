"""How many conversations that a coordinator follows they have still to read. What they have to leave to others takes the
database ten times as long to plan as to find: it is asked of the few alone of which it may be so."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Membership, User
from accounts.reading import once
from accounts.scope import WHOLE, scope_of
from common.numbers import MANY_UNREAD
from common.prepared import rows
from marketplace.models import Offer, Proposal, Thread
from marketplace.models.market.bosses import under
from marketplace.models.talk import own_threads
from marketplace.models.talk.conversations import ThreadQuerySet

NOT_YET = 2**62  # above every number


@once
def own(user: User) -> int:
    """How many of their own sides, up to a hundred; the header asks it in its own question where no page has."""
    return of_own_sides(user).count()


def of_own_sides(user: User) -> ThreadQuerySet:
    """The newest of them, up to a hundred."""
    newest = Thread.objects.unread_by(user, coordinates=False).values("pk")[:MANY_UNREAD]
    return Thread.objects.filter(pk__in=newest)


def followed(user: User) -> int:
    """Up to a hundred: of those that aren't of a side of their own, which are counted apart."""
    count, before = 0, NOT_YET
    while some := _some(user, before):
        before = some[-1]
        doubtful = rows(_doubtful, user.pk, some)
        count += len(some) - len(doubtful)
        if doubtful:
            count += _theirs(user, doubtful).count()
        if count >= MANY_UNREAD or len(some) < MANY_UNREAD:
            break
    return min(count, MANY_UNREAD)


def _some(user: User, before: int) -> list[int]:
    """The newest in which somebody has written, the newest first."""
    if scope_of(user) == WHOLE:
        return rows(_newest, user.pk, before)
    return [*_unread(user, before)]  # what one session opens is put together anew


def _newest(reader: int, before: int) -> QuerySet[Thread, int]:
    return _unread(User(pk=reader), before)


def _unread(user: User, before: int) -> QuerySet[Thread, int]:
    newest = Thread.objects.maybe_unread_by(user).filter(pk__lt=before).order_by("-pk")
    return newest.values_list("pk", flat=True)[:MANY_UNREAD]


def _doubtful(reader: int, some: Sequence[int]) -> QuerySet[Thread, int]:
    """Those that may be of a side of theirs, or to be left to others: they have a part in something put forward for the
    need, or are a boss of whoever comes or asks. A wider set than `own_threads.left_to_others` and their own."""
    user = User(pk=reader)
    about = OuterRef("about_need")
    sided = Proposal.objects.filter(Proposal.on_a_side(user), need=about)
    house = Membership.objects.filter(user_id=user.pk).values("organisation")
    near = Q(Exists(sided)) | Q(asker_id=user.pk) | Q(need__organisation__in=house)
    bossed = Offer.at_home_under(user, at="proposal__offer__") | under(user, "asker")
    bossed |= Offer.at_home_under(user, at="pair__own__offer__")
    threads = Thread.objects.alias(about_need=Coalesce("need", "proposal__need"))
    return threads.filter(near | bossed, pk__in=some).order_by().values_list("pk", flat=True)


def apart(user: User) -> tuple[list[ThreadQuerySet], list[ThreadQuerySet]]:
    """What `followed` counts of a coordinator who `is_on_no_side`, as lists to be counted one by one; and those of them to which
    it has to look first, where they hold anything: a question that stands by itself may be of one's own house, of somebody under
    them, or their own."""
    house = Membership.objects.filter(user_id=user.pk).values("organisation")
    doubtful = Q(asker_id=user.pk) | Q(need__organisation__in=house) | under(user, "asker")
    proposed, asked = own_threads.followed_apart(user)
    lists = [some.new_to(user) for some in (*proposed, *asked)]
    return lists, [some.filter(doubtful).new_to(user) for some in asked]


def _theirs(user: User, some: Sequence[int]) -> QuerySet[Thread]:
    """Those of them that this coordinator neither leaves to others nor reads on a side of their own."""
    own = Thread.objects.taken_part_in_by(user, coordinates=False, among=some)
    found = Thread.objects.filter(~own_threads.left_to_others(user), pk__in=some)
    return found.exclude(pk__in=own.values("pk"))
