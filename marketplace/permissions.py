"""Who may do what, today. Seeing is a queryset (`visible_to`); doing is a question asked here.

Each answer rests on `User.speaks_for`, `administers` or `coordinates`, which know who has left and
what is suspended; `belongs_to` alone lets the people of a suspended organisation read what is theirs.
"""

from django.db.models import Q

from accounts.models import Membership, Organisation, coordinated_by
from accounts.permissions import require
from marketplace.models import (
    Agreement,
    Document,
    Duty,
    FollowUp,
    Mission,
    Need,
    Offer,
    Party,
    Proposal,
    Side,
    Time,
    Voice,
)
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus

__all__ = ["require"]

OPEN_TO_EDITING = {NeedStatus.DRAFT, NeedStatus.REFUSED, NeedStatus.REDIRECTED}
QUALIFIED_BY_COORDINATORS = {NeedStatus.SUBMITTED, NeedStatus.PUBLISHED}


# --- needs ---------------------------------------------------------------------------------
def can_write_need(user, organisation) -> bool:
    """For an ESS structure, by one of its people; verified or not: a draft harms nobody."""
    return (
        organisation is not None
        and organisation.kind == organisation.Kind.ESS
        and user.speaks_for(organisation)
    )


def can_edit_need(user, need: Need) -> bool:
    """The structure while it has the need in hand; the coordinators once they qualify it."""
    if need.status in OPEN_TO_EDITING and user.speaks_for(need.organisation):
        return True
    return need.status in QUALIFIED_BY_COORDINATORS and user.coordinates(need.pole)


def can_submit_need(user, need: Need) -> bool:
    return need.status == NeedStatus.DRAFT and user.speaks_for(need.organisation)


def can_qualify_need(user, need: Need) -> bool:
    return need.status == NeedStatus.SUBMITTED and user.coordinates(need.pole)


def can_withdraw_need(user, need: Need) -> bool:
    return need.may(NeedStatus.WITHDRAWN) and answers_for_need(user, need)


def can_close_need(user, need: Need) -> bool:
    return need.may(NeedStatus.CLOSED) and answers_for_need(user, need)


def can_see_candidates(user, need: Need) -> bool:
    """The best offers for a published need, by those who may invite, propose, or split it in two."""
    return need.status == NeedStatus.PUBLISHED and answers_for_need(user, need)


def answers_for_need(user, need: Need) -> bool:
    return user.speaks_for(need.organisation) or user.coordinates(need.pole)


# --- offers --------------------------------------------------------------------------------
def can_offer_for(user, organisation) -> bool:
    """Oneself always; a company when one belongs to it."""
    if organisation is None:
        return True
    return organisation.kind == organisation.Kind.COMPANY and user.speaks_for(organisation)


def speaks_out_for(user, organisation) -> bool:
    """Says for all of an organisation whom it works with: any of a structure's people; of a company's,
    those who oversee what its people do."""
    if organisation.kind == organisation.Kind.COMPANY:
        return oversees(user, organisation)
    return user.speaks_for(organisation)


def owns_offer(user, offer: Offer) -> bool:
    """A company's are its people's; what one of them offers on their own time is theirs alone, wherever
    they work. The same answer as `Offer.objects.owned_by`."""
    if offer.time == Time.OWN and offer.person_id:
        return user.pk == offer.person_id
    return user.speaks_for(offer.organisation)


def answers_for_offer(user, offer: Offer) -> bool:
    """The person, on working time while they are of the company; for a team, anyone of the company; for
    what one of its people does on its time, whoever put the offer there or whose role there says so.
    The same answer as `Proposal.offered_by`."""
    if offer.brings(user):
        return True
    if offer.person_id is None:
        return user.speaks_for(offer.organisation)
    if offer.time != Time.WORK:
        return False
    wrote_it = offer.created_by_id == user.pk and user.speaks_for(offer.organisation)
    return wrote_it or oversees(user, offer.organisation)


def oversees(user, company) -> bool:
    """Answers for what each of the company's people does on its time."""
    return company is not None and company.is_active and can_see_work_of(user, company)


def can_see_work_of(user, company) -> bool:
    """Sees what each of the company's people does on its time, be it suspended."""
    charged = Q(role=Membership.Role.ADMINISTRATOR) | Q(duties__kind__in=Duty.OVERSEES)
    return user.is_active and user.memberships.filter(charged, organisation=company).exists()


def can_edit_offer(user, offer: Offer) -> bool:
    return owns_offer(user, offer)


def can_publish_offer(user, offer: Offer) -> bool:
    return offer.may(OfferStatus.PUBLISHED) and owns_offer(user, offer)


def can_pause_offer(user, offer: Offer) -> bool:
    return offer.may(OfferStatus.PAUSED) and owns_offer(user, offer)


# --- proposals -----------------------------------------------------------------------------
def can_ask_elsewhere(user, need: Need) -> bool:
    return need.status == NeedStatus.PUBLISHED and user.coordinates(need.pole)


def can_propose(user, need: Need) -> bool:
    """Its coordinators put an offer forward, or those of a pôle that was asked to look."""
    asked = need.asked_poles.filter(pole__in=coordinated_by(user))
    return can_ask_elsewhere(user, need) or asked.exists()


def can_invite(user, need: Need) -> bool:
    return need.status == NeedStatus.PUBLISHED and user.speaks_for(need.organisation)


def can_apply(user, need: Need) -> bool:
    """Not for one's own structure's need. Which offer, the form asks."""
    return need.status == NeedStatus.PUBLISHED and not user.belongs_to(need.organisation)


def side_of(user, proposal: Proposal) -> str | None:
    """Which side this person answers for, or None. On both sides, for the need; but whoever would come
    answers for themselves, though they have joined the structure since."""
    if proposal.offer.brings(user):
        return Side.OFFER
    if user.speaks_for(proposal.need.organisation):
        return Side.NEED
    if answers_for_offer(user, proposal.offer):
        return Side.OFFER
    return None


def own_side(user, proposal: Proposal) -> str:
    """The side this person answers for; whoever answers for none gets a 403."""
    side = side_of(user, proposal)
    require(side is not None)
    return str(side)


def can_answer(user, proposal: Proposal) -> bool:
    """One's side has not said yes yet. Saying no stays possible as long as it is open."""
    side = side_of(user, proposal)
    return side is not None and proposal.is_open and not proposal.has_yes_of(side)


def can_say_yes_late(user, proposal: Proposal) -> bool:
    """It was closed without an answer, and it is one's own side that never gave one."""
    return proposal.was_left_unanswered and side_of(user, proposal) in proposal.silent_sides


def can_withdraw(user, proposal: Proposal) -> bool:
    """Whoever has said yes may think again; a coordinator may take a proposal back."""
    if proposal.status != ProposalStatus.OPEN:
        return False
    side = side_of(user, proposal)
    return proposal.has_yes_of(side) if side else user.coordinates(proposal.need.pole)


def can_write_in(user, proposal: Proposal) -> bool:
    return side_of(user, proposal) is not None or user.coordinates(proposal.need.pole)


# --- missions ------------------------------------------------------------------------------
def side_in(user, mission: Mission) -> str | None:
    """Which side this person speaks for in a mission. Whoever comes may have joined the structure since, and
    left their company: nobody answers to themselves in its name."""
    side = side_of(user, mission.proposal)
    return None if side == Side.NEED and user.pk == mission.offer.person_id else side


def can_steer_mission(user, mission: Mission) -> bool:
    """Move it on, pause it, stop it: both sides and the coordinators."""
    return can_write_in(user, mission.proposal)


def voice_of(user, mission: Mission) -> str | None:
    """In whose name a review is given. The person who came speaks for themselves, and nobody for them; a
    colleague in charge speaks for the company that lent them."""
    side = side_in(user, mission)
    if side == Side.OFFER and mission.offer.person_id not in (None, user.pk):
        return Voice.COMPANY if is_in_charge_at(user, mission.offer.organisation) else None
    return side


def has_voice(user, mission: Mission, voice: str) -> bool:
    """Whether this person may speak for one side of a mission, today: a question in a letter was put
    to them, and they may have left since."""
    if not user.is_active:
        return False
    if voice == Voice.NEED:
        is_not_who_came = user.pk != mission.offer.person_id
        return is_not_who_came and user.speaks_for(mission.need.organisation)
    if voice == Voice.COMPANY:
        return not mission.is_own_time and is_in_charge_at(user, mission.offer.organisation)
    if mission.offer.person_id:
        return mission.offer.brings(user)
    return answers_for_offer(user, mission.offer)


def can_review(user, mission: Mission) -> bool:
    voice = voice_of(user, mission)
    return (
        voice is not None
        and mission.is_reviewable
        and not mission.reviews.filter(side=voice).exists()
    )


def can_log_hours(user, mission: Mission) -> bool:
    """Whoever comes writes their own; for a team, anyone who answers for it; for somebody who has left,
    the company once their own two weeks are over."""
    if mission.offer.person_id and not mission.is_left_to_the_company:
        return mission.offer.brings(user)
    return side_of(user, mission.proposal) == Side.OFFER


def can_confirm_hours(user, mission: Mission) -> bool:
    return side_in(user, mission) == Side.NEED


def can_close_mission(user, mission: Mission, *, without_receipt: bool) -> bool:
    """The structure or a coordinator; that there will be no receipt, those say who would give it."""
    answers = can_confirm_hours(user, mission)
    gives = not without_receipt or can_give_receipts(user, mission.need.organisation)
    return user.coordinates(mission.need.pole) or (answers and gives)


def can_ask_agreement(user, mission: Mission) -> bool:
    """The employee (for a team, whoever wrote its offer) or those who oversee them: what they say at work
    stands on the page, and is no colleague's to read. The structure has nothing to say there."""
    offer = mission.offer
    theirs = user.pk == (offer.person_id or offer.created_by_id)
    asks = theirs or oversees(user, offer.organisation)
    return not mission.is_own_time and asks and side_in(user, mission) == Side.OFFER


def is_in_charge_at(user, company) -> bool:
    """Charged with skills sponsorship there; where nobody is, its administrators."""
    return company is not None and company.is_active and can_see_programme_of(user, company)


def can_see_programme_of(user, company) -> bool:
    """What those in charge of skills sponsorship read, be the company suspended."""
    return _has_duty(user, company, Duty.Kind.CSR, Duty.Kind.PROGRAMME)


def _has_duty(user, organisation, *kinds: str) -> bool:
    """Charged with one of these there; where nobody is, its administrators. Asks nothing of the
    organisation's own state."""
    charged = Duty.objects.filter(membership__organisation=organisation, kind__in=kinds)
    if charged.exists():
        return user.is_active and charged.filter(membership__user=user).exists()
    administered = user.memberships.administrators().filter(organisation=organisation)
    return user.is_active and administered.exists()


def can_answer_for_company(user, agreement: Agreement) -> bool:
    return agreement.asked == Agreement.Asked.COMPANY and is_in_charge_at(
        user, agreement.mission.offer.organisation
    )


def can_see_house_year(user, organisation) -> bool:
    """A structure's people see its year; a company's, those who oversee what its people do at work."""
    if organisation.kind == Organisation.Kind.ESS:
        return user.belongs_to(organisation)
    return organisation.kind == Organisation.Kind.COMPANY and can_see_work_of(user, organisation)


def manages_at(user, company) -> bool:
    """Answers, from their account too, for those who name them; sees nothing of own time."""
    return Duty.objects.acting_for(user, company).filter(kind=Duty.Kind.MANAGER).exists()


def can_see_costs(user, company) -> bool:
    """What an hour costs is for human resources alone, whoever else administers the company."""
    held = Duty.objects.acting_for(user, company).filter(kind=Duty.Kind.HR)
    return company is not None and held.exists()


def can_give_duties(user, organisation) -> bool:
    return user.administers(organisation)


def can_run_programmes(user, company) -> bool:
    return company.kind == company.Kind.COMPANY and (
        user.administers(company) or is_in_charge_at(user, company)
    )


def can_declare_eligibility(user, organisation) -> bool:
    return organisation.kind == organisation.Kind.ESS and user.administers(organisation)


def can_verify_eligibility(user, organisation) -> bool:
    return organisation.kind == organisation.Kind.ESS and user.coordinates(organisation.pole)


def can_see_eligibility(user, organisation) -> bool:
    return organisation.kind == organisation.Kind.ESS and (
        user.belongs_to(organisation) or user.coordinates(organisation.pole)
    )


def can_settle(user, follow_up: FollowUp) -> bool:
    return follow_up.settled_at is None and user.coordinates(follow_up.mission.need.pole)


# --- papers and money ----------------------------------------------------------------------
def can_make_papers(user, mission: Mission) -> bool:
    return can_write_in(user, mission.proposal)


def may_sign_for(user, organisation) -> bool:
    """Charged with signing; where nobody is, the administrators. Nobody signs for who is suspended."""
    return (
        organisation is not None
        and organisation.is_active
        and _has_duty(user, organisation, Duty.Kind.SIGNATORY)
    )


def parties_to_sign(user, document: Document) -> list[Party]:
    """For whom this person may sign it now."""
    mission = document.mission
    if mission is None or document.is_void or mission.has_been_left:
        return []
    may = {
        Party.STRUCTURE: user.pk != mission.offer.person_id
        and may_sign_for(user, mission.need.organisation),
        Party.EMPLOYER: not mission.is_own_time and may_sign_for(user, mission.offer.organisation),
        Party.PERSON: mission.offer.brings(user),
    }
    return [party for party in document.parties_left() if may[party]]


def can_give_receipts(user, organisation) -> bool:
    """Whoever signs for the structure, and its treasurer."""
    return organisation.is_active and can_see_receipts(user, organisation)


def can_see_receipts(user, organisation) -> bool:
    """Those who give receipts read and export them, be the structure suspended."""
    treasurer = Duty.objects.held_by(user, organisation).filter(kind=Duty.Kind.TREASURER)
    return _has_duty(user, organisation, Duty.Kind.SIGNATORY) or treasurer.exists()


def can_declare_value(user, mission: Mission) -> bool:
    company = mission.offer.organisation
    return mission.gives_a_receipt and (
        can_see_costs(user, company) or is_in_charge_at(user, company)
    )


# --- the site itself -------------------------------------------------------------------------
def can_edit_legal_notice(user) -> bool:
    """Who publishes is the site's, not one pôle's: its administrators, and the coordinators of any pôle."""
    return user.has_perm("marketplace.change_legalnotice") or (
        user.is_active and coordinated_by(user).exists()
    )
