"""The pair that a need wants: two missions that belong together, from the second yes until one of the two is stopped."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need, Offer, Pair, Proposal, Thread, Time
from marketplace.models.missions import pairs as halves
from marketplace.models.missions import places
from marketplace.models.missions.apart_halves import are_apart
from marketplace.states import NeedStatus

WANTED = {NeedStatus.PUBLISHED, NeedStatus.FILLED}


def require_half(need: Need, offer: Offer, *, by: User) -> None:
    """Of a need that wants a pair: raises NotYet with what keeps this offer from being a half of it. Only whoever would come
    reads that they are the other one already: to others it would tell of what they do at home."""
    if not need.in_pair:
        return
    if offer.person_id is None:
        raise NotYet(_("This need wants a pair: one person on each time, and no team."))
    comes = halves.there(need)
    if offer.time in comes:
        raise NotYet(
            _("Somebody comes already on working time: the other half of the pair is looked for.")
            if offer.time == Time.WORK
            else _(
                "Somebody comes already on their own time: the other half of the pair is looked for."
            )
        )
    for half in comes.values():
        _require_two(half.offer, offer, by=by)


def require_another(need: Need, offer: Offer, *, by: User) -> None:
    """Who takes over the half on working time, by this offer, isn't the one on their own time, and may be paired with them.
    Raises NotYet as `require_half`."""
    other = halves.there(need).get(Time.OWN) if need.in_pair else None
    if other:
        _require_two(other.offer, offer, by=by)


def _require_two(comes: Offer, offer: Offer, *, by: User) -> None:
    if comes.person_id == offer.person_id == by.pk:
        raise NotYet(_("You are the other half of this pair already: it takes two people."))
    if are_apart(*halves.in_order(comes, offer)):
        raise NotYet(_("These two can’t be put in touch for now: the coordinators know why."))


def without_a_half(need: Need) -> QuerySet[Proposal]:
    """The open proposals of a need that wants a pair for which there is no place any more: those of a half that has been
    found, and those of whoever is the other one."""
    comes = halves.there(need)
    people = [half.offer.person_id for half in comes.values()]
    return need.proposals.open().filter(
        Q(offer__time__in=list(comes)) | Q(offer__person__in=people)
    )


def join(mission: Mission) -> Pair | None:
    """With the second yes the two missions are a pair, who get a conversation with the structure. None while the other half
    is looked for. The need is locked."""
    comes = halves.there(mission.need) if mission.need.in_pair else {}
    if len(comes) < 2 or mission not in comes.values():
        return None
    now = timezone.now()
    pair = Pair.objects.create(
        need=mission.need, work=comes[Time.WORK], own=comes[Time.OWN], made_at=now
    )
    Thread.objects.create(need=mission.need, pair=pair, last_message_at=now)
    letters.pair_made(pair)
    return pair


def part(mission: Mission, *, tells: bool, now: datetime) -> None:
    """One of the two is stopped: the pair is over, the other one goes on and is told (`tells`), and whether somebody is looked
    for. A mission for one of the structures apart leaves the pair as it is."""
    rows = Pair.objects.going_on().of(mission).select_related("work", "own", "need")
    pair = None if mission.apart_for_id else rows.first()
    if pair is None:
        return
    Pair.objects.filter(pk=pair.pk).update(ended_at=now)
    left = _today(pair.beside(mission))
    if tells and left.is_live:
        need = pair.need
        wanted = need.status in WANTED and not need.is_over(timezone.localdate(now))
        letters.pair_over(pair, left=left, is_sought=wanted and places.left_in(need) > 0)


def _today(mission: Mission) -> Mission:
    """The mission itself, or the last that goes on with it."""
    course = Mission.objects.filter(proposal=mission.proposal_id, apart_for=None)
    return course.order_by("-pk").first() or mission
