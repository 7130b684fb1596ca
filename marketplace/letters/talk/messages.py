"""The letters about messages that wait to be read."""

from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import MESSAGES
from marketplace.models import Message, Thread, ThreadRead
from marketplace.rules import audience, permissions
from notifications.letter import Key, Letter, Parted
from notifications.models import Notification
from notifications.replies import addresses

REMOVED = gettext_noop("The message was changed or removed")


def _read(letter: Notification, *, thread: int, up_to: int, first: int = 0, why: str = "") -> str:
    """Why the letter needn't leave: its message was removed, even while a worker has the letter in hand, or was
    read on the site. "" otherwise."""
    others = (
        Message.objects.filter(thread=thread).exclude(author=letter.recipient_id).order_by("pk")
    )
    told = others.filter(pk=first) if first else others.filter(pk__gt=up_to)
    seen = ThreadRead.objects.filter(thread=thread, user=letter.recipient_id)
    # In one question: each page asks it of fifty letters.
    found = Thread.objects.filter(pk=thread).values_list(
        Subquery(told.values("removed_at")[:1]),
        Coalesce(Subquery(others.standing().order_by("-pk").values("pk")[:1]), 0),
        Coalesce(Subquery(seen.values("up_to")[:1]), 0),
    )
    removed_at, newest, last = found.first() or (None, 0, 0)
    if removed_at:
        return REMOVED
    return gettext_noop("Read on the site") if newest and last >= newest and last > up_to else ""


def _read_among(letters: list[Parted]) -> set[int]:
    """The same of several of one reader, in one question; where a message of the conversation was removed, one by one."""
    mine = letters[0][0].recipient_id if letters else None
    theirs = Message.objects.filter(thread=OuterRef("pk")).exclude(author=mine).order_by()
    seen = ThreadRead.objects.filter(thread=OuterRef("pk"), user=mine)
    numbers = {parts["thread"] for _letter, parts in letters}
    found = Thread.objects.filter(pk__in=numbers).values_list(
        "pk",
        Coalesce(Subquery(theirs.standing().order_by("-pk").values("pk")[:1]), 0),
        Coalesce(Subquery(seen.values("up_to")[:1]), 0),
        Exists(theirs.filter(removed_at__isnull=False)),
    )
    threads = {thread: facts for thread, *facts in found.order_by()}
    moot = set()
    for letter, parts in letters:
        newest, last, lost_one = threads.get(parts["thread"], (0, 0, False))
        is_read = newest and last >= newest and last > parts["up_to"]
        if is_read or lost_one and _read(letter, **parts):
            moot.add(letter.pk)
    return moot


# After what they have read; from a message on, once it is told anew.
UNREAD = Key("thread:{thread}:unread-after:")
MESSAGE_WAITING = Letter(
    "message_waiting", UNREAD + "{up_to}[:from:{first}:{why:rest}]", MESSAGES, moot=_read,
    moot_among=_read_among,
)  # fmt: skip


def message_waiting(
    message: Message, person: User, *, read_up_to: int, told_anew: str = ""
) -> None:
    """Tell a person of unread messages: one letter for all of them, since its key changes only once they have
    looked, or when the words that it told have changed."""
    anew: dict[str, Any] = {"first": message.pk, "why": told_anew} if told_anew else {}
    MESSAGE_WAITING.tell(
        [person],
        url=reverse("thread", args=[message.thread_id]),
        thread=message.thread_id,
        up_to=read_up_to,
        reply_to=addresses.address_of(message.thread_id, person.pk),
        message=message,
        need=message.thread.subject,
        is_theirs=_is_to(message, person),
        is_of_pair=message.thread.pair_id is not None,
        files=[str(attached) for attached in message.attachments.all()],
        **anew,
    )


def _is_to(message: Message, reader: User) -> bool:
    """Whether the message speaks to this reader: not to the writer's own side, nor to the coordinators who follow
    what two sides write to each other."""
    thread = message.thread
    side = permissions.thread_side_of(reader, thread)
    if thread.pair_id:
        return side is not None
    has_two = bool(thread.proposal_id or thread.asker_id)
    alone = side is None and has_two
    return not alone and side != permissions.thread_side_of(message.author, thread)


def message_changed(message: Message, *, how: str) -> None:
    """Replace the letters that haven't left yet by ones with what is there now: the new words, or the next message."""
    thread = message.thread
    seen = dict(thread.reads.values_list("user_id", "up_to"))
    for person in readers_of(thread):
        up_to = seen.get(person.pk, 0)
        if not UNREAD.cancel(thread=thread, reason=REMOVED, recipient=person):
            continue
        unread = thread.messages.standing().filter(pk__gt=up_to).exclude(author=person)
        if first := unread.select_related("thread", "author").first():
            message_waiting(first, person, read_up_to=up_to, told_anew=f"{how}-{message.pk}")


def readers_of(thread: Thread) -> list[User]:
    """Both sides, and the coordinator in charge; all coordinators of the pôle when the conversation is with them."""
    need, proposal = thread.subject, thread.proposal
    if thread.pair:
        of_a_side, may_write = permissions.thread_side_of, permissions.can_write_in_thread
        told = may_write if need.coordinator_id else of_a_side  # of coordinators the one in charge
        return [one for one in audience.of_pair(thread.pair) if told(one, thread)]
    people = audience.carrying_thread(thread)
    if proposal:
        people += audience.offering(proposal.offer)
    elif thread.asker and thread.asker.is_active:
        people.append(thread.asker)
    if need.coordinator_id or not (proposal or thread.asker):
        people += audience.who_reads(thread)
    return list({person.pk: person for person in people}.values())
