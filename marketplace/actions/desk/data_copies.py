"""A copy of all that the site holds of a person or an organisation: asked for, made in the background, taken, deleted."""

import hashlib
import logging
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.files import File as OpenFile
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Organisation, User
from accounts.storage import FilesAway
from common import archives
from marketplace import letters
from marketplace.actions.desk import journal
from marketplace.actions.documents import house_papers
from marketplace.actions.refusals import NotYet
from marketplace.models import DataCopy, HoursEntry, JournalKind, Mission, TeamMember, Time
from marketplace.models.desk.data_copies import KEPT, LASTS, SILENT, TRIES
from marketplace.models.documents.documents import vault
from marketplace.personal_data.files import files_of
from marketplace.personal_data.writing import ACT, Writer
from marketplace.rules import permissions
from marketplace.rules.journal_parties import NOUNS, Reader
from notifications.faults import each_row
from notifications.rendering import language_of

log = logging.getLogger(__name__)

FOLDER = "copies"
PIECE = 64 * 1024
A_DAY = timedelta(days=1)
COPIES_A_DAY = 5


# --- asked for -------------------------------------------------------------------------------
def ask(owner: User | Organisation, *, by: User, now: datetime) -> tuple[DataCopy, bool]:
    """Have a copy made. While one is under way it is that one. Returns it, and whether it is new. Raises NotYet."""
    mine = DataCopy.objects.of(owner).filter(asked_by=by)
    if (there := mine.working().first()) is not None:
        return there, False
    if mine.filter(asked_at__gt=now - A_DAY).count() >= COPIES_A_DAY:
        raise NotYet(_("That is a lot of copies for one day: ask again tomorrow."))
    whose = {"person": owner} if isinstance(owner, User) else {"organisation": owner}
    try:
        with transaction.atomic():
            copy = DataCopy.objects.create(asked_by=by, asked_at=now, seen_at=now, **whose)
            _ring(copy)
    except IntegrityError:  # a second click was first
        return mine.working().get(), False
    return copy, True


def _ring(copy: DataCopy) -> None:
    """Call the worker once this is written. A broker that is down loses nothing: the clock rings again."""
    ring = partial(current_app.send_task, "marketplace.tasks.make_data_copy", [copy.pk])
    transaction.on_commit(ring, robust=True)


# --- the job ---------------------------------------------------------------------------------
def carry_on(copy: DataCopy, *, now: datetime) -> None:
    """Make it. A second worker leaves it to the first as long as that one shows signs of life; one that has failed is begun
    anew, a few times."""
    mine = DataCopy.objects.working().filter(Q(tries=0) | Q(seen_at__lt=now - SILENT), pk=copy.pk)
    if not mine.update(tries=F("tries") + 1, done=0, seen_at=now):
        return
    if not may_have(copy):
        DataCopy.objects.working().filter(pk=copy.pk).update(
            state=DataCopy.State.GONE, ended_at=now
        )
        return
    _bench().mkdir(parents=True, exist_ok=True)
    with (
        override(language_of(copy.asked_by)),
        tempfile.TemporaryDirectory(prefix="making-", dir=_bench()) as folder,
    ):
        whole, left_out = _make(copy, Path(folder), now=now)
        name = _kept(whole)
    _ready(copy, name, left_out=left_out)


def _bench() -> Path:
    """Where this machine puts one together."""
    return Path(settings.VAR_DIR) / "making"


class _Whole(OpenFile):
    """A file that a storage on the same disk may take as it is."""

    def temporary_file_path(self) -> str:
        return self.name or ""


def _kept(whole: Path) -> str:
    """Put the archive into the vault, under a name that says its sum. Returns the name."""
    with whole.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with whole.open("rb") as file:
        name = f"{FOLDER}/{secrets.token_hex(8)}-{sha256}.zip"
        return vault().save(name, _Whole(file, str(whole)))


def may_have(copy: DataCopy) -> bool:
    """Whether whoever asked for it may still have it: asked as it is made, and as it is taken."""
    by = User.objects.get(pk=copy.asked_by.pk)
    if copy.organisation is None:
        return by.is_active
    return permissions.can_copy_data_of(by, Organisation.objects.get(pk=copy.organisation.pk))


def _make(copy: DataCopy, folder: Path, *, now: datetime) -> tuple[Path, int]:
    """Write the archive into the folder. Returns where it is, and how many rows couldn't be read."""

    def on_the_way(rows: int) -> None:
        going_on = DataCopy.objects.working().filter(pk=copy.pk)
        going_on.update(done=F("done") + rows, seen_at=timezone.now())

    writer = Writer(copy, folder, on_the_way)
    with closing(writer.page), closing(writer.data):
        return _written(copy, writer, folder, on_the_way, now=now), writer.left_out


def _written(
    copy: DataCopy,
    writer: Writer,
    folder: Path,
    on_the_way: Callable[[int], None],
    *,
    now: datetime,
) -> Path:
    planned = writer.plan()
    total = sum(len(numbers) for _chapter, _part, numbers in planned)
    DataCopy.objects.filter(pk=copy.pk).update(total=total, seen_at=timezone.now())
    writer.write(planned, now=now)
    whole = folder / "whole.zip"
    with whole.open("wb") as out:
        for piece in archives.zipped(_packed(copy, writer, folder, on_the_way, now=now)):
            out.write(piece)
    return whole


def _packed(
    copy: DataCopy,
    writer: Writer,
    folder: Path,
    on_the_way: Callable[[int], None],
    *,
    now: datetime,
) -> Iterator[archives.File]:
    """The files, then the page that says which there are, then the JSON."""
    there: list[tuple[str, str]] = []
    lost: list[str] = []
    for one in files_of(copy.owner, copy.asked_by):
        try:
            kept = one.opened()
        except FilesAway:  # all of them would be missing: begun anew
            raise
        except OSError:
            lost.append(one.title)
            continue
        with kept:
            yield one.name, one.at, kept.chunks(PIECE)
        there.append((one.name, one.title))
        on_the_way(0)
    if copy.organisation is not None:
        for name, at, content in _papers(copy.organisation, now):
            yield name, at, content
            there.append((name, name.rpartition("/")[2]))
            on_the_way(0)
    writer.end(there, lost)
    local = timezone.localtime(now)
    for name, written in ((f"{slugify(_('read me'))}.html", "page"), ("donnees.json", "data")):
        with (folder / written).open("rb") as text:
            yield name, local, iter(partial(text.read, PIECE), b"")


def _papers(house: Organisation, now: datetime) -> Iterator[archives.File]:
    """As when it leaves, in a folder of their own with their list."""
    place, papers = slugify(_("papers")), house_papers.papers_of(house)
    for name, at, content in house_papers.files_of(house, papers, now=now):
        yield f"{place}/{name}", at, content


@transaction.atomic
def _ready(copy: DataCopy, name: str, *, left_out: int) -> None:
    """It may be taken from now on; the one before is deleted."""
    now = timezone.now()
    mine = DataCopy.objects.select_for_update(no_key=True).working().filter(pk=copy.pk)
    size = vault().size(name)
    ready = {
        "state": DataCopy.State.READY,
        "ended_at": now,
        "until": now + LASTS,
        "file": name,
        "size": size,
    }
    if not list(mine.values_list("pk")) or not mine.update(
        **ready, left_out=left_out, done=F("total")
    ):
        vault().delete(name)  # called off meanwhile
        return
    before = DataCopy.objects.of(copy.owner).filter(asked_by=copy.asked_by_id).exclude(pk=copy.pk)
    for old in before.filter(state=DataCopy.State.READY):
        _drop(old, now=now)
    letters.data_copy_ready(DataCopy.objects.get(pk=copy.pk))


# --- taken -----------------------------------------------------------------------------------
@transaction.atomic
def take(copy: DataCopy, *, by: User, now: datetime) -> OpenFile:
    """Its file, for whoever takes it; the journal of an organisation keeps who did. The caller has asked whether they may.
    Raises NotYet when it is over."""
    copy = DataCopy.objects.select_for_update(no_key=True, of=("self",)).get(pk=copy.pk)
    if not copy.is_there(now):
        raise NotYet(_("This copy has been deleted: ask for another."))
    try:
        kept = vault().open(copy.file, "rb")
    except FileNotFoundError:
        raise NotYet(_("This copy has been deleted: ask for another.")) from None
    if copy.taken_at is None:
        DataCopy.objects.filter(pk=copy.pk).update(taken_at=now)
    if copy.organisation is not None:
        journal.note(
            JournalKind.DATA,
            by=by,
            organisation=copy.organisation,
            form="zip",
            rows=copy.total,
            now=now,
        )
        _tell_its_people(copy.organisation, by=by, now=now)
    return kept


def _tell_its_people(house: Organisation, *, by: User, now: datetime) -> None:
    """Those whom an employer has in hand from now on: its people, those who have left, and who gave of its time."""
    missions = Mission.objects.filter(offer__organisation=house, offer__time=Time.WORK)
    parts = TeamMember.objects.filter(mission__in=missions)
    hours = HoursEntry.objects.filter(mission__in=missions)
    people = [("member", house.memberships.all()), ("past-member", house.past_memberships.all())]
    given = [("lent", missions), ("lent-part", parts), ("lent-hours", hours)]
    reader = Reader.for_employer(by, house)
    for words, several in (("all", people), ("all-missions", given)):
        found = [(NOUNS[noun], which) for noun, which in several]
        journal.tell_of(JournalKind.LISTED, found, reader=reader, words=words, form="zip", now=now)


# --- deleted ---------------------------------------------------------------------------------
@transaction.atomic
def delete(copy: DataCopy, *, now: datetime) -> None:
    """Before its time; one that is being made is called off."""
    copy = DataCopy.objects.select_for_update(no_key=True, of=("self",)).get(pk=copy.pk)
    if copy.is_working or copy.is_there(now):
        _drop(copy, now=now)


def forget_of(person: User, *, now: datetime) -> None:
    """The account closes: all that they asked for goes. In a transaction."""
    theirs = DataCopy.objects.filter(
        asked_by=person, state__in=(DataCopy.State.READY, DataCopy.State.RUNNING)
    )
    for copy in theirs.select_for_update(no_key=True, of=("self",)):
        _drop(copy, now=now)


def _drop(copy: DataCopy, *, now: datetime) -> None:
    """The row first, the bytes once it is written: no row names a file that isn't there."""
    name = copy.file
    gone = {"state": DataCopy.State.GONE, "file": "", "size": 0}
    if copy.is_working:
        gone["ended_at"] = now
    DataCopy.objects.filter(pk=copy.pk).update(**gone)
    letters.data_copy_gone(copy)
    if name:
        transaction.on_commit(partial(_delete, name))


def _delete(name: str) -> None:
    """What the disk won't let go of now is swept later."""
    try:
        vault().delete(name)
    except OSError:
        log.warning("A copy of data couldn’t be deleted yet", exc_info=True)


def sweep(now: datetime) -> list[int]:
    """Delete the copies whose time is over, and bytes that no row names; give up those that fail each time. Returns the numbers
    of those that their worker has left behind."""
    each_row(ACT, DataCopy.objects.over(now).order_by("pk"), partial(_drop, now=now), whole=False)
    lost = DataCopy.objects.left_behind(now).filter(tries__gte=TRIES)
    lost.update(state=DataCopy.State.FAILED, ended_at=now)
    DataCopy.objects.filter(asked_at__lt=now - KEPT).exclude(
        state__in=(DataCopy.State.READY, DataCopy.State.RUNNING)
    ).delete()
    _sweep_bytes(now)
    return list(DataCopy.objects.left_behind(now).values_list("pk", flat=True))


def _sweep_bytes(now: datetime) -> None:
    """What a worker of this machine has left half made, and files of rows that are gone: a day later."""
    before = now - A_DAY
    for half in _bench().glob("making-*"):
        if half.stat().st_mtime < before.timestamp():
            shutil.rmtree(half, ignore_errors=True)
    try:
        there = vault().listdir(FOLDER)[1]
    except FileNotFoundError:  # on a disk, before the first copy
        return
    named = set(DataCopy.objects.exclude(file="").values_list("file", flat=True))
    for path in sorted({f"{FOLDER}/{name}" for name in there} - named):
        if vault().get_modified_time(path) < before:
            vault().delete(path)
