"""To which operator of a pôle its needs go by themselves: the rules, in their order, and what they have done."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Pole, Seat
from marketplace.models.desk.desk import HandOver
from marketplace.models.market.needs import Need
from marketplace.models.written_once import WrittenOnce
from marketplace.states import NeedStatus

MOST_RULES = 50
CONDITIONS = ("departments", "families", "formats", "times", "doors")
OPEN = (NeedStatus.SUBMITTED, NeedStatus.PUBLISHED)


def _any_of(label: Any) -> Any:
    """A condition: a sorted list of codes of which a need has one, or an empty one, which any need meets."""
    return models.JSONField(label, default=list, blank=True)


class DispatchRule(models.Model):
    """Needs that meet every condition go to the operator; of a pôle's rules, the first that holds decides."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="dispatch_rules")
    position = models.PositiveSmallIntegerField(_("place in the order"))
    departments = _any_of(_("départements"))
    families = _any_of(_("fields"))
    formats = _any_of(_("formats"))
    times = _any_of(_("on whose time"))
    doors = _any_of(_("by whose door"))  # numbers of operators
    operator = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("operator")
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("dispatch rule")
        verbose_name_plural = _("dispatch rules")
        ordering = ["pole", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_RULES),
                name="dispatch_rule_at_most_fifty",
            ),
            models.UniqueConstraint(fields=["pole", "position"], name="dispatch_rule_one_a_place"),
            models.UniqueConstraint(fields=["pole", *CONDITIONS], name="dispatch_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pole} · {self.position}"

    @property
    def conditions(self) -> dict[str, list]:
        return {name: getattr(self, name) for name in CONDITIONS}


class Dispatched(models.Model):
    """A rule has given a need to an operator: which one, in the words that it had then. Never edited."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="dispatched")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    rule = models.TextField(help_text="In words, as it was then.")
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When a letter to the operator’s people said so."
    )

    class Meta:
        verbose_name = _("need dispatched by a rule")
        verbose_name_plural = _("needs dispatched by a rule")
        ordering = ["at", "pk"]
        constraints = [
            WrittenOnce(name="dispatched_written_once", fields=["need", "operator", "rule", "at"]),
        ]
        indexes = [
            models.Index(
                fields=["operator", "id"],
                condition=Q(told_at=None),
                name="dispatched_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.operator}"


def unfollowed() -> QuerySet[Need]:
    """The needs that nobody follows, and that nobody has ever handed over: of those alone a rule disposes. An operator
    that has left the pôle follows nothing there."""
    held = Seat.objects.held().filter(pole=OuterRef("pole"), operator=OuterRef("operator"))
    handed_over = HandOver.objects.filter(need=OuterRef("pk"))
    nobody = Q(operator=None) | ~Q(Exists(held))
    return Need.objects.filter(nobody, ~Q(Exists(handed_over)), coordinator=None)


def to_dispatch(pole: Pole) -> QuerySet[Need]:
    """The open needs of a pôle that are its rules' to give away."""
    return unfollowed().filter(pole=pole, status__in=OPEN)
