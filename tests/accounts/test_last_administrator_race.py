"""Two administrators leave at the same moment: one of them stays, whatever the database.

Threads on PostgreSQL; processes on SQLite, whose test database lives in the memory of one.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.actions import memberships
from accounts.actions.refusals import Refusal
from accounts.models import Membership
from tests.factories import make_organisation, make_user
from tests.rounds import rounds

ROUNDS = rounds(20, 100)
PAIRS = """
import django; django.setup()
from tests.accounts.test_last_administrator_race import pair
for _round in range({rounds}):
    print(*pair())
"""
LEAVER = """
import sys, django; django.setup()
from tests.accounts.test_last_administrator_race import leave
print("ready", flush=True)
for line in sys.stdin:
    print(leave(int(line)), flush=True)
"""


def pair() -> tuple[int, int]:
    """An organisation with two administrators: the ids of their memberships."""
    organisation = make_organisation(administrator=make_user())
    organisation.memberships.create(user=make_user(), role="ADMINISTRATOR")
    first, second = organisation.memberships.values_list("pk", flat=True)
    return first, second


def leave(pk: int) -> str:
    try:
        memberships.leave(Membership.objects.get(pk=pk))
    except Refusal:
        return "stays"
    return "left"


def leave_in_a_thread(pk: int, start: Barrier) -> str:
    start.wait()
    try:
        return leave(pk)
    finally:
        connection.close()


def race_in_threads() -> list[set[str]]:
    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for _round in range(ROUNDS):
            start = Barrier(2)
            racers = [pool.submit(leave_in_a_thread, pk, start) for pk in pair()]
            outcomes.append({racer.result() for racer in racers})
    return outcomes


def race_in_processes(env: dict[str, str]) -> list[set[str]]:
    run = {"env": env, "text": True}
    made = subprocess.run(
        [sys.executable, "-c", PAIRS.format(rounds=ROUNDS)], check=True, capture_output=True, **run
    )
    command = [sys.executable, "-c", LEAVER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        subprocess.Popen(command, **pipes, **run) as one,
        subprocess.Popen(command, **pipes, **run) as two,
    ):
        for racer in (one, two):
            assert racer.stdout.readline() == "ready\n"
        return [_round(line.split(), (one, two)) for line in made.stdout.splitlines()]


def _round(pks: list[str], racers) -> set[str]:
    for pk, racer in zip(pks, racers, strict=True):
        racer.stdin.write(f"{pk}\n")
        racer.stdin.flush()
    return {racer.stdout.readline().strip() for racer in racers}


@pytest.mark.django_db(transaction=True)
def test_one_of_two_administrators_who_leave_at_once_stays(processes):
    on_postgres = connection.vendor == "postgresql"
    outcomes = race_in_threads() if on_postgres else race_in_processes(processes)
    assert outcomes == [{"left", "stays"}] * ROUNDS
