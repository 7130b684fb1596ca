"""Missions that structures often ask for, written once: a need may start from one of these templates."""

from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.spoken import Spoken
from marketplace.models.market.choices import Format, Level
from marketplace.models.market.meeting import SpeaksLanguages
from marketplace.models.market.skills import Skill


class MissionTemplateQuerySet(models.QuerySet["MissionTemplate"]):
    def current(self) -> Self:
        return self.filter(is_withdrawn=False)


class MissionTemplate(SpeaksLanguages, models.Model):
    """A template, as data/mission_templates.toml writes it, with both languages side by side."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    icon = models.CharField(max_length=40)
    title_fr = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    summary_fr = models.TextField()
    summary_en = models.TextField()
    deliverable_fr = models.TextField()
    deliverable_en = models.TextField()
    questions_fr = models.JSONField(default=list)
    questions_en = models.JSONField(default=list)
    prepare_fr = models.JSONField(default=list)
    prepare_en = models.JSONField(default=list)
    asks_fr = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="Of whoever offers themselves: three at the most.",
    )
    asks_en = models.JSONField(default=list, db_default=[], blank=True)
    languages = models.PositiveIntegerField(
        _("languages"), default=Spoken.FRENCH, db_default=int(Spoken.FRENCH)
    )
    hours = models.PositiveSmallIntegerField(_("hours in all, per person"))
    weeks = models.PositiveSmallIntegerField(_("weeks from start to end"))
    format = models.CharField(_("format"), max_length=10, choices=Format)
    is_withdrawn = models.BooleanField(default=False)

    objects = MissionTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission template")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("mission-template", args=[self.code])

    def _said(self, field: str) -> Any:
        spoken = "en" if (get_language() or "fr").startswith("en") else "fr"
        return getattr(self, f"{field}_{spoken}")

    @property
    def title(self) -> str:
        return self._said("title")

    @property
    def summary(self) -> str:
        return self._said("summary")

    @property
    def deliverable(self) -> str:
        return self._said("deliverable")

    @property
    def questions(self) -> list[str]:
        return self._said("questions")

    @property
    def prepare(self) -> list[str]:
        return self._said("prepare")

    @property
    def asks(self) -> list[str]:
        return self._said("asks")

    @property
    def essentials(self) -> str:
        """The required skills, for a card; `wanted__skill` has to be prefetched."""
        return " · ".join(str(item.skill) for item in self.wanted.all() if item.required)

    @property
    def context(self) -> str:
        """The beginning of a need's context: questions, to be answered where they stand."""
        return "\n".join(f"- {question}\n" for question in self.questions)


class TemplateSkill(models.Model):
    template = models.ForeignKey(MissionTemplate, models.CASCADE, related_name="wanted")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.SKILLED)
    required = models.BooleanField(_("required"), default=True)

    class Meta:
        ordering = ["-required", "-level", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["template", "skill"], name="template_skill_once")
        ]

    def __str__(self) -> str:
        return f"{self.template} ← {self.skill}"
