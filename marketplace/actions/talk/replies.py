"""Makes an answer that comes by e-mail a message of the conversation, or sends a letter
that says why not.

That letter goes to the person themselves, at the address of their account; and to
somebody else only if the receiving server has proven that they wrote. A forged sender
never gets a letter from us.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import messages
from marketplace.models import Message, Thread
from marketplace.rules import permissions
from marketplace.uploads import Clean, clean, scanner
from marketplace.words import contacts
from notifications import bounces
from notifications.rendering import language_of
from notifications.replies import addresses, head, mail
from notifications.replies.head import Head
from notifications.replies.lmtp import NotNow

MOST_A_DAY = (
    30  # from one person in one conversation: two robots mustn't write to each other for ever
)
PREFIX = "mail:"
BEGINNING = 1_000  # characters of what is refused, from which its letter shows some


class Refused(Exception):
    """The answer can't become a message; str() is the sentence for its writer, in their language, and `beginning`
    how their answer begins."""

    def __init__(self, reason: str, *, beginning: str = "") -> None:
        super().__init__(reason)
        self.beginning = beginning


def take(address: str, envelope_sender: str, content: bytes, *, now: datetime) -> str:
    """Take in a mail for one of our addresses. Returns what became of it, for the log.

    The same mail twice has no second effect: the message has its key, and so has the
    letter that refuses.
    """
    if address.lower().startswith(f"{addresses.REPORTS}@"):
        return f"report, {len(bounces.read(content, now=now))} marked"
    try:
        told = head.read(content, envelope_sender=envelope_sender)
        if told.why_automatic:
            return f"ignored, {told.why_automatic}"
        return _answered(address, told, content)
    except head.Unreadable as error:
        return f"dropped, unreadable ({error})"


def _answered(address: str, told: Head, content: bytes) -> str:
    """Post the answer, or refuse it. Only when the sender is the person for whom the address was made is more than
    the head of the mail read."""
    place = addresses.place_of(address)
    person = User.objects.filter(pk=place.reader, is_active=True).first() if place else None
    if place is None or person is None or told.sender != person.email.lower():
        return _from_elsewhere(told)
    with translation.override(language_of(person)):
        try:
            return _post(place, person, told, content, address)
        except Refused as refusal:
            return _refuse(place, person, told, refusal, address)


def _from_elsewhere(told: Head) -> str:
    """The sender isn't the address of the account: they are told so, once a day, if the server has proven that they
    wrote."""
    if not told.is_proven:
        return "dropped, from nobody we know"
    letters.reply_from_elsewhere(told.sender, timezone.localdate())
    return "refused, not the account's address"


def _post(place: addresses.Place, person: User, told: Head, content: bytes, address: str) -> str:
    key = PREFIX + told.key_for(address)
    if Message.objects.filter(author=person, sent_key=key).exists():
        return "known already"
    thread = _theirs(place, person, told)
    letter = _read(content)
    try:
        sent = _clean(letter.files)
        text = _fit(letter.text, thread)
        if not text and not sent:
            raise Refused(
                _("We found no words of yours in it, above the letter that you answered.")
            )
        _publish(thread, person, text=text, key=key, sent=sent)
    except (NotYet, Refused) as refusal:
        raise Refused(str(refusal), beginning=letter.text) from None
    return "published"


def _read(content: bytes) -> mail.Body:
    try:
        return mail.read(content)
    except mail.TooLong:
        raise Refused(
            _("It is too long for us to find your own words in it: answer on the site instead.")
        ) from None
    except mail.Unreadable:
        raise Refused(_("We couldn’t read it: answer on the site instead.")) from None


@transaction.atomic
def _publish(thread: Thread, person: User, *, text: str, key: str, sent: list[Clean]) -> None:
    """Post the message, and mark the message that was answered as read, so that the next one gets a letter of its
    own."""
    told = _first_unread(thread, person)
    if told:
        messages.mark_read(thread, person, up_to=told.pk)
    messages.say(thread, text=text, sent_key=key, by=person, attachments=sent)
    if told and (following := _first_unread(thread, person)):
        letters.message_waiting(following, person, read_up_to=told.pk)


def _first_unread(thread: Thread, person: User) -> Message | None:
    read = thread.reads.filter(user=person).values_list("up_to", flat=True).first() or 0
    others = thread.messages.standing().filter(pk__gt=read).exclude(author=person)
    return others.select_related("thread", "author").order_by("pk").first()


def _theirs(place: addresses.Place, person: User, told: Head) -> Thread:
    if not told.is_proven:
        raise Refused(
            _(
                "Your mail provider doesn’t prove to ours that it was you who wrote (DMARC). "
                "Answer on the site instead."
            )
        )
    thread = Thread.objects.visible_to(person).filter(pk=place.conversation).first()
    if thread is None or not permissions.can_write_in_thread(person, thread):
        raise Refused(_("You can no longer write in this conversation."))
    since = timezone.now() - timedelta(days=1)
    by_mail = Message.objects.filter(thread=thread, author=person, sent_key__startswith=PREFIX)
    if by_mail.filter(created_at__gt=since).count() >= MOST_A_DAY:
        raise Refused(_("Too many answers by e-mail in one day: go on writing on the site."))
    return thread


def _clean(attached: tuple[mail.Attached, ...]) -> list[Clean]:
    """Check the attached files by the rules of the site. Raises Refused for all of it when one is refused."""
    if len(attached) > messages.MOST_FILES:
        words = _("It carries too many files: %(most)s at the most.")
        raise Refused(words % {"most": messages.MOST_FILES})
    cleaned = []
    for one in attached:
        try:
            cleaned.append(clean(ContentFile(one.content, name=one.name)))
        except scanner.Away as error:
            raise NotNow from error
        except ValidationError as error:
            words = _("“%(name)s”: %(why)s")
            raise Refused(words % {"name": one.name, "why": " ".join(error.messages)}) from None
    return cleaned


def _fit(text: str, thread: Thread) -> str:
    """The text without contact details as long as the two haven't both agreed.

    On the site the writer is warned and may insist; by e-mail nobody can be asked.
    """
    messages.require_fitting(text)
    if thread.is_agreed:
        return text
    return contacts.without(text, instead=_("[contact details hidden until you both agree]"))


def _refuse(
    place: addresses.Place, person: User, told: Head, refusal: Refused, address: str
) -> str:
    """Send the letter that says why: once for a mail, or once a day and a conversation when the sender isn't
    proven."""
    mail = told.key_for(address)
    if not told.is_proven:
        mail = f"unproven:{place.conversation}:{timezone.localdate()}"
    letters.reply_refused(
        person,
        mail=mail,
        reason=str(refusal),
        beginning=Truncator(refusal.beginning[:BEGINNING]).chars(200),
        thread=Thread.objects.visible_to(person).filter(pk=place.conversation).first(),
    )
    return f"refused, {refusal}"
