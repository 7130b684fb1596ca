"""The end of a mission, told in three lines and a picture by those who were in it. Who agrees to its being shown is
among the consents."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.models.market.proposals import Side
from marketplace.models.missions.missions import Mission

LONGEST = 280


class Telling(models.Model):
    """One for each mission, which either side writes. `version` grows with each change, which both then agree to."""

    mission = models.OneToOneField(Mission, models.CASCADE, related_name="telling")
    needed = models.CharField(_("what was needed"), max_length=LONGEST)
    done = models.CharField(_("what was done"), max_length=LONGEST)
    changed = models.CharField(_("what it changed"), max_length=LONGEST)
    picture = models.FileField(_("picture"), upload_to="tellings/", blank=True)
    alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    for_need = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who has said yes for the structure; the yes itself is a consent.",
    )
    for_offer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("telling")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(picture="") | ~models.Q(alt=""),
                name="telling_picture_has_words",
                violation_error_message=_(
                    "Say what the picture shows, for those who can’t see it."
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.mission)

    def get_absolute_url(self) -> str:
        return reverse("mission-telling", args=[self.mission_id])

    def spoken_for(self, side: str) -> int | None:
        """The number of who has spoken for this side last."""
        return self.for_need_id if side == Side.NEED else self.for_offer_id

    @property
    def picture_url(self) -> str:
        """The address of the picture, which changes with it; "" without one."""
        if not self.picture:
            return ""
        return reverse("mission-telling-picture", args=[self.mission_id]) + f"?{self.version}"
