"""Who must do what for a mission to go on, and by when; a function for each state. Reads only. The missions have to
come from `Mission.objects.with_course()`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.dates import midnight
from marketplace.models import Agreement, Mission
from marketplace.models.documents.documents import Kind
from marketplace.rules import (
    below_cost,
    documents,
    going_on,
    own_yes,
    receipt_shares,
    sheet_yeses,
    teams,
)
from marketplace.rules.mission_roles import (
    ASKS,
    COMES,
    COMPANY,
    COORDINATION,
    MANAGER,
    NEED,
    OFFER,
    RECEIPTS,
    SIGNERS,
    Reader,
)
from marketplace.rules.next_acts import before_receipt, closed, employer_refusal, hours, reviews
from marketplace.rules.next_acts import served as served_acts
from marketplace.rules.next_acts import teams as team_acts
from marketplace.rules.next_acts.act import Act as Act
from marketplace.rules.next_acts.act import act_of, of_both, of_either, receiver
from marketplace.rules.next_acts.patience import VALUE_ASKED_FOR, answered_by, due_on
from marketplace.states import LIVE, DocumentStatus, MissionStatus


def acts(mission: Mission) -> list[Act]:
    found = _BY_STATE.get(MissionStatus(mission.status))
    own = found(mission) if found else []
    first = [*_amendment(mission), *_below_cost(mission), *served_acts.unfit(mission)]
    return [*first, *team_acts.deserted(mission), *own]


def for_reader(mission: Mission, reader: Reader) -> tuple[list[Act], list[Act]]:
    """The acts that wait for this person, and those that wait for others. An act that one person is enough for
    isn't listed for the others when it waits for the reader."""
    mine = reader.roles(mission)
    all_acts = acts(mission)
    yours = list({act.task: act for act in all_acts if act.who in mine}.values())
    done_by_you = {act.task for act in yours if act.either}
    return yours, [act for act in all_acts if act.who not in mine and act.task not in done_by_you]


# --- one function a state ------------------------------------------------------------------
def _starting(mission: Mission, words: str) -> Iterator[Act]:
    """Nothing is left but to start: on its first day, and by what patience allows where that is later."""
    first, page = mission.starts_on, reverse("mission-start", args=[mission.pk])
    for act in _who_starts(mission, words):
        from_on = first if act.url == page else None
        since = max(mission.moved_at, midnight(first)) if from_on else act.since
        yield replace(act, due_on=max(first, act.due_on or first), from_on=from_on, since=since)


def _who_starts(mission: Mission, words: str) -> Iterator[Act]:
    """Either side starts it, or only the one whose yes is missing; nobody before the mission that it goes on with is over."""
    label, task = _("Start the mission"), _("start the mission")
    if mission.renewed_from and mission.renewed_from.is_live:
        words = _("It starts once the mission that it goes on with is finished.")
        page, task = reverse("mission", args=[mission.renewed_from_id]), _("finish the one before")
        for who in (OFFER, NEED):
            yield Act(who, words, task, page, _("See that mission"), either=True)
    elif side := own_yes.starts_alone(mission):
        who = COMES if side == OFFER else NEED
        yield act_of(mission, who, "mission-start", words, label, task)
    else:
        yield from of_either(mission, "mission-start", words, label, task)


def _framing(mission: Mission) -> Iterator[Act]:
    if no := going_on.refusal_of(mission):
        yield from of_either(mission, "mission-interrupt", no, *going_on.to_stop())
    elif teams.awaits_a_name(mission):
        yield from team_acts.own_name(mission)
    elif not mission.regime:
        words = _("Say under which legal frame the mission is done: a few questions.")
        task = _("answer a few questions about the legal frame")
        yield from of_either(mission, "mission-regime", words, _("Answer a few questions"), task)
    elif not mission.has_dates:
        words = _("Agree on the days with the other side, then say from when to when.")
        task = _("say from when to when the mission takes place")
        yield from of_either(mission, "mission-dates", words, _("Say the dates"), task)
    elif mission.is_volunteering:
        yield from _on_own_time(mission)
    else:
        yield from _at_work(mission)


def _at_work(mission: Mission) -> Iterator[Act]:
    """Both sides say yes to the sheet, and go on."""
    if words := sheet_yeses.too_long(mission):
        task = _("bring the end of the mission forward")
        yield from of_either(mission, "mission-sheet", words, _("Read the sheet"), task)
    elif mission.sheet.is_agreed and (words := employer_refusal.of(mission)):
        task = employer_refusal.task(mission)
        yield from of_either(mission, "mission-sheet", words, _("Read the sheet"), task)
    elif mission.sheet.is_agreed and sheet_yeses.why_none(mission):
        return  # what is left is to change it, which is said of what stands in the way
    elif mission.sheet.is_agreed and own_yes.is_awaited_to_go_on(mission):
        words, task = going_on.to_say()
        url, label, asked = going_on.where(mission)
        yield Act(COMES, words, task, url, label, due_on(mission), has_own_line=asked)
    elif mission.sheet.is_agreed:
        words, task = _("Both sides have said yes: go on."), _("go on")
        yield from of_either(mission, "mission-sheet", words, _("Go on"), task)
    elif not mission.sheet.is_written_for_documents:
        words = _(
            "Write the aim and the work entrusted on the mission sheet: its papers print them."
        )
        task = _("write the aim and the work entrusted on the mission sheet")
        yield from of_either(mission, "mission-sheet", words, _("Write them"), task)
    else:
        words = _("Read the mission sheet, change it if need be, and say yes.")
        yield from _yes_to_the_sheet(mission, words)


def _yes_to_the_sheet(mission: Mission, words: str) -> Iterator[Act]:
    """Of each side that hasn't said it; of nobody while the coordination's no keeps that version from any paper."""
    if sheet_yeses.why_none(mission):
        return
    task = _("read the mission sheet and say yes")
    for act in of_both(mission, "mission-sheet", words, _("Read the sheet"), task):
        if not mission.sheet.is_agreed_by(act.who):
            yield act


def _on_own_time(mission: Mission) -> Iterator[Act]:
    """Nobody's yes to the sheet is asked for; whoever hasn't written its last version is told that it has changed."""
    ready = _("Everything is ready: read the sheet if you wish, then start.")
    changed = _("The mission sheet has changed: read it before you start.")
    for act in _starting(mission, ready):
        unread = mission.sheet.number > 1 and not mission.sheet.is_agreed_by(act.who)
        is_changed = unread and act.words == ready
        yield replace(act, words=changed, from_on=None) if is_changed else act


def _agreement(mission: Mission) -> Iterator[Act]:
    whole = [row for row in mission.agreements.all() if not (row.amendment_id or row.member_id)]
    current = {row.asked: row for row in whole if row.voided_at is None}
    if teams.is_naming(mission):
        yield from team_acts.asked_by_name(mission)
        yield from _asked_at_work(mission, current)
    elif Agreement.Asked.MANAGER not in current and sheet_yeses.why_none(mission):
        return  # what is left is to change the sheet, which is said of what stands in the way
    elif Agreement.Asked.MANAGER not in current:
        words = _("Ask for the employer’s agreement: we write to the manager for you.")
        task = _("ask for the employer’s agreement")
        yield act_of(mission, ASKS, "mission-agreement", words, _("Ask for the agreement"), task)
    else:
        yield from _asked_at_work(mission, current)


def _asked_at_work(mission: Mission, current: dict[str, Agreement]) -> Iterator[Act]:
    """The employer's agreement: the manager's act first, then the company's; where no manager is known, the
    company's alone."""
    manager = current.get(Agreement.Asked.MANAGER)
    company = current.get(Agreement.Asked.COMPANY)
    page = "mission-agreement"
    if manager and manager.is_expired(timezone.now()):
        words = _(
            "The manager hasn’t answered in two weeks: send the letter again, or to somebody else."
        )
        task = _("send the letter to the manager again")
        yield act_of(mission, ASKS, page, words, _("See the agreement"), task)
    elif manager and not manager.is_answered:
        task = _("agree, refuse, or suggest other dates")
        due_on = answered_by(mission, manager)
        yield Act(MANAGER, task, task, due_on=due_on, since=manager.asked_at)
    elif company is not None and not company.is_answered:
        words = (
            _("The manager agrees. Say whether the employer does.")
            if manager
            else _("Say whether the employer agrees.")
        )
        task, label = _("say whether the employer agrees"), _("Answer for the employer")
        yield replace(act_of(mission, COMPANY, page, words, label, task), since=company.asked_at)


def _documents(mission: Mission) -> Iterator[Act]:
    if documents.all_signed(mission):
        for act in _starting(mission, documents.once_signed(mission)):
            waits = [at for at in (getattr(mission, "signed_last_at", None), act.since) if at]
            yield replace(act, since=max(waits, default=None))
    elif not mission.sheet.is_written_for_documents:
        words = _("Write on the sheet what the papers will say: the aim, and the work entrusted.")
        task = _("write on the sheet what the papers will say")
        yield from of_either(mission, "mission-sheet", words, _("Write them"), task)
    else:
        yield from _signing(mission, documents.to_sign(mission))


def _signing(mission: Mission, words: str) -> Iterator[Act]:
    """The documents: either side makes them, then each party signs, by those who may sign in its name."""
    label, task = _("See what is left to sign"), _("read and sign the documents")
    made = documents.to_make(mission)
    if made and not below_cost.refusal_of(mission):
        see, make = _("See the documents"), _("make the documents")
        yield from of_either(mission, "mission-documents", made, see, make)
    for party in documents.parties_before(mission):
        yield act_of(mission, SIGNERS[party], "mission-documents", words, label, task)


def _amendment(mission: Mission) -> Iterator[Act]:
    """An amendment waits: for signatures, and for the employer where hours or dates change."""
    pk = getattr(mission, "amendment_open", None)
    if pk is None:
        return
    page = reverse("amendment", args=[pk])
    words = _("An amendment is proposed: read what changes, then sign it or decline it.")
    task = _("sign the amendment or decline it")
    for party in documents.parties_left(mission):
        since = getattr(mission, "amendment_since", None)
        yield Act(SIGNERS[party], words, task, page, _("See the amendment"), since=since)
    asked = [row for row in mission.agreements.all() if row.amendment_id == pk]
    yield from _asked_at_work(mission, {row.asked: row for row in asked if not row.voided_at})


def _below_cost(mission: Mission) -> Iterator[Act]:
    """A loan that would be billed below its cost: the coordination says yes or no before any paper is made."""
    sheet = mission.sheet
    if not mission.is_billed or mission.status not in LIVE:
        return
    if sheet.waits_for_coordination:
        words, task = below_cost.to_answer()
        url = reverse("mission-below-cost", args=[mission.pk])
        yield Act(COORDINATION, words, task, url, _("Answer"), since=sheet.share_asked_at)
    elif sheet.is_refused_below_cost:
        words, task = below_cost.refused(sheet), _("change the share of the cost that is billed")
        yield from of_either(mission, "mission-sheet", words, _("Read the sheet"), task)


def _changed_on_the_way(mission: Mission) -> Iterator[Act]:
    """The papers of a running mission were voided: both sides say yes to the sheet if it changes, the employer
    agrees, then new papers are signed. (What is still signed changes by an amendment only.)"""
    sheet = mission.sheet
    if not mission.has_employer or mission.agreed_version is None:
        return
    if not sheet.is_agreed:
        words = _("The mission sheet has changed: read the new version, and say yes.")
        yield from _yes_to_the_sheet(mission, words)
    elif mission.agreed_version != sheet.number:
        yield from _agreement(mission)
    elif documents.is_torn(mission):
        yield from _signing(mission, _("What was signed was voided: sign the new papers."))


def _running(mission: Mission) -> Iterator[Act]:
    yield from _changed_on_the_way(mission)
    yield from hours.waiting(mission)
    if mission.ends_on < timezone.localdate():
        words = _("The last day has passed. Is the work done?")
        task = _("say whether the work is done")
        over_at = midnight(mission.ends_on + timedelta(days=1))
        for act in of_either(mission, "mission-deliver", words, _("The work is done"), task):
            yield replace(act, since=max(over_at, mission.moved_at))
    elif mission.starts_on <= timezone.localdate():
        yield from hours.to_write(mission)


def _suspended(mission: Mission) -> Iterator[Act]:
    if documents.is_torn(mission):
        yield from _changed_on_the_way(mission)
        return
    words = _("The mission is paused. Take it up again when you are both ready.")
    task = _("take the mission up again")
    yield from of_either(mission, "mission-resume", words, _("Take it up again"), task)


def _left(mission: Mission) -> Iterator[Act]:
    """The person has left: those in charge at the company, the structure or a coordinator say how the mission goes
    on. Once a colleague has said yes, the structure alone answers."""
    yield from hours.waiting(mission)
    if proposal := getattr(mission, "transfer_proposed", None):
        words = _("A colleague would take the mission over: read the proposal and answer.")
        task = _("answer the colleague who would take it over")
        url = reverse("proposal", args=[proposal])
        yield Act(NEED, words, task, url, _("Answer"), has_own_line=True)
        return
    if getattr(mission, "transfer_asked", False):
        words = _(
            "A colleague has been asked and hasn’t answered yet. Another way remains possible."
        )
        task = _("wait for the colleague’s answer, or choose another way")
        label = _("See what is possible")
    elif not mission.offer.person_has_left:
        words = _("Whoever had left is back with their employer: the mission can go on.")
        task, label = _("take the mission up again"), _("Take it up again")
    else:
        words = _("The person who came has left their employer: say how the mission goes on.")
        task, label = _("say how the mission goes on"), _("See what is possible")
    for who in (COMPANY, NEED, COORDINATION):
        act = act_of(mission, who, "mission-left", words, label, task, either=True)
        yield replace(act, since=getattr(mission, "transfer_since", None))


def _disputed(mission: Mission) -> Iterator[Act]:
    words = _("The two sides don’t agree: get in touch with them, then say how it goes on.")
    task = _("get in touch with both sides")
    yield act_of(mission, COORDINATION, "mission-resume", words, _("Say how it goes on"), task)


def _delivered(mission: Mission) -> Iterator[Act]:
    yield from hours.waiting(mission)
    given = {row.side for row in mission.reviews.all()}
    words, task = reviews.words(), _("say how it went")
    for who, voice in ((COMES, OFFER), (receiver(mission), NEED)):
        if voice not in given:
            yield act_of(mission, who, "mission-review", words, _("Give my review"), task)


def _reviewed(mission: Mission) -> Iterator[Act]:
    """The value. Where the frame gives no receipt nothing is left to do, and the mission closes by itself."""
    yield from hours.waiting(mission)
    yield from _value(mission)


def _value(mission: Mission) -> Iterator[Act]:
    """Asked for where a receipt may follow; where none may, what is left is to close."""
    if not before_receipt.is_time_for_the_value(mission):
        return
    if not before_receipt.never_comes(mission):
        yield act_of(mission, COMPANY, "mission-value", *before_receipt.asks_for_the_value(mission))
    elif mission.status != MissionStatus.INTERRUPTED:
        yield from _receipt(mission)


def _interrupted(mission: Mission) -> Iterator[Act]:
    """The hours given until it stopped; then their value, which is asked for a season and may be declared later."""
    yield from hours.waiting(mission)
    if mission.moved_at > timezone.now() - VALUE_ASKED_FOR:
        yield from _value(mission)


def _valued(mission: Mission) -> Iterator[Act]:
    yield from hours.waiting(mission)
    yield from _receipt(mission)


def _receipt(mission: Mission) -> Iterator[Act]:
    receipts = {status for kind, status in documents.listed(mission) if kind == Kind.RECEIPT}
    if receipts - {DocumentStatus.VOIDED} or receipt_shares.leaves_the_lead_out(mission):
        return
    if waits := before_receipt.of(mission):
        who, words, label, task, page = waits
        yield Act(who, words, task, page, label, due_on(mission))
    else:
        words, task = _("The value is declared: give the receipt."), _("give the receipt")
        yield act_of(mission, RECEIPTS, "mission-receipt", words, _("Give the receipt"), task)


_BY_STATE = {
    MissionStatus.FRAMING: _framing,
    MissionStatus.AGREEMENT: _agreement,
    MissionStatus.DOCUMENTS: _documents,
    MissionStatus.RUNNING: _running,
    MissionStatus.SUSPENDED: _suspended,
    MissionStatus.LEFT: _left,
    MissionStatus.DISPUTED: _disputed,
    MissionStatus.DELIVERED: _delivered,
    MissionStatus.REVIEWED: _reviewed,
    MissionStatus.VALUED: _valued,
    MissionStatus.INTERRUPTED: _interrupted,
    MissionStatus.CLOSED: closed.another_receipt,
    MissionStatus.RENEWED: closed.another_receipt,
}
