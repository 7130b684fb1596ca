"""How long the migrations since the last release take on a million messages, a million letters and a million lines of the journal,
one by one, and how long somebody who writes meanwhile has to wait:
`python -m tests.services python -m benchmarks.upgrade` (ROWS=100000 for fewer, MISSIONS=200 for fewer of these).

Rows are laid out on today's schema, which is then taken back to the release before. Prints a line a migration.
"""

import os
import sys
import tempfile
import time
from threading import Event, Thread

import django

os.environ.setdefault("MISSIONS", "2000")  # which is read as the world is imported

from benchmarks import big_pole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
ROWS = int(os.environ.get("ROWS", "1000000"))
CEILING = 3.0  # seconds that anybody may wait behind a migration


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bench-upgrade-") as folder:
        os.environ |= {"DEBUG": "true", "VAR_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DOORBELL": "false"}
        django.setup()
        return measure()


def measure() -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from tests.upgrades import RELEASED

    big_pole.ready()
    settings.DEBUG = False
    fill()
    loader = MigrationLoader(connection)
    # A new database has run what is squashed, which stands for the chain.
    stands = {old: new for new, one in loader.replacements.items() for old in one.replaces}
    leaves = [stands.get(leaf, leaf) for leaf in RELEASED.items()]
    known = {node for leaf in leaves for node in loader.graph.forwards_plan(leaf)}
    plan = [node for leaf in loader.graph.leaf_nodes() for node in loader.graph.forwards_plan(leaf)]
    new = [node for node in dict.fromkeys(plan) if node[0] in RELEASED and node not in known]
    for app in reversed(list(dict.fromkeys(app for app, _name in new))):
        call_command("migrate", app, dict(leaves)[app], verbosity=0)
    print(f"\n{connection.vendor}, {ROWS} messages, {ROWS} letters, {ROWS} lines of the journal")
    waited, all_began = 0.0, time.perf_counter()
    for app, name in new:
        began = time.perf_counter()
        with somebody_writes() as longest:
            call_command("migrate", app, name, verbosity=0)
        behind = max(longest, key=longest.__getitem__)
        waited = max(waited, longest[behind])
        print(
            f"{app:14} {name:34}{time.perf_counter() - began:8.1f} s{longest[behind] * 1000:9.0f} ms ({behind})",
            flush=True,
        )
    print(
        f"All {len(new)}: {time.perf_counter() - all_began:.0f} s, at a load of {os.getloadavg()[0]:.0f}."
    )
    print(f"{'Held' if waited < CEILING else 'Above'}: nobody waited more than {waited:.1f} s.")
    return int(waited >= CEILING)


# As the release before writes them: in words that both schemas know.
WRITES = {
    "a letter": "UPDATE notifications_notification SET read_at = now() WHERE id = 1",
    "a message": "UPDATE marketplace_message SET text = text WHERE id = 1",
    "a mission": "UPDATE marketplace_mission SET moved_at = moved_at WHERE id = 1",
    "a person": "UPDATE accounts_user SET trade = trade WHERE id = 1",
    "a line of the journal": "INSERT INTO marketplace_journalentry (by_id, pole_id, kind, words, form, rows, why, at) "
    "SELECT by_id, pole_id, kind, words, form, rows, why, now() FROM marketplace_journalentry WHERE id = 1",
}  # fmt: skip


class somebody_writes:
    """Each of WRITES over and over, on a connection of its own; the longest that each took."""

    def __enter__(self) -> dict[str, float]:
        self.longest, self.end = dict.fromkeys(WRITES, 0.0), Event()
        self.thread = Thread(target=self.write)
        self.thread.start()
        return self.longest

    def __exit__(self, *_about) -> None:
        self.end.set()
        self.thread.join()

    def write(self) -> None:
        from django.db import connection

        while not self.end.is_set():
            for what, statement in WRITES.items():
                began = time.perf_counter()
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                self.longest[what] = max(self.longest[what], time.perf_counter() - began)
            time.sleep(0.01)
        connection.close()


def fill() -> None:
    """In one statement each: what is in them is nobody's business here."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import Pole, User
    from marketplace.models import JournalEntry, JournalKind, Message, Proposal, Thread
    from notifications.models import Notification

    user, now = User.objects.earliest("pk"), timezone.now()
    thread, _new = Thread.objects.get_or_create(proposal=Proposal.objects.earliest("pk"))
    message = Message.objects.filter(thread=thread).first() or Message.objects.create(
        thread=thread, author=user, text="Bonjour, voici des nouvelles. " * 10
    )
    letter = Notification.objects.create(
        recipient=user, address=user.email, key="bench", kind="bench", family="missions",
        subject="Des nouvelles", text="Bonjour. " * 60, status="SENT", sent_at=now,
        message_id="<bench@example.org>",
    )  # fmt: skip
    line = JournalEntry.objects.create(  # of the kind that the release before knows too
        by=user,
        pole=Pole.objects.earliest("pk"),
        kind=JournalKind.LIST,
        words="need",
        form="csv",
        rows=12,
        at=now,
    )
    own = {"sent_key": "'bench' || n", "key": "'bench' || n", "message_id": "'<b' || n || '@x>'"}
    for row in (message, letter, line):
        names = [field.column for field in row._meta.concrete_fields if field.column != "id"]
        values = [own.get(name, f'"{name}"') for name in names]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {row._meta.db_table} ({', '.join(names)}) SELECT {', '.join(values)} "
                f"FROM {row._meta.db_table}, generate_series(1, %s) n WHERE id = %s",
                [ROWS, row.pk],
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
