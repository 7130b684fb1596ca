"""The columns of a record, as a line of a list says them."""

from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.models import (
    MissionRecord,
    NeedRecord,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
)
from marketplace.models.desk.records import Record
from marketplace.rules import record_cells
from marketplace.rules.record_columns import (
    ADDRESS,
    BEGUN,
    EMAIL,
    ENDED,
    FIRST,
    HEADCOUNT,
    HOURS,
    KIND,
    LANGUAGES,
    LAST,
    MISSIONS,
    NAME,
    NEEDS,
    NUMBER,
    OFFERS,
    ORGANISATIONS,
    PEOPLE,
    PHONE,
    RNA,
    SIREN,
    SIRET,
    STATE,
    TEXT,
    TIME,
    TITLE,
    TRADE,
    WEBSITE,
)  # fmt: skip

MODELS: dict[
    str, type[OrganisationRecord | PersonRecord | MissionRecord | NeedRecord | OfferRecord]
] = {
    ORGANISATIONS: OrganisationRecord,
    PEOPLE: PersonRecord,
    MISSIONS: MissionRecord,
    NEEDS: NeedRecord,
    OFFERS: OfferRecord,
}
COMMUNE = "commune_id"
# What a line says in words of its own → the column of the record.
PLAIN: dict[str, tuple[str, ...]] = {
    ORGANISATIONS: (NUMBER, NAME, KIND, SIREN, SIRET, RNA, ADDRESS, WEBSITE),
    PEOPLE: (NUMBER, FIRST, LAST, EMAIL, PHONE, TRADE),
    MISSIONS: (NUMBER, TITLE, HEADCOUNT, BEGUN, ENDED, HOURS),
    NEEDS: (NUMBER, TITLE, TEXT, BEGUN, ENDED, HOURS, LANGUAGES),
    OFFERS: (NUMBER, TEXT, TIME, BEGUN, ENDED, HOURS, LANGUAGES),
}


def values_of(kind: str, said: dict[str, str]) -> dict[str, Any]:
    """The columns of the record as a line says them."""
    values: dict[str, Any] = {name: said[name] for name in PLAIN[kind] if name in said}
    if kind == ORGANISATIONS and NAME in said:
        values["near"] = record_cells.near(said[NAME])
    elif kind == PEOPLE:
        values["near"] = record_cells.near_person(said.get(FIRST, ""), said.get(LAST, ""))
    elif kind == NEEDS and STATE in said:
        values["is_open"] = said[STATE] == record_cells.OPEN
    for name in (BEGUN, ENDED):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if HOURS in values:
        values[HOURS] = Decimal(values[HOURS])
    if LANGUAGES in values:
        values[LANGUAGES] = int(values[LANGUAGES])
    if HEADCOUNT in values:
        values[HEADCOUNT] = int(values[HEADCOUNT])
    numbers = {name: int(said[name]) for name in ("organisation_id", "structure_id", "person_id") if name in said}  # fmt: skip
    return values | numbers | ({COMMUNE: said[COMMUNE]} if COMMUNE in said else {})


def differs(record: Record, kind: str, said: dict[str, str]) -> dict[str, str]:
    """What stands in the record, as text, for each column that the line says otherwise."""
    values = values_of(kind, said)
    return {
        name: str(getattr(record, name) if getattr(record, name) is not None else "")
        for name, value in values.items()
        if name != "near" and getattr(record, name) != value
    }
