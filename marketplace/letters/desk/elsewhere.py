"""The letters to the pôle that is asked to look among its own people, and to those who asked it."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_noop

from marketplace.letters.families import DESK
from marketplace.models import AskedPole, AskedPoleStep, Proposal
from marketplace.models.desk.desk import leaves
from marketplace.rules import audience
from marketplace.states import AskedPoleStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _asked_no_more(letter: Notification, *, asked: int, step: int | None = None) -> str:
    """Why it needn't be asked: it was answered or taken back, the need is over, or its reader is on a side of it by
    now. "" otherwise."""
    row = AskedPole.objects.select_related("need__organisation", "pole").filter(pk=asked).first()
    if row is None:
        return ""
    if not row.is_asked or (step and step != row.last_step.pk):
        return gettext_noop("Another coordinator has dealt with it")
    if not AskedPole.objects.waiting().filter(pk=asked).exists():
        return gettext_noop("No longer open")
    left = letter.recipient and letter.recipient not in audience.who_looks(row)
    return gettext_noop("No longer theirs") if left else ""


def _reminded_in_vain(letter: Notification, *, step: int, **_day: object) -> str:
    found = AskedPoleStep.objects.filter(pk=step).first()
    return _asked_no_more(letter, asked=found.asked_id, step=step) if found else ""


def _not_to_look(letter: Notification, *, step: int) -> str:
    """Why the pôle needn't hear that it is no longer asked: it is asked again, or its reader is on a side."""
    found = AskedPoleStep.objects.select_related("asked__need__organisation", "asked__pole")
    told = found.filter(pk=step).first()
    if told and not told.asked.is_taken_back:
        return gettext_noop("Something in it is no longer true")
    left = told and letter.recipient and letter.recipient not in audience.who_looks(told.asked)
    return gettext_noop("No longer theirs") if left else ""


def _not_to_know(letter: Notification, *, step: int) -> str:
    """Why its reader, who asked, needn't hear what came of it: they have left, or are on a side by now."""
    found = AskedPoleStep.objects.select_related("asked__need__organisation", "asked__need__pole")
    told = found.filter(pk=step).first()
    reader, need = letter.recipient, told.asked.need if told else None
    if reader is None or need is None:
        return ""
    left = leaves(reader, need) or not reader.coordinates(need.pole)
    return gettext_noop("No longer theirs") if left else ""


POLE_ASKED = Letter(
    "pole_asked", Key("pole-asked:{asked}[:{step}]"), DESK, asks=True, moot=_asked_no_more
)
POLE_REMINDED = Letter(
    "pole_reminded",
    Key("pole-reminded:{step}:{day:word}"),
    DESK,
    asks=True,
    moot=_reminded_in_vain,
)
STEP = Key("asked-pole-step:{step}")
POLE_TAKEN_BACK = Letter("pole_taken_back", STEP, DESK, moot=_not_to_look)
POLE_ANSWERED = Letter("pole_answered", STEP, DESK, moot=_not_to_know)
# Whoever leaves the need to others of its pôle may be the only one who looks in another.
TO_THE_ASKED = {letter.name for letter in (POLE_ASKED, POLE_REMINDED, POLE_TAKEN_BACK)}


def pole_asked(asked: AskedPole, step: AskedPoleStep) -> None:
    """Ask the coordinators of another pôle, on behalf of the need's own."""
    POLE_ASKED.tell(audience.who_looks(asked), url=_its_page(asked), asked=asked, step=step)


def pole_reminded(step: AskedPoleStep, *, closes_on: date) -> None:
    """Ask once more those who haven't answered; `closes_on` is the day on which nobody waits for them any more."""
    asked = step.asked
    POLE_REMINDED.tell(
        audience.who_looks(asked),
        url=_its_page(asked),
        asked=asked,
        step=step,
        day=closes_on.isoformat(),
        closes_on=closes_on,
    )


def pole_taken_back(step: AskedPoleStep) -> None:
    """Tell the pôle that was asked that it needn't look any more."""
    asked = step.asked
    POLE_TAKEN_BACK.tell(
        audience.who_looks(asked), url=_its_page(asked), but=step.by, asked=asked, step=step
    )


def pole_answered(step: AskedPoleStep, *, found: Proposal | None = None) -> None:
    """Tell those who asked what came of it: somebody, nobody, or no answer."""
    asked = step.asked
    POLE_ANSWERED.tell(
        audience.who_asked(asked, found=found),
        url=reverse("desk-need", args=[asked.need_id]),
        but=step.by,
        asked=asked,
        step=step,
        found=step.after == AskedPoleStatus.FOUND,
        nobody=step.after == AskedPoleStatus.NOBODY,
        word=step.said,
    )


def _its_page(asked: AskedPole) -> str:
    return reverse("asked-pole", args=[asked.pk])
