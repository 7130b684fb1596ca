"""What the post office can't know about our letters: their families, whether they still make sense.

Read by notifications.rules. A kind is the name of its folder in templates/emails/.
"""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Invitation, Membership, Organisation, User, coordinated_by
from accounts.states import OrganisationStatus
from marketplace.matters import has_a_part_in, matter_of, may_answer
from marketplace.models import (
    Agreement,
    Amendment,
    AskedPole,
    Case,
    ConsentRequest,
    FollowUp,
    HoursEntry,
    Message,
    MessageReport,
    Mission,
    Need,
    Offer,
    Proposal,
    Review,
    SigningLink,
    ThreadRead,
    Transfer,
)
from marketplace.models.skills import SkillProposal
from marketplace.states import NeedStatus, ProposalStatus
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


def _ids(letter: Notification) -> list[int]:
    """The figures of its key, in order."""
    return [int(part) for part in letter.key.split(":") if part.isdigit()]


def message_read(letter: Notification) -> str:
    """key = thread:<pk>:unread-after:<message pk>, then :from:<message pk>:… once told anew.

    What was removed isn't told any more, even by a letter that a worker has in hand.
    """
    thread, up_to, *told = _ids(letter)
    others = Message.objects.filter(thread=thread).exclude(author=letter.recipient_id)
    first = others.filter(pk=told[0]) if told else others.filter(pk__gt=up_to).order_by("pk")
    if (message := first.first()) and message.is_removed:
        return gettext_noop("The message was changed or removed")
    newest = others.standing().order_by("-pk").values_list("pk", flat=True).first()
    seen = ThreadRead.objects.filter(thread=thread, user=letter.recipient_id, up_to__gt=up_to)
    return (
        gettext_noop("Read on the site")
        if newest and seen.filter(up_to__gte=newest).exists()
        else ""
    )


def proposal_over(letter: Notification) -> str:
    """key = proposal:<pk>:… – an answer is only asked for while there is something to answer."""
    proposal = Proposal.objects.filter(pk=_ids(letter)[0]).first()
    if proposal is None or proposal.status != ProposalStatus.OPEN:
        return gettext_noop("Answered meanwhile")
    waits = Proposal.objects.waiting_for(letter.recipient).filter(pk=proposal.pk)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def proposal_taken_up(letter: Notification) -> str:
    """key = proposal:<pk>:… – what was closed without an answer, and has gone on since."""
    closed = Proposal.objects.filter(pk=_ids(letter)[0]).first()
    return gettext_noop("Answered meanwhile") if closed and closed.went_on_as else ""


def follow_up_answered(letter: Notification) -> str:
    """key = follow-up:<pk>"""
    asked = FollowUp.objects.unanswered().filter(pk=_ids(letter)[0])
    return "" if asked.exists() else gettext_noop("Answered meanwhile")


def need_read(letter: Notification) -> str:
    """key = need-step:<pk>"""
    waits = Need.objects.filter(steps=_ids(letter)[0], status=NeedStatus.SUBMITTED)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def organisation_read(letter: Notification) -> str:
    """key = organisation-step:<pk>"""
    waits = Organisation.objects.filter(steps=_ids(letter)[0], status=OrganisationStatus.SUBMITTED)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def agreement_answered(letter: Notification) -> str:
    """key = agreement:<pk>:company, or agreement:<pk>:asked:<how many times>"""
    waits = Agreement.objects.waiting().filter(pk=_ids(letter)[0])
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def signing_over(letter: Notification) -> str:
    """key = signing:<document>:<party>:<link>"""
    link = SigningLink.objects.filter(pk=_ids(letter)[-1], used_at=None, stopped_at=None)
    open_link = link.filter(expires_at__gt=timezone.now())
    return "" if open_link.exists() else gettext_noop("Answered meanwhile")


def invitation_over(letter: Notification) -> str:
    """key = invitation:<pk>:<how many times>"""
    pending = Invitation.objects.pending(timezone.now()).filter(pk=_ids(letter)[0])
    invitation = pending.select_related("organisation", "invited_by").first()
    return "" if invitation and invitation.is_backed else gettext_noop("No longer open")


def transfer_over(letter: Notification) -> str:
    """key = transfer:<pk>:asked"""
    waits = Transfer.objects.waiting().filter(pk=_ids(letter)[0])
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def amendment_settled(letter: Notification) -> str:
    """key = amendment:<pk>:…"""
    waits = Amendment.objects.open().filter(pk=_ids(letter)[0])
    return "" if waits.exists() else gettext_noop("Signed, declined or withdrawn meanwhile")


def hours_confirmed(letter: Notification) -> str:
    """key = hours:<mission pk>:<newest entry>"""
    mission, newest = _ids(letter)
    waits = HoursEntry.objects.to_confirm().filter(mission=mission, pk__lte=newest)
    return "" if waits.exists() else gettext_noop("Confirmed meanwhile")


def review_given(letter: Notification) -> str:
    """key = mission-step:<pk>"""
    mine = Review.objects.filter(mission__steps=_ids(letter)[0], author=letter.recipient_id)
    return gettext_noop("Answered meanwhile") if mine.exists() else ""


def report_settled(letter: Notification) -> str:
    """key = report:<pk>"""
    waits = MessageReport.objects.waiting().filter(pk=_ids(letter)[0])
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def skill_settled(letter: Notification) -> str:
    """key = skill-proposal:<pk>"""
    waits = SkillProposal.objects.filter(pk=_ids(letter)[0], answer=SkillProposal.Answer.WAITING)
    return "" if waits.exists() else gettext_noop("Another administrator has dealt with it")


def consent_answered(letter: Notification) -> str:
    """key = consent-request:<pk>:asked"""
    waits = ConsentRequest.objects.waiting().filter(pk=_ids(letter)[0])
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def proposal_settled(letter: Notification) -> str:
    """key = proposal:<pk>:told"""
    waits = Proposal.objects.open().filter(pk=_ids(letter)[0])
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def need_found(letter: Notification) -> str:
    """key = need:<pk>:alone"""
    alone = Need.objects.published().filter(pk=_ids(letter)[0])
    asked = Proposal.objects.filter(need=_ids(letter)[0], status__in=["OPEN", "AGREED"])
    return "" if alone.exists() and not asked.exists() else gettext_noop("Somebody was found")


def said_again(letter: Notification) -> str:
    """key = need:<pk>:fresh:<day from which the silence counts>, or offer:…"""
    noun, pk, _step, day = letter.key.split(":")
    rows = Need.objects if noun == "need" else Offer.objects
    row = rows.filter(pk=pk, status="PUBLISHED").first()
    if row is None or (row.confirmed_at and timezone.localdate(row.confirmed_at).isoformat() > day):
        return gettext_noop("Answered meanwhile")
    return ""


def draft_sent(letter: Notification) -> str:
    """key = need:<pk>:draft:<day>, or offer:…"""
    rows = Need.objects if letter.key.startswith("need") else Offer.objects
    waits = rows.filter(pk=_ids(letter)[0], status="DRAFT")
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def case_closed(letter: Notification) -> str:
    """key = case:<pk>:…"""
    waits = Case.objects.open().filter(pk=_ids(letter)[0])
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def needs_gone(letter: Notification) -> str:
    """key = news:offer:<offer>:<need>:<need>…"""
    offer, *needs = _ids(letter)
    still = (
        Offer.objects.published().filter(pk=offer).exists()
        and Need.objects.published().filter(pk__in=needs).exists()
    )
    return "" if still else gettext_noop("No longer open")


def offers_gone(letter: Notification) -> str:
    """key = news:need:<need>:<offer>:<offer>…"""
    need, *offers = _ids(letter)
    still = (
        Need.objects.published().filter(pk=need).exists()
        and Offer.objects.published().filter(pk__in=offers).exists()
    )
    return "" if still else gettext_noop("No longer open")


KINDS: dict[str, Rule] = {
    "new_needs": Rule(MATCHES, moot=needs_gone),
    "new_offers": Rule(MATCHES, moot=offers_gone),
    "need_submitted": Rule(DESK, asks=True, moot=need_read),
    "need_question": Rule(NEEDS, asks=True),
    "need_published": Rule(NEEDS),
    "need_refused": Rule(NEEDS),
    "need_closed": Rule(NEEDS),
    "need_redirected": Rule(NEEDS),
    "need_private": Rule(NEEDS),
    "need_taken": Rule(DESK),
    "pole_asked": Rule(DESK, asks=True),
    "handed_over": Rule(DESK, asks=True),
    "proposal_chased": Rule(PROPOSALS, asks=True, moot=proposal_over),
    "mission_chased": Rule(MISSIONS, asks=True),
    "offer_expired": Rule(NEEDS),
    "proposal_to_need": Rule(PROPOSALS, asks=True, moot=proposal_over),
    "proposal_to_offer": Rule(PROPOSALS, asks=True, moot=proposal_over),
    "proposal_half_agreed": Rule(PROPOSALS, asks=True, moot=proposal_over),
    "proposal_late_yes": Rule(PROPOSALS, asks=True, moot=proposal_over),
    "proposal_agreed": Rule(PROPOSALS),
    "proposal_declined": Rule(PROPOSALS),
    "proposal_withdrawn": Rule(PROPOSALS),
    "proposal_closed": Rule(PROPOSALS),
    "mission_started": Rule(DESK),
    "mission_moved": Rule(MISSIONS),
    "mission_delivered": Rule(MISSIONS, asks=True, moot=review_given),
    "mission_interrupted": Rule(MISSIONS),
    "mission_disputed": Rule(DESK, asks=True),
    "mission_renewed": Rule(MISSIONS, asks=True),
    "person_left": Rule(MISSIONS, asks=True),
    "person_back": Rule(MISSIONS),
    "transfer_asked": Rule(MISSIONS, asks=True, moot=transfer_over),
    "transfer_answered": Rule(MISSIONS),
    "transfer_proposed": Rule(PROPOSALS, asks=True, moot=proposal_over),
    "taken_over": Rule(MISSIONS),
    "regime_chosen": Rule(MISSIONS),
    "sheet_changed": Rule(MISSIONS, asks=True),
    "sheet_agreed": Rule(MISSIONS),
    "skill_proposed": Rule(DESK, asks=True, moot=skill_settled),
    "skill_answered": Rule(NEEDS),
    # Its link answers in the manager's name.
    "agreement_asked": Rule(ACCOUNT, asks=True, secret=True, moot=agreement_answered),
    "agreement_for_company": Rule(MISSIONS, asks=True, moot=agreement_answered),
    "agreement_refused": Rule(MISSIONS, asks=True),
    "agreement_refused_structure": Rule(MISSIONS),
    "agreement_given": Rule(MISSIONS),
    "amendment_proposed": Rule(MISSIONS, asks=True, moot=amendment_settled),
    "amendment_in_force": Rule(MISSIONS),
    "amendment_declined": Rule(MISSIONS),
    "amendment_withdrawn": Rule(MISSIONS),
    "amendment_overdue": Rule(MISSIONS, asks=True, moot=amendment_settled),
    "hours_to_confirm": Rule(MISSIONS, asks=True, moot=hours_confirmed),
    "hours_confirmed_by_silence": Rule(MISSIONS),
    "hours_contested": Rule(MISSIONS, asks=True),
    "deliverable_handed_over": Rule(MISSIONS),
    "eligibility_declared": Rule(DESK, asks=True),
    "eligibility_checked": Rule(NEEDS),
    "proposal_reminder": Rule(PROPOSALS, asks=True, moot=proposal_over),
    "proposal_silent": Rule(DESK, asks=True, moot=proposal_settled),
    "proposal_unanswered": Rule(PROPOSALS, moot=proposal_taken_up),
    "proposal_let_go": Rule(PROPOSALS, moot=proposal_taken_up),
    "proposal_again": Rule(PROPOSALS),
    "need_alone": Rule(DESK, asks=True, moot=need_found),
    "still_true": Rule(NEEDS, asks=True, moot=said_again),
    "fell_asleep": Rule(NEEDS),
    "draft_waiting": Rule(NEEDS, asks=True, moot=draft_sent),
    "organisation_quiet": Rule(NEEDS),
    "mission_kick_off": Rule(MISSIONS),
    "case_opened": Rule(DESK, asks=True, moot=case_closed),
    "case_passed_on": Rule(DESK, asks=True, moot=case_closed),
    "follow_up_ending": Rule(MISSIONS, asks=True, moot=follow_up_answered),
    "follow_up_midway": Rule(MISSIONS, asks=True, moot=follow_up_answered),
    "follow_up_later": Rule(MISSIONS, asks=True, moot=follow_up_answered),
    "follow_up_first_week": Rule(MISSIONS, asks=True, moot=follow_up_answered),
    "follow_up_review": Rule(MISSIONS, asks=True, moot=follow_up_answered),
    "message_waiting": Rule(MESSAGES, moot=message_read),
    "message_reported": Rule(DESK, asks=True, moot=report_settled),
    # What coordinators decide about somebody's words, that person hears in every case.
    "message_removed": Rule(ACCOUNT, to_leavers=True),
    "report_settled": Rule(MESSAGES, to_leavers=True),
    "reply_refused": Rule(ACCOUNT, to_leavers=True),
    "organisation_submitted": Rule(DESK, asks=True, moot=organisation_read),
    "organisation_more_asked": Rule(ACCOUNT, asks=True),
    # A call for help is about safety: it always leaves, at once.
    "help_asked": Rule(ACCOUNT, asks=True),
    "document_to_sign": Rule(MISSIONS, asks=True),
    "document_half_signed": Rule(MISSIONS, asks=True),
    "document_signed": Rule(MISSIONS),
    "document_voided": Rule(MISSIONS),
    "receipt_given": Rule(MISSIONS),
    "value_declared": Rule(MISSIONS, asks=True),
    # Its link answers in its reader's name.
    "consent_asked": Rule(ACCOUNT, asks=True, secret=True, moot=consent_answered),
    "consent_given": Rule(NEEDS),
    "consent_refused": Rule(NEEDS, asks=True),
    "consent_taken_back": Rule(ACCOUNT),
    # Its link lets its reader sign, once.
    "signing_link": Rule(ACCOUNT, asks=True, secret=True, moot=signing_over),
    "signing_address": Rule(ACCOUNT, asks=True, secret=True),
    "signing_address_given": Rule(ACCOUNT),
    "signing_link_sent": Rule(ACCOUNT),
    # Its link takes an account back.
    "address_changed": Rule(ACCOUNT, asks=True, secret=True),
    # Its link lets somebody in.
    "invitation": Rule(ACCOUNT, secret=True, moot=invitation_over),
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


def why_not(letter: Notification) -> str:
    """Its reader has left since it was written; or it asks something of whoever may not act today."""
    reader = letter.recipient
    if reader is None:
        return ""
    if not has_a_part_in(reader, letter.matter):
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
