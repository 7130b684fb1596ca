"""Two people join by a link at the same moment: the last place is one person's.

Threads on PostgreSQL; processes on SQLite, whose test database lives in the memory of one.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import join_links
from accounts.actions.refusals import Refusal
from accounts.models import JoinLink, User
from tests.factories import make_organisation, make_user, verify
from tests.rounds import rounds

ROUNDS = rounds(20, 100)
PAIRS = """
import django; django.setup()
from tests.accounts.test_join_links_race import pair
for _round in range({rounds}):
    print(*pair())
"""
JOINER = """
import sys, django; django.setup()
from tests.accounts.test_join_links_race import join
print("ready", flush=True)
for line in sys.stdin:
    print(join(*map(int, line.split())), flush=True)
"""


def pair() -> tuple[int, int, int]:
    """A link with one place left, and two people who come by it: their numbers."""
    boss = make_user()
    house = make_organisation("COMPANY", administrator=boss)
    end = timezone.localdate() + timedelta(days=1)
    link = join_links.make(house, label="", ends_on=end, places=1, by=boss, now=timezone.now())
    return link.pk, verify(make_user()).pk, verify(make_user()).pk


def join(link: int, person: int) -> str:
    try:
        join_links.join(
            JoinLink.objects.get(pk=link), by=User.objects.get(pk=person), now=timezone.now()
        )
    except Refusal:
        return "stays out"
    return "joined"


def join_in_a_thread(link: int, person: int, start: Barrier) -> str:
    start.wait()
    try:
        return join(link, person)
    finally:
        connection.close()


def race_in_threads() -> list[set[str]]:
    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for _round in range(ROUNDS):
            start, (link, *people) = Barrier(2), pair()
            racers = [pool.submit(join_in_a_thread, link, one, start) for one in people]
            outcomes.append({racer.result() for racer in racers})
    return outcomes


def race_in_processes(env: dict[str, str]) -> list[set[str]]:
    run = {"env": env, "text": True}
    made = subprocess.run(
        [sys.executable, "-c", PAIRS.format(rounds=ROUNDS)], check=True, capture_output=True, **run
    )
    command = [sys.executable, "-c", JOINER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        subprocess.Popen(command, **pipes, **run) as one,
        subprocess.Popen(command, **pipes, **run) as two,
    ):
        for racer in (one, two):
            assert racer.stdout.readline() == "ready\n"
        return [_round(line.split(), (one, two)) for line in made.stdout.splitlines()]


def _round(numbers: list[str], racers) -> set[str]:
    link, *people = numbers
    for person, racer in zip(people, racers, strict=True):
        racer.stdin.write(f"{link} {person}\n")
        racer.stdin.flush()
    return {racer.stdout.readline().strip() for racer in racers}


@pytest.mark.django_db(transaction=True)
def test_one_of_two_who_come_at_once_gets_the_last_place(processes):
    on_postgres = connection.vendor == "postgresql"
    outcomes = race_in_threads() if on_postgres else race_in_processes(processes)
    assert outcomes == [{"joined", "stays out"}] * ROUNDS
