"""Minutes: what was said at a gathering, with its files, for those who were there or were to be."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.models.people import Anybody
from marketplace.models.gatherings.attendances import EXPECTED, Attendance
from marketplace.models.gatherings.gatherings import Gathering
from marketplace.models.market.offers import Offer
from marketplace.models.talk.files import StoredFile

LONGEST = 20_000


class MinutesQuerySet(models.QuerySet["Minutes"]):
    def visible_to(self, user: Anybody) -> Self:
        """For the host, for whoever came or had a seat, and for who led it; nobody else of its audience."""
        if not user.pk:
            return self.none()
        hosts = Membership.objects.of(user).representing().values("organisation")
        there = Attendance.objects.open_to(user).filter(status__in=EXPECTED)
        led = Offer.with_coming(user, at="gathering__trainer__")
        return self.filter(
            models.Q(gathering__host__in=hosts)
            | led & models.Q(gathering__trainer_agreed_at__isnull=False)
            | models.Q(gathering__in=there.order_by().values("gathering"))
        )


class Minutes(models.Model):
    gathering = models.OneToOneField(Gathering, models.CASCADE, related_name="minutes")
    text = models.TextField(_("what was said"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")

    def __str__(self) -> str:
        return str(self.gathering)


class MinutesFile(models.Model):
    """A file that goes with them."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of minutes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)
