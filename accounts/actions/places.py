"""Loads the reference list of communes, whatever file it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched

from django.db import connection, models, transaction

from accounts.models import Commune, Department
from accounts.models.places import CommuneKey, CommuneRow

WHOLE_COUNTRY = 30_000  # a file with fewer communes is of a region: it says nothing of the others
BATCH = 2_000
MOST_VALUES = 4_000  # in one sentence; both databases take more, none the faster


@dataclass(frozen=True)
class Loaded:
    """What a load has changed, for the sentence at its end."""

    created: int
    changed: int
    unchanged: int
    withdrawn: int


@transaction.atomic
def load_departments(departments: list[Department]) -> None:
    Department.objects.bulk_create(
        departments,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "region_code", "region"],
    )


@transaction.atomic
def load_communes(rows: list[CommuneRow]) -> Loaded:
    """Write what is new or different, and nothing else: a second load changes nothing.

    What the official file said is changed by an official file only. A commune that the
    whole country's file no longer has (it joined another) stays for those who live there,
    but is no longer offered.
    """
    before = {row[0]: row for row in Commune.objects.values_list(*CommuneRow._fields)}
    lost = set(Commune.objects.unfindable().values_list("insee", flat=True))
    different = [row for row in rows if _differs(row, before) or row.insee in lost]
    created = sum(row.insee not in before for row in different)
    _write([Commune(**row._asdict()) for row in different])
    withdrawn = _withdraw(rows, set(before) - lost)
    if different or withdrawn:
        _tell_the_planner()
    return Loaded(
        created=created,
        changed=len(different) - created,
        unchanged=len(rows) - len(different),
        withdrawn=withdrawn,
    )


def _tell_the_planner() -> None:
    """Have PostgreSQL count the rows anew: it believes these tables empty, and a query of a moment took ten
    minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Commune._meta.db_table}; ANALYZE {CommuneKey._meta.db_table}")


def _differs(row: CommuneRow, before: dict[str, tuple]) -> bool:
    was = before.get(row.insee)
    if was and CommuneRow(*was).is_official and not row.is_official:
        return False
    return was != row


def _write(communes: list[Commune]) -> None:
    for commune in communes:
        commune.write_as_typed()
    columns = [field.attname for field in Commune._meta.concrete_fields]
    _insert(
        Commune,
        columns,
        ([getattr(commune, column) for column in columns] for commune in communes),
        "ON CONFLICT (insee) DO UPDATE SET "
        + ", ".join(f"{column} = EXCLUDED.{column}" for column in columns),
    )
    codes = [commune.insee for commune in communes]
    for start in range(0, len(codes), BATCH):
        CommuneKey.objects.filter(commune__in=codes[start : start + BATCH]).delete()
    _insert(
        CommuneKey,
        ["commune_id", "key", "kind", "weight"],
        (
            [commune.pk, key, kind.value, kind.weigh(commune.population)]
            for commune in communes
            for key, kind in commune.ways_to_find()
        ),
    )


def _insert(
    model: type[models.Model], columns: list[str], rows: Iterable[list], conflict: str = ""
) -> None:
    """Insert by SQL, many rows in each statement: bulk_create takes several times as long."""
    table = connection.ops.quote_name(model._meta.db_table)
    marks = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for some in batched(rows, MOST_VALUES // len(columns)):
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * len(some))} {conflict}",
                [value for row in some for value in row],
            )


def _withdraw(rows: list[CommuneRow], findable: set[str]) -> int:
    if len(rows) < WHOLE_COUNTRY:
        return 0
    gone = findable - {row.insee for row in rows}
    CommuneKey.objects.filter(commune__in=gone).delete()
    return len(gone)
