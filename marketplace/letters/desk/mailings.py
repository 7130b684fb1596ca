"""What a pôle writes to several at once, as each of them receives it."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import ACCOUNT, POLE
from marketplace.models import Addressee, Mailing, Thread
from marketplace.rules.mailings import why_not_today
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.replies import addresses

CALLED_OFF = gettext_noop("The pôle has called it off")


def _called_off(letter: Notification, *, mailing: int, addressee: int) -> str:
    """Called off, or its reader has said no meanwhile; "" otherwise."""
    joined = ("mailing__pole", "mailing__by", "person", "need__organisation", "offer__organisation")
    it = Addressee.objects.select_related(*joined).filter(pk=addressee).first()
    if it is None or it.mailing.is_called_off:
        return CALLED_OFF
    return gettext_noop("Its reader has said no") if why_not_today(it) else ""


OF_MAILING = Key("mailing:{mailing}:")
POLE_LETTER = Letter("pole_letter", OF_MAILING + "{addressee}", POLE, moot=_called_off)
POLE_LETTER_TRIED = Letter("pole_letter_tried", Key("mailing-tried:{mailing}:{at:word}"), ACCOUNT)


def pole_letter(it: Addressee, *, thread: Thread | None) -> None:
    """Post it to its addressee; an answer by e-mail goes into the conversation, or to the pôle's own address."""
    answers = addresses.address_of(thread.pk, it.person_id) if thread else it.mailing.pole.email
    about: dict[str, Any] = {it.ground.lower(): it.about} if it.about else {}
    POLE_LETTER.tell(
        [it.person],
        url=reverse("letter-received", args=[it.pk]),
        mailing=it.mailing,
        addressee=it.pk,
        reply_to=answers,
        heading=it.subject,
        words=it.text,
        who=it.mailing.by,
        pole_name=it.mailing.pole.name,
        **about,
    )


def pole_letter_tried(mailing: Mailing, *, to: User, subject: str, text: str) -> None:
    """The same to whoever writes it, as a trial."""
    POLE_LETTER_TRIED.tell(
        [to],
        url=mailing.get_absolute_url(),
        mailing=mailing,
        at=timezone.now().strftime("%Y%m%d%H%M%S"),
        heading=subject,
        words=text,
        pole_name=mailing.pole.name,
    )


def forget_pole_letters(mailing: Mailing) -> int:
    """Stop those that haven't left yet. Returns how many."""
    return OF_MAILING.cancel(mailing=mailing, reason=CALLED_OFF)
