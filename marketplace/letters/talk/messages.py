"""What we tell about messages that wait."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.models import (
    Message,
    Thread,
)
from marketplace.rules import audience
from notifications import outbox
from notifications.replies import addresses


def message_waiting(
    message: Message, person: User, *, read_up_to: int, told_anew: str = ""
) -> None:
    """One letter for a run of unread messages: the key only changes once they have looked, or when
    the words that it told have changed."""
    key = f"{_unread(message.thread_id)}{read_up_to}"
    outbox.post(
        recipient=person,
        key=f"{key}:from:{message.pk}:{told_anew}" if told_anew else key,
        template="message_waiting",
        url=reverse("thread", args=[message.thread_id]),
        reply_to=addresses.address_of(message.thread_id, person.pk),
        message=message,
        need=message.thread.subject,
        files=[str(attached) for attached in message.attachments.all()],
    )


def message_changed(message: Message, *, how: str) -> None:
    """Letters that have not left yet say what is there now: the new words, or the next message."""
    thread = message.thread
    seen = dict(thread.reads.values_list("user_id", "up_to"))
    for person in readers_of(thread):
        prefix, up_to = _unread(thread.pk), seen.get(person.pk, 0)
        reason = gettext_noop("The message was changed or removed")
        if not outbox.cancel(key_prefix=prefix, reason=reason, recipient=person):
            continue
        unread = thread.messages.standing().filter(pk__gt=up_to).exclude(author=person)
        if first := unread.select_related("thread", "author").first():
            message_waiting(first, person, read_up_to=up_to, told_anew=f"{how}-{message.pk}")


def _unread(thread_pk: int) -> str:
    return f"thread:{thread_pk}:unread-after:"


def readers_of(thread: Thread) -> list[User]:
    """Both sides, and the coordinator in charge; all of the pôle's when it is them one talks to."""
    need, proposal = thread.subject, thread.proposal
    people = [*audience.structure(need)]
    if proposal:
        people += audience.offering(proposal.offer)
    elif thread.asker and thread.asker.is_active:
        people.append(thread.asker)
    if need.coordinator_id or not (proposal or thread.asker):
        people += audience.coordinators(need)
    return list({person.pk: person for person in people}.values())
