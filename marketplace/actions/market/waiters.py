"""Waiting for a place of what is full: putting one's name down, saying yes to the place that is kept for one, or no. The clock
looks after what nobody answers."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters, ranking
from marketplace.actions.market import meeting_rules, offers, proposals, waiting_lists
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need, Offer, Proposal, Side, Waiter
from marketplace.models.missions import places
from marketplace.rules import waiters as rules
from marketplace.states import NeedStatus, OfferStatus, WaiterStatus
from notifications.faults import each_row


def put_down(
    need: Need,
    offer: Offer,
    side: Side,
    *,
    word: str = "",
    answers: Iterable[tuple[str, str]] = (),
    by: User,
    now: datetime,
) -> Waiter:
    """Take the last place on the waiting list of the need (`side` is the offer's) or of the offer (the need's). Twice is once.
    Raises NotYet."""
    settle(need if side == Side.OFFER else offer, now)  # it stays, whatever is refused
    with transaction.atomic():
        need, offer = proposals.lock_pair(need.pk, offer.pk)
        waiter = Waiter(need=need, offer=offer, side=side, word=word, answers=[*answers], by=by)
        return _put_down(waiter, now)


def _put_down(waiter: Waiter, now: datetime) -> Waiter:
    need, offer, side, by = waiter.need, waiter.offer, Side(waiter.side), waiter.by
    theirs = rules.by_the_same(rules.of(waiter.full).standing(), waiter)
    # What waits at home isn't told to a session at work.
    seen = Q(pk__in=Waiter.objects.visible_to(by).values("pk")) | Q(need=need, offer=offer)
    there = theirs.filter(seen).first()
    if there is not None:
        return there
    meeting_rules.require_nothing_goes_on(need, offer, asks=side == Side.OFFER)
    _require_full(waiter, now)
    if side == Side.OFFER and offer.status == OfferStatus.USED_UP and places.open_of(offer) > 0:
        offers.publish(offer, by=by)  # one's own time, which serves once more
    meeting_rules.require_may_meet(need, offer, rules.ORIGIN[side], by=by, waits=side)
    _require_few_lists(waiter)
    waiter.asked_at = timezone.now()  # under the lock: nobody comes to wait before those who do
    waiter.save()
    waiter.begin(by=by)
    letters.waiter_told(waiter, waiter.steps.latest("pk"))
    return waiter


def _require_full(waiter: Waiter, now: datetime) -> None:
    if rules.is_full(waiter.full, now):
        return
    if waiter.is_for_need and waiter.need.is_published:
        raise NotYet(_("A place is free: offer your help now, there is nothing to wait for."))
    if not waiter.is_for_need and waiter.offer.is_published:
        raise NotYet(_("A place is free: invite now, there is nothing to wait for."))
    raise NotYet(_("There is nothing to wait for here any more."))


def _require_few_lists(waiter: Waiter) -> None:
    mine = Waiter.objects.standing().filter(side=waiter.side)
    theirs = mine.filter(need=waiter.need) if not waiter.is_for_need else _of_offerer(mine, waiter)
    if theirs.count() >= rules.MOST:
        raise NotYet(
            _("You are on %(n)s waiting lists already: leave one of them first.")
            % {"n": rules.MOST}
        )


def _of_offerer(rows: QuerySet[Waiter], waiter: Waiter) -> QuerySet[Waiter]:
    person = waiter.offer.person_id
    return rows.filter(offer__person=person) if person else rows.filter(offer=waiter.offer)


@transaction.atomic
def say_yes(
    waiter: Waiter,
    *,
    word: str,
    answers: Iterable[tuple[str, str]] = (),
    by: User,
    now: datetime,
) -> Proposal:
    """Take the place that is kept: an application or an invitation, by the act and the rules of today. Twice is once. Raises
    NotYet: it is somebody else's by now, or something stands in the way."""
    mine = _locked(waiter)
    if mine.has_said_yes and mine.proposal:
        return mine.proposal
    if not mine.may_take_it(now):
        raise NotYet(_("Too late: this place is no longer kept for you."))
    if mine.is_for_need:
        return proposals.apply(mine.need, mine.offer, word=word, by=by, answers=answers)
    return proposals.invite(mine.need, mine.offer, word=word, by=by)


@transaction.atomic
def say_no(waiter: Waiter, *, by: User, now: datetime) -> None:
    """Wait no longer: a place that was kept goes to the next. Twice is once. Raises NotYet."""
    mine = _locked(waiter)
    if mine.status == WaiterStatus.GONE:
        return
    if not mine.stands:
        raise NotYet(_("You have said yes already: take it back where it is proposed."))
    waiting_lists.end(mine, by=by)
    _settle_and_tell(mine.full, now=now)


def _locked(waiter: Waiter) -> Waiter:
    """Read again under the lock of the two."""
    need, offer = proposals.lock_pair(waiter.need_id, waiter.offer_id)
    mine = Waiter.objects.select_related("proposal").get(pk=waiter.pk)
    mine.need, mine.offer = need, offer
    return mine


def _settle_and_tell(full: Need | Offer, *, now: datetime) -> None:
    before = full.status
    waiting_lists.settle([full], by=None, now=now)
    if full.status != before:
        ranking.changed(full)


# --- by the clock ---------------------------------------------------------------------------
def look_after(now: datetime) -> int:
    """Give on the places that were kept in vain or given back, and end the lists of what is over: found again from the rows.
    Returns how many lists were looked at."""
    needs = [(one, now) for one in _needs_due(now)]
    done = each_row("waiters", needs, settle)
    return done + each_row("waiters-offers", [(one, now) for one in _offers_due(now)], settle)


@transaction.atomic
def settle(full: Need | Offer, now: datetime) -> None:
    """Give on what was kept in vain or given back, of one list."""
    related = ("organisation", "pole") if isinstance(full, Need) else ("organisation", "person")
    rows = type(full)._default_manager.select_for_update(no_key=True, of=("self",))
    _settle_and_tell(rows.select_related(*related).get(pk=full.pk), now=now)


def _restless(side: Side, now: datetime, **this: OuterRef) -> Q:
    """A condition on what is full: one who waits for it is there no more, hasn't answered in time, or may not say yes today; or
    a place is kept that is nobody's to give today."""
    standing = Waiter.objects.standing().filter(side=side, **this)
    late = Q(offered_until__lte=now) | ~waiting_lists.may_say_yes() | ~waiting_lists.may_be_had()
    late &= Q(status=WaiterStatus.OFFERED)
    return Q(Exists(standing.filter(late | ~waiting_lists.still_there(now))))


def _needs_due(now: datetime) -> QuerySet[Need]:
    today, here = timezone.localdate(now), OuterRef("pk")
    waiters = Waiter.objects.filter(side=Side.OFFER)
    of_missions = Mission.objects.taking_a_place().filter(need=here).order_by().values("need")
    taken = Coalesce(Subquery(of_missions.annotate(n=Count("pk")).values("n")), 0)
    waited_for = Exists(waiters.standing().filter(need=here))
    over = Q(status__in=rules.ENDED) | Q(is_undated=False, ends_on__lt=today)
    shown = Q(status=NeedStatus.FILLED) | (Q(status=NeedStatus.PUBLISHED) & Q(waited_for))
    free = shown & Q(places__gt=F("taken"))
    known = Need.objects.filter(pk__in=waiters.order_by().values("need")).annotate(taken=taken)
    due = free | _restless(Side.OFFER, now, need=here) | (over & Q(waited_for))
    return known.filter(due).order_by("pk")


def _offers_due(now: datetime) -> QuerySet[Offer]:
    """Of offers it is the list alone that is looked at: whoever's time it is shows it again."""
    today, here = timezone.localdate(now), OuterRef("pk")
    waiters = Waiter.objects.filter(side=Side.NEED)
    of_missions = places.of_offers().filter(offer=here).order_by().values("offer")
    taken = Coalesce(Subquery(of_missions.annotate(n=Count("pk")).values("n")), 0)
    waited_for = Exists(waiters.standing().filter(offer=here))
    left = Offer.objects.left_by_their_person().filter(pk=here)
    over = Q(status=OfferStatus.EXPIRED) | Q(ends_on__lt=today) | Q(Exists(left))
    shown = Q(status=OfferStatus.USED_UP) | (Q(status=OfferStatus.PUBLISHED) & Q(waited_for))
    free = shown & Q(capacity__gt=F("taken"))
    known = Offer.objects.filter(pk__in=waiters.order_by().values("offer")).annotate(taken=taken)
    due = free | _restless(Side.NEED, now, offer=here) | (over & Q(waited_for))
    return known.filter(due).order_by("pk")
