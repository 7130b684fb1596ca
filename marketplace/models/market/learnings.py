"""What somebody would like to learn: skills that they don't hold, and that count nowhere as held."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, coordinated_by
from accounts.scope import scope_of
from marketplace.models.market.bosses import under
from marketplace.models.market.skills import Skill

MOST = 5


class LearningQuerySet(models.QuerySet["Learning"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and for the coordinators of a pôle those of whoever has an offer there; never for an employer, though
        they coordinate, nor by an employer's sign-in."""
        if not (user.pk and scope_of(user).own):
            return self.none()
        ours = models.Q(person__offers__pole__in=coordinated_by(user)) & ~under(user, "person")
        return self.filter(models.Q(person=user.pk) | ours).distinct()


class Learning(models.Model):
    """One skill that one person would like to learn."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="learnings")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    objects = LearningQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish to learn")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "skill"], name="learning_once")]

    def __str__(self) -> str:
        return str(self.skill)
