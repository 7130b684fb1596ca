"""What is kept of a letter that ended long ago: that it was sent, but not its words."""

from datetime import datetime, timedelta

from django.conf import settings

from notifications.faults import in_halves
from notifications.models import Notification
from notifications.models.letters import OPEN

MONTH = timedelta(days=31)  # never too early
AT_ONCE = 1000


def forget(now: datetime) -> int:
    """Wipe the words of old letters, some at a time so that no page waits. Returns how many."""
    before = now - settings.LETTERS_KEPT_MONTHS * MONTH
    old = Notification.objects.filter(created_at__lt=before).exclude(status__in=OPEN)
    wiped, last = 0, 0
    told = old.exclude(text="", html="").order_by("pk")
    while pks := list(told.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        done = in_halves("old-letters", pks, _wipe, row_of=lambda pk: Notification(pk=pk))
        wiped, last = wiped + len(done), pks[-1]
    return wiped


def _wipe(pks: list[int]) -> None:
    Notification.objects.filter(pk__in=pks).update(text="", html="")
