"""A list of a pôle's own: what each of its lines makes or changes among the records, and the way back. The job is
`actions/market/imports`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from common.tables import Line
from marketplace.actions.desk.record_matches import Communes, KnownPeople, KnownStructures
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Import,
    ImportLine,
    KnownHeading,
    MissionRecord,
    OrganisationRecord,
    PersonRecord,
)
from marketplace.models.desk.records import Record
from marketplace.rules import record_cells
from marketplace.rules.people_lists import Columns, Person
from marketplace.rules.permissions import can_bring_in
from marketplace.rules.record_cells import (
    ADDRESS,
    BEGUN,
    EMAIL,
    ENDED,
    FIRST,
    HEADCOUNT,
    HOURS,
    KIND,
    LAST,
    MISSIONS,
    NAME,
    NUMBER,
    ORGANISATIONS,
    PEOPLE,
    PERSON,
    PHONE,
    RNA,
    SIREN,
    SIRET,
    STRUCTURE,
    TITLE,
    TRADE,
    WEBSITE,
)  # fmt: skip

Outcome = ImportLine.Outcome
MODELS: dict[str, type[OrganisationRecord | PersonRecord | MissionRecord]] = {
    ORGANISATIONS: OrganisationRecord,
    PEOPLE: PersonRecord,
    MISSIONS: MissionRecord,
}
COMMUNE, STANDS = "commune_id", "stands"
# What a line says in words of its own → the column of the record.
PLAIN: dict[str, tuple[str, ...]] = {
    ORGANISATIONS: (NUMBER, NAME, KIND, SIREN, SIRET, RNA, ADDRESS, WEBSITE),
    PEOPLE: (NUMBER, FIRST, LAST, EMAIL, PHONE, TRADE),
    MISSIONS: (NUMBER, TITLE, HEADCOUNT, BEGUN, ENDED, HOURS),
}


class Records:
    """How one list of a pôle's is read and carried out."""

    no_column = "no-column"

    def __init__(self, table: Import) -> None:
        self.table, self.kind = table, table.kind
        self._may: bool | None = None  # asked once a turn of the worker

    def known(self) -> dict[str, str]:
        """What the operator has said of headings before."""
        said = KnownHeading.objects.filter(operator=self.table.organisation_id, kind=self.kind)
        return dict(said.values_list("heading", "field"))

    def columns(self, lines: list[Line]) -> Columns:
        return record_cells.columns_of(self.kind, lines, self.known(), self.table.mapped)

    def read(self, columns: Columns) -> list[Person]:
        return record_cells.rows_of(self.kind, columns, timezone.localdate())

    def check(self, table: Import, persons: list[Person]) -> list[ImportLine]:
        """Each line with what it will do; nothing is written."""
        finds = {ORGANISATIONS: _Organisations, PEOPLE: _People, MISSIONS: _Missions}[self.kind]
        find = finds(table)
        return [_line(table, at, one, find) for at, one in enumerate(persons)]

    def carry_out(self, line: ImportLine, *, now: datetime) -> None:
        """Make the record, or change it. Raises NotYet."""
        table = line.table
        assert table.pole is not None, "a list of records is a pôle's"
        if self._may is None:
            self._may = can_bring_in(table.by, table.pole, table.organisation)
        if not self._may:
            raise NotYet(_("You no longer coordinate this pôle for this operator."))
        model, values = MODELS[self.kind], values_of(self.kind, line.said)
        _without_what_is_gone(self.kind, values)
        if line.outcome == Outcome.CHANGE:
            held = model._default_manager.select_for_update(of=("self",))
            record = held.filter(pk__in=[line.record]).first()
            if record is None:
                raise NotYet(_("This record has been erased meanwhile."))
            line.before = _set(record, values, now)
            return
        kept = {"pole": table.pole, "operator": table.organisation, "by": table.by, "table": table}
        made = model(**kept, brought_at=now, changed_at=now, **values)
        try:
            made.save(force_insert=True)
        except IntegrityError as taken:
            raise NotYet(_("Another list has brought this number in meanwhile.")) from taken
        line.record = made.pk

    def undo(self, line: ImportLine, *, now: datetime) -> None:
        """What somebody has touched since stays, and is named."""
        record = MODELS[self.kind]._default_manager.filter(pk=line.record).first()
        if record is None:
            return
        if line.done_at is not None and (record.changed_at > line.done_at or _answered(record)):
            line.note = STANDS
        elif line.outcome == Outcome.CHANGE:
            _put_back(record, line.before)
        else:
            try:
                record.delete()
            except ProtectedError:
                line.note = STANDS  # missions of another list lean on it


def _without_what_is_gone(kind: str, values: dict[str, Any]) -> None:
    """Records that a line names may have been erased since it was read: without its structure a mission isn't one. Raises
    NotYet."""
    for name, model in (("structure_id", OrganisationRecord), ("person_id", PersonRecord)):
        if name in values and not model._default_manager.filter(pk=values[name]).exists():
            if kind == MISSIONS and name == "structure_id":
                raise NotYet(_("The record of this structure has been erased meanwhile."))
            del values[name]


def _answered(record: Record) -> bool:
    """Whether somebody has been told of it, or has said yes."""
    return isinstance(record, PersonRecord) and bool(record.letter_at or record.agreed_at)


def values_of(kind: str, said: dict[str, str]) -> dict[str, Any]:
    """The columns of the record as a line says them."""
    values: dict[str, Any] = {name: said[name] for name in PLAIN[kind] if name in said}
    if kind == ORGANISATIONS and NAME in said:
        values["near"] = record_cells.near(said[NAME])
    elif kind == PEOPLE:
        values["near"] = record_cells.near_person(said.get(FIRST, ""), said.get(LAST, ""))
    for name in (BEGUN, ENDED):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if HOURS in values:
        values[HOURS] = Decimal(values[HOURS])
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


def _set(record: Record, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Write what differs; returns what stood there, and what stands now, for the way back."""
    before: dict[str, Any] = {}
    for name, value in values.items():
        stood = getattr(record, name)
        if stood != value:
            before[name] = [_kept(stood), _kept(value)]
            setattr(record, name, value)
    record.changed_at = now
    record.save()
    return before


def _put_back(record: Record, before: dict[str, Any]) -> None:
    """Each column as it was; of a text that the database keeps as another type, as that type reads it."""
    for name, (stood, _now) in before.items():
        setattr(record, name, _read(record, name, stood))
    record.save()


def _read(record: Record, name: str, stood: Any) -> Any:
    """What was kept as text, as its column holds it."""
    if stood is None:
        return None
    if name in (BEGUN, ENDED):
        return date.fromisoformat(stood)
    return Decimal(stood) if name == HOURS else stood


def _kept(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value


# --- what each line is -------------------------------------------------------------------------
class _Find:
    """What one line is: new, known, or perhaps known."""

    def __init__(self, table: Import) -> None:
        self.table = table
        self.seen: dict[tuple[str, str], int] = {}  # what a line is known by → its number
        self.communes = Communes()

    def above(self, one: Person, *keys: tuple[str, str]) -> int | None:
        """The line above that is known by the same; this one is, from now on."""
        found = next((self.seen[key] for key in keys if key in self.seen), None)
        self.seen.update({key: one.number for key in keys if key[1] and key not in self.seen})
        return found

    def settle(self, line: ImportLine, one: Person) -> None:
        """Write the outcome on the line."""
        raise NotImplementedError

    def known(self, line: ImportLine, record: Record) -> None:
        """It is this record: something changes, or nothing does."""
        line.record = record.pk
        line.before = differs(record, self.table.kind, line.said)
        line.outcome = Outcome.CHANGE if line.before else Outcome.LEAVE
        line.note = "" if line.before else "known"


class _Organisations(_Find):
    def __init__(self, table: Import) -> None:
        super().__init__(table)
        assert table.pole is not None
        self.here = KnownStructures(table.pole, table.organisation)

    def settle(self, line: ImportLine, one: Person) -> None:
        if commune := self.communes.of(one):
            one.said[COMMUNE] = commune
        named = record_cells.fold(one.said[NAME]) + one.said.get(COMMUNE, "")
        keys = [(field, one.said.get(field, "")) for field in (NUMBER, SIRET, RNA)]
        if NUMBER not in one.said:
            keys.append((NAME, named))
        if self.above(one, *(key for key in keys if key[1])) is not None:
            line.outcome, line.note = Outcome.LEAVE, "said-above"
        elif (same := self.here.same(one)) is not None:
            self.known(line, self.here.records[same])
        elif (organisation := self.here.here(one)) is not None:
            one.said["organisation_id"] = str(organisation)
            line.outcome, line.note = Outcome.MAKE, "on-site"
        elif like := self.here.like(one):
            self._like(line, one, like)
        else:
            line.outcome = Outcome.MAKE

    def _like(self, line: ImportLine, one: Person, like: tuple[str, int]) -> None:
        what, pk = like
        if what == "record" and self.here.is_the_same(one, pk, one.said.get(COMMUNE, "")):
            return self.known(line, self.here.records[pk])
        line.outcome, line.note, line.record = Outcome.ASK, f"like-{what}", pk


class _People(_Find):
    def __init__(self, table: Import) -> None:
        super().__init__(table)
        assert table.pole is not None
        self.people = KnownPeople(table)
        self.structures = KnownStructures(table.pole, table.organisation)

    def settle(self, line: ImportLine, one: Person) -> None:
        if commune := self.communes.of(one):
            one.said[COMMUNE] = commune
        if words := one.said.get(STRUCTURE):
            found = self.structures.called(words)
            one.said.update({"structure_id": str(found[0])} if len(found) == 1 else {})
        number, email = one.said.get(NUMBER, ""), one.said.get(EMAIL, "")
        name = record_cells.near_person(one.said.get(FIRST, ""), one.said.get(LAST, ""))
        keys = [key for key in ((NUMBER, number), (EMAIL, email)) if key[1]]
        if email and self.people.has_refused(email):
            line.outcome, line.note = Outcome.LEAVE, "refused"
        elif self.above(one, *keys) is not None:
            line.outcome, line.note = Outcome.LEAVE, "said-above"
        elif (same := self.people.same(one)) is not None:
            self.known(line, self.people.records[same])
        elif not keys and (above := self.above(one, (NAME, name))) is not None:
            one.wrong(LAST if LAST in one.typed else NAME, "name-above", line=above)
            line.outcome = Outcome.FAULT
        elif (like := self.people.like(one)) is not None:
            line.outcome, line.note, line.record = Outcome.ASK, "like-record", like
        else:
            line.outcome, line.note = Outcome.MAKE, "" if email else "no-address"


class _Missions(_Find):
    def __init__(self, table: Import) -> None:
        super().__init__(table)
        assert table.pole is not None
        self.structures = KnownStructures(table.pole, table.organisation)
        self.people = KnownPeople(table)
        self.numbers: dict[str, MissionRecord] = {}
        self.alike: dict[tuple[str, ...], MissionRecord] = {}
        for record in MissionRecord.objects.filter(pole=table.pole).iterator(2000):
            if record.number and record.operator_id == table.organisation_id:
                self.numbers[record.number] = record
            person = str(record.person_id or "")
            self.alike[
                str(record.structure_id),
                str(record.begun_on),
                str(record.hours),
                person,
                record.title,
            ] = record

    def settle(self, line: ImportLine, one: Person) -> None:
        found = self.structures.called(one.said[STRUCTURE])
        if len(found) != 1:
            one.wrong(STRUCTURE, "several-structures" if found else "unknown-structure")
            line.outcome = Outcome.FAULT
            return
        one.said["structure_id"] = str(found[0])
        if words := one.said.get(PERSON):
            self._person(one, words)
        alike = tuple(
            one.said.get(name, "") for name in ("structure_id", BEGUN, HOURS, "person_id", TITLE)
        )
        number = one.said.get(NUMBER, "")
        key = (NUMBER, number) if number else ("alike", "\0".join(alike))
        known = self.numbers.get(number) if number else self.alike.get(alike)
        if self.above(one, key) is not None:
            line.outcome, line.note = Outcome.LEAVE, "said-above"
        elif known is not None:
            self.known(line, known)
        else:
            line.outcome = Outcome.MAKE

    def _person(self, one: Person, words: str) -> None:
        """Of somebody whom the pôle holds nothing on, the name isn't kept: one person came."""
        if (person := self.people.called(words)) is not None:
            one.said["person_id"] = str(person)
        else:
            one.wrong(PERSON, "unknown-person")
        del one.said[PERSON]


def _line(table: Import, at: int, one: Person, find: _Find) -> ImportLine:
    line = ImportLine(table=table, position=at, number=one.number, typed=one.typed, said=one.said)
    if record_cells.stops(table.kind, one):
        line.outcome = Outcome.FAULT
    else:
        find.settle(line, one)
    line.faults = one.faults
    return line
