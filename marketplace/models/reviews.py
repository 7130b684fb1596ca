"""What a review holds beside its figures: brakes and enablers from the list, skills gained."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models.missions import Review
from marketplace.models.proposals import Side
from marketplace.models.skills import Skill


class ReviewFactor(models.Model):
    """One brake or enabler that a reviewer named: its code is one of marketplace/data/factors.csv."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="factors")
    code = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("brake or enabler")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["review", "code"], name="factor_once")]
        indexes = [models.Index(fields=["code"], name="factor_code")]

    def __str__(self) -> str:
        return self.code


class SkillGained(models.Model):
    """A skill of the mission that somebody goes home with."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="gained")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    by = models.CharField(_("by whom"), max_length=10, choices=Side)

    class Meta:
        verbose_name = _("skill gained")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "skill", "by"], name="skill_gained_once")
        ]

    def __str__(self) -> str:
        return f"{self.review} + {self.skill}"
