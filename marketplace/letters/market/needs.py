"""The letters about needs, from handed in to closed."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from marketplace.letters.families import DESK, NEEDS
from marketplace.models import Need, NeedStep
from marketplace.rules import audience
from marketplace.states import NeedStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _read(letter: Notification, *, step: int) -> str:
    waits = Need.objects.filter(steps=step, status=NeedStatus.SUBMITTED)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def _sent_again(letter: Notification, *, step: int) -> str:
    asked = Need.objects.filter(steps=step, status=NeedStatus.DRAFT)
    return "" if asked.exists() else gettext_noop("Answered meanwhile")


NEED_STEP = Key("need-step:{step}")
NEED_SUBMITTED = Letter("need_submitted", NEED_STEP, DESK, asks=True, moot=_read)
NEED_QUESTION = Letter("need_question", NEED_STEP, NEEDS, asks=True, moot=_sent_again)
NEED_PUBLISHED = Letter("need_published", NEED_STEP, NEEDS)
NEED_PRIVATE = Letter("need_private", NEED_STEP, NEEDS)
NEED_REFUSED = Letter("need_refused", NEED_STEP, NEEDS)
NEED_REDIRECTED = Letter("need_redirected", NEED_STEP, NEEDS)
NEED_CLOSED = Letter("need_closed", NEED_STEP, NEEDS)


def need_submitted(step: NeedStep) -> None:
    need = step.need
    NEED_SUBMITTED.tell(
        audience.neutral_of(need),
        url=reverse("need-qualify", args=[need.pk]),
        step=step.pk,
        need=need,
    )


def need_moved(letter: Letter, step: NeedStep) -> None:
    """Tell the structure, and those that carry it too, that the need has moved: a question, published, proposed privately, refused, closed."""
    need = step.need
    letter.tell(
        audience.carrying(need),
        url=need.get_absolute_url(),
        but=step.by,
        step=step.pk,
        need=need,
        reason=step.said,
    )


def need_redirected(step: NeedStep, *, one_hour: bool) -> None:
    need = step.need
    NEED_REDIRECTED.tell(
        audience.structure(need),
        url=need.get_absolute_url(),
        but=step.by,
        step=step.pk,
        need=need,
        reason=step.said,
        one_hour=one_hour,
    )
