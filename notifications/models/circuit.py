"""The state of sending: whether the mail server works, which addresses are dead, who is at work."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailPipeQuerySet(models.QuerySet["MailPipe"]):
    def paused(self, now: datetime) -> "MailPipe | None":
        return self.filter(paused_until__gt=now).first()

    def held(self) -> "MailPipe | None":
        """The row, while nothing may leave but what somebody has released."""
        return self.exclude(held_since=None).first()

    def hold(self, *, now: datetime) -> None:
        """Let nothing leave any more until somebody has looked at it. What was paused goes on by this alone."""
        pipe, _created = self.get_or_create(pk=1)
        self.filter(pk=pipe.pk).update(
            held_since=now, paused_until=None, broken_since=None, reason="", failures=0
        )

    def pause(self, reason: str, *, until: datetime, now: datetime) -> None:
        pipe, _created = self.get_or_create(pk=1, defaults={"broken_since": now})
        self.filter(pk=pipe.pk).update(
            paused_until=until,
            reason=reason[:300],
            failures=models.F("failures") + 1,
            broken_since=models.functions.Coalesce("broken_since", models.Value(now)),
        )

    def mend(self) -> None:
        """A letter went through, so all is well. Writes only when something was wrong."""
        self.exclude(broken_since=None).update(
            paused_until=None, reason="", failures=0, broken_since=None
        )


class MailPipe(models.Model):
    """The only row: why nothing leaves at the moment, and when the next try is."""

    paused_until = models.DateTimeField(null=True, blank=True)
    broken_since = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    # A backup was restored: since then somebody decides what leaves again (notifications/held.py).
    held_since = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MailPipeQuerySet] = MailPipeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("way out")
        verbose_name_plural = _("way out")

    def __str__(self) -> str:
        return self.reason or "open"


class SuppressedAddressQuerySet(models.QuerySet["SuppressedAddress"]):
    def mark(self, address: str, reason: str, *, now: datetime) -> None:
        self.update_or_create(
            address=address.strip().lower(), defaults={"reason": reason[:300], "since": now}
        )

    def among(self, addresses: Iterable[str]) -> dict[str, str]:
        """For each of these addresses that is dead, in small letters, the reason."""
        asked = {address.lower() for address in addresses}
        return dict(self.filter(address__in=asked).values_list("address", "reason"))


class SuppressedAddress(models.Model):
    """An address at which a mail server said that nothing arrives; a letter that does arrive deletes it."""

    address = models.EmailField(_("address"), unique=True)
    reason = models.CharField(_("why"), max_length=300)
    since = models.DateTimeField(_("since"), default=timezone.now)

    objects: ClassVar[SuppressedAddressQuerySet] = SuppressedAddressQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("address where nothing arrives")
        verbose_name_plural = _("addresses where nothing arrives")
        ordering = ["-since"]

    def __str__(self) -> str:
        return self.address


class SentBeforeQuerySet(models.QuerySet["SentBefore"]):
    def among(self, message_ids: Iterable[str]) -> dict[str, datetime]:
        """Of these letters, those that had left, and when."""
        asked = list(message_ids)
        return dict(self.filter(message_id__in=asked).values_list("message_id", "at"))


class SentBefore(models.Model):
    """A letter that had left after the backup that was restored: the same one, written again, doesn't leave twice."""

    message_id = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()

    objects: ClassVar[SentBeforeQuerySet] = SentBeforeQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.message_id


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def beat(self, name: str, *, now: datetime, every: timedelta) -> None:
        """Note that this worker or clock is at work; writes once in `every` at the most."""
        if self.filter(name=name, seen_at__gt=now - every).exists():
            return
        self.update_or_create(name=name, defaults={"seen_at": now})


class Heartbeat(models.Model):
    """When the worker and the clock were last seen at work."""

    name = models.CharField(max_length=20, unique=True)
    seen_at = models.DateTimeField()

    objects: ClassVar[HeartbeatQuerySet] = HeartbeatQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.name}: {self.seen_at:%Y-%m-%d %H:%M:%S}"
