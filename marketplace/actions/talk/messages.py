"""Takes in what people write to each other, whether on the site or by e-mail, under the same rules."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import erasures
from accounts.drafts import KEPT_FOR
from accounts.models import User
from common.roots import fold
from marketplace import letters
from marketplace.actions.refusals import NoRoomForIt, NotYet
from marketplace.actions.talk import files
from marketplace.models import (
    Attachment,
    Draft,
    Message,
    MessageVersion,
    Need,
    StoredFile,
    Thread,
    ThreadRead,
)
from marketplace.models.talk.conversations import LONGEST
from marketplace.rules import permissions
from marketplace.uploads import Clean
from marketplace.words import contacts

MOST_FILES = 5
MESSAGE = "message"  # by which the list of erasures knows one that was removed
CUT = gettext_lazy(
    "One of you has chosen not to deal with the other any more: you can’t write to each other here. The coordinators of the pôle still read this conversation and can help you."
)


class ContactsTooSoon(NotYet):
    """Contact details stay hidden until both sides have said yes; `found` are those that were seen in the text."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        super().__init__(
            _(
                "Your message gives an address or a telephone number: %(found)s. Both sides get each other’s details as soon as both have said yes; until then they stay hidden."
            )
            % {"found": ", ".join(found)}
        )


@transaction.atomic
def open_about(need: Need, *, by: User) -> Thread:
    """The conversation in which this person asks about a need. Each person has their own with the structure; the
    structure (even a suspended one) and its coordinators share one. A second call returns the same."""
    ours = by.represents(need.organisation) or permissions.carries(by, need)
    ours = ours or permissions.follows_need(by, need)
    asker = None if ours else by
    return Thread.objects.get_or_create(need=need, asker=asker, pair=None)[0]


def say(
    thread: Thread,
    *,
    text: str,
    sent_key: str,
    by: User,
    attachments: Iterable[Clean] = (),
    about: tuple[str, str] = ("", ""),
    draft: Draft | None = None,
) -> Message:
    """Add a message and tell those who haven't seen it. The same form sent twice writes
    once.

    Raises NotYet with a sentence for the writer: the conversation is cut, contact details
    come too soon, or nothing is said. `about` is what the message points at (its key and
    its words); the files of the draft go with it.
    """
    text = text.replace("\r\n", "\n").strip()
    sent_key, known = _key_for(sent_key, text, by)
    if known is not None:
        return known
    carried = list(draft.attachments.all()) if draft else []
    attachments = list(attachments)
    _require_something(text, len(carried) + len(attachments))
    _require_allowed(thread, text, by)
    try:
        with transaction.atomic():
            message = _write(thread, text=text, sent_key=sent_key, about=about, by=by)
            _attach(message, attachments, carried, by=by)
            if draft:
                draft.delete()
            _tell(message)
    except IntegrityError:
        known = _sent(by, sent_key)
        if known is None:
            raise
        return known
    return message


def _key_for(sent_key: str, text: str, by: User) -> tuple[str, Message | None]:
    """The key of a form: its own, or a new one when it comes back with other words after a cut, for it is then
    another message and not a double click. And the message that has been written with it."""
    known = _sent(by, sent_key)
    if known is None or known.text == text or known.is_removed or known.edited_at:
        return sent_key, known
    digest = hashlib.sha256(f"{sent_key}\n{text}".encode()).hexdigest()
    again = f"again:{digest[:32]}"
    return again, _sent(by, again)


def _sent(by: User, sent_key: str) -> Message | None:
    return Message.objects.filter(author=by, sent_key=sent_key).first()


def _require_something(text: str, files: int) -> None:
    if not text and not files:
        raise NotYet(_("Write a few words, or attach a file."))
    require_fitting(text)
    if files > MOST_FILES:
        raise NotYet(
            _("A message carries %(most)s files at the most: send the others in a second one.")
            % {"most": MOST_FILES}
        )


def require_fitting(text: str) -> None:
    """Raises NotYet when the text is too long; called before the text is searched for anything."""
    if len(text) > LONGEST:
        raise NotYet(
            _("A message holds %(most)s characters at the most: send it in two.")
            % {"most": LONGEST}
        )


def _require_allowed(thread: Thread, text: str, by: User) -> None:
    if permissions.is_cut(thread, by):
        raise NotYet(str(CUT))
    found = [] if thread.is_agreed else contacts.found_in(text)
    # A coordinator may give their own: they are there for that.
    if found and permissions.thread_side_of(by, thread) is not None:
        raise ContactsTooSoon(found)


def _write(
    thread: Thread, *, text: str, sent_key: str, about: tuple[str, str], by: User
) -> Message:
    before = thread.messages.exclude(author=by).order_by("-pk").values_list("pk", flat=True).first()
    seen = thread.reads.filter(user=by).values_list("up_to", flat=True).first() or 0
    message = Message.objects.create(
        thread=thread,
        author=by,
        text=text,
        search_text=fold(text),
        sent_key=sent_key,
        about=about[0],
        about_label=about[1][:200],
    )
    Thread.objects.filter(pk=thread.pk).update(last_message_at=message.created_at)
    # What came in while they were typing stays unread.
    mark_read(thread, by, up_to=message.pk if (before or 0) <= seen else seen)
    return message


def _attach(message: Message, new: list[Clean], carried: list[Attachment], *, by: User) -> None:
    for attached in carried:
        attached.message, attached.draft = message, None
        attached.save(update_fields=["message", "draft"])
    for clean in new:
        kept = files.store(clean, by=by, thread=message.thread)
        Attachment.objects.create(message=message, file=kept)
    # Each letter that tells of it names them.
    prefetch_related_objects(
        [message], Prefetch("attachments", Attachment.objects.select_related("file"))
    )
    if names := [str(attached) for attached in message.attachments.all()]:
        message.search_text = fold("\n".join([message.text, *names]))
        message.save(update_fields=["search_text"])


def _tell(message: Message) -> None:
    thread, by = message.thread, message.author
    seen = dict(thread.reads.values_list("user_id", "up_to"))
    for person in letters.readers_of(thread):
        if person.pk != by.pk:
            letters.message_waiting(message, person, read_up_to=seen.get(person.pk, 0))


@transaction.atomic
def mark_read(thread: Thread, user: User, *, up_to: int) -> None:
    """Move the point up to which somebody has read, never backwards: two open tabs can't make a message unread."""
    read, created = ThreadRead.objects.get_or_create(
        thread=thread, user=user, defaults={"up_to": up_to}
    )
    if not created:
        ThreadRead.objects.filter(pk=read.pk, up_to__lt=up_to).update(up_to=up_to)


# --- changing one's mind -------------------------------------------------------------------
@transaction.atomic
def edit(message: Message, *, text: str, now: datetime) -> None:
    """Change one's message, within five minutes; what it said before stays readable."""
    message = _locked(message)
    if not message.may_still_change(now):
        raise NotYet(
            _(
                "A message can be changed for five minutes, and those are over: write another one to put it right."
            )
        )
    text = text.replace("\r\n", "\n").strip()
    if text == message.text:
        return
    _require_something(text, message.attachments.count())
    _require_allowed(message.thread, text, message.author)
    MessageVersion.objects.create(message=message, text=message.text, until=now)
    names = [str(attached) for attached in message.attachments.select_related("file")]
    message.text, message.edited_at = text, now
    message.search_text = fold("\n".join([text, *names]))
    message.save(update_fields=["text", "search_text", "edited_at"])
    letters.message_changed(message, how=f"edited{message.versions.count()}")


@transaction.atomic
def remove(message: Message, *, by: User | None, now: datetime, reason: str = "") -> Message:
    """Delete the words of a message for good, with its earlier versions and files; who removed it, and when, is
    kept. `by` is None where a backup had brought it back."""
    message = _locked(message)
    if message.is_removed:
        raise NotYet(_("This message has already been removed."))
    erasures.note(MESSAGE, [(message.pk, message.created_at)], now=now)
    message.text = message.search_text = message.about = message.about_label = ""
    message.removed_at, message.removed_by, message.removal_reason = now, by, reason[:500]
    message.save(
        update_fields=[
            *("text", "search_text", "about", "about_label"),
            *("removed_at", "removed_by", "removal_reason"),
        ]
    )
    message.versions.all().delete()
    forget_files(message.attachments.all())
    letters.message_changed(message, how="removed")
    return message


def _locked(message: Message) -> Message:
    """The message, locked and read again, with its author and its conversation."""
    Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    return Message.objects.select_related(
        "author", "thread__proposal__need", "thread__proposal__offer", "thread__need"
    ).get(pk=message.pk)


def forget_files(attachments: QuerySet[Attachment]) -> None:
    """Delete these attachments and their rows: their addresses stop answering at once, the bytes go with the next
    sweep."""
    kept = list(attachments.values_list("file", flat=True))
    attachments.delete()
    StoredFile.objects.filter(pk__in=kept).delete()


# --- what is being typed -------------------------------------------------------------------
@transaction.atomic
def keep_draft(
    thread: Thread,
    *,
    by: User,
    text: str,
    sent_key: str,
    about: str = "",
    attachments: Iterable[Clean] = (),
) -> Draft | None:
    """Keep what is being typed, with its files. None once the form has been sent: a late copy would look like a
    message that is still to be sent."""
    # As typed, and judged by no form: PostgreSQL holds the null sign in no text.
    text, sent_key, about = (said.replace("\0", "") for said in (text, sent_key, about))
    attachments = list(attachments)
    if Message.objects.filter(author=by, sent_key=sent_key).exists():
        return None
    if not text.strip() and not attachments and not by_hand(thread, by):
        return None
    draft = Draft.objects.update_or_create(
        thread=thread,
        user=by,
        defaults={
            "text": text[: 2 * LONGEST],
            "sent_key": sent_key,
            "about": about[:40],
            "saved_at": timezone.now(),
        },
    )[0]
    room = MOST_FILES - draft.attachments.count()
    with suppress(NoRoomForIt):  # the words stay, and the form still says that the file can't
        for clean in attachments[: max(room, 0)]:
            kept = files.store(clean, by=by, thread=thread)
            Attachment.objects.create(draft=draft, file=kept)
    return draft


def by_hand(thread: Thread, user: User) -> Draft | None:
    """The draft of this person in the conversation; a copy saved while the message was being sent doesn't count."""
    sent = Message.objects.filter(author=user, sent_key=OuterRef("sent_key"))
    return Draft.objects.filter(~Exists(sent), thread=thread, user=user).first()


def forget_old_drafts(now: datetime) -> int:
    """Delete the messages begun and left for as long as a form is kept. Returns how many."""
    return _forget(Draft.objects.filter(saved_at__lt=now - KEPT_FOR))


def forget_drafts_of(user: User) -> None:
    _forget(Draft.objects.filter(user=user))


@transaction.atomic
def _forget(drafts: QuerySet[Draft]) -> int:
    numbers = list(drafts.values_list("pk", flat=True))
    forget_files(Attachment.objects.filter(draft__in=numbers))
    return Draft.objects.filter(pk__in=numbers).delete()[1].get("marketplace.Draft", 0)


@transaction.atomic
def drop_file(draft: Draft, attachment_pk: int) -> None:
    forget_files(draft.attachments.filter(pk=attachment_pk))
