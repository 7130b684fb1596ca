"""What somebody decides on a pôle's own list before it is carried out: which column is what, and whether two names are one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.roots import fold
from marketplace.actions.desk import record_values
from marketplace.actions.desk.record_finds import AS_LINE, LINE
from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.models import Import, ImportLine, KnownHeading, KnownLine, PersonRecord
from marketplace.models.desk.records import Record
from marketplace.rules.people_lists import seen
from marketplace.rules.permissions import can_bring_in
from marketplace.rules.record_columns import NUMBER, TEXT

Outcome = ImportLine.Outcome
SAME, OTHER = "same", "other"


def _open(table: Import, by: User) -> Import:
    """The list, locked, as long as nothing was done with it. Raises NotYet."""
    fresh = Import.objects.select_for_update(no_key=True, of=("self",))
    table = fresh.select_related("organisation", "pole").get(pk=table.pk)
    assert table.pole is not None, "only a pôle's own lists are mapped"
    if not can_bring_in(by, table.pole, table.organisation):
        raise NotYet(_("You no longer coordinate this pôle for this operator."))
    if table.state != Import.State.READ:
        raise NotYet(_("This list has been carried out, or dropped, meanwhile."))
    return table


@transaction.atomic
def map_columns(
    table: Import, fields: Mapping[int, str], *, sheet: str, by: User, now: datetime
) -> None:
    """Say what each column holds (`fields`: its place → a field, or ""), or from which sheet to read; the list is read again.
    What was said of each heading is remembered for the operator. Raises NotYet."""
    table = _open(table, by)
    if sheet and sheet in table.other_sheets:
        table.sheet, table.mapped = sheet, None  # its columns are others
    else:
        table.mapped = {name: place for place, name in fields.items() if name}
        _remember(table, fields)
    imports.read_again(table, now=now)


@transaction.atomic
def look_again(table: Import, *, by: User, now: datetime) -> None:
    """Read the list once more as it is: what the pôle holds may have changed. Raises NotYet."""
    imports.read_again(_open(table, by), now=now)


def _remember(table: Import, fields: Mapping[int, str]) -> None:
    for place, (heading, *_samples) in enumerate(table.sampled or []):
        if words := fold(seen(heading)).strip()[:200]:
            KnownHeading.objects.update_or_create(
                operator=table.organisation,
                kind=table.kind,
                heading=words,
                defaults={"field": fields.get(place, "")},
            )


@transaction.atomic
def decide(table: Import, answers: Mapping[int, str], *, by: User, now: datetime) -> int:
    """Say of each line (`answers`: its number in the database → SAME or OTHER) whether it is what it resembles. Returns how
    many were decided. Raises NotYet."""
    table = _open(table, by)
    lines = list(table.lines.filter(outcome=Outcome.ASK, pk__in=answers))
    for line in lines:
        line.table = table
        (_same if answers[line.pk] == SAME else _other)(line)
        line.save()
    table.total = table.lines.filter(outcome__in=ImportLine.DOING).count()
    table.save(update_fields=["total"])
    return len(lines)


def _other(line: ImportLine) -> None:
    _remember_line(line, line.note, is_above=False)
    line.outcome, line.note, line.record = Outcome.MAKE, "", None


def _same(line: ImportLine) -> None:
    if line.note == "like-organisation":
        line.said["organisation_id"] = str(line.record)
        line.outcome, line.note, line.record = Outcome.MAKE, "on-site", None
        return
    if line.note == "like-line":
        return _as_above(line)
    if line.note == "like-person":
        return _of_person(line)
    model = record_values.MODELS[line.table.kind]
    record = model._default_manager.filter(pk=line.record, pole=line.table.pole_id).first()
    if record is None:
        return _other(line)
    _remember_line(line, line.note, is_above=False, record=record.pk)
    _beside(line, record)


def _beside(line: ImportLine, record: Record) -> None:
    line.before = record_values.differs(record, line.table.kind, line.said)
    line.outcome = Outcome.CHANGE if line.before else Outcome.LEAVE
    line.note = "" if line.before else "known"


def _as_above(line: ImportLine) -> None:
    """It is the person of a line above: said already or, of an offer, another one of theirs."""
    _remember_line(line, line.note, is_above=True)
    if line.table.kind == Import.Kind.OFFERS:
        line.said[AS_LINE] = str(line.record)
        line.outcome, line.note, line.record = Outcome.MAKE, "", None
    else:
        line.outcome, line.note, line.record = Outcome.LEAVE, "said-above", None


def _of_person(line: ImportLine) -> None:
    """What is offered is of somebody who is held; it may be held too."""
    pole = line.table.pole_id
    person = PersonRecord.objects.filter(pk=line.record or 0, pole=pole).first()
    if person is None:
        return _other(line)
    _remember_line(line, line.note, is_above=False, record=person.pk)
    line.said["person_id"] = str(person.pk)
    theirs = person.offers.filter(number=line.said.get(NUMBER, ""))
    held = next((one for one in theirs if fold(one.text) == fold(line.said[TEXT])), None)
    if held is not None:
        line.record = held.pk
        return _beside(line, held)
    line.outcome, line.note, line.record = Outcome.MAKE, "", None


def _remember_line(
    line: ImportLine, why: str, *, is_above: bool, record: int | None = None
) -> None:
    """Keep the answer for the same file again; of two lines of one file, that the first is somebody too."""
    known = KnownLine.objects.filter(operator=line.table.organisation, kind=line.table.kind)
    named: dict[str, Any] = {"operator": line.table.organisation, "kind": line.table.kind}
    above = line.table.lines.filter(number=line.record or 0).first() if why == "like-line" else None
    if above is not None and (digest := above.said.get(LINE)):
        known.get_or_create(**named, digest=digest)
    if digest := line.said.get(LINE):
        said: dict[str, Any] = {"is_above": is_above, "record": record}
        known.update_or_create(**named, digest=digest, defaults=said)
