"""A copy of all that the site holds of a person, or of an organisation: asked for, made by a worker, there for 48 hours."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Organisation, User
from accounts.scope import scope_of

LASTS = timedelta(hours=48)
SILENT = timedelta(minutes=3)  # without a word from its worker it is taken up by another
A_MINUTE = timedelta(minutes=1)
TRIES = 5  # what fails five times fails a sixth
KEPT = timedelta(days=365)  # that it was asked for


class DataCopyQuerySet(models.QuerySet["DataCopy"]):
    def visible_to(self, user: User) -> Self:
        """One's own, from what opens all of the account; of an organisation those that they asked for, while they administer
        it, also while it is suspended: two of them may not see the same of it."""
        if not (user.pk and user.is_active and scope_of(user).own):
            return self.none()
        run = Membership.objects.of(user).administrators().values("organisation")
        return self.filter(Q(person_id=user.pk) | Q(asked_by_id=user.pk, organisation__in=run))

    def of(self, owner: User | Organisation) -> Self:
        return (
            self.filter(person=owner)
            if isinstance(owner, User)
            else self.filter(organisation=owner)
        )

    def working(self) -> Self:
        return self.filter(state=DataCopy.State.RUNNING)

    def there(self, now: datetime) -> Self:
        """Those that can be taken."""
        return self.filter(state=DataCopy.State.READY, until__gt=now)

    def over(self, now: datetime) -> Self:
        return self.filter(state=DataCopy.State.READY, until__lte=now)

    def left_behind(self, now: datetime) -> Self:
        return self.working().filter(seen_at__lt=now - SILENT)


class DataCopy(models.Model):
    """One copy, how far it is, and until when it may be taken."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", pgettext_lazy("copy of data", "under way")
        READY = "READY", pgettext_lazy("copy of data", "ready")
        GONE = "GONE", pgettext_lazy("copy of data", "deleted")
        FAILED = "FAILED", pgettext_lazy("copy of data", "not made: the site has failed")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Whose data, where they are a person’s.",
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Whose data, where they are an organisation’s.",
    )  # fmt: skip
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0, help_text="Rows that couldn’t be read.")
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, help_text="Its worker’s last word.")
    ended_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(_("may be taken until"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken for the first time"), null=True, blank=True)
    file = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0)

    objects = DataCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of data")
        verbose_name_plural = _("copies of data")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, person=F("asked_by"))
                | Q(organisation__isnull=False, person=None),
                name="data_copy_of_one",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="RUNNING", person__isnull=False),
                name="data_copy_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["organisation", "asked_by"],
                condition=Q(state="RUNNING", organisation__isnull=False),
                name="data_copy_one_at_a_time_of_house",
            ),
            models.CheckConstraint(
                condition=Q(state="READY", until__isnull=False) & ~Q(file="")
                | ~Q(state="READY") & Q(file=""),
                name="data_copy_ready_has_a_file",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(state="READY"), name="data_copy_until"),
            models.Index(
                fields=["seen_at"], condition=Q(state="RUNNING"), name="data_copy_working"
            ),
            models.Index(fields=["asked_at"], name="data_copy_age"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} · {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        if self.organisation_id:
            return reverse("organisation-data", args=[self.organisation_id])
        return reverse("my-data")

    @property
    def owner(self) -> User | Organisation:
        found = self.person or self.organisation
        assert found is not None, "a constraint sees to it"
        return found

    @property
    def is_working(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def has_failed(self) -> bool:
        return self.state == self.State.FAILED

    def is_there(self, now: datetime) -> bool:
        return self.state == self.State.READY and self.until is not None and now < self.until

    def waits_for_a_worker(self, now: datetime) -> bool:
        """Whether nobody has taken it up for a minute; of one that is on its way, once another worker should have."""
        patience = SILENT + A_MINUTE if self.tries else A_MINUTE
        return self.is_working and self.seen_at < now - patience
