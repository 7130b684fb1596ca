"""Keeping a file that somebody has sent, giving it back, and sweeping what nobody names any more.

How to take a file in, anywhere on the site:

1. in the form, `scan = CleanFileField(label=…, required=False)` (marketplace.forms.files): its value is a
   `Clean` – judged by content, renamed, pictures drawn again – or the form shows the sentence that refuses;
2. in the template, `<form enctype="multipart/form-data">`; in the view, `Form(request.POST, request.FILES)`;
3. in the act's own transaction, `kept = files.store(clean, by=user, mission=mission)` – or `organisation=`,
   `thread=` or `gathering=`: the one room whose readers may have it – and a foreign key to `kept` (models.PROTECT);
4. on the page, `{% url "file" kept.name %}` with `kept.original_name`: the view checks the right.

A row that nothing points to, and bytes without a row (a transaction that was rolled back), are swept
after a week; so a refusal halfway needs no tidying.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.core.files.base import ContentFile

from accounts.models import Organisation, Restoration, User
from accounts.storage import checked
from marketplace.actions.refusals import where_there_is_room
from marketplace.models import Document, Gathering, LostPaper, Mission, StoredFile, Thread
from marketplace.models.documents.documents import vault
from marketplace.models.talk.files import path_of, random_name
from marketplace.uploads import Clean
from notifications.faults import Rows, rows_of

ORPHANS_KEPT = timedelta(days=7)  # time to put back a database and a vault of different nights
AT_ONCE = 500


def store(
    sent: Clean,
    *,
    by: User,
    mission: Mission | None = None,
    organisation: Organisation | None = None,
    thread: Thread | None = None,
    gathering: Gathering | None = None,
) -> StoredFile:
    """Keep a file that belongs to one thing: a mission, an organisation, a thread or a gathering. The bytes are written before
    the row, so that no row names a file that isn't there. Raises NotYet when the disk is full."""
    name = random_name()
    with where_there_is_room():
        vault().save(path_of(name), ContentFile(sent.content))
    return StoredFile.objects.create(
        name=name,
        original_name=sent.name,
        content_type=sent.content_type,
        size=len(sent.content),
        sha256=hashlib.sha256(sent.content).hexdigest(),
        uploaded_by=by,
        mission=mission,
        organisation=organisation,
        thread=thread,
        gathering=gathering,
    )


def read(stored: StoredFile) -> bytes:
    """Its bytes. Raises FileNotFoundError when they are gone, or aren't those that were sent."""
    with vault().open(path_of(stored.name), "rb") as kept:
        return checked(kept, stored.sha256).read()


# --- the sweep -----------------------------------------------------------------------------
def sweep(now: datetime) -> tuple[int, int]:
    """Delete the rows that nothing names, then the bytes without a row. Returns how many of each."""
    before = now - ORPHANS_KEPT
    with rows_of("vault") as each:
        return _sweep_rows(before, each), _sweep_bytes(before, each)


def _sweep_rows(before: datetime, each: Rows) -> int:
    old = StoredFile.objects.filter(created_at__lt=before)
    gone = 0

    def sweep_one(pk: int) -> int:
        row = StoredFile.objects.filter(pk=pk)
        list(row.select_for_update())
        # Asked again under the lock: somebody may have named it meanwhile.
        return row.used_by_nothing().delete()[0]

    for pk in old.used_by_nothing().values_list("pk", flat=True)[:AT_ONCE]:
        gone += each.treat(StoredFile(pk=pk), partial(sweep_one, pk))
    return gone


def _sweep_bytes(before: datetime, each: Rows) -> int:
    """Delete the bytes without a row, one folder at a time: the list of all files is never in memory. What was written between
    a backup and the day on which it was restored had a row: it is kept."""
    box, gone = vault(), 0
    lost = Restoration.objects.lost_times()

    def sweep_one(path: str) -> bool:
        written_at = box.get_modified_time(path)
        if written_at >= before or any(since <= written_at <= until for since, until in lost):
            return False
        box.delete(path)
        return True

    for folder, names in _folders():
        known = _known(folder)
        for path in (f"{folder}/{name}" for name in names if f"{folder}/{name}" not in known):
            gone += each.treat(path, partial(sweep_one, path), in_one=False)
    return gone


def _folders() -> Iterator[tuple[str, list[str]]]:
    box = vault()
    for kind in ("files", "documents"):
        try:
            below = sorted(box.listdir(kind)[0])
        except FileNotFoundError:  # on a disk on which nothing was kept yet
            continue
        for two in below:
            yield f"{kind}/{two}", box.listdir(f"{kind}/{two}")[1]


def _known(folder: str) -> set[str]:
    """The paths in this folder that a row names."""
    if folder.startswith("files/"):
        start = folder.removeprefix("files/")
        rows = StoredFile.objects.filter(name__startswith=start).values_list("name", flat=True)
        return {path_of(name) for name in rows}
    documents = Document.objects.filter(file__startswith=f"{folder}/")
    signed = Document.objects.filter(signed_file__startswith=f"{folder}/")
    return {
        *documents.values_list("file", flat=True),
        *signed.values_list("signed_file", flat=True),
        *LostPaper.objects.filter(path__startswith=f"{folder}/").values_list("path", flat=True),
    }
