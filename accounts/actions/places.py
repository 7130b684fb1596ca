"""Loads the reference list of communes, whatever file it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from accounts.models import Commune, Department
from accounts.models.places import CommuneKey

WHOLE_COUNTRY = 30_000  # a file with fewer communes is of a region: it says nothing of the others
BATCH = 2_000
WRITTEN = [field.attname for field in Commune._meta.concrete_fields if not field.primary_key]
OFFICIAL = WRITTEN.index("is_official")


@dataclass(frozen=True)
class Loaded:
    """What a load changed, for the sentence at its end."""

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
def load_communes(communes: list[Commune]) -> Loaded:
    """Write what is new or different, and nothing else: loading twice is loading once.

    What the official file said is only changed by an official file. A commune that the whole
    country's file no longer has (it joined another) stays for those who live there, but nobody
    is offered it any more.
    """
    before = {values[0]: values[1:] for values in Commune.objects.values_list("insee", *WRITTEN)}
    lost = set(Commune.objects.unfindable().values_list("insee", flat=True))
    different = [
        commune for commune in communes if _differs(commune, before) or commune.insee in lost
    ]
    created = sum(commune.insee not in before for commune in different)
    _write(different)
    return Loaded(
        created=created,
        changed=len(different) - created,
        unchanged=len(communes) - len(different),
        withdrawn=_withdraw(communes, set(before) - lost),
    )


def _differs(commune: Commune, before: dict[str, tuple]) -> bool:
    was = before.get(commune.insee)
    if was and was[OFFICIAL] and not commune.is_official:
        return False
    commune.write_as_typed()
    return was != tuple(getattr(commune, name) for name in WRITTEN)


def _write(communes: list[Commune]) -> None:
    Commune.objects.bulk_create(
        communes,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["insee"],
        update_fields=WRITTEN,
    )
    codes = [commune.insee for commune in communes]
    for start in range(0, len(codes), BATCH):
        CommuneKey.objects.filter(commune__in=codes[start : start + BATCH]).delete()
    _write_keys(communes)


def _write_keys(communes: Iterable[Commune]) -> None:
    """Straight to the database: 160,000 rows are too many to make objects of."""
    rows = [
        (commune.pk, key, kind, kind.weigh(commune.population))
        for commune in communes
        for key, kind in commune.ways_to_find()
    ]
    table = connection.ops.quote_name(CommuneKey._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (commune_id, key, kind, weight) VALUES (%s, %s, %s, %s)", rows
        )


def _withdraw(communes: list[Commune], findable: set[str]) -> int:
    if len(communes) < WHOLE_COUNTRY:
        return 0
    gone = findable - {commune.insee for commune in communes}
    CommuneKey.objects.filter(commune__in=gone).delete()
    return len(gone)
