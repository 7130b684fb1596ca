"""The skills that a need wants, each at a level."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models.market.choices import Level
from marketplace.models.market.skills import Skill


class NeedSkill(models.Model):
    need = models.ForeignKey("marketplace.Need", models.CASCADE, related_name="wanted")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.SKILLED)
    required = models.BooleanField(_("required"), default=True)

    class Meta:
        ordering = ["-required", "-level", "pk"]
        constraints = [models.UniqueConstraint(fields=["need", "skill"], name="need_skill_once")]
        indexes = [models.Index(fields=["skill", "need"], name="need_skill_by_skill")]

    def __str__(self) -> str:
        return f"{self.need} ← {self.skill}"


def read_wanted(*needs: Any) -> None:
    """Read the skills that these needs want, with their names: in one question, and none where a page has read them."""
    rows = NeedSkill.objects.select_related("skill")
    models.prefetch_related_objects(needs, models.Prefetch("wanted", rows))
