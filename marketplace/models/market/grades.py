"""The grades by which human resources give an average cost of an hour: a short table of the company's own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


class Grade(models.Model):
    """One grade. Which one somebody has, and what it costs, is read by human resources alone."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="grades")
    name = models.CharField(_("name of the grade"), max_length=80)

    class Meta:
        verbose_name = _("grade")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="grade_once")]

    def __str__(self) -> str:
        return self.name
