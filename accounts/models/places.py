"""Where people and missions are: the départements and communes of France."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cos, Power, Radians, Sin
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import geometry


class BeginsWith(models.Lookup):
    """A prefix search that an index answers on both databases.

    Django's own `startswith` becomes a LIKE that SQLite cannot use an index for;
    a range would be wrong on PostgreSQL under a French collation.
    """

    lookup_name = "begins_with"
    prepare_rhs = True

    def as_sql(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        prefix = connection.ops.prep_for_like_query(str(self.rhs))
        return f"{column} LIKE %s", [*column_params, f"{prefix}%"]

    def as_sqlite(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        first, last = str(self.rhs), f"{self.rhs}\U0010ffff"
        return (
            f"({column} >= %s AND {column} < %s)",
            [*column_params, first, *column_params, last],
        )


models.CharField.register_lookup(BeginsWith)


class Department(models.Model):
    """A département: what a pôle's territory is made of."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    region_code = models.CharField(_("region code"), max_length=2)
    region = models.CharField(_("region"), max_length=60)

    class Meta:
        ordering = ["code"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class CommuneQuerySet(models.QuerySet):
    def within(self, latitude: float, longitude: float, km: float) -> "CommuneQuerySet":
        """Communes at most so far away; the box lets the index do most of the work."""
        box = geometry.box_around(latitude, longitude, km)
        half_turn = geometry.haversine_of(km)
        return (
            self.filter(
                Q(longitude__range=(box.west, box.east)) if box.narrow else Q(),
                latitude__range=(box.south, box.north),
            )
            .alias(haversine=_haversine_from(latitude, longitude))
            .filter(haversine__lte=half_turn)
        )

    def nearest_first(self, latitude: float, longitude: float) -> "CommuneQuerySet":
        return self.order_by(_haversine_from(latitude, longitude), "insee")

    def in_departments(self, codes) -> "CommuneQuerySet":
        return self.filter(department__in=codes)

    def whole(self) -> "CommuneQuerySet":
        """Communes proper, without the arrondissements of Paris, Lyon and Marseille."""
        return self.filter(parent=None)


def _haversine_from(latitude: float, longitude: float):
    """Grows with the distance, and spares the database an arc sine."""
    across = Power(Sin(Radians(F("latitude") - latitude) / 2), 2)
    along = Power(Sin(Radians(F("longitude") - longitude) / 2), 2)
    return across + along * Cos(Radians(F("latitude"))) * geometry.cos_of(latitude)


class Commune(models.Model):
    """A commune, or an arrondissement of Paris, Lyon or Marseille (then it has a parent)."""

    insee = models.CharField(_("INSEE code"), max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    search_name = models.CharField(
        max_length=80,
        db_index=True,
        editable=False,
        help_text=_("The name in plain small letters, as people type it."),
    )
    sound = models.CharField(max_length=80, db_index=True, editable=False)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="communes",
        verbose_name=_("department"),
    )
    epci_code = models.CharField(_("code of the EPCI"), max_length=9, blank=True)
    epci_name = models.CharField(_("intercommunality"), max_length=120, blank=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    postal_codes = models.TextField(_("postal codes"), blank=True)
    former_names = models.TextField(
        _("former names"),
        blank=True,
        help_text=_("One a line: communes that joined this one."),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="arrondissements",
        verbose_name=_("commune it is part of"),
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        ordering = ["search_name", "insee"]
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        indexes = [
            models.Index(fields=["latitude", "longitude"], name="commune_position"),
            models.Index(fields=["epci_code"], name="commune_epci"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.department_id})"

    @property
    def position(self) -> tuple[float, float]:
        return self.latitude, self.longitude

    @cached_property
    def postal_code_list(self) -> list[str]:
        return self.postal_codes.split()

    def distance_km(self, other: "Commune") -> float:
        return geometry.distance_km(self.position, other.position)


class CommuneKey(models.Model):
    """One way to find a commune: its name, an older name, the end of its name, a code.

    Made again at each load, never edited. The population is copied here so that one index
    answers a search without reading the table.
    """

    class Kind(models.IntegerChoices):
        NAME = 0
        FORMER_NAME = 1
        PART_OF_NAME = 2
        CODE = 3
        SHARED_CODE = 4

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=80)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    population = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("way to find a commune")
        verbose_name_plural = _("ways to find a commune")
        indexes = [
            models.Index(
                fields=["key", "kind", "population", "commune"],
                opclasses=["varchar_pattern_ops", "int2_ops", "int4_ops", "text_ops"],
                name="commune_key_covering",
            ),
        ]

    def __str__(self) -> str:
        return self.key
