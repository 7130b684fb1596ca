"""Whether a letter still makes sense, asked as it leaves: one function a question, read from its key.

Each returns the reason why it doesn't, or "" when it does. Which letter asks which: letters.py.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Invitation, Organisation
from accounts.states import OrganisationStatus
from marketplace.models import (
    Agreement,
    Amendment,
    Case,
    ConsentRequest,
    Document,
    Eligibility,
    FollowUp,
    HoursEntry,
    Message,
    MessageReport,
    Mission,
    Need,
    Offer,
    Proposal,
    Review,
    SheetVersion,
    Side,
    Signature,
    SigningLink,
    ThreadRead,
    Transfer,
)
from marketplace.models.market.skills import SkillProposal
from marketplace.states import DocumentStatus, MissionStatus, NeedStatus, ProposalStatus
from notifications.models import Notification


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


def read_meanwhile(letter: Notification) -> str:
    """key = need:<pk>:read:<day>:…, or organisation:…"""
    is_need = letter.key.startswith("need")
    rows = Need.objects.to_qualify() if is_need else Organisation.objects.waiting()
    waits = rows.filter(pk=_ids(letter)[0])
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


def need_sent_again(letter: Notification) -> str:
    """key = need-step:<pk>"""
    asked = Need.objects.filter(steps=_ids(letter)[0], status=NeedStatus.DRAFT)
    return "" if asked.exists() else gettext_noop("Answered meanwhile")


def organisation_answered(letter: Notification) -> str:
    """key = organisation-step:<pk>"""
    asked = Organisation.objects.filter(steps=_ids(letter)[0], status=OrganisationStatus.MORE_ASKED)
    return "" if asked.exists() else gettext_noop("Answered meanwhile")


def document_signed(letter: Notification) -> str:
    """key = document:<pk>:made, or signature:<pk> of whoever signed before"""
    found = (
        Q(pk=_ids(letter)[0])
        if letter.key.startswith("document")
        else Q(signatures=_ids(letter)[0])
    )
    waits = Document.objects.filter(found, status=DocumentStatus.TO_SIGN)
    mine = Signature.objects.filter(document=OuterRef("pk"), user=letter.recipient_id)
    return "" if waits.exclude(Exists(mine)).exists() else gettext_noop("Answered meanwhile")


def sheet_read(letter: Notification) -> str:
    """key = sheet-version:<pk> – a newer version has its own letter."""
    version = SheetVersion.objects.select_related("sheet__mission__need").get(pk=_ids(letter)[0])
    sheet = version.sheet
    reader = letter.recipient
    ours = reader is not None and reader.belongs_to(sheet.mission.need.organisation)
    agreed = sheet.is_agreed_by(Side.NEED if ours else Side.OFFER)
    return gettext_noop("Answered meanwhile") if agreed or sheet.number > version.number else ""


def _mission(letter: Notification) -> Mission | None:
    """The one that a letter is about, whatever its key."""
    _noun, _colon, pk = letter.matter.partition(":")
    return Mission.objects.filter(pk=pk).first() if pk else None


def mission_moved_on(letter: Notification) -> str:
    """Chased: it has moved since."""
    mission = _mission(letter)
    moved = mission is not None and mission.moved_at > letter.created_at
    return gettext_noop("Answered meanwhile") if moved else ""


def _unless_in(letter: Notification, status: str) -> str:
    mission = _mission(letter)
    return gettext_noop("Answered meanwhile") if mission and mission.status != status else ""


def disagreement_over(letter: Notification) -> str:
    return _unless_in(letter, MissionStatus.DISPUTED)


def renewal_framed(letter: Notification) -> str:
    return _unless_in(letter, MissionStatus.FRAMING)


def departure_settled(letter: Notification) -> str:
    return _unless_in(letter, MissionStatus.LEFT)


def employer_asked_again(letter: Notification) -> str:
    """key = agreement:<pk>:answer"""
    refused = Agreement.objects.filter(pk=_ids(letter)[0])
    newer = Agreement.objects.filter(mission__in=refused.values("mission"), pk__gt=_ids(letter)[0])
    return gettext_noop("Answered meanwhile") if newer.exists() else ""


def receipt_given(letter: Notification) -> str:
    mission = _mission(letter)
    given = mission and mission.documents.receipts().standing().exists()
    return gettext_noop("Answered meanwhile") if given else ""


def receipts_believed(letter: Notification) -> str:
    """key = eligibility:<pk>"""
    waits = Eligibility.objects.to_verify().filter(pk=_ids(letter)[0])
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def hours_written_again(letter: Notification) -> str:
    """key = hours-entry:<pk>:contested:<when>"""
    contested = HoursEntry.objects.filter(pk=_ids(letter)[0], contested_at__isnull=False)
    return "" if contested.exists() else gettext_noop("Answered meanwhile")


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
