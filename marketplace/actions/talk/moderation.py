"""Keeping conversations fit for people: reports and what is decided, coordinators' notes, ready-made lines."""

import json
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks, messages
from marketplace.models import (
    Block,
    CannedLine,
    Message,
    MessageReport,
    Pair,
    Side,
    Thread,
    ThreadNote,
)
from marketplace.rules import permissions

DEFAULT_LINES = Path(__file__).resolve().parents[2] / "data" / "canned_lines.json"


def report(message: Message, *, reason: str, words: str, by: User) -> MessageReport:
    """Report a message. Each person reports it once: a second click changes nothing. Raises NotYet."""
    if message.is_removed:
        raise NotYet(_("This message has already been removed."))
    if message.author_id == by.pk:
        raise NotYet(_("This is your own message: you can change or remove it."))
    names = [str(attached) for attached in message.attachments.select_related("file")]
    try:
        with transaction.atomic():
            made = MessageReport.objects.create(
                message=message,
                by=by,
                reason=reason,
                words=words.strip(),
                text="\n".join([message.text, *names]),
            )
            letters.message_reported(made)
    except IntegrityError:
        known = MessageReport.objects.filter(message=message, by=by).first()
        if known is None:
            raise
        return known
    return made


@transaction.atomic
def leave_up(report: MessageReport, *, by: User, now: datetime) -> None:
    """Keep the message; all those who reported it are told."""
    _settle_all(report, MessageReport.Outcome.KEPT, by=by, now=now)


@transaction.atomic
def take_down(report: MessageReport, *, reason: str, by: User, now: datetime) -> None:
    """Remove the message, for a reason that its author reads; all its reports are settled."""
    _settle_all(report, MessageReport.Outcome.REMOVED, by=by, now=now)
    if not Message.objects.get(pk=report.message_id).is_removed:
        remove(report.message, reason=reason, by=by, now=now)


@transaction.atomic
def remove(message: Message, *, reason: str, by: User, now: datetime) -> None:
    """A coordinator removes a message; its author is told why."""
    removed = messages.remove(message, by=by, now=now, reason=reason)
    letters.message_removed(removed)


def _settle_all(report: MessageReport, outcome: str, *, by: User, now: datetime) -> None:
    """Settle the report that was opened, then the other reports of the same message."""
    _settle(report, outcome, by=by, now=now)
    for other in report.message.reports.waiting():
        _settle(other, outcome, by=by, now=now)


def _settle(report: MessageReport, outcome: str, *, by: User, now: datetime) -> None:
    waiting = MessageReport.objects.waiting().filter(pk=report.pk)
    if not waiting.update(settled_at=now, settled_by=by, outcome=outcome):
        raise NotYet(_("Another coordinator has already dealt with it."))
    report.refresh_from_db()
    letters.report_settled(report)


def note(thread: Thread, *, text: str, by: User) -> ThreadNote:
    return ThreadNote.objects.create(thread=thread, author=by, text=text)


# --- keeping somebody away -----------------------------------------------------------------
def keep_away(thread: Thread, *, reason: str, by: User) -> Block:
    """Block the other side of the conversation: the structure keeps the person away (or a team's company), the
    person or their team keeps the structure away. Of a pair, each keeps the other one away."""
    proposal, structure = thread.proposal, thread.subject.organisation
    if thread.pair:
        return blocks.block(by=by, person=_other_half(thread.pair, by), reason=reason)
    if permissions.thread_side_of(by, thread) == Side.OFFER:
        team = proposal.offer.organisation if proposal and not proposal.offer.person_id else None
        return blocks.block(by=by, organisation=structure, acting_for=team, reason=reason)
    person = proposal.offer.person if proposal else thread.asker
    company = proposal.offer.organisation if proposal and not person else None
    return blocks.block(
        by=by, person=person, organisation=company, acting_for=structure, reason=reason
    )


def _other_half(pair: Pair, one: User) -> User | None:
    half = pair.half_of(one)
    return pair.beside(half).offer.person if half else None


@transaction.atomic
def let_back(thread: Thread, *, by: User) -> None:
    """Lift the blocks of this conversation that the person, or a colleague in the same organisation's name, has
    made."""
    for block in own_blocks(thread, by):
        blocks.unblock(block, by=by)


def own_blocks(thread: Thread, user: User) -> list[Block]:
    """The blocks that cut this conversation and that this person may lift."""
    found = Block.objects.within(thread).made_by(user).select_related("for_organisation")
    return [block for block in found if permissions.can_lift(user, block)]


# --- ready-made lines ----------------------------------------------------------------------
def default_lines(pole: Pole) -> list[CannedLine]:
    """The site's ready-made lines, not saved: a pôle that wants others makes them its own first."""
    told = json.loads(DEFAULT_LINES.read_text(encoding="utf-8"))
    return [CannedLine(pole=pole, **line) for line in told]


def lines_of(pole: Pole, *, has_some: bool = True) -> list[CannedLine]:
    """`has_some`: whether it may have lines of its own, where that was asked."""
    return list(pole.canned_lines.all() if has_some else ()) or default_lines(pole)


@transaction.atomic
def make_lines_own(pole: Pole) -> None:
    """Copy the site's lines for the pôle, once; from then on the pôle changes its own."""
    Pole.objects.select_for_update(no_key=True).get(pk=pole.pk)
    if not pole.canned_lines.exists():
        CannedLine.objects.bulk_create(default_lines(pole))


@transaction.atomic
def keep_line(line: CannedLine) -> None:
    """Save a line of the pôle; with its first one the site's become its own. Raises NotYet when another line has this
    title: one of the site's, or one that a colleague saves at this very moment."""
    Pole.objects.select_for_update(no_key=True).get(pk=line.pole_id)
    if line.pk is None:
        make_lines_own(line.pole)
    if line.pole.canned_lines.filter(title=line.title).exclude(pk=line.pk).exists():
        raise NotYet(_("The pôle already has a line with this title."))
    line.save()


def filled(line: CannedLine, thread: Thread, *, by: User) -> str:
    """The line with the names in the place of {prenom}, {structure}, {besoin}, {moi} and {pole}. Other braces stay
    as they are."""
    need = thread.subject
    names = {
        "prenom": thread.proposal.offer.discreet_name.split(" ")[0]
        if thread.proposal
        else (thread.asker.get_short_name() if thread.asker else ""),
        "structure": need.organisation.name,
        "besoin": need.title,
        "moi": by.get_short_name(),
        "pole": need.pole.name,
    }
    text = line.text
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text
