"""A night that erases a million rows that have had their time: `python -m tests.services python -m benchmarks.retention`.
ROWS=100000 makes fewer. Prints how long counting takes, how long the night, the longest piece, and the night after it; exits
with 1 above five minutes."""

import os
import sys
import time
from datetime import timedelta

from benchmarks.desk import in_a_folder_of_its_own

ROWS = int(os.environ.get("ROWS", "1000000"))
CEILING_S = 300
BATCH = 5_000
IN_A_THREAD = 100
# How the rows are shared out, in hundredths.
SHARES = {"messages": 40, "notes": 20, "invitations": 20, "addresses": 10, "staff": 10}


def main() -> int:
    return in_a_folder_of_its_own(measure)


def measure() -> int:
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from marketplace.actions.desk import retention

    with open(os.devnull, "w") as nowhere:
        call_command("migrate", verbosity=0, stdout=nowhere)
    _fill()
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"\n{connection.vendor}, {ROWS} rows that have had their time")
    counted, took = _timed(lambda: retention.due(now))
    print(f"counted (--dry-run)      {took:8.1f} s  {sum(counted.values())}")
    pieces: list[float] = []
    with connection.execute_wrapper(_Watch(pieces)):
        gone, night = _timed(lambda: retention.apply(now))
    print(f"erased in a night        {night:8.1f} s  {sum(gone.values())}")
    print(f"the longest statement    {max(pieces) * 1000:8.0f} ms")
    gone, after = _timed(lambda: retention.apply(now))
    print(f"the night after          {after:8.1f} s  {sum(gone.values())}")
    print("The ceiling held." if night < CEILING_S else "Above the ceiling.")
    return 1 if night >= CEILING_S else 0


class _Watch:
    def __init__(self, took: list[float]):
        self.took = took

    def __call__(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.took.append(time.perf_counter() - began)


def _timed(act):
    began = time.perf_counter()
    return act(), time.perf_counter() - began


def _fill() -> None:
    """Rows as six years would leave them, and as many people as write a hundred messages each."""
    from django.contrib.admin.models import LogEntry
    from django.utils import timezone

    from accounts.models import Commune, Department, Invitation, Organisation, Pole, User
    from marketplace.models import Cause, Message, Need, Note, Thread
    from notifications.models import SuppressedAddress

    old = timezone.now() - timedelta(days=2400)
    counts = {name: ROWS * share // 100 for name, share in SHARES.items()}
    department = Department.objects.get_or_create(code="59", defaults={"name": "Nord", "region_code": "32", "region": "Hauts-de-France"})[0]  # fmt: skip
    commune = Commune.objects.create(insee="59999", name="Ici", search_name="ici", department=department, latitude=50, longitude=3, population=1)  # fmt: skip
    pole = Pole.objects.create(name="Ici", slug="ici")
    house = Organisation.objects.create(kind="ESS", legal_form="ASSOCIATION", name="Ici", pole=pole, commune=commune)  # fmt: skip
    people = User.objects.bulk_create(
        (User(email=f"p{n}@example.org", first_name="P", last_name=f"{n}") for n in range(max(1, counts["messages"] // IN_A_THREAD))),
        BATCH,
    )  # fmt: skip
    cause = Cause.objects.create(code="ici", label_fr="Ici", label_en="Here")
    need = Need.objects.create(
        organisation=house, pole=pole, created_by=people[0], title="…", commune=commune, cause=cause, place="ON_SITE",
        format="SHORT", hours=10, starts_on=old.date(), ends_on=old.date(),
    )  # fmt: skip
    threads = Thread.objects.bulk_create((Thread(need=need, asker=one, last_message_at=old) for one in people), BATCH)  # fmt: skip
    rows = (
        (Message, (Message(thread=threads[n % len(threads)], author=people[n % len(people)], text="Bonjour à tous. " * 20, sent_key=f"{n}", created_at=old) for n in range(counts["messages"]))),
        (Note, (Note(pole=pole, person=people[n % len(people)], by=people[0], body="Rappeler jeudi. " * 10, at=old) for n in range(counts["notes"]))),
        (Invitation, (Invitation(organisation=house, email=f"i{n}@example.org", token=f"{n}", expires_at=old) for n in range(counts["invitations"]))),
        (SuppressedAddress, (SuppressedAddress(address=f"s{n}@example.org", reason="550", since=old) for n in range(counts["addresses"]))),
        (LogEntry, (LogEntry(user=people[0], action_time=old, object_repr="…", action_flag=2, change_message="[]") for _n in range(counts["staff"]))),
    )  # fmt: skip
    for model, made in rows:
        model._base_manager.bulk_create(made, BATCH)


if __name__ == "__main__":
    sys.exit(main())
