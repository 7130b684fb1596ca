"""What must hold between a need and an offer on the day on which they are put forward, or agree. Each function is called with
the two locked, and raises NotYet with the sentence."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.leavings import why_nothing_new
from marketplace.actions.market import ask_rules
from marketplace.actions.missions import pairs
from marketplace.actions.refusals import HelpOfferedAlready, NotYet, PutForwardAlready
from marketplace.models import Block, Need, Offer, Origin, Proposal, Side, Time
from marketplace.models.missions import places
from marketplace.models.talk.blocks import ends_of_need, ends_of_offer
from marketplace.rules import at_home, half_yeses, lenders, own_time, own_yes
from marketplace.states import NeedStatus, OfferStatus


def require_may_meet(
    need: Need, offer: Offer, origin: Origin, *, by: User, waits: str = ""
) -> None:
    """Raises NotYet with the sentence of what keeps these two from being put forward today. `waits`: the side that waits for a
    place of the other, which isn't asked for one."""
    require_room(need, offer, by_themselves=by_themselves(offer, origin, by=by), waits=waits)
    if waits != Side.OFFER:
        pairs.require_half(need, offer, by=by)
    require_somebody_there(offer)
    require_still_asked(need, offer)
    require_no_block(need, offer, by=by)
    if origin == Origin.INVITATION:
        require_two_people(offer, side=Side.NEED, by=by)
    if origin != Origin.APPLICATION:
        require_not_their_own(need, offer)
    require_own_yes(offer, by=by if origin == Origin.APPLICATION else None)
    ask_rules.require_not_another_s(need, offer)
    ask_rules.require_no_refusal(need, offer, origin)


def by_themselves(offer: Offer, origin: str, *, by: User | None) -> bool:
    """Whether somebody asks, or has asked, for themselves with an offer of their own time that was never shown: nobody finds
    it, and it serves where they choose."""
    is_apart = offer.status == OfferStatus.PAUSED and offer.published_at is None
    is_own = offer.time == Time.OWN and by is not None and offer.person_id == by.pk
    return is_apart and is_own and origin == Origin.APPLICATION


def require_room(
    need: Need,
    offer: Offer,
    *,
    agreeing: bool = False,
    by_themselves: bool = False,
    waits: str = "",
) -> None:
    """Raises NotYet with the sentence of what is in the way. Of a full need or offer, a place that is kept for these two is
    theirs. An offer that isn't shown serves its person, and what was proposed before."""
    if waits != Side.OFFER:
        _require_place(need, offer)
    if waits != Side.NEED:
        _require_free(offer, need, may_rest=agreeing or by_themselves)
    for organisation in (need.organisation, offer.in_the_name_of):
        if organisation is not None and not organisation.is_accepted:
            raise NotYet(_("These two can’t be put in touch for now: the coordinators know why."))
        if why := why_nothing_new(organisation):
            raise NotYet(why)
    if why := lenders.why_too_small_for(offer, timezone.localdate()):
        raise NotYet(why)
    if need.pole_id != offer.pole_id and not need.asked_poles.filter(pole=offer.pole_id).exists():
        raise NotYet(_("This offer belongs to another pôle."))


def _require_place(need: Need, offer: Offer) -> None:
    there = places.of_need(need)
    is_open = need.status == NeedStatus.PUBLISHED
    is_open |= need.status == NeedStatus.FILLED and there.are_kept_for(offer)
    if not is_open or there.left < 1:
        raise NotYet(_("This need isn’t open any more: it is filled or closed."))
    if there.open_to(offer) < 1:
        raise NotYet(_("The places left are kept for those on the waiting list."))


def _require_free(offer: Offer, need: Need, *, may_rest: bool) -> None:
    there = places.of_offer(offer)
    is_kept = offer.status == OfferStatus.USED_UP and there.are_kept_for(need)
    is_over = offer.status in {OfferStatus.USED_UP, OfferStatus.EXPIRED} and not is_kept
    if is_over or there.left < 1:
        raise NotYet(_("This offer isn’t free any more."))
    if not (may_rest or is_kept or offer.status == OfferStatus.PUBLISHED):
        raise NotYet(_("This offer isn’t published: it can’t be put forward now."))
    if there.open_to(need) < 1:
        raise NotYet(_("The places left are kept for those on the waiting list."))


def require_still_asked(need: Need, offer: Offer) -> None:
    """Nobody new is put forward from a pôle that is no longer asked; what was goes on. Raises NotYet."""
    asked = need.asked_poles.filter(pole=offer.pole_id)
    if need.pole_id != offer.pole_id and not asked.still_asked().exists():
        raise NotYet(_("This offer belongs to another pôle."))


def require_two_people(offer: Offer, *, side: str, by: User) -> None:
    """Nobody says yes to themselves: the person who would come, or who wrote a team's offer, may be of the structure
    too. Raises NotYet."""
    if side == Side.NEED and by.pk == offer.spokesperson_id:
        raise NotYet(_("This offer is yours: somebody else of the structure says yes."))


def require_not_their_own(need: Need, offer: Offer) -> None:
    """What somebody offers on their own time isn't put forward to where their employer reads it. Raises NotYet."""
    if why := at_home.why_not_put_forward(need, offer):
        raise NotYet(why)


def require_somebody_else_asked(proposal: Proposal, *, side: str, by: User) -> None:
    """Nobody says yes for one side who asked, or said yes, in the name of the other and has changed sides since. Raises
    NotYet."""
    if refusal := half_yeses.refusal_of(by, proposal, side):
        raise NotYet(refusal)


def require_somebody_there(offer: Offer) -> None:
    """Raises NotYet when the person who would come no longer belongs to the company. The offer still names them
    until the clock has noticed."""
    if offer.person_has_left:
        raise NotYet(_("This person is no longer with their employer."))


def require_no_block(need: Need, offer: Offer, *, by: User) -> None:
    """Raises NotYet when one side keeps the other away. The blocks of the person who acts count too, so that a
    colleague's need is no way around them; the sentence doesn't say who blocked whom."""
    offered = ends_of_offer(offer)
    if not Block.objects.of_ends(offered).exists():
        return  # as nearly always: who brings the need needn't be found
    wanted = {*ends_of_need(need), *([by.pk] if by.speaks_for(need.organisation) else [])}
    if Block.objects.between(wanted, offered).exists():
        raise NotYet(_("These two can’t be put in touch: the coordinators know why."))


def require_own_yes(offer: Offer, *, by: User | None) -> None:
    """Nobody is put forward without their own consent, and only they say yes to a mission in their name. `by` is
    who says yes for the offer's side, None when that side is only asked. Raises NotYet."""
    if by is not None and not own_yes.may_say_yes(by, offer):
        assert offer.person is not None, "a team's yes is anybody's of the company"
        raise NotYet(
            _("Only %(name)s can say yes to a mission in their name.")
            % {"name": offer.person.get_full_name()}
        )
    if by is None and not own_yes.stands(offer):
        raise NotYet(_("Whoever would come hasn’t agreed yet to be put forward with this offer."))


def require_nothing_goes_on(need: Need, offer: Offer, *, asks: bool) -> None:
    """The two aren't in touch already; nor, where the offer's side `asks`, is its person by another offer of their own time or
    of their time for the same employer. Raises PutForwardAlready."""
    same = Q(offer=offer)
    if asks and offer.person_id is not None:
        theirs = Q(offer__person=offer.person_id, offer__time=offer.time)
        if offer.time == Time.WORK:
            theirs &= Q(offer__organisation=offer.organisation_id)
        same |= theirs
    going = list(need.proposals.going_on().filter(same).order_by("pk"))
    for there in going:
        if there.offer_id == offer.pk:
            raise PutForwardAlready(there)
    if going:
        raise HelpOfferedAlready(going[0])


def require_own_time_once(need: Need, offer: Offer) -> None:
    """Nobody offers their own time twice for one need, by two offers. Raises HelpOfferedAlready."""
    if offer.person_id is None or offer.time != Time.OWN:
        return
    if there := own_time.offered_by(offer.person_id, need).first():
        raise HelpOfferedAlready(there)
