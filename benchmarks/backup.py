"""How long a backup and a restore take with a hundred thousand missions, a million letters sent, and papers in the vault:
`python -m tests.services python -m benchmarks.backup` (MISSIONS, LETTERS, FILES; `python -m benchmarks.backup` takes SQLite).

The files are of random bytes, 60 KB each, as a paper has. Prints a line a step.
"""

import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

import django

from benchmarks import big_pole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
LETTERS = int(os.environ.get("LETTERS", "1000000"))
FILES = int(os.environ.get("FILES", "20000"))
SIZE = 60_000


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as folder:
        os.environ |= {"DEBUG": "true", "VAR_DIR": f"{folder}/var", "LOG_LEVEL": "ERROR"}
        os.environ |= {"DOORBELL": "false"}
        django.setup()
        return measure(Path(folder))


def measure(folder: Path) -> int:
    from django.conf import settings
    from django.db import connection

    from config.backup import restoring, taking

    big_pole.ready()
    settings.DEBUG = False
    sent = letters()
    fill_the_vault(Path(settings.VAR_DIR))
    print(
        f"\n{connection.vendor}, {big_pole.MISSIONS} missions, {LETTERS} letters, {FILES} papers ({FILES * SIZE / 1e9:.1f} GB)"
    )
    quiet = lambda _words: None  # noqa: E731
    took("backup, the first", lambda: taking.take(folder / "backups", say=quiet))
    first = taking.latest(folder / "backups")
    assert first is not None
    time.sleep(1)
    took("backup, the next", lambda: taking.take(folder / "backups", say=quiet))
    size = sum(path.stat().st_size for path in first.glob("database.*"))
    print(f"{'the database in it':34}{size / 1e6:9.0f} MB")
    asked = {"over": True, "other_keys": False, "say": quiet}
    took("check", lambda: restoring.require_restorable(first, **asked))
    list_as_sent(sent)
    took("restore, all of it", lambda: restoring.restore(first, **asked))
    return 0


def took(what: str, act) -> None:
    began = time.perf_counter()
    act()
    print(f"{what:34}{time.perf_counter() - began:9.1f} s", flush=True)


def letters() -> list[str]:
    """Letters that have left, of some thousand characters each; returns the Message-IDs of the last thousand."""
    from accounts.models import User
    from notifications.models import Notification

    people = list(User.objects.values_list("pk", "email")[:5000])
    words = "Bonjour, voici des nouvelles de votre mission. " * 22
    there = Notification.objects.filter(kind="bench").count()
    from django.utils import timezone

    now = timezone.now()
    for start in range(there, LETTERS, 5000):
        Notification.objects.bulk_create(
            Notification(
                recipient_id=people[n % len(people)][0], address=people[n % len(people)][1],
                key=f"bench:{n}", kind="bench", family="missions", subject="Des nouvelles", text=words,
                html="", status="SENT", sent_at=now, message_id=f"<bench{n}@example.org>",
            )
            for n in range(start, min(start + 5000, LETTERS))
        )  # fmt: skip
    return [f"<bench{n}@example.org>" for n in range(max(0, LETTERS - 1000), LETTERS)]


def list_as_sent(message_ids: list[str]) -> None:
    from django.utils import timezone

    from notifications import sent_journal

    sent_journal.keep(message_ids, now=timezone.now())


def fill_the_vault(var: Path) -> None:
    for _number in range(FILES):
        name = secrets.token_hex(16)
        path = var / "vault" / "documents" / name[:2] / f"{name}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(secrets.token_bytes(SIZE))


if __name__ == "__main__":
    sys.exit(main())
