"""What we tell people when a message is reported, and of what coordinators decide."""

from marketplace.models import Message, MessageReport
from marketplace.rules import audience
from notifications import outbox


def message_reported(report: MessageReport) -> None:
    """The coordinators of the need; never the one whose message it is."""
    for person in audience.coordinators(report.message.thread.subject):
        if person.pk != report.message.author_id:
            outbox.post(
                recipient=person,
                key=f"report:{report.pk}",
                template="message_reported",
                url=report.get_absolute_url(),
                report=report,
                need=report.message.thread.subject,
            )


def message_removed(message: Message) -> None:
    """Its author hears why. Not the words themselves: a letter travels."""
    outbox.post(
        recipient=message.author,
        key=f"message:{message.pk}:removed",
        template="message_removed",
        url=message.thread.get_absolute_url(),
        message=message,
        need=message.thread.subject,
    )


def report_settled(report: MessageReport) -> None:
    outbox.post(
        recipient=report.by,
        key=f"report:{report.pk}:settled",
        template="report_settled",
        url=report.message.thread.get_absolute_url(),
        report=report,
        need=report.message.thread.subject,
    )
