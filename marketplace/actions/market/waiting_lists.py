"""What is due on the waiting lists of needs and offers: a place that is given back is kept for the first who waits, then for
the next (docs/decisions/0066). Whoever calls has locked what is full; seats at gatherings go by the same rule (in_line)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace import letters
from marketplace.actions import in_line
from marketplace.actions.market import meeting_rules
from marketplace.actions.missions import pairs
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need, NeedStep, Offer, Proposal, Side, Time, Waiter, reasons
from marketplace.models.market.waiters import WaiterQuerySet
from marketplace.models.missions import pairs as halves
from marketplace.models.missions import places
from marketplace.rules import own_yes, rounds
from marketplace.rules import waiters as rules
from marketplace.states import NeedStatus, OfferStatus, WaiterStatus

# The states in which a place may be kept for somebody.
SHOWN: Mapping[type[Need | Offer], tuple[str, ...]] = {
    Need: (NeedStatus.FILLED, NeedStatus.PUBLISHED),
    Offer: (OfferStatus.USED_UP, OfferStatus.PUBLISHED),
}


def still_there(now: datetime) -> Q:
    """A condition on waiters: an offer or a need in another state isn't anybody's to put forward any more. A need that was
    closed with several may be taken back for some minutes, and keeps its turn until then."""
    closed = NeedStep.objects.filter(need=OuterRef("need"), after=OuterRef("need__status"))
    lately = Exists(closed.filter(at__gt=now - rules.MAY_BE_TAKEN_BACK))
    offered = Q(offer__status__in=[OfferStatus.PUBLISHED, OfferStatus.USED_UP])
    offered |= Q(offer__status=OfferStatus.PAUSED, offer__published_at=None, offer__time=Time.OWN)
    of_offers = Q(offered, side=Side.OFFER)
    of_needs = Q(need__status__in=[NeedStatus.PUBLISHED, NeedStatus.PAUSED])
    of_needs |= Q(lately, need__status__in=rules.ENDED)
    theirs = Q(offer__person=None) | Q(offer__person__is_active=True)
    return (of_offers | of_needs & Q(side=Side.NEED)) & theirs


def may_say_yes() -> Q:
    """A condition on waiters for whom a place is kept: they act in their own name, or their house may act today and takes on
    what is new, and whoever would come is of it still. Otherwise the place goes to the next at once."""
    of_it = Membership.objects.filter(
        user=OuterRef("offer__person"), organisation=OuterRef("offer__organisation")
    )
    is_of_it = Q(Q(offer__time=Time.OWN) | Q(offer__person=None) | Exists(of_it))
    of_offers = Q(side=Side.OFFER) & _offered_today() & is_of_it
    return of_offers | Q(side=Side.NEED, need__organisation__in=_fit())


def may_be_had() -> Q:
    """A condition on waiters: whoever answers for what they wait for may do so today, and it isn't paused. Otherwise they
    keep their turn: it is none of their doing."""
    of_needs = Q(side=Side.OFFER, need__status__in=SHOWN[Need], need__organisation__in=_fit())
    return of_needs | Q(side=Side.NEED, offer__status__in=SHOWN[Offer]) & _offered_today()


def _fit() -> QuerySet[Organisation]:
    return Organisation.objects.filter(status=OrganisationStatus.ACCEPTED, leaves_on=None)


def _offered_today() -> Q:
    """In somebody's own name, or in that of a house that may act today and takes on what is new."""
    in_own_name = Q(offer__time=Time.OWN, offer__person__isnull=False)
    return in_own_name | Q(offer__organisation__in=_fit())


class _Places:
    """The list of those who wait for a place of one need or offer."""

    def __init__(self, full: Need | Offer, now: datetime) -> None:
        self.full, self.now = full, now
        self.rows = rules.of(full).select_related(
            "need__organisation", "need__pole", "offer__person", "offer__organisation", "by"
        )

    def lapsed(self, now: datetime) -> Iterable[Waiter]:
        return self.rows.lapsed(now)

    def gone(self) -> Iterable[Waiter]:
        standing = self.rows.standing()
        in_vain = Q(~may_say_yes(), status=WaiterStatus.OFFERED)
        return standing.filter(~still_there(self.now) | in_vain)

    def waiting(self) -> WaiterQuerySet:
        """Of a need that wants a pair, those whose half is looked for; of an offer, those whose need isn't closed: the others
        keep their turn."""
        rows = self.rows.waiting()
        if isinstance(self.full, Offer):
            return rows.exclude(need__status__in=rules.ENDED)
        if self.full.in_pair:
            return rows.exclude(offer__time__in=[*halves.there(self.full)])
        return rows

    def may_be_had(self) -> bool:
        """The same as the condition of that name, of this one."""
        full = self.full
        house = full.organisation if isinstance(full, Need) else full.in_the_name_of
        may_act = house is None or (house.is_accepted and house.leaves_on is None)
        return may_act and full.status in SHOWN[type(full)]

    def free(self) -> int:
        """Nothing is kept by whoever may not act today, or by what is paused: it stays free until then."""
        return rules.places_of(self.full).open if self.may_be_had() else 0

    def may_have_one(self, one: Waiter) -> bool:
        """What the act itself will ask, but for how much they are in touch about already: that may be settled meanwhile."""
        answers = rules.who_answers(one)
        if not answers or one.need.proposals.going_on().filter(offer=one.offer).exists():
            return False
        try:
            meeting_rules.require_may_meet(
                one.need, one.offer, rules.ORIGIN[Side(one.side)], by=answers[0], waits=one.side
            )
            pairs.require_half(one.need, one.offer, by=answers[0])
        except NotYet:
            return False
        return True

    def keep_for(self, one: Waiter, now: datetime) -> None:
        one.offered_until = rules.kept_until(self.full, now)
        one.save(update_fields=["offered_until"])
        letters.waiter_offered(one, one.move(WaiterStatus.OFFERED, by=None))

    def end(self, one: Waiter, *, lapsed: bool) -> None:
        """Whoever still waited had no place that they could have taken: what they would have come with is over."""
        if lapsed:
            why = reasons.coded("place-lapsed")
        elif one.is_offered:
            why = reasons.coded("place-not-theirs")
        elif one.is_for_need:
            why = reasons.coded("offer-not-shown")
        else:
            why = reasons.coded("need-not-open")
        end(one, by=None, reason=why)

    def put_back(self) -> list[tuple[Waiter, str]]:
        """Those whose kept place can't be had any more, the last first, and why: it is there no more or, of all of them, it
        is nobody's to give today."""
        offered = self.rows.filter(status=WaiterStatus.OFFERED).order_by("-asked_at", "-pk")
        if not self.may_be_had():
            return [(one, reasons.coded("place-held-back")) for one in offered]
        held = rules.places_of(self.full).open
        return [(one, reasons.coded("place-gone-again")) for one in offered[: max(0, -held)]]


def end(waiter: Waiter, *, by: User | None, reason: str = "") -> None:
    """Take somebody off the list; they are told why, unless they did it."""
    waiter.offered_until, waiter.word, waiter.answers = None, "", []  # nobody will read them
    step = waiter.move(WaiterStatus.GONE, by=by, reason=reason)
    waiter.save(update_fields=["offered_until", "word", "answers"])
    if by is None:
        letters.waiter_told(waiter, step)


def in_touch(proposal: Proposal, *, by: User) -> None:
    """Whoever waited is in touch with what they waited for. Until it is answered, the place stays theirs."""
    waited = Waiter.objects.standing().filter(need=proposal.need_id, offer=proposal.offer_id)
    for one in waited.order_by("pk"):
        one.proposal, one.offered_until = proposal, None
        one.word, one.answers = "", []  # the proposal has its own
        one.move(WaiterStatus.TAKEN, by=by)
        one.save(update_fields=["proposal", "offered_until", "word", "answers"])


def settle(full: Iterable[Need | Offer], *, by: User | None, now: datetime) -> None:
    for one in full:
        (
            # Whoever gave a place back that was kept for them has published nothing.
            settle_need(one, by=None, now=now)
            if isinstance(one, Need)
            else settle_offer(one, by=by, now=now)
        )


def settle_need(need: Need, *, by: User | None, now: datetime) -> None:
    """Give each free place to the next who waits; where nobody does, the need is open again."""
    keep_for_the_next(need, now=now)
    is_full = need.status == NeedStatus.FILLED and not need.is_over(timezone.localdate(now))
    if is_full and places.open_in(need) > 0 and not _somebody_waits(need, now):
        need.open_again(by=by, reason=reasons.coded("place-free"))


def settle_offer(
    offer: Offer, *, by: User | None, now: datetime, is_broken_off: bool = False
) -> None:
    """Give each free place to the next who waits. Where nobody does, an offer of which a mission `is_broken_off` is shown
    again; after one that has ended on one's own time, its person says so themselves."""
    keep_for_the_next(offer, now=now)
    booked = offer.status == OfferStatus.USED_UP and offer.ends_on >= timezone.localdate(now)
    comes = not (offer.person_has_left or rounds.why_no_team(offer))
    free = places.open_of(offer) > 0 and not _somebody_waits(offer, now)
    if not (booked and comes and free and own_yes.stands(offer)):
        return
    if is_broken_off or offer.time == Time.WORK or _last_one_was_broken_off(offer):
        offer.move(OfferStatus.PUBLISHED, by=by)


def _somebody_waits(full: Need | Offer, now: datetime) -> bool:
    """Whether somebody waits though a place is free: its structure, or the house that offers, may not act for now."""
    return _Places(full, now).waiting().exists()


def _last_one_was_broken_off(offer: Offer) -> bool:
    last = Mission.objects.filter(offer=offer).order_by("pk").last()
    return last is not None and last.interrupted_at is not None


def keep_for_the_next(full: Need | Offer, *, now: datetime) -> None:
    """Keep each place that is free for the next who waits."""
    line = _Places(full, now)
    if not line.rows.standing().exists():
        return
    if rules.is_over(full, now):
        is_gone = isinstance(full, Offer) and full.person_has_left
        over = reasons.coded("nothing-to-wait-for")
        gone = reasons.coded("left-the-company")
        for one in line.rows.standing():
            end(one, by=None, reason=gone if is_gone else over)
        return
    for one, why in line.put_back():
        one.offered_until = None
        step = one.move(WaiterStatus.WAITING, by=None, reason=why)
        one.save(update_fields=["offered_until"])
        letters.waiter_told(one, step)
    in_line.settle(line, now=now)
