"""The letters about messages that are reported, and what coordinators decide."""

from django.utils.translation import gettext_noop

from marketplace.letters.families import DESK, MESSAGES
from marketplace.models import Message, MessageReport
from marketplace.rules import audience
from marketplace.rules.permissions import can_settle_report, can_write_in_thread, is_cut
from notifications.letter import Key, Letter
from notifications.models import Notification


def _settled(letter: Notification, *, report: int) -> str:
    waits = MessageReport.objects.waiting().filter(pk=report)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


REPORT = Key("report:{report}")
MESSAGE_REPORTED = Letter("message_reported", REPORT, DESK, asks=True, moot=_settled)
# What coordinators decide about somebody's words, that person hears in every case.
MESSAGE_REMOVED = Letter("message_removed", Key("message:{message}:removed"), to_leavers=True)
REPORT_SETTLED = Letter("report_settled", REPORT + ":settled", MESSAGES, to_leavers=True)


def message_reported(report: MessageReport) -> None:
    """Tell the coordinators of the need, or of its mission, except the author of the message and those on a side of the
    conversation."""
    thread = report.message.thread
    subject, proposal = thread.subject, thread.proposal
    about = (proposal.mission if proposal else None) or subject
    may = [one for one in audience.coordinators_of(subject.pole) if can_settle_report(one, report)]
    in_charge = [one for one in audience.coordinators(about) if one in may]
    MESSAGE_REPORTED.tell(
        in_charge or may,
        url=report.get_absolute_url(),
        report=report,
        need=subject,
    )


def message_removed(message: Message) -> None:
    """Tell the author why their message was removed. The letter doesn't repeat the words, since letters get
    forwarded."""
    MESSAGE_REMOVED.tell(
        [message.author],
        url=message.thread.get_absolute_url(),
        message=message,
        need=message.thread.subject,
        may_write=can_write_in_thread(message.author, message.thread)
        and not is_cut(message.thread, message.author),
    )


def report_settled(report: MessageReport) -> None:
    REPORT_SETTLED.tell(
        [report.by],
        url=report.message.thread.get_absolute_url(),
        report=report,
        need=report.message.thread.subject,
    )
