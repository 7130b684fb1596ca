"""The rules against silence: what a pôle promises, as numbers of days that its
coordinators may change.

A pôle that has changed nothing has no row: `Promises.of(pole)` then gives the
defaults written here. Days of waiting are working days in France
(marketplace/rules/working_days.py); freshness is counted in plain days.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The same in every pôle. From the delivery: then the reviews open, and the mission goes on with those it has.
REVIEWS_AWAITED = timedelta(days=21)


def _figure(
    label: "StrOrPromise", default: int, least: int, most: int
) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(least), MaxValueValidator(most)]
    )


class Promises(models.Model):
    pole = models.OneToOneField(Pole, models.CASCADE, related_name="promises")
    read_within = _figure(_("a coordinator reads and answers within"), 2, 1, 20)
    remind_after = _figure(_("first reminder after"), 2, 1, 10)
    remind_again_after = _figure(_("second reminder after"), 5, 2, 20)
    tell_after = _figure(_("the coordination steps in after"), 7, 3, 30)
    close_after = _figure(_("closed, with other suggestions, after"), 10, 4, 60)
    applications = _figure(_("applications that may wait at once, per volunteer"), 3, 1, 20)
    invitations = _figure(_("invitations that may wait at once, per place of a need"), 3, 1, 20)
    solicitations = _figure(_("times a volunteer may be asked in a month"), 2, 1, 20)
    fresh_for = _figure(_("“still true?” is asked after"), 60, 14, 365)
    pause_after = _figure(_("paused without an answer after"), 75, 21, 400)
    alone_after = _figure(_("a need without anyone reaches the coordination after"), 14, 3, 90)
    draft_after = _figure(_("an unfinished draft is recalled after"), 7, 2, 60)
    quiet_after = _figure(_("an organisation without activity is asked after"), 90, 30, 365)
    case_after = _figure(_("an unanswered follow-up reaches the coordination after"), 5, 2, 30)
    # In months. Each has its default in the database too: the release before this one writes rows without them.
    inactive_told = models.PositiveSmallIntegerField(
        _("somebody of whom nothing is seen is told after"), default=23, db_default=23,
        validators=[MinValueValidator(11), MaxValueValidator(59)],
    )  # fmt: skip
    inactive_closed = models.PositiveSmallIntegerField(
        _("and their account is closed after"), default=24, db_default=24,
        validators=[MinValueValidator(12), MaxValueValidator(60)],
    )  # fmt: skip
    changed_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    reviews_awaited = REVIEWS_AWAITED.days

    class Meta:
        verbose_name = _("promises of a pôle")
        verbose_name_plural = _("promises of the pôles")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    remind_after__lt=models.F("remind_again_after"),
                    remind_again_after__lt=models.F("tell_after"),
                    tell_after__lt=models.F("close_after"),
                ),
                name="promises_in_order",
                violation_error_message=_(
                    "The steps have to follow one another: first reminder, second reminder, coordination, closing."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(fresh_for__lt=models.F("pause_after")),
                name="promises_ask_before_pausing",
                violation_error_message=_(
                    "People have to be asked before their page is paused: leave some days between the two."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(inactive_told__lt=models.F("inactive_closed")),
                name="promises_tell_before_closing",
                violation_error_message=_(
                    "People have to be told before their account is closed: leave a month at least between the two."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pole}"

    def clean(self) -> None:
        """Raises ValidationError unless there is a week at least between the question “still true?” and the pause:
        people have holidays."""
        if self.pause_after and self.fresh_for and self.pause_after - self.fresh_for < 7:
            raise ValidationError(
                {"pause_after": _("Leave at least a week after the question “still true?”.")}
            )

    @classmethod
    def default_of(cls, name: str) -> int:
        return getattr(cls(), name)

    @classmethod
    def of(cls, pole: Pole) -> "Promises":
        return cls.objects.filter(pole=pole).first() or cls(pole=pole)

    @classmethod
    def of_all(cls) -> dict[int, "Promises"]:
        """The promises of every pôle."""
        return cls.of_each(list(Pole.objects.all()))

    @classmethod
    def of_each(cls, poles: Collection[Pole]) -> dict[int, "Promises"]:
        """The promises of these pôles in their order, in one query."""
        kept = {row.pole_id: row for row in cls.objects.filter(pole__in=poles)}
        return {pole.pk: kept.get(pole.pk) or cls(pole=pole) for pole in poles}


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def said(self, keys: Iterable[str]) -> set[str]:
        return set(self.filter(key__in=list(keys)).values_list("key", flat=True))


class Reminder(models.Model):
    """What has been said, or passed over because something newer was said in its place.

    Its key names the fact and the step ("proposal:12:remind-1"): a reminder is due when
    its condition holds and no row has its key. It is written in the transaction of the
    letter.
    """

    key = models.CharField(max_length=120, unique=True)
    merged = models.BooleanField(
        default=False, help_text="It came due together with a later one, which was said alone."
    )
    at = models.DateTimeField()

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def claim(cls, key: str, now: datetime, *, merged: bool = False) -> bool:
        """True for the caller who may say it: of two runs at once, one is told False."""
        return cls.objects.get_or_create(key=key, defaults={"at": now, "merged": merged})[1]


class Solicitation(models.Model):
    """One time that somebody who offers was asked for something; the month's limit counts them. An offer that names
    a person counts for that person, with all their offers; a team's offer counts for itself."""

    class Why(models.TextChoices):
        ASKED = "ASKED", _("invited or proposed")
        MATCHES = "MATCHES", _("told of new matches")

    offer = models.ForeignKey("marketplace.Offer", models.CASCADE, related_name="solicitations")
    person = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, blank=True, related_name="solicitations"
    )
    why = models.CharField(max_length=10, choices=Why)
    key = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("solicitation")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["person", "at"], name="solicitation_of_person"),
            models.Index(fields=["offer", "at"], name="solicitation_of_offer"),
        ]

    def __str__(self) -> str:
        return self.key


class Responsiveness(models.Model):
    """How an organisation answers, counted each night over a year: the pages show it, and the matching reads it."""

    organisation = models.OneToOneField(
        "accounts.Organisation", models.CASCADE, related_name="responsiveness"
    )
    asked = models.PositiveIntegerField(help_text="Questions that have had their time.")
    answered = models.PositiveIntegerField()
    median_hours = models.PositiveIntegerField(null=True, blank=True)
    counted_on = models.DateField()

    class Meta:
        verbose_name = _("responsiveness")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.answered}/{self.asked}"
