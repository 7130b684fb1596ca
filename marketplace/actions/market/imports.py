"""A list that somebody sends, from its arrival to its end. What each kind of list finds and does is in a file of its own
(`employee_lists`, `leaver_lists`, `cost_lists`, `desk/record_lists`); here is what they share: the job, its progress, twice is once, the way back."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import Protocol

from celery import current_app
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.actions.refusals import Refusal
from accounts.models import Organisation, Pole, User
from common import tables
from marketplace.actions.desk import journal, record_lists
from marketplace.actions.documents import cost_lists
from marketplace.actions.market import employee_lists, leaver_lists
from marketplace.actions.refusals import NotYet
from marketplace.documents import sealing
from marketplace.models import Import, ImportLine, JournalKind
from marketplace.models.market.imports import LINES_LAST, SILENT, UNREAD_LASTS
from marketplace.rules import people_lists
from marketplace.rules.people_lists import Columns
from marketplace.rules.record_columns import sampled, says_enough
from notifications.faults import each_row, in_halves
from notifications.rendering import language_of

log = logging.getLogger(__name__)

ACT = "lists"
MOST_RECORDS = 20_000  # lines of a pôle's own list
MOST_LINES = 10_000  # of one list, and of letters that an organisation's lists write in a day
A_DAY = timedelta(days=1)
LISTS_A_DAY = 30
TURN = 400  # lines of one list, before others have their turn
STEP = 20  # lines in one transaction, and between two words
AT_ONCE = 2_000  # rows written at once
SHEETS_TRIED = 5  # of a workbook whose first sheet is no list


class Lists(Protocol):
    """What each kind of list brings. `no_column`: why a list can't be read, as a code, where its columns aren't found."""

    no_column: str

    def columns(self, lines: list[tables.Line]) -> people_lists.Columns:
        """The columns by their headings; `places` is empty when what is needed isn't there."""
        ...

    def read(self, columns: people_lists.Columns) -> list[people_lists.Person]:
        """What each line means, and what is wrong with it by itself."""
        ...

    def check(self, table: Import, persons: list[people_lists.Person]) -> list[ImportLine]:
        """The lines, each with its outcome; nothing is written."""
        ...

    def carry_out(self, line: ImportLine, *, now: datetime) -> None:
        """Do what the line says. Raises a Refusal."""
        ...

    def undo(self, line: ImportLine, *, now: datetime) -> None:
        """Take it back, unless it has been touched since."""
        ...


KINDS: dict[str, Lists] = {
    Import.Kind.EMPLOYEES: employee_lists.Employees(),
    Import.Kind.LEAVERS: leaver_lists.Leavers(),
    Import.Kind.COSTS: cost_lists.Costs(),
}


def lists_of(table: Import) -> Lists:
    """What its kind of list brings; of a pôle's own, read as its operator has said."""
    return record_lists.Records(table) if table.is_of_records else KINDS[table.kind]


# --- arrival ---------------------------------------------------------------------------------
@transaction.atomic
def receive(
    organisation: Organisation,
    kind: str,
    *,
    content: bytes,
    name: str = "",
    is_pasted: bool = False,
    pole: Pole | None = None,
    by: User,
    now: datetime,
) -> tuple[Import, bool]:
    """Keep a list, to be read by a worker. The same list within a day is the one that is there already; a pôle's own is read
    again, since what it names may have come meanwhile. Returns the list, and whether it is new. Raises NotYet."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    digest = hashlib.sha256(content).hexdigest()
    if kind == Import.Kind.COSTS:
        digest = sealing.fingerprint(content)
        content = sealing.hide_bytes(content)  # until it has been read
    lately = organisation.imports.filter(sent_at__gt=now - A_DAY)
    same = lately.filter(kind=kind, pole=pole, digest=digest, state__in=Import.STANDING)
    if (known := same.first()) is not None:
        if known.is_of_records and known.state == Import.State.READ:
            read_again(known, now=now)
        return known, False
    if lately.count() >= LISTS_A_DAY:
        raise NotYet(_("That is a lot of lists for one day: go on tomorrow."))
    table = Import.objects.create(
        organisation=organisation,
        kind=kind,
        pole=pole,
        by=by,
        name=name,
        is_pasted=is_pasted,
        digest=digest,
        content=content,
        sent_at=now,
        seen_at=now,
    )
    ring(table)
    return table, True


def read_again(table: Import, *, now: datetime) -> None:
    """Have a list read anew; what was decided of its lines is asked again. In a transaction, the list not carried out."""
    table.state, table.seen_at, table.done = Import.State.READING, now, 0
    table.save(update_fields=["sheet", "mapped", "state", "seen_at", "done"])
    table.lines.all().delete()
    ring(table)


def ring(table: Import) -> None:
    """Call the worker once this is written. A broker that is down loses nothing: the clock rings again."""
    ring = partial(current_app.send_task, "marketplace.tasks.carry_on_list", [table.pk])
    transaction.on_commit(ring, robust=True)


# --- the job ---------------------------------------------------------------------------------
def carry_on(table: Import, *, now: datetime) -> None:
    """Go on with a list from where it stands. Each line has its own transaction, so that a second worker does only what is
    left; it leaves the list to the first as long as that one shows signs of life."""
    with override(language_of(table.by)):
        if table.state == Import.State.READING:
            _read(table.pk)
        elif table.done and table.seen_at > now - SILENT:
            return
        elif table.state == Import.State.RUNNING:
            _run(table)
        elif table.state == Import.State.UNDOING:
            _undo(table)


@transaction.atomic
def _read(pk: int) -> None:
    fresh = Import.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    table = fresh.filter(pk=pk, state=Import.State.READING).first()
    if table is None or table.content is None:
        return
    try:
        content = bytes(table.content)
        _find(table, sealing.reveal_bytes(content) if table.is_of_costs else content)
    except tables.Unreadable as unreadable:
        table.state, table.problem = Import.State.UNREADABLE, unreadable.why
    except sealing.Unreadable:
        table.state, table.problem = Import.State.UNREADABLE, "not-a-table"
    if not table.is_of_records or table.state == Import.State.UNREADABLE:
        table.content = None  # a pôle's own may be read again, its columns said by hand
    table.seen_at = timezone.now()
    table.save()


def _find(table: Import, content: bytes) -> None:
    """Write the lines. Raises Unreadable."""
    sheet = table.sheet if table.is_of_records else ""
    found = tables.pasted(content.decode()) if table.is_pasted else tables.read(content, sheet)
    kind, most = lists_of(table), MOST_RECORDS if table.is_of_records else MOST_LINES
    columns = kind.columns(found.lines)
    if table.is_of_records and not sheet:
        found, columns = _telling(table, content, found, columns)
    if table.is_of_records:
        table.sampled = sampled(columns, found.lines)
    elif not columns.places:
        raise tables.Unreadable(kind.no_column)
    if len(columns.lines) > most:
        raise tables.Unreadable("too-many" if table.is_of_records else "too-long")
    if not columns.lines and not (table.is_of_records and found.other_sheets):
        raise tables.Unreadable("empty")
    table.columns, table.unused = columns.headings, columns.unused[:20]
    if found.lines[0].number == 0:
        table.columns = {}  # these headings are ours: addresses were pasted one after the other
    table.sheet, table.other_sheets = found.sheet[:160], found.other_sheets[:20]
    table.state, table.total, table.problem = Import.State.READ, 0, ""
    if table.is_of_records and not (columns.lines and says_enough(table.kind, columns.places)):
        table.problem = kind.no_column  # somebody says which column is what
        return
    lines = kind.check(table, kind.read(columns))
    ImportLine.objects.bulk_create(lines, batch_size=AT_ONCE)
    table.total = sum(line.outcome in ImportLine.DOING for line in lines)


def _telling(
    table: Import, content: bytes, first: tables.Table, columns: Columns
) -> tuple[tables.Table, Columns]:
    """Of a workbook whose first sheet is no list, such as a page that says who keeps it: the first sheet that is one."""
    if says_enough(table.kind, columns.places):
        return first, columns
    for name in first.other_sheets[:SHEETS_TRIED]:
        found = tables.read(content, name)
        there = lists_of(table).columns(found.lines)
        if there.lines and says_enough(table.kind, there.places):
            return found, there
    return first, columns


@transaction.atomic
def start(table: Import, *, by: User, now: datetime) -> None:
    """Carry the list out, in the background. Raises NotYet."""
    Organisation.objects.select_for_update(no_key=True).get(pk=table.organisation_id)
    table = _locked(table)
    if table.state != Import.State.READ:
        raise NotYet(_("This list has been carried out, or dropped, meanwhile."))
    if not table.total:
        raise NotYet(_("There is nothing to do in this list."))
    made = table.lines.filter(outcome=ImportLine.Outcome.MAKE).count()
    today = _letters_of_a_day(table.organisation, now)
    if table.kind == Import.Kind.EMPLOYEES and today + made > MOST_LINES:
        raise NotYet(
            ngettext(
                "%(most)d letter a day at the most leaves for one organisation: go on tomorrow.",
                "%(most)d letters a day at the most leave for one organisation: go on tomorrow.",
                MOST_LINES,
            )
            % {"most": MOST_LINES}
        )
    # Whoever carries it out answers for its invitations.
    table.by, table.state, table.started_at, table.seen_at = by, Import.State.RUNNING, now, now
    table.content = None
    table.save(update_fields=["by", "state", "started_at", "seen_at", "content"])
    _note(table, JournalKind.BROUGHT, by=by, now=now)
    ring(table)


def _letters_of_a_day(organisation: Organisation, now: datetime) -> int:
    """Those that its lists have written in a day, without the ones that were taken back in time; and those that the lists
    under way will write."""
    never_left = Q(withdrawn_at__lt=F("sent_at"))
    written = organisation.invitations.filter(by_list=True, created_at__gt=now - A_DAY)
    to_come = ImportLine.objects.to_do().filter(
        table__organisation=organisation,
        table__kind=Import.Kind.EMPLOYEES,
        table__state=Import.State.RUNNING,
        outcome=ImportLine.Outcome.MAKE,
    )
    return written.exclude(never_left).count() + to_come.count()


def _run(table: Import) -> None:
    kind = lists_of(table)
    to_do = ImportLine.objects.to_do().filter(table=table)
    _each_line(table, to_do, partial(_carry_out, kind), Import.State.DONE)


def _carry_out(kind: Lists, line: ImportLine) -> None:
    try:
        with transaction.atomic():
            kind.carry_out(line, now=timezone.now())
            line.done_at = timezone.now()
    except (NotYet, Refusal) as refusal:
        line.refused = str(refusal)[:300]
    line.save()


def _undo(table: Import) -> None:
    kind = lists_of(table)

    def take_back(line: ImportLine) -> None:
        line.undone_at = timezone.now()
        kind.undo(line, now=line.undone_at)
        line.save()

    _each_line(
        table, ImportLine.objects.to_undo().filter(table=table), take_back, Import.State.UNDONE
    )


def _each_line(
    table: Import,
    lines: QuerySet[ImportLine],
    do: Callable[[ImportLine], None],
    end: str,
) -> None:
    """Do it for each line, some in one transaction, as long as nobody says otherwise; then the list is at its end. A long
    one is left to the next worker after a while, so that letters and other lists have their turn."""
    going_on = Import.objects.filter(pk=table.pk, state=table.state)
    numbers = list(lines.order_by("position").values_list("pk", flat=True))

    def some(pks: list[int]) -> None:
        """Read again under a lock on the list: somebody may take it back in this moment. The organisation is locked before
        it, as by whoever leaves: they would wait for each other."""
        Organisation.objects.select_for_update(no_key=True).get(pk=table.organisation_id)
        if not list(going_on.select_for_update(no_key=True).values_list("pk")):
            return
        rows = lines.filter(pk__in=pks).select_related("membership__user", "invitation")
        for line in rows.order_by("position"):
            line.table = table
            do(line)

    for batch in batched(numbers[:TURN], STEP):
        passed = in_halves(ACT, list(batch), some, row_of=_line)
        if broken := set(batch) - set(passed):
            said = _("A fault of the site: the people who run it see it. Send this line again.")
            ImportLine.objects.filter(pk__in=broken).update(refused=said)
        if not going_on.update(done=F("done") + len(batch), seen_at=timezone.now()):
            return
    if len(numbers) > TURN:
        going_on.update(seen_at=timezone.now() - SILENT)  # free for whoever comes
        ring(table)
    else:
        going_on.update(done=table.total, state=end, ended_at=timezone.now())


def _line(pk: int) -> ImportLine:
    return ImportLine(pk=pk)


# --- ends ------------------------------------------------------------------------------------
@transaction.atomic
def drop(table: Import, *, now: datetime) -> None:
    """Nothing is done with the list; what it said is deleted. Raises NotYet."""
    table = _locked(table)
    if table.state not in (Import.State.READING, Import.State.READ, Import.State.UNREADABLE):
        raise NotYet(_("This list has been carried out meanwhile."))
    table.state, table.content, table.ended_at = Import.State.DROPPED, None, now
    table.save(update_fields=["state", "content", "ended_at"])
    table.lines.all().delete()


@transaction.atomic
def undo(table: Import, *, by: User, now: datetime) -> None:
    """Take the list back as a whole, in the background: letters that wait don't leave, links that have left say so, and
    what it had changed is again as before, unless somebody has touched it since. Raises NotYet."""
    table = _locked(table)
    if not table.may_be_undone(now):
        raise NotYet(_("This list can no longer be taken back."))
    table.state, table.undone_by, table.undone_at = Import.State.UNDOING, by, now
    table.total = table.lines.to_undo().count()
    table.done, table.seen_at = 0, now
    table.save()
    _note(table, JournalKind.TAKEN_BACK, by=by, now=now)
    ring(table)


def _note(table: Import, kind: JournalKind, *, by: User, now: datetime) -> None:
    """In the journal of the pôle whose own file it is."""
    if table.is_of_records:
        words = f"{table.get_kind_display()} · {table.name}"
        journal.note(
            kind, by=by, pole=table.pole, number=table.pk, words=words, rows=table.total, now=now
        )


def sweep(now: datetime) -> list[int]:
    """Forget what is over: lists that nobody has carried out, and what the lines of the others said. Returns the numbers of
    the jobs that their worker has left behind."""
    waiting = (Import.State.READ, Import.State.UNREADABLE)
    unread = Import.objects.filter(state__in=waiting, sent_at__lt=now - UNREAD_LASTS)
    each_row(ACT, unread.order_by("pk"), partial(drop, now=now), whole=False)
    over = Q(table__started_at__lt=now - LINES_LAST) & ~Q(table__state__in=Import.WORKING)
    ImportLine.objects.filter(over).delete()
    shown = Import.objects.filter(sampled__isnull=False).exclude(state__in=Import.WORKING)
    old = Q(started_at__lt=now - LINES_LAST) | Q(state=Import.State.DROPPED)
    shown.filter(old).update(sampled=None)  # cells of people's lines, too
    return list(Import.objects.left_behind(now).values_list("pk", flat=True))


def _locked(table: Import) -> Import:
    fresh = Import.objects.select_for_update(no_key=True, of=("self",))
    return fresh.select_related("organisation", "by", "pole").get(pk=table.pk)
