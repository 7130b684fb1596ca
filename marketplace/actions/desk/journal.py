"""What somebody does with people's data, and what they read of it, is noted as it is done; and forgotten after twelve months."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Model

from accounts.models import Organisation, Pole, User
from marketplace.models import JournalEntry, JournalKind
from marketplace.models.desk.journal import LONGEST_REASON
from marketplace.rules.journal_parties import Lines, Noun, Reader
from marketplace.rules.opened_rows import party_of

A_PIECE = 5000  # lines forgotten at once
TABLE = JournalEntry._meta.db_table
# In this order: what each line says, then what is found of it.
SAID = "by_id, kind, words, form, at, told, why"
PLACES = SAID.count(",") + 1
FOUND = "organisation_id, pole_id, subject_id, house_id, number"


class NotNoted(OperationalError):
    """What was read couldn't be written down: nothing of it is shown."""


@transaction.atomic
def note(
    kind: JournalKind,
    *,
    by: User,
    organisation: Organisation | None = None,
    pole: Pole | None = None,
    number: int | None = None,
    words: str = "",
    form: str = "",
    subject: User | None = None,
    rows: int | None = None,
    why: str = "",
    now: datetime,
) -> JournalEntry:
    """Write it down before the file leaves, in the name of an organisation or of a pôle. What people have typed is cut to
    what a line holds."""
    return JournalEntry.objects.create(
        kind=kind,
        by=by,
        organisation=organisation,
        pole=pole,
        number=number,
        words=_line(words)[:300],
        form=form,
        subject=subject,
        rows=rows,
        why=_line(why)[:LONGEST_REASON],
        at=now,
    )


def tell(
    kind: JournalKind,
    noun: Noun,
    which: Any,
    *,
    reader: Reader,
    now: datetime,
    words: str = "",
    form: str = "",
    why: str = "",
) -> int:
    """Write what this person read, took out or wrote, for each person and organisation that it is about, in one INSERT. `which`
    is the row's key, a list or a queryset of keys. Returns how many are told: nobody, where the reader is on a side, reads what is
    theirs, or neither coordinates nor employs anybody."""
    return tell_of(kind, [(noun, which)], reader=reader, now=now, words=words, form=form, why=why)


def tell_of(
    kind: JournalKind,
    several: Iterable[tuple[Noun, Any]],
    *,
    reader: Reader,
    now: datetime,
    words: str = "",
    form: str = "",
    why: str = "",
) -> int:
    """The same of several nouns at once: who is in more than one of them is told once of each thing."""
    if not reader.looks_on:
        return 0
    lines = (one for noun, which in several for one in noun.lines(reader, which))
    found = list(_compiled(lines))
    if not found:
        return 0
    whom = " UNION ".join(words for words, _values in found)
    values = [value for _words, values in found for value in values]
    sql = (
        f"INSERT INTO {TABLE} ({SAID}, {FOUND}) "
        f"SELECT {', '.join(['%s'] * PLACES)}, found.* FROM ({whom}) AS found"
    )
    said = (reader.number, kind, _line(words)[:300], form, now, True, _line(why)[:LONGEST_REASON])
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*map(_adapted, said), *values])
            return cursor.rowcount
    except DatabaseError as fault:
        raise NotNoted(str(fault)) from fault


def tell_opened(model: type[Model], key: str, *, by: User, now: datetime) -> int:
    """Write that whoever runs the site opened a row in its administration, for whom it is about; not of oneself. Returns how many
    are told."""
    try:
        party = party_of(model, key)
        if party is None or party.person == by.pk:
            return 0
        JournalEntry.objects.create(
            kind=JournalKind.STAFF_READ, by=by, pole_id=party.pole, subject_id=party.person,
            house_id=party.house, words=model._meta.label_lower, told=True, at=now,
        )  # fmt: skip
    except DatabaseError as fault:
        raise NotNoted(str(fault)) from fault
    return 1


def _compiled(found: Iterable[Lines]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Without those that can't find anything."""
    for lines in found:
        try:
            sql, values = lines.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        yield sql, values


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _line(typed: str) -> str:
    return " ".join(typed.replace("\0", "").split())


def forget(now: datetime) -> int:
    """Delete what has been kept for twelve months, in pieces. Returns how many lines."""
    gone = 0
    while True:
        found = JournalEntry.objects.past(now).order_by("at", "pk")
        numbers = list(found.values_list("pk", flat=True)[:A_PIECE])
        gone += JournalEntry.objects.filter(pk__in=numbers).delete()[0]
        if len(numbers) < A_PIECE:
            return gone
