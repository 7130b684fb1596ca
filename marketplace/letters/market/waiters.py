"""The letters to whoever waits for a place of what is full: where they stand, and the place that is kept for them."""

from typing import Any

from django.utils.translation import gettext_noop

from marketplace.letters.families import PROPOSALS
from marketplace.models import Waiter, WaiterStep
from marketplace.rules import waiters as waiting_rules
from notifications.letter import Key, Letter
from notifications.models import Notification


def _moved_on(letter: Notification, *, step: int) -> str:
    """Something else holds by now: of two letters about one place the later is true."""
    told = WaiterStep.objects.filter(pk=step)
    later = WaiterStep.objects.filter(waiter__in=told.values("waiter"), pk__gt=step)
    return gettext_noop("Something in it is no longer true") if later.exists() else ""


# No family: a summary of Monday would come after the hours for which the place is kept.
WAITER_TOLD = Letter("waiter_told", Key("waiter-step:{step}"), PROPOSALS, moot=_moved_on)
WAITER_OFFERED = Letter(
    "waiter_offered", Key("waiter-step:{step}:place"), asks=True, moot=_moved_on
)


def waiter_told(waiter: Waiter, step: WaiterStep) -> None:
    """Their place on the waiting list; or that they are on it no more, and why."""
    WAITER_TOLD.tell(
        waiting_rules.who_answers(waiter),
        step=step.pk,
        waits=waiter.waits,
        number=waiting_rules.turn_of(waiter) if waiter.waits else 0,
        words=step.said if step.reason else "",
        **_facts(waiter),
    )


def waiter_offered(waiter: Waiter, step: WaiterStep) -> None:
    """They were the first: a place is kept for them, until its hour."""
    WAITER_OFFERED.tell(
        waiting_rules.who_answers(waiter),
        step=step.pk,
        kept_until=waiter.offered_until,
        expires_at=waiter.offered_until,
        **_facts(waiter),
    )


def _facts(waiter: Waiter) -> dict[str, Any]:
    return {
        "url": waiter.get_absolute_url(),
        "waiter": waiter,
        "is_for_need": waiter.is_for_need,
        "need_title": str(waiter.need),
        "what": str(waiter.need) if waiter.is_for_need else str(waiter.offer),
    }
