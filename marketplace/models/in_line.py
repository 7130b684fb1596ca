"""What lists of those who wait have in common: a turn, and a place that is kept for the first until an hour that is said."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models.moves import Movable

# The states that the map of each such list has by these names.
WAITING, OFFERED = "WAITING", "OFFERED"


class InLineQuerySet[M: models.Model](models.QuerySet[M]):
    def waiting(self) -> Self:
        """Those who wait, in their turn."""
        return self.filter(status=WAITING).order_by("asked_at", "pk")

    def with_offered_at(self) -> models.QuerySet[Any]:
        """Adds `offered_at`: when a place was last kept for them."""
        kept = self.model._base_manager.filter(pk=OuterRef("pk"), steps__after=OFFERED)
        last = Subquery(kept.order_by("-steps__at").values("steps__at")[:1])
        return self.annotate(offered_at=Coalesce(last, F("asked_at")))

    def lapsed(self, now: datetime) -> Self:
        """Those for whom a place was kept until a moment that is past."""
        return self.filter(status=OFFERED, offered_until__lte=now)


class InLine(Movable):
    """Somebody in a line. `asked_at` is their turn while they wait, `offered_until` the hour until which a place is kept for
    them."""

    asked_at = models.DateTimeField(default=timezone.now)
    offered_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def waits(self) -> bool:
        return self.status == WAITING

    @property
    def is_offered(self) -> bool:
        return self.status == OFFERED

    def may_take_it(self, now: datetime) -> bool:
        """Whether a place is kept for them still."""
        return self.is_offered and self.offered_until is not None and self.offered_until > now

    def turn_among(self, line: InLineQuerySet) -> int:
        """Their number among those who wait in this line, from 1."""
        before = Q(asked_at__lt=self.asked_at) | Q(asked_at=self.asked_at, pk__lt=self.pk)
        return line.waiting().filter(before).count() + 1
