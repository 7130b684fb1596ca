"""manage.py prepare: whatever has to be done before the site may open; running it again takes next to no time."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.cache import caches
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.direct import keep_for_the_role, speak_directly
from config.metrics import places
from marketplace import demo
from marketplace.matching.columns import NEED_CARD, OFFER_CARD, layout_of
from notifications.models import ClockAct

# Any number that nothing else in this database locks on.
LOCK = 7_261_946
# Each loader, and the files that decide whether it has something new to say.
REFERENCE = {
    "load_places": "accounts/data",
    "load_skills": "marketplace/data",
    "load_causes": "marketplace/data",
    "load_mission_templates": "marketplace/data",
}
# What only a database of before 0.1.0 has gone through (docs/decisions/0020).
BEFORE_THE_FIRST_RELEASE = ("marketplace", "0002_empty_the_index")


class Command(BaseCommand):
    help = (
        "Migrates, makes the cache's table, loads places and skills, compiles the translations, "
        "writes the matching's index anew if its cards are laid out otherwise and, "
        "where DEBUG is off, collects the static files. Several copies may start at once: the first "
        "one works, the others wait."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="add the demo pôle (DEBUG only)")

    def handle(self, *args: Any, **options: Any) -> None:
        speak_directly()
        with one_at_a_time(), unnoted():
            keep_for_the_role()
            refuse_what_came_before_the_first_release()
            call_command("compile_translations", verbosity=0)
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            ClockAct.objects.know(settings.CELERY_BEAT_SCHEDULE)
            places.forget_free(settings.METRICS_DIR)
            for command, folder in REFERENCE.items():
                files = Path(settings.BASE_DIR, folder)
                self._once(fingerprint(files), files.name, command)
            self._once(layout_of(NEED_CARD, OFFER_CARD), "cards", "match", "--index")
            if not settings.DEBUG:
                self._for_production()
            if options["demo"] and not demo.is_loaded():
                self._say("load_demo", "demo pôle")
                call_command("load_demo", verbosity=0)

    def _for_production(self) -> None:
        with suppress(PermissionError):  # a volume of somebody else's
            settings.VAR_DIR.chmod(0o700)  # what it holds is nobody else's on this machine
        if settings.VAR_DIR == settings.BASE_DIR / "var":
            self.stdout.write(
                "prepare: VAR_DIR isn’t set, so everything is kept beside the code. Name a folder of its own in .env before "
                "the next release comes, which would begin with an empty one."
            )
        if static_files_are_behind():
            self._say("collectstatic", str(settings.STATIC_ROOT))
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.PAPERS_KEY_FALLBACKS:
            self.stdout.write(
                "prepare: PAPERS_KEY_FALLBACKS is set: run `manage.py turn_keys`, then take it out of .env."
            )

    def _once(self, now: str, what: str, *command: str) -> None:
        """Run a command unless it has already been run in this database on what `now` is the fingerprint of."""
        prepared, key = caches["prepared"], "".join(command)
        if prepared.get(key) == now:
            return
        self._say(" ".join(command), what)
        call_command(*command, verbosity=0)
        prepared.set(key, now)

    def _say(self, command: str, what: str) -> None:
        self.stdout.write(f"prepare: {command} ({what})")


def opened(path: Path) -> IO[str]:
    """A file of VAR_DIR, to be locked. Raises CommandError where it is another account's."""
    try:
        return path.open("a+")
    except PermissionError:
        raise CommandError(
            f"{path} belongs to another account of this machine: run this as the one that owns {settings.VAR_DIR}."
        ) from None


def refuse_what_came_before_the_first_release() -> None:
    """Raises CommandError for a database begun before version 0.1.0, before anything is touched."""
    if BEFORE_THE_FIRST_RELEASE in MigrationRecorder(connection).applied_migrations():
        raise CommandError(
            "This database was begun before version 0.1.0, and no later version carries it over. "
            "Stop the site, move var/ aside (or name an empty database in DATABASE_URL), and start again."
        )


def fingerprint(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def static_files_are_behind() -> bool:
    """Whether collectstatic has anything to do. In an image it was run when it was built, and nobody may write."""
    if not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        return True
    look = collectstatic.Command()
    look.set_options(
        interactive=False,
        verbosity=0,
        link=False,
        clear=False,
        dry_run=True,
        ignore_patterns=[],
        use_default_ignore_patterns=True,
        post_process=False,
    )
    return bool(look.collect()["modified"])


@contextmanager
def unnoted() -> Iterator[None]:
    """A context manager in which no question is noted down. Where DEBUG is on Django notes all of them, and on SQLite
    asks once more for each, to have its values in writing: of what a site begins with, hundreds of thousands."""
    connection.make_debug_cursor = connection.make_cursor  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del connection.make_debug_cursor


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A context manager that holds a lock: in PostgreSQL, where several machines meet; a file is enough for SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    else:
        with opened(Path(settings.VAR_DIR, "prepare.lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
