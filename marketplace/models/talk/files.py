"""Files that people hand in: kept outside the web root under a random name, given back by a view."""

import secrets
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User, coordinated_by
from common.among import among
from marketplace.models.missions.missions import Mission


def random_name() -> str:
    return secrets.token_hex(16)


def path_of(name: str) -> str:
    """Where the bytes of a file are in the vault."""
    return f"files/{name[:2]}/{name}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, user: User) -> Self:
        """A mission's or a thread's files for whoever sees the mission or the thread; a gathering's for whoever reads its
        minutes; an organisation's for its representatives and the coordinators of its pôle."""
        mine = Membership.objects.of(user).representing().values("organisation")
        threads = apps.get_model("marketplace", "Thread")  # it names files: no import of it here
        minutes = apps.get_model("marketplace", "Minutes")
        read = minutes._default_manager.visible_to(user).values("gathering")
        return self.filter(
            Q(gathering__in=read)
            | among(Mission.objects.visible_to(user), "mission")
            | among(threads._default_manager.visible_to(user), "thread")
            | Q(organisation__in=mine)
            | Q(organisation__pole__in=coordinated_by(user))
        )

    def used_by_nothing(self) -> Self:
        """Files that no row of any table names. All foreign keys to this model are found by themselves, also those
        of tables to come."""
        found = self
        for relation in self.model._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ForeignObjectRel):
                field = relation.field.name
                naming = relation.related_model._base_manager.filter(**{field: OuterRef("pk")})
                found = found.exclude(Exists(naming))
        return found


class StoredFile(models.Model):
    """A file that belongs to one mission, organisation, thread or gathering, which says who may read it."""

    name = models.CharField(max_length=64, unique=True, default=random_name, editable=False)
    original_name = models.CharField(_("name"), max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mission = models.ForeignKey(
        Mission, models.PROTECT, null=True, blank=True, related_name="files"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="files"
    )
    thread = models.ForeignKey(
        "Thread", models.PROTECT, null=True, blank=True, related_name="files"
    )
    gathering = models.ForeignKey(
        "Gathering", models.PROTECT, null=True, blank=True, related_name="files"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["created_at"], name="stored_file_age")]
        constraints = [
            models.CheckConstraint(
                condition=Q(mission__isnull=False, organisation=None, thread=None, gathering=None)
                | Q(mission=None, organisation__isnull=False, thread=None, gathering=None)
                | Q(mission=None, organisation=None, thread__isnull=False, gathering=None)
                | Q(mission=None, organisation=None, thread=None, gathering__isnull=False),
                name="stored_file_in_one_room",
            )
        ]

    def __str__(self) -> str:
        return self.original_name
