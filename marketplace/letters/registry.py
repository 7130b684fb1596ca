"""What the post office can't know about our letters: their families, whether they still make sense.

Read by notifications.rules. A kind is the name of its folder in templates/emails/.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Membership, Organisation, User, coordinated_by
from marketplace.letters import moots
from marketplace.letters.matters import has_a_part_in, matter_of, may_answer
from marketplace.models import (
    AskedPole,
    Case,
    Message,
    Mission,
    Need,
    Offer,
    Proposal,
)
from notifications.models import Notification
from notifications.rules import ACCOUNT, Family, Rule

NEEDS = Family("needs", _("Your needs and your offers"), _("Published, question, answer, expired."))
PROPOSALS = Family(
    "proposals",
    _("Proposals"),
    _("Somebody for your need, a need for your offer, and the answers."),
)
MISSIONS = Family("missions", _("Missions and their follow-up"))
MESSAGES = Family("messages", _("Messages that wait for you"))
DESK = Family(
    "desk",
    _("The coordination desk"),
    _("For coordinators: what arrives on the desk."),
    is_for=lambda user: coordinated_by(user).exists(),
)
MATCHES = Family(
    "matches",
    _("New matches"),
    _("Needs that suit your offers, people who could help: a few at a time, never the same twice."),
    default="DAILY",
)
FAMILIES = [PROPOSALS, MATCHES, MESSAGES, MISSIONS, NEEDS, DESK]


KINDS: dict[str, Rule] = {
    "new_needs": Rule(MATCHES, moot=moots.needs_gone),
    "new_offers": Rule(MATCHES, moot=moots.offers_gone),
    "need_submitted": Rule(DESK, asks=True, moot=moots.need_read),
    "reading_due": Rule(DESK, asks=True, moot=moots.read_meanwhile),
    "need_question": Rule(NEEDS, asks=True, moot=moots.need_sent_again),
    "need_published": Rule(NEEDS),
    "need_refused": Rule(NEEDS),
    "need_closed": Rule(NEEDS),
    "need_redirected": Rule(NEEDS),
    "need_private": Rule(NEEDS),
    "need_taken": Rule(DESK),
    "pole_asked": Rule(DESK, asks=True),
    "handed_over": Rule(DESK, asks=True),
    "proposal_chased": Rule(PROPOSALS, asks=True, moot=moots.proposal_over),
    "mission_chased": Rule(MISSIONS, asks=True, moot=moots.mission_moved_on),
    "offer_expired": Rule(NEEDS),
    "proposal_to_need": Rule(PROPOSALS, asks=True, moot=moots.proposal_over),
    "proposal_to_offer": Rule(PROPOSALS, asks=True, moot=moots.proposal_over),
    "proposal_half_agreed": Rule(PROPOSALS, asks=True, moot=moots.proposal_over),
    "proposal_late_yes": Rule(PROPOSALS, asks=True, moot=moots.proposal_over),
    "proposal_agreed": Rule(PROPOSALS),
    "proposal_declined": Rule(PROPOSALS),
    "proposal_declined_desk": Rule(DESK),
    "proposal_withdrawn": Rule(PROPOSALS),
    "proposal_closed": Rule(PROPOSALS),
    "mission_started": Rule(DESK),
    "mission_moved": Rule(MISSIONS),
    "mission_delivered": Rule(MISSIONS, asks=True, moot=moots.review_given),
    "mission_interrupted": Rule(MISSIONS),
    "mission_disputed": Rule(DESK, asks=True, moot=moots.disagreement_over),
    "mission_renewed": Rule(MISSIONS, asks=True, moot=moots.renewal_framed),
    "person_left": Rule(MISSIONS, asks=True, moot=moots.departure_settled),
    "person_back": Rule(MISSIONS),
    "left_behind": Rule(MISSIONS, to_leavers=True),
    "transfer_asked": Rule(MISSIONS, asks=True, moot=moots.transfer_over),
    "transfer_answered": Rule(MISSIONS),
    "transfer_proposed": Rule(PROPOSALS, asks=True, moot=moots.proposal_over),
    "taken_over": Rule(MISSIONS),
    "regime_chosen": Rule(MISSIONS),
    "sheet_changed": Rule(MISSIONS, asks=True, moot=moots.sheet_read),
    "sheet_agreed": Rule(MISSIONS),
    "skill_proposed": Rule(DESK, asks=True, moot=moots.skill_settled),
    "skill_answered": Rule(NEEDS),
    # Its link answers in the manager's name.
    "agreement_asked": Rule(ACCOUNT, asks=True, secret=True, moot=moots.agreement_answered),
    "agreement_for_company": Rule(MISSIONS, asks=True, moot=moots.agreement_answered),
    "agreement_refused": Rule(MISSIONS, asks=True, moot=moots.employer_asked_again),
    "agreement_refused_structure": Rule(MISSIONS),
    "agreement_given": Rule(MISSIONS),
    "amendment_proposed": Rule(MISSIONS, asks=True, moot=moots.amendment_settled),
    "amendment_in_force": Rule(MISSIONS),
    "amendment_declined": Rule(MISSIONS),
    "amendment_withdrawn": Rule(MISSIONS),
    "amendment_overdue": Rule(MISSIONS, asks=True, moot=moots.amendment_settled),
    "hours_to_confirm": Rule(MISSIONS, asks=True, moot=moots.hours_confirmed),
    "hours_confirmed_by_silence": Rule(MISSIONS),
    # Theirs to correct, also once they have left.
    "hours_contested": Rule(MISSIONS, asks=True, to_leavers=True, moot=moots.hours_written_again),
    "deliverable_handed_over": Rule(MISSIONS),
    "eligibility_declared": Rule(DESK, asks=True, moot=moots.receipts_believed),
    "eligibility_checked": Rule(NEEDS),
    "proposal_reminder": Rule(PROPOSALS, asks=True, moot=moots.proposal_over),
    "proposal_silent": Rule(DESK, asks=True, moot=moots.proposal_settled),
    "proposal_unanswered": Rule(PROPOSALS, moot=moots.proposal_taken_up),
    "proposal_let_go": Rule(PROPOSALS, moot=moots.proposal_taken_up),
    "proposal_again": Rule(PROPOSALS),
    "need_alone": Rule(DESK, asks=True, moot=moots.need_found),
    "still_true": Rule(NEEDS, asks=True, moot=moots.said_again),
    "fell_asleep": Rule(NEEDS),
    "draft_waiting": Rule(NEEDS, asks=True, moot=moots.draft_sent),
    "organisation_quiet": Rule(NEEDS),
    "mission_kick_off": Rule(MISSIONS),
    "case_opened": Rule(DESK, asks=True, moot=moots.case_closed),
    "case_passed_on": Rule(DESK, asks=True, moot=moots.case_closed),
    "follow_up_ending": Rule(MISSIONS, asks=True, moot=moots.follow_up_answered),
    "follow_up_midway": Rule(MISSIONS, asks=True, moot=moots.follow_up_answered),
    "follow_up_later": Rule(MISSIONS, asks=True, moot=moots.follow_up_answered),
    "follow_up_first_week": Rule(MISSIONS, asks=True, moot=moots.follow_up_answered),
    "follow_up_review": Rule(MISSIONS, asks=True, moot=moots.follow_up_answered),
    "message_waiting": Rule(MESSAGES, moot=moots.message_read),
    "message_reported": Rule(DESK, asks=True, moot=moots.report_settled),
    # What coordinators decide about somebody's words, that person hears in every case.
    "message_removed": Rule(ACCOUNT, to_leavers=True),
    "report_settled": Rule(MESSAGES, to_leavers=True),
    "reply_refused": Rule(ACCOUNT, to_leavers=True),
    "organisation_submitted": Rule(DESK, asks=True, moot=moots.organisation_read),
    "organisation_more_asked": Rule(ACCOUNT, asks=True, moot=moots.organisation_answered),
    # A call for help is about safety: it always leaves, at once.
    "help_asked": Rule(ACCOUNT, asks=True),
    "document_to_sign": Rule(MISSIONS, asks=True, moot=moots.document_signed),
    "document_half_signed": Rule(MISSIONS, asks=True, moot=moots.document_signed),
    "document_signed": Rule(MISSIONS),
    "document_voided": Rule(MISSIONS),
    "receipt_given": Rule(MISSIONS),
    "value_declared": Rule(MISSIONS, asks=True, moot=moots.receipt_given),
    # Its link answers in its reader's name.
    "consent_asked": Rule(ACCOUNT, asks=True, secret=True, moot=moots.consent_answered),
    "consent_given": Rule(NEEDS),
    "consent_refused": Rule(NEEDS, asks=True),
    "consent_taken_back": Rule(ACCOUNT),
    # Its link lets its reader sign, once.
    "signing_link": Rule(ACCOUNT, asks=True, secret=True, moot=moots.signing_over),
    "signing_address": Rule(ACCOUNT, asks=True, secret=True),
    "signing_address_given": Rule(ACCOUNT),
    "signing_link_sent": Rule(ACCOUNT),
    # Its link takes an account back.
    "address_changed": Rule(ACCOUNT, asks=True, secret=True),
    # Its link lets somebody in.
    "invitation": Rule(ACCOUNT, secret=True, moot=moots.invitation_over),
    "member_removed": Rule(ACCOUNT, to_leavers=True),
}


def about(context: dict) -> str:
    """The thread that ties letters together in a summary: the need's title, or the offer's."""
    for name in ("mission", "proposal"):
        if context.get(name) is not None:
            return str(context[name].need)
    for name in ("need", "offer", "organisation"):
        if context.get(name) is not None:
            return str(context[name])
    return ""


def matter(context: dict) -> str:
    return matter_of(context)


def is_theirs(letter: Notification) -> bool:
    """Its reader still has a part in what it is about."""
    return letter.recipient is None or has_a_part_in(letter.recipient, letter.matter)


def why_not(letter: Notification) -> str:
    """Its reader has left since it was written; or it asks something of whoever may not act today."""
    reader = letter.recipient
    if reader is None:
        return ""
    if not is_theirs(letter):
        return gettext_noop("No longer theirs")
    if letter.asks and not may_answer(reader, letter.matter):
        return gettext_noop("Their organisation is suspended")
    return ""


def desks(context: dict) -> set[int]:
    """The pôles of what a letter is about: both, when it is about a proposal between two."""
    return {pole for thing in context.values() for pole in _poles_of(thing)}


def _poles_of(thing: object) -> set[int]:
    match thing:
        case Mission() | Proposal():
            return {thing.need.pole_id, thing.offer.pole_id}
        case AskedPole():
            return {thing.need.pole_id, thing.pole_id}
        case Message():
            return _poles_of(thing.thread.proposal or thing.thread.need)
        case Need() | Offer() | Organisation() | Case():
            return {thing.pole_id}
    return set()


def desk(user: User) -> QuerySet[Notification] | None:
    """Those a coordinator answers for: to the people of their pôles, and to those invited there.

    Somebody may belong to organisations of two pôles: what they do in the one isn't told in the other.
    """
    if user.is_superuser:
        return Notification.objects.all()
    poles = list(coordinated_by(user).values_list("organisation__pole", flat=True).distinct())
    if not poles:
        return None
    members = Membership.objects.filter(organisation__pole__in=poles).values("user")
    volunteers = Offer.objects.filter(pole__in=poles, person__isnull=False).values("person")
    invited = Organisation.objects.filter(pole__in=poles).values("invitations__email")
    return Notification.objects.at_desks(poles).filter(
        Q(recipient__in=members)
        | Q(recipient__in=volunteers)
        | Q(recipient=None, kind="invitation", address__in=invited)
    )
