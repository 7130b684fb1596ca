"""Restores a backup: what doesn't fit is refused first, then files, database and what has happened since are put together."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.actions import erasures
from accounts.models import Erasure, Organisation, Restoration
from common import apart, keys
from config.backup import databases, manifest, places, turning
from config.backup.manifest import Manifest
from config.backup.places import GROWS, PARTS
from config.backup.refusals import NotPossible, Say, where_there_is_room
from marketplace.actions.desk.erased_anew import erase_anew
from marketplace.actions.documents import papers_apart
from notifications import held, sent_journal
from notifications.faults import tried

MARGIN = timedelta(minutes=5)  # between the clock of this machine and that of another


@dataclass
class Outcome:
    """What was found and done, for whoever restores."""

    of: datetime
    files_back: int = 0
    files_aside: int = 0
    sent_already: int = 0
    lost_papers: list[str] = field(default_factory=list)
    erased: int = 0
    not_erased: list[str] = field(default_factory=list)
    without_head: list[str] = field(default_factory=list)
    foreign_lines: int = 0


def require_restorable(
    folder: Path, *, over: bool, other_keys: bool, say: Say, also_apart: Path | None = None,
    only_look: bool = False,
) -> Manifest:  # fmt: skip
    """Read the whole backup, and touch nothing. Raises NotPossible."""
    said = manifest.read(folder)
    here = str(settings.VAR_DIR)
    with where_there_is_room(here), keys.found(apart.folder(), folder / GROWS, also_apart):
        manifest.require_fits(said, other_keys=other_keys)
    if not (only_look or over or databases.is_empty()):
        raise NotPossible(
            "There are people in the database: restoring puts what the backup holds in its place. Say --over if that is "
            "what you want; take a backup of it first."
        )
    manifest.require_whole(said, folder, say)
    return said


def restore(
    folder: Path, *, over: bool, other_keys: bool, say: Say, also_apart: Path | None = None
) -> Outcome:
    """Raises NotPossible; the database is as it was then."""
    asked = {"over": over, "other_keys": other_keys}
    said = require_restorable(folder, **asked, say=say, also_apart=also_apart)
    with keys.found(apart.folder(), folder / GROWS, also_apart) as are_old:
        return _restored(folder, said, say, also_apart, are_old=are_old)


def _restored(
    folder: Path, said: Manifest, say: Say, also_apart: Path | None, *, are_old: bool
) -> Outcome:
    outcome = Outcome(said.moment)
    with where_there_is_room(str(settings.VAR_DIR)):
        _last_words()
        for elsewhere in filter(None, (folder / GROWS, also_apart)):
            apart.take_in(elsewhere)
            outcome.foreign_lines += sum(apart.foreign(path) for path in elsewhere.glob("[!.]*"))
        say("files")
        _files(folder, outcome)
        say("database")
        databases.load(folder)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    say("what has happened since")
    _settle(outcome)
    _turn(say, are_old=are_old)
    return outcome


def after_others(as_of: datetime, say: Say, also_apart: Path | None = None) -> Outcome:
    """The database was put back by other means, as it was at this moment: do what comes after."""
    outcome = Outcome(as_of)
    with keys.found(apart.folder(), also_apart) as are_old:
        if also_apart:
            apart.take_in(also_apart)
        say("what has happened since")
        _settle(outcome)
        _turn(say, are_old=are_old)
    return outcome


def _turn(say: Say, *, are_old: bool) -> None:
    """What was sealed and hidden with keys that were put away comes under today's: no process reads with them."""
    if are_old:
        for fault in turning.turn(say).papers.broken:
            say(f"not sealed anew: {fault}")


def _last_words() -> None:
    """What the database in place has erased and not yet told the list apart; one that can't be read has nothing to say."""
    try:
        erasures.write_down(timezone.now())
    except DatabaseError:
        return


def _files(folder: Path, outcome: Outcome) -> None:
    """Put back the files that are missing. None is deleted: one that is another than the backup's is put aside."""
    place, stamp = places.chosen(), f"{timezone.now():%Y-%m-%d_%H-%M-%S}"
    for path, sha256 in manifest.listed(folder):
        if not path.startswith(tuple(f"{part}/" for part in PARTS if part != GROWS)):
            continue
        is_there = place.holds(path, sha256)
        if is_there:
            continue
        if is_there is False:
            place.put_aside(path, stamp)
            outcome.files_aside += 1
        place.put(folder / path, path)
        outcome.files_back += 1


def _settle(outcome: Outcome) -> None:
    """Bring together what the backup says with what is known to have happened since it was made."""
    now = timezone.now()
    since = outcome.of - MARGIN
    with transaction.atomic():
        outcome.sent_already = held.begin(sent_journal.left_since(since), now=now)
        databases.leap()
        Session.objects.all().delete()  # who had logged out is in again, with them
        UserSession.objects.all().delete()
        Restoration.objects.create(backup_of=outcome.of, at=now)
    outcome.lost_papers = list(map(str, papers_apart.take_up(now)))
    _erase_anew(outcome, now)


def _erase_anew(outcome: Outcome, now: datetime) -> None:
    """What the list says is erased goes again, each by itself: one that fails doesn't keep the others."""
    headless = set(Organisation.objects.without_administrator())
    known = set(Erasure.objects.values_list("kind", "number", "mark"))
    for one in erasures.listed():
        if (one.kind, one.number, one.mark) in known:
            continue
        was_there, fault = tried(lambda: erase_anew(one, now=now))  # noqa: B023 - called at once
        if fault is not None:
            outcome.not_erased.append(f"{one}: {fault}")
            continue
        outcome.erased += bool(was_there)
        one.written_at = now
        Erasure.objects.bulk_create([one], ignore_conflicts=True)
    newly = set(Organisation.objects.without_administrator()) - headless
    outcome.without_head = sorted(map(str, newly))
