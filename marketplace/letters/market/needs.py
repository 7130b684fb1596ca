"""The letters about needs, from handed in to closed."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from marketplace.letters.families import DESK, NEEDS
from marketplace.models import Need, NeedStep
from marketplace.models.market.needs import READ_WITH_ITS_NEEDS
from marketplace.rules import audience, readings
from marketplace.states import NeedStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _read(letter: Notification, *, step: int) -> str:
    waits = Need.objects.filter(steps=step, status=NeedStatus.SUBMITTED)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def _sent_again(letter: Notification, *, step: int) -> str:
    asked = Need.objects.filter(steps=step, status=NeedStatus.DRAFT)
    return "" if asked.exists() else gettext_noop("Answered meanwhile")


def _still_read(letter: Notification, *, step: int) -> str:
    waits = Need.objects.filter(steps=step, status=NeedStatus.SUBMITTED)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


NEED_STEP = Key("need-step:{step}")
NEED_SUBMITTED = Letter("need_submitted", NEED_STEP, DESK, asks=True, moot=_read)
NEED_SENT = Letter("need_sent", Key("need-step:{step}:sent"), NEEDS, moot=_still_read)
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
        waits_for_structure=not need.organisation.is_accepted,
    )


def need_sent(step: NeedStep) -> None:
    """Tell whoever sent it for their structure that it has left, by when it is answered, and what comes then: of a structure
    that isn't verified yet nothing is published. Where nobody reads it for now, its page says why."""
    need = step.need
    if need.organisation.status not in READ_WITH_ITS_NEEDS:
        return
    days = readings.days_of([need.pole_id])[need.pole_id]
    NEED_SENT.tell(
        [one for one in audience.structure(need) if one == step.by],
        url=need.get_absolute_url(),
        step=step.pk,
        need=need,
        answer_by=readings.last_day(step.at, days),
        waits_for_structure=not need.organisation.is_accepted,
    )


def need_moved(letter: Letter, step: NeedStep, **said: bool) -> None:
    """Tell the structure, and those that carry it too, that the need has moved: a question, published, proposed privately, refused, closed.
    Only the lead changes it, invites and decides: `carries` says so to the others. `said` is what the letter says besides."""
    need = step.need
    leads = list(audience.structure(need))
    others = [one for one in audience.carrying(need) if one not in leads]
    for people, carries in ((leads, False), (others, True)):
        letter.tell(
            people,
            url=need.get_absolute_url(),
            but=step.by,
            step=step.pk,
            need=need,
            reason=step.said,
            carries=carries,
            lead=str(need.organisation),
            **said,
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
