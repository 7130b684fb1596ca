"""The journal of a year, a million lines: `python -m tests.services python -m benchmarks.journal`. LINES=100000 makes fewer. Prints
how long a reading takes to be written, the pages that read it, the question of a breach; exits with 1 above 150 ms."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from benchmarks.desk import in_a_folder_of_its_own

LINES = int(os.environ.get("LINES", "1000000"))
ROUNDS = int(os.environ.get("ROUNDS", "40"))
CEILING_MS = 150
BATCH = 10_000
COMMAND = "who_read"  # without a ceiling: nobody waits for a page
PEOPLE, BUSY = 5_000, 20_000  # who are read, and of how many lines the one is who is read most


def main() -> int:
    return in_a_folder_of_its_own(measure)


def measure() -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    with open(os.devnull, "w") as nowhere:
        call_command("migrate", verbosity=0, stdout=nowhere)
    acts = _fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    settings.DEBUG = False
    print(
        f"\n{connection.vendor}, {LINES} lines, {BUSY} of them about one person and one organisation, {ROUNDS} rounds"
    )
    print(f"{'act':34}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}")
    told = {name: _told(name, act) for name, act in acts.items()}
    late = [name for name, ms in told.items() if ms > CEILING_MS and not name.startswith(COMMAND)]
    print("Every ceiling held." if not late else f"Above {CEILING_MS} ms: {', '.join(late)}")
    return 1 if late else 0


def _told(name: str, act: Callable[[], object]) -> float:
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    late = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(f"{name:34}{times[0]:9.0f}{statistics.median(times):9.0f}{late:9.0f}")
    return late


def _fill() -> dict[str, Callable[[], object]]:
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import Commune, Department, Membership, Organisation, Pole, Seat, User
    from accounts.states import OrganisationStatus, SeatStatus
    from marketplace.actions.desk import journal
    from marketplace.models import JournalEntry, JournalKind
    from marketplace.rules.journal_parties import NOUNS, Reader

    now = timezone.now()
    pole = Pole.objects.create(name="Ici", slug="ici")
    department = Department.objects.get_or_create(code="59", defaults={"name": "Nord", "region_code": "32", "region": "Hauts-de-France"})[0]  # fmt: skip
    commune = Commune.objects.create(insee="59999", name="Ici", search_name="ici", department=department, latitude=50, longitude=3, population=1)  # fmt: skip
    said = {
        "commune": commune,
        "legal_form": "ASSOCIATION",
        "pole": pole,
        "status": OrganisationStatus.ACCEPTED,
    }
    operator = Organisation.objects.create(kind="OPERATOR", name="Passeurs", **said)
    house = Organisation.objects.create(kind="ESS", name="Ateliers", **said)
    Seat.objects.create(operator=operator, pole=pole, status=SeatStatus.SEATED, since=now)
    people = User.objects.bulk_create(
        (User(email=f"p{n}@example.org", first_name="P", last_name=f"{n}") for n in range(PEOPLE)), BATCH
    )  # fmt: skip
    coordinators, read = people[:10], people[10:]
    for one in coordinators:
        Membership.objects.create(user=one, organisation=operator, role="ADMINISTRATOR")
    busy = read[0]
    Membership.objects.create(user=busy, organisation=house, role="ADMINISTRATOR")
    kinds = (
        JournalKind.PERSON_READ,
        JournalKind.NEED_READ,
        JournalKind.MISSION_READ,
        JournalKind.PAPER_READ,
    )

    def line(n: int) -> JournalEntry:
        on_busy = n % max(1, LINES // BUSY) == 0
        subject = busy if on_busy else read[n % len(read)]
        return JournalEntry(
            kind=kinds[n % 4], number=n % 1000 + 1, by=coordinators[n % 10], organisation=operator, pole=pole,
            subject=subject, house=house if on_busy else None, told=True,
            at=now - timedelta(seconds=n * 360 * 86400 / LINES),
        )  # fmt: skip

    for start in range(0, LINES, BATCH):
        JournalEntry.objects.bulk_create([line(n) for n in range(start, min(LINES, start + BATCH))])
    for n in range(1000):
        journal.note(
            JournalKind.LIST, by=coordinators[0], pole=pole, now=now - timedelta(hours=n * 8)
        )
    reader = Reader.of_user(coordinators[0])
    theirs, desk = Client(), Client()
    theirs.force_login(busy)
    desk.force_login(coordinators[0])
    page, old = reverse("who-read"), f"{timezone.localdate() - timedelta(days=200):%Y-%m-%d}"
    since = f"{timezone.localdate() - timedelta(days=3):%Y-%m-%d}"

    def opened(client: Client, url: str, **asked: object) -> Callable[[], object]:
        def act() -> None:
            assert client.get(url, asked).status_code == 200

        return act

    def asked(**said: str) -> Callable[[], object]:
        return lambda: call_command("who_read", since=since, stdout=open(os.devnull, "w"), **said)

    def reads() -> None:
        journal.tell(
            JournalKind.PERSON_READ, NOUNS["person"], read[1].pk, reader=reader, now=timezone.now()
        )

    return {
        "a reading is written": reads,
        "who read what about me": opened(theirs, page),
        "the same, 200 days ago": opened(theirs, page, avant=old),
        "the same, one kind of act": opened(theirs, page, acte="emporte"),
        "about my organisation": opened(theirs, page, pour=house.pk),
        "the pôle’s journal of files": opened(desk, reverse("pole-journal")),
        "who_read --what, three days": asked(what=f"person:{busy.pk}"),
        "who_read --by, three days": asked(by=coordinators[0].email),
    }


if __name__ == "__main__":
    sys.exit(main())
