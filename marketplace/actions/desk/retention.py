"""What has been kept for its time is erased: each night, line by line of the table (retention_lines.py), in pieces.

Each piece is a transaction of its own, found by the number of its rows; what was erased is no longer due, so a night that
was cut short goes on where it stood. A row that can't be erased is set aside and noted, and the others go on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Model, Q, QuerySet

from accounts.models import Invitation, JoinRequest
from marketplace.actions.desk.retention_lines import ACT, line
from marketplace.actions.documents import erasing
from marketplace.models import (
    Addressee,
    Agreement,
    Answer,
    AskedInTurn,
    AskedPole,
    AverageCost,
    Block,
    Carrier,
    CaseEntry,
    Chase,
    ConsentRequest,
    Document,
    FollowUp,
    HandOver,
    HourCost,
    HoursEntry,
    Import,
    Joining,
    Kind,
    Mailing,
    Message,
    MessageReport,
    Note,
    Objection,
    Proposal,
    Qualification,
    RetentionPass,
    Review,
    RoundAnswer,
    SigningAddress,
    SigningLink,
    Tag,
    Task,
    ThreadNote,
    Transfer,
    Visit,
    Waiter,
)
from marketplace.states import LIVE
from notifications.faults import EveryRowFailed, in_halves
from notifications.models import SuppressedAddress

PIECE = 2000  # rows in one transaction
A_MONTH = timedelta(days=30)

type Due = Callable[[datetime], QuerySet[Any]]


@dataclass(frozen=True)
class Sweep:
    """What is done of one line to one model: `due` gives the rows that have been kept for long enough, those older than
    the moment that it is handed; `erase` is handed some of them and now."""

    line: str
    due: Due
    erase: Callable[[QuerySet[Any], datetime], object]
    piece: int = PIECE

    def rows(self, now: datetime) -> QuerySet[Any]:
        span = line(self.line).span
        assert span is not None, "a line that is swept has its time"
        return self.due(span.before(now))


def _deleted(rows: QuerySet[Any], _now: datetime) -> None:
    rows.delete()


def _old(model: type[Model], since: str, **more: Any) -> Due:
    """The rows whose moment `since` was before."""
    rows = model._base_manager
    return lambda before: rows.filter(**{f"{since}__lt": before}, **more)


def _deleting(code: str, model: type[Model], since: str, **more: Any) -> Sweep:
    return Sweep(code, _old(model, since, **more), _deleted)


def _emptying(code: str, model: type[Model], since: str, /, **empty: Any) -> Sweep:
    """These fields are emptied; the row stays. It is due as long as one of them holds something."""
    filled = reduce(or_, (~Q(**{name: value}) for name, value in empty.items()))
    old = _old(model, since)

    def erase(rows: QuerySet[Any], _now: datetime) -> None:
        rows.update(**empty)

    return Sweep(code, lambda before: old(before).filter(filled), erase)


def _after_missions(model: type[Model], /, **empty: Any) -> Sweep:
    """The same, once the mission has been over for its time."""
    emptying = _emptying("mission-words", model, "mission__ends_on", **empty)
    return Sweep(
        emptying.line,
        lambda before: emptying.due(before).exclude(mission__status__in=LIVE),
        emptying.erase,
    )


def _paper(code: str, due: Callable[[datetime], QuerySet[Document]]) -> Sweep:
    """Papers are erased one by one, each in its chain."""

    def erase(rows: QuerySet[Document], now: datetime) -> None:
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            erasing.erase(pk, now=now)

    return Sweep(code, due, erase, piece=50)


SWEEPS: tuple[Sweep, ...] = (
    _deleting("refused-addresses", SuppressedAddress, "since"),
    _deleting("invitations", Invitation, "expires_at", accepted_at=None),
    _deleting("invitations", JoinRequest, "answered_at"),
    _emptying("answers", Proposal, "created_at", word=""),
    _emptying("answers", Answer, "proposal__created_at", words=""),
    _emptying("answers", AskedInTurn, "at", word=""),
    _emptying("answers", AskedPole, "at", word=""),
    _emptying("answers", Carrier, "invited_at", word=""),
    _emptying("answers", Joining, "found_at", word=""),
    _emptying("answers", Objection, "at", word=""),
    _emptying("answers", Waiter, "asked_at", word="", answers=[]),
    _emptying("answers", RoundAnswer, "answered_at", word=""),
    _emptying("answers", Visit, "asked_at", word="", where=""),
    _deleting("conversations", Message, "thread__last_message_at"),
    _deleting("asked-consents", ConsentRequest, "answered_at"),
    _deleting("asked-consents", ConsentRequest, "expires_at", answered_at=None),
    _deleting("coordination", Note, "at"),
    _deleting("coordination", Tag, "at", person__isnull=False),
    _deleting("coordination", ThreadNote, "created_at"),
    _deleting("coordination", Task, "done_at"),
    _deleting("coordination", MessageReport, "settled_at"),
    _deleting("coordination", Chase, "at"),
    _emptying("coordination", CaseEntry, "case__closed_at", words=""),
    _emptying("coordination", HandOver, "at", note=""),
    _emptying(
        "coordination", Qualification, "at",
        scope_words="", transfer_words="", team_words="", urgency_words="", met_words="",
    ),
    _emptying("list-names", Import, "sent_at", name="…", sheet=""),
    _deleting("mailings", Addressee, "mailing__sent_at"),  # of a long list, some at a time
    _deleting("mailings", Mailing, "sent_at"),
    _deleting("mailings", Mailing, "changed_at", sent_at=None),
    _deleting("blocks", Block, "lifted_at"),
    _deleting("staff-log", LogEntry, "action_time"),
    _after_missions(HoursEntry, what="", contested_why=""),
    _after_missions(Review, words="", learnt="", other_factors=""),
    _after_missions(FollowUp, words=""),
    _after_missions(Agreement, name="", email="", reason="", answered_name=""),
    _emptying("mission-words", Transfer, "asked_at", word="", reason=""),
    _deleting("costs", HourCost, "entered_at"),
    _deleting("costs", AverageCost, "entered_at"),
    _paper("papers-missions", erasing.of_missions),
    _paper("papers-hours", erasing.of_kinds(*erasing.HOURS)),
    _paper("papers-receipts", erasing.of_kinds(Kind.RECEIPT)),
    _paper("papers-years", erasing.of_kinds(*erasing.YEARS)),
    _deleting("signing", SigningLink, "expires_at", used_at=None),
    _deleting("signing", SigningAddress, "removed_at", links=None),
)  # fmt: skip
LINES = tuple(dict.fromkeys(sweep.line for sweep in SWEEPS))


def due(now: datetime) -> dict[str, int]:
    """How many rows of each line have been kept long enough: what a night would erase. Reads only."""
    counts = dict.fromkeys(LINES, 0)
    for sweep in SWEEPS:
        counts[sweep.line] += sweep.rows(now).count()
    return counts


def apply(now: datetime) -> dict[str, int]:
    """Erase what is due, and note how much of each line. Returns the same. Raises EveryRowFailed, at the end, where not one
    row of a line would go."""
    gone, broken = dict.fromkeys(LINES, 0), []
    for sweep in SWEEPS:
        try:
            gone[sweep.line] += sum(_swept(sweep, now))
        except EveryRowFailed:
            broken.append(sweep.line)
    soon = due(now + A_MONTH)
    for code, number in gone.items():
        RetentionPass.objects.update_or_create(
            line=code, defaults={"at": now, "gone": number, "soon": soon[code]}
        )
    if broken:
        raise EveryRowFailed(f"{ACT}: {', '.join(broken)}")
    return gone


def _swept(sweep: Sweep, now: datetime) -> Iterator[int]:
    """The numbers of rows erased, piece by piece. A piece asks again which of its rows are due: somebody may have written
    meanwhile."""
    rows = sweep.rows(now).order_by("pk")
    model, last = rows.model, 0

    def erase(pks: list[int]) -> None:
        sweep.erase(sweep.rows(now).filter(pk__in=pks), now)

    while pks := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[: sweep.piece]):
        yield len(in_halves(ACT, pks, erase, row_of=partial(_row, model)))
        last = pks[-1]


def _row(model: type[Model], pk: int) -> Model:
    return model(pk=pk)
