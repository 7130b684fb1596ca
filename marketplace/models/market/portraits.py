"""What somebody says they can do, before they have written any offer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models.market.choices import Level
from marketplace.models.market.skills import Skill


class Portrait(models.Model):
    """A sentence is enough: the site reads it and proposes skills, and the person confirms those that are right."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="portrait"
    )
    about = models.TextField(_("what you can do"), max_length=1000, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("portrait")

    def __str__(self) -> str:
        return self.about[:60]


class PortraitSkill(models.Model):
    """A skill that the person has confirmed."""

    portrait = models.ForeignKey(Portrait, models.CASCADE, related_name="held")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.SKILLED)

    class Meta:
        ordering = ["-level", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["portrait", "skill"], name="portrait_skill_once")
        ]

    def __str__(self) -> str:
        return f"{self.portrait_id} → {self.skill}"
