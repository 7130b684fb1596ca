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
from marketplace.actions.desk import record_needs, record_offers
from marketplace.actions.desk.record_finds import FINDS, line_of, total_of
from marketplace.actions.desk.record_values import MODELS, values_of
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Import,
    ImportLine,
    KnownHeading,
    NeedRecord,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
)
from marketplace.models.desk.records import Record
from marketplace.rules import record_cells, record_columns
from marketplace.rules.people_lists import Columns, Person
from marketplace.rules.permissions import can_bring_in
from marketplace.rules.record_columns import (
    BEGUN,
    ENDED,
    HOURS,
    MISSIONS,
    NEEDS,
    OFFERS,
)  # fmt: skip

Outcome = ImportLine.Outcome
STANDS = "stands"


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
        return record_columns.columns_of(self.kind, lines, self.known(), self.table.mapped)

    def read(self, columns: Columns) -> list[Person]:
        return record_cells.rows_of(self.kind, columns, timezone.localdate())

    def check(self, table: Import, persons: list[Person]) -> list[ImportLine]:
        """Each line with what it will do; nothing is written."""
        find = FINDS[self.kind](table)
        last = len(persons) - 1
        return [
            total_of(table, at, one)
            if at == last > 0 and record_cells.is_total(one)
            else line_of(table, at, one, find)
            for at, one in enumerate(persons)
        ]

    def carry_out(self, line: ImportLine, *, now: datetime) -> None:
        """Make the record, or change it. Raises NotYet."""
        table = line.table
        assert table.pole is not None, "a list of records is a pôle's"
        if self._may is None:
            self._may = can_bring_in(table.by, table.pole, table.organisation)
        if not self._may:
            raise NotYet(_("You no longer coordinate this pôle for this operator."))
        kept = {"pole": table.pole, "operator": table.organisation, "by": table.by, "table": table}
        if self.kind == NEEDS:
            record_needs.find_structure(line, kept, now=now)
        elif self.kind == OFFERS:
            record_offers.find_person(line, kept, now=now)
        model, values = MODELS[self.kind], values_of(self.kind, line.said)
        _without_what_is_gone(self.kind, values)
        if line.outcome == Outcome.CHANGE:
            held = model._default_manager.select_for_update(of=("self",))
            record = held.filter(pk__in=[line.record]).first()
            if record is None:
                raise NotYet(_("This record has been erased meanwhile."))
            record_needs.require_unwritten(record)
            record_offers.require_undrafted(record)
            line.before = _set(record, values, now)
            return
        made = model(**kept, brought_at=now, changed_at=now, **values)
        try:
            made.save(force_insert=True)
        except IntegrityError as taken:
            raise NotYet(_("Another list has brought this number in meanwhile.")) from taken
        line.record = made.pk
        record_offers.note_line(line, made)
        if isinstance(made, NeedRecord):
            record_needs.draft(made, by=table.by, now=now)

    def undo(self, line: ImportLine, *, now: datetime) -> None:
        """What somebody has touched since stays, and is named."""
        record = MODELS[self.kind]._default_manager.filter(pk=line.record).first()
        if record is None:
            return
        if line.done_at is not None and (record.changed_at > line.done_at or _answered(record)):
            line.note = STANDS
        elif line.outcome == Outcome.CHANGE:
            _put_back(record, line.before)
        elif not _take_back(record, line):
            line.note = STANDS


def _take_back(record: Record, line: ImportLine) -> bool:
    """Erase what a line has made; False where something else leans on it."""
    if isinstance(record, NeedRecord):
        return record_needs.take_back(record, line)
    if isinstance(record, OfferRecord):
        return record_offers.take_back(record, line)
    try:
        record.delete()
    except ProtectedError:
        return False  # missions of another list
    return True


def _without_what_is_gone(kind: str, values: dict[str, Any]) -> None:
    """Records that a line names may have been erased since it was read: without its structure a mission isn't one. Raises
    NotYet."""
    for name, model in (("structure_id", OrganisationRecord), ("person_id", PersonRecord)):
        if name in values and not model._default_manager.filter(pk=values[name]).exists():
            if kind in (MISSIONS, NEEDS) and name == "structure_id":
                raise NotYet(_("The record of this structure has been erased meanwhile."))
            if kind == OFFERS and name == "person_id":
                raise NotYet(_("The record of this person has been erased meanwhile."))
            del values[name]


def _answered(record: Record) -> bool:
    """Whether somebody has been told of it, or has said yes."""
    if isinstance(record, OfferRecord):
        return record.letter_at is not None
    return isinstance(record, PersonRecord) and bool(record.letter_at or record.agreed_at)


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
