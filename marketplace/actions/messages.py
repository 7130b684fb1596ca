"""What people write to each other."""

from django.db import IntegrityError, transaction

from marketplace import notify
from marketplace.models import Message, Thread, ThreadRead


def write(thread: Thread, *, text: str, sent_key: str, by) -> Message:
    """Add a message and tell those who haven't seen it. The same form sent twice writes once."""
    try:
        with transaction.atomic():
            return _write(thread, text=text, sent_key=sent_key, by=by)
    except IntegrityError:
        return Message.objects.get(author=by, sent_key=sent_key)


def _write(thread: Thread, *, text: str, sent_key: str, by) -> Message:
    message = Message.objects.create(thread=thread, author=by, text=text, sent_key=sent_key)
    Thread.objects.filter(pk=thread.pk).update(last_message_at=message.created_at)
    mark_read(thread, by, up_to=message.pk)
    seen = dict(thread.reads.values_list("user_id", "up_to"))
    for person in notify.readers_of(thread):
        if person.pk != by.pk:
            notify.message_waiting(message, person, read_up_to=seen.get(person.pk, 0))
    return message


@transaction.atomic
def mark_read(thread: Thread, user, *, up_to: int) -> None:
    """Only ever forwards: two open tabs can't make a message unread."""
    read, created = ThreadRead.objects.get_or_create(
        thread=thread, user=user, defaults={"up_to": up_to}
    )
    if not created:
        ThreadRead.objects.filter(pk=read.pk, up_to__lt=up_to).update(up_to=up_to)
