"""What a coordinator did to many rows of a list at once, row by row, so that it can be taken back for ten minutes."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, Pole, User, coordinated_by

UNDO_LASTS = timedelta(minutes=10)
SILENT = timedelta(minutes=2)  # after that its worker is taken for gone
KEPT = timedelta(days=30)


class Act(models.TextChoices):
    TAKE = "prendre", _("Take charge")
    HAND_OVER = "confier", _("Hand over")
    TAG = "etiqueter", pgettext_lazy("act", "Tag")
    UNTAG = "retirer", _("Remove a tag")
    CHASE = "relancer", _("Chase those who are silent")
    CLOSE = "fermer", pgettext_lazy("needs", "Close")


class BulkActQuerySet(models.QuerySet["BulkAct"]):
    def by_them(self, user: User) -> Self:
        """What this person has done, as long as they coordinate the pôles whose rows they were: nobody else reads it, nor
        takes it back, since it may be about what they may not know."""
        lines = BulkLine.objects.filter(act=OuterRef("pk"), pole__isnull=False)
        elsewhere = lines.exclude(pole__in=coordinated_by(user))
        return self.filter(~Exists(elsewhere), by=user.pk)

    def undoable(self, now: datetime) -> Self:
        return self.filter(state=BulkAct.State.DONE, undo_until__gt=now, done__gt=0)

    def left_behind(self, now: datetime) -> Self:
        return self.filter(state__in=BulkAct.WORKING, seen_at__lt=now - SILENT)


class BulkAct(models.Model):
    """One act on the rows of one list. Its letters wait until it can no longer be taken back."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", pgettext_lazy("bulk act", "under way")
        DONE = "DONE", pgettext_lazy("bulk act", "done")
        UNDOING = "UNDOING", pgettext_lazy("bulk act", "being taken back")
        UNDONE = "UNDONE", pgettext_lazy("bulk act", "taken back")

    WORKING = (State.RUNNING, State.UNDOING)

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    act = models.CharField(_("act"), max_length=20, choices=Act)
    listed = models.CharField(_("list"), max_length=20)
    query = models.TextField(blank=True)  # the list's address, to go back to
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_operator = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    words = models.TextField(blank=True, help_text="The tag, the note or the reason.")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, help_text="Its worker’s last word.")
    ended_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BulkActQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk act")
        ordering = ["-begun_at", "-pk"]
        indexes = [
            models.Index(fields=["by", "listed", "-ended_at"], name="bulk_act_by"),
            models.Index(
                fields=["seen_at"],
                condition=Q(state__in=["RUNNING", "UNDOING"]),
                name="bulk_act_working",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} × {self.total}"

    def get_absolute_url(self) -> str:
        return reverse("bulk-act", args=[self.pk])

    @property
    def list_url(self) -> str:
        address = reverse("lists", args=[self.listed])
        return f"{address}?{self.query}" if self.query else address

    @property
    def to(self) -> User | Organisation | None:
        return self.to_person or self.to_operator

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def is_undone(self) -> bool:
        return self.state == self.State.UNDONE

    def may_be_undone(self, now: datetime) -> bool:
        until = self.undo_until
        return self.state == self.State.DONE and self.done > 0 and until is not None and now < until


class BulkLine(models.Model):
    """One row of it: as it stood before, and what became of it."""

    class State(models.TextChoices):
        TO_DO = "TO_DO", pgettext_lazy("bulk line", "to do")
        DONE = "DONE", pgettext_lazy("bulk line", "done")
        LEFT = "LEFT", pgettext_lazy("bulk line", "not done")
        UNDONE = "UNDONE", pgettext_lazy("bulk line", "taken back")
        STAYED = "STAYED", pgettext_lazy("bulk line", "stays as it is")

    act = models.ForeignKey(BulkAct, models.CASCADE, related_name="lines")
    number = models.PositiveBigIntegerField()
    seen = models.CharField(max_length=40, blank=True, help_text="As the preview showed it.")
    pole = models.ForeignKey(Pole, models.CASCADE, null=True, blank=True, related_name="+")
    before = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.TO_DO)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("row of a bulk act")
        verbose_name_plural = _("rows of a bulk act")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["act", "number"], name="bulk_line_once"),
        ]
        indexes = [models.Index(fields=["act", "state", "number"], name="bulk_line_state")]

    def __str__(self) -> str:
        return f"{self.act_id} · {self.number}"

    def kept(self, name: str) -> Any:
        return self.before.get(name)
