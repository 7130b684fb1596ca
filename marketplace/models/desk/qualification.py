"""The qualification of a need: is it ready for somebody to come? Four questions, what was seen, and the outcome."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.models.market.needs import Need


class Qualification(models.Model):
    """The sheet of a need, one for each, kept while it is filled in; `version` tells whether somebody else has
    saved it meanwhile."""

    class Verdict(models.TextChoices):
        YES = "YES", _("yes")
        DOUBT = "DOUBT", _("not quite yet")
        NO = "NO", _("no")

    class Met(models.TextChoices):
        VISIT = "VISIT", _("a visit")
        CALL = "CALL", _("a call")
        MESSAGE = "MESSAGE", _("in writing only")

    class Outcome(models.TextChoices):
        PUBLISH = "PUBLISH", _("publish it in the catalogue")
        PRIVATE = "PRIVATE", _("propose it privately: nobody sees it but those we ask")
        ONE_HOUR = "ONE_HOUR", _("suggest one hour of advice instead")
        RESOURCE = "RESOURCE", _("point to a resource or a scheme that fits better")
        REFUSE = "REFUSE", _("not retain it")

    TESTS = ("scope", "transfer", "team", "urgency")
    OPENING: ClassVar = (Outcome.PUBLISH, Outcome.PRIVATE)

    need = models.OneToOneField(Need, models.CASCADE, related_name="qualification")
    scope = models.CharField(_("Scope"), max_length=10, choices=Verdict, blank=True)
    scope_words = models.TextField(_("what you saw"), max_length=1000, blank=True)
    transfer = models.CharField(_("Knowledge transfer"), max_length=10, choices=Verdict, blank=True)
    transfer_words = models.TextField(_("what you saw"), max_length=1000, blank=True)
    team = models.CharField(_("Board and team"), max_length=10, choices=Verdict, blank=True)
    team_words = models.TextField(_("what you saw"), max_length=1000, blank=True)
    urgency = models.CharField(_("Urgency"), max_length=10, choices=Verdict, blank=True)
    urgency_words = models.TextField(_("what you saw"), max_length=1000, blank=True)
    met = models.CharField(_("How did you meet?"), max_length=10, choices=Met, blank=True)
    met_on = models.DateField(_("On"), null=True, blank=True)
    met_words = models.TextField(_("What was said"), max_length=4000, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("qualification")

    def __str__(self) -> str:
        return f"{self.need} v{self.version}"

    @property
    def missing(self) -> list[str]:
        """The names of the tests that nobody has answered yet."""
        return [self.name_of(test) for test in self.TESTS if not getattr(self, test)]

    @property
    def failed(self) -> list[str]:
        return [self.name_of(t) for t in self.TESTS if getattr(self, t) == self.Verdict.NO]

    @classmethod
    def name_of(cls, test: str) -> str:
        return str(cls._meta.get_field(test).verbose_name)  # type: ignore[union-attr]
