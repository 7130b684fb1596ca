"""When a backup was last taken, and when one was last read again: marks on the disk, for those who watch over it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

TAKEN, CHECKED = MARKS = ("taken", "checked")


def path_of(mark: str) -> Path:
    return Path(settings.VAR_DIR, f"backup-{mark}")


def note(mark: str) -> None:
    """Note that it has been done now. A folder that can't be written to leaves the mark of before: it then looks older."""
    try:
        path_of(mark).write_text(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}\n", encoding="ascii")
    except OSError:
        return


def noted() -> Iterator[tuple[str, datetime]]:
    """Each mark that is there, and when it was made."""
    for mark in MARKS:
        try:
            at = path_of(mark).stat().st_mtime
        except FileNotFoundError:
            continue
        yield mark, datetime.fromtimestamp(at, UTC)
