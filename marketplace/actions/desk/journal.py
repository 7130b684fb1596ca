"""What somebody does with people's data is noted, in the transaction that does it; and forgotten after twelve months."""

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, Pole, User
from marketplace.models import JournalEntry, JournalKind
from marketplace.models.desk.journal import LONGEST_REASON

A_PIECE = 5000  # lines forgotten at once


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
