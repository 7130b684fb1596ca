"""The register: what the territory does about the brakes on its cooperations, and which enablers it spreads."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Movable, Pole, Step, User, coordinated_by
from marketplace.models import factors
from marketplace.models.missions.missions import Mission
from marketplace.states import FINDING_MOVES, FindingStatus


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        """The findings of the pôles that this person coordinates; nobody else sees any, since the evidence names
        missions."""
        return self.filter(pole__in=coordinated_by(user))


class Finding(Movable):
    """A brake to lift or an enabler to spread: what shows it, who can act, what is done, who is in charge."""

    MOVES = FINDING_MOVES

    class Kind(models.TextChoices):
        BRAKE = factors.BRAKE, _("brake")
        ENABLER = factors.ENABLER, _("enabler")

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="findings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = models.CharField(
        _("in the reviews"),
        max_length=40,
        blank=True,
        help_text=_("What people tick in their review when they meet it."),
    )
    title = models.CharField(_("title"), max_length=120)
    evidence = models.TextField(
        _("what shows it"), max_length=2000, help_text=_("Facts, figures, words that were heard.")
    )
    actors = models.CharField(
        _("who can act on it"), max_length=200, blank=True,
        help_text=_("For instance: the companies’ HR, the tax office, the operators."),
    )  # fmt: skip
    action = models.TextField(_("what is done about it"), max_length=2000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who sees to it"),
    )
    missions = models.ManyToManyField(
        Mission, blank=True, related_name="findings", verbose_name=_("missions")
    )
    status = models.CharField(
        _("state"), max_length=10, choices=FindingStatus, default=FindingStatus.OPEN
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the register")
        ordering = ["status", "-updated_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=FindingStatus.values), name="finding_status_known"
            )
        ]
        indexes = [models.Index(fields=["pole", "kind", "code"], name="finding_of_a_pole")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("finding", args=[self.pk])

    @property
    def factor(self) -> str:
        """The label of the coded list for this finding, in the reader's language."""
        return factors.label_of(self.code) if self.code else ""


class FindingStep(Step):
    STATUSES = FindingStatus

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="steps")
