"""Places where people and missions are: the départements and communes of France."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from accounts import geometry, toponyms


class BeginsWith(models.Lookup):
    """A prefix search that an index answers on both databases. Django's own `startswith` becomes a LIKE for which
    SQLite can't use an index; a range would be wrong on PostgreSQL under a French collation."""

    lookup_name = "begins_with"
    prepare_rhs = True

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        prefix = connection.ops.prep_for_like_query(str(self.rhs))
        return f"{column} LIKE %s", (*column_params, f"{prefix}%")

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        first, last = str(self.rhs), f"{self.rhs}\U0010ffff"
        return (
            f"({column} >= %s AND {column} < %s)",
            (*column_params, first, *column_params, last),
        )


models.CharField.register_lookup(BeginsWith)


SHARED_BY_PARTS = frozenset(("13055", "69123", "75056"))  # Marseille, Lyon, Paris


class Department(models.Model):
    """A département; a pôle's territory is made of them."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    region_code = models.CharField(_("region code"), max_length=3)
    region = models.CharField(_("region"), max_length=60)

    class Meta:
        ordering = ["code"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class CommuneRow(NamedTuple):
    """What a file says of a commune. 35,000 of these tuples are made much faster than models."""

    insee: str
    name: str
    department_id: str = ""
    epci_code: str = ""
    epci_name: str = ""
    population: int = 0
    latitude: float | None = None
    longitude: float | None = None
    postal_codes: str = ""
    former_names: str = ""
    former_codes: str = ""
    parent_id: str | None = None
    is_official: bool = False


class CommuneQuerySet(models.QuerySet):
    def within(self, latitude: float, longitude: float, km: float) -> "CommuneQuerySet":
        """Communes at most so far away, in kilometres; a box lets the index do most of the work."""
        box = geometry.box_around(latitude, longitude, km)
        half_turn = geometry.haversine_of(km)
        return (
            self.filter(
                Q(longitude__range=(box.west, box.east)) if box.narrow else Q(),
                latitude__range=(box.south, box.north),
            )
            .alias(haversine=haversine_from(latitude, longitude))
            .filter(haversine__lte=half_turn)
        )

    def nearest_first(self, latitude: float, longitude: float) -> "CommuneQuerySet":
        return self.order_by(haversine_from(latitude, longitude), "insee")

    def with_km_from(self, latitude: float, longitude: float) -> "CommuneQuerySet":
        """Adds `km`, how far they are."""
        half = ASin(Sqrt(haversine_from(latitude, longitude)))
        return self.annotate(km=half * (2 * geometry.EARTH_RADIUS_KM))

    def unfindable(self) -> "CommuneQuerySet":
        """Communes that no search finds: they no longer exist, and are kept for the people who live there."""
        return self.exclude(_has_a_key())

    def findable(self) -> "CommuneQuerySet":
        return self.filter(_has_a_key())

    def in_departments(self, codes: Iterable[str] | models.QuerySet) -> "CommuneQuerySet":
        return self.filter(department__in=codes)

    def whole(self) -> "CommuneQuerySet":
        """Communes proper, without the arrondissements of Paris, Lyon and Marseille."""
        return self.filter(parent=None)


def _has_a_key() -> Exists:
    return Exists(CommuneKey.objects.filter(commune=OuterRef("pk")))


def haversine_from(latitude: float, longitude: float, of: str = "") -> CombinedExpression:
    """The haversine of the distance: it grows with the distance, and spares the database an arc sine. `of`: what leads
    to the commune ("commune__")."""
    across = Power(Sin(Radians(F(f"{of}latitude") - latitude) / 2), 2)
    along = Power(Sin(Radians(F(f"{of}longitude") - longitude) / 2), 2)
    return across + along * Cos(Radians(F(f"{of}latitude"))) * geometry.cos_of(latitude)


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
    sound = models.CharField(
        max_length=80,
        db_index=True,
        editable=False,
        help_text=_("The name as it is heard, for those who spell it otherwise."),
    )
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
    former_codes = models.TextField(_("former INSEE codes"), blank=True)
    is_official = models.BooleanField(
        _("from the official file"),
        default=False,
        help_text=_("Read by import_communes: the list that comes with the site leaves it alone."),
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
        # The official file writes a straight apostrophe, our pages a curly one.
        return f"{self.name.replace("'", '’')} ({self.department_id})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the commune with its keys, so that a corrected name is found at once."""
        self.write_as_typed()
        super().save(*args, **kwargs)
        self.keys.all().delete()
        CommuneKey.objects.bulk_create(self.make_keys())

    def write_as_typed(self) -> None:
        self.search_name = toponyms.normalise(self.name)
        self.sound = toponyms.sound(self.search_name)

    def make_keys(self) -> "list[CommuneKey]":
        return [
            CommuneKey(commune_id=self.pk, key=key, kind=kind, weight=kind.weigh(self.population))
            for key, kind in self.ways_to_find()
        ]

    def ways_to_find(self) -> "Iterator[tuple[str, CommuneKey.Kind]]":
        """The keys by which it is found, each once, with its most exact kind."""
        keys: dict[str, CommuneKey.Kind] = {}
        for key, kind in self._all_ways():
            keys.setdefault(key, kind)
        yield from keys.items()

    def _all_ways(self) -> "Iterator[tuple[str, CommuneKey.Kind]]":
        kinds = CommuneKey.Kind
        yield toponyms.compact(self.search_name), kinds.NAME
        if self.parent_id:
            yield toponyms.compact(self.search_name).removesuffix("arrondissement"), kinds.NAME
        for name in self.former_name_list:
            yield toponyms.compact(toponyms.normalise(name)), kinds.FORMER_NAME
        for ending in toponyms.endings(self.search_name):
            yield ending, kinds.PART_OF_NAME
        for code in self.postal_code_list:
            # 75012 is Paris 12e before it is Paris.
            yield code, kinds.SHARED_CODE if self.pk in SHARED_BY_PARTS else kinds.CODE
        for code in (self.pk, *self.former_codes.split()):
            yield code.lower(), kinds.INSEE_CODE

    @property
    def position(self) -> tuple[float, float]:
        return self.latitude, self.longitude

    @property
    def postal_code_list(self) -> list[str]:
        return self.postal_codes.split()

    @property
    def former_name_list(self) -> list[str]:
        return self.former_names.splitlines()

    def distance_km(self, other: "Commune") -> float:
        return geometry.distance_km(self.position, other.position)


class CommuneKey(models.Model):
    """One way to find a commune: its name, an older name, the end of its name, a code.

    Keys are made from the commune and never edited. The weight is copied here, so that
    one index answers a search without reading the communes.
    """

    class Kind(models.IntegerChoices):
        """The kinds of keys, from the most to the least exact."""

        NAME = 0
        FORMER_NAME = 1
        PART_OF_NAME = 2
        CODE = 3
        SHARED_CODE = 4
        INSEE_CODE = 5

        def weigh(self, population: int) -> int:
            """The weight of a key: the population, or a tenth of it for a former name and a part of a name, since
            somebody who types "vil" seldom means Neuville."""
            part = self in (CommuneKey.Kind.FORMER_NAME, CommuneKey.Kind.PART_OF_NAME)
            return population // 10 if part else population

    commune = models.ForeignKey(
        Commune, on_delete=models.CASCADE, related_name="keys", verbose_name=_("commune")
    )
    key = models.CharField(_("key"), max_length=100)
    kind = models.PositiveSmallIntegerField(_("kind"), choices=Kind)
    weight = models.PositiveIntegerField(_("weight"))

    class Meta:
        verbose_name = _("way to find a commune")
        verbose_name_plural = _("ways to find a commune")
        indexes = [
            models.Index(
                fields=["key", "kind", "weight", "commune"],
                # On PostgreSQL, what lets LIKE 'lil%' use the index under any collation.
                opclasses=["varchar_pattern_ops", "int2_ops", "int4_ops", "varchar_ops"],
                name="commune_key_covering",
            ),
        ]

    def __str__(self) -> str:
        return self.key
