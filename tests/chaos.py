"""Kill things while people write to each other, and count: `make chaos`, or `python -m tests.chaos`.

The real system (gunicorn, two workers, beat, PostgreSQL, Redis, an SMTP server that keeps what it
accepts by Message-ID) gets messages through the real form at 20 a second; one thing breaks at a
time; then we count what was acknowledged, what arrived, what arrived twice. With --embedded, the
default of `make start`: SQLite and a broker of files.

Goal: nothing lost, nothing doubled, no error 500 and no page above 2 s while Redis is in trouble,
the last letter within 60 s. "In doubt" are second copies, under the same Message-ID, of a letter
that the server took, but whose sender was cut off or died before it said another word: it can't
have known (RFC 1047). A letter sent twice by a sender that went on is "doubled".
The short form (`make test`) judges the counts, not the seconds. The long one begins with the races of
`make test` (the last place, receipt numbers), five times as long.
"""

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from http.client import HTTPConnection, HTTPException
from subprocess import DEVNULL, run
from urllib.parse import urlencode

from tests import rounds, services
from tests.real_system import Program, System, running
from tests.smtp import Moody

RATE = 20  # messages a second
FAULT_AFTER = 2.0  # seconds of peace before something breaks; less when there is less to write
PATIENCE = 150.0  # seconds for the last letter before we call it lost
CSRF = "c" * 32


class Market:
    """One structure, `size` volunteers, a thread with each: a message a thread is a letter a volunteer."""

    def __init__(self, size: int) -> None:
        from django.contrib.sessions.backends.db import SessionStore

        from tests import factories

        self.aline = factories.make_user(first_name="Aline")
        need = factories.make_need(member=self.aline, places=size)
        self.threads = {}
        for number in range(size):
            person = factories.make_user(email=f"volontaire{number}@example.org")
            proposal = factories.make_proposal(need, factories.make_offer(person))
            self.threads[proposal.thread.pk] = person
        session = SessionStore()
        session["_auth_user_id"] = str(self.aline.pk)
        session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
        session["_auth_user_hash"] = self.aline.get_session_auth_hash()
        session.create()
        self.cookie = f"session={session.session_key}; csrf={CSRF}"

    def everybody_reads(self) -> None:
        """So that the next message is news again."""
        from django.db.models import Max

        from marketplace.models import Message, ThreadRead

        newest = dict(Message.objects.values_list("thread").annotate(Max("pk")).order_by())
        for thread, person in self.threads.items():
            ThreadRead.objects.update_or_create(
                thread_id=thread, user=person, defaults={"up_to": newest.get(thread, 0)}
            )

    def still_waiting(self) -> int:
        from django.db import OperationalError, connection

        from notifications.models import Notification

        try:
            return Notification.objects.waiting().count()
        except OperationalError:
            connection.close()
            return 1


# --- one round -----------------------------------------------------------------------------
@dataclass
class Round:
    fault: str
    posted: int = 0
    acknowledged: int = 0
    delivered: int = 0
    lost: int = 0
    doubled: int = 0
    in_doubt: int = 0
    errors: int = 0
    slowest: float = 0.0
    last_after: float = 0.0

    HEADS = "fault posted acknowledged delivered lost doubled in_doubt errors_500 slowest_s last_s"

    def row(self) -> list[str]:
        figures = [self.posted, self.acknowledged, self.delivered, self.lost, self.doubled]
        figures += [self.in_doubt, self.errors, f"{self.slowest:.2f}", f"{self.last_after:.0f}"]
        return [self.fault, *map(str, figures)]


def play(system: System, market: Market, fault: str, act: Callable[[System], None]) -> Round:
    market.everybody_reads()
    mail = system.mail
    mail.forget()
    result = Round(fault, posted=len(market.threads))
    begins = time.monotonic()
    with ThreadPoolExecutor(8) as people:
        posts = [
            people.submit(post, market, thread, fault, begins + number / RATE)
            for number, thread in enumerate(market.threads)
        ]
        time.sleep(min(FAULT_AFTER, len(market.threads) / RATE / 3))
        act(system)
        healed = time.monotonic()
        answers = [answer.result() for answer in posts]
    wait_until_all_left(system, market, max(healed, time.monotonic()))
    count(result, mail, market, answers)
    if mail.arrived_at:
        result.last_after = max(0.0, max(mail.arrived_at) - max(healed, answers[-1][3]))
    return result


def post(market: Market, thread: int, fault: str, at: float) -> tuple[int, int, float, float]:
    """Send the form as a browser does. Returns thread, status (0: no answer), seconds, moment."""
    time.sleep(max(0.0, at - time.monotonic()))
    begins, status = time.monotonic(), 0
    fields = {"text": f"Bonjour ({fault})", "sent_key": f"{fault}-{thread}"[:40]}
    body = urlencode(fields | {"csrfmiddlewaretoken": CSRF})
    headers = {"Cookie": market.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    host = os.environ["SITE_URL"].removeprefix("http://")
    try:
        connection = HTTPConnection(host, timeout=60)
        connection.request("POST", f"/messages/{thread}/", body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException):
        pass  # no answer is an answer that promises nothing
    return thread, status, time.monotonic() - begins, time.monotonic()


def wait_until_all_left(system: System, market: Market, since: float) -> None:
    while time.monotonic() < since + PATIENCE:
        if not market.still_waiting():
            time.sleep(1)
            return
        system.raise_the_fallen()
        time.sleep(0.5)


def count(result: Round, mail: Moody, market: Market, answers: list) -> None:
    reached = {str(letter["to"]) for letter in mail.letters}
    for thread, status, seconds, _moment in answers:
        result.slowest = max(result.slowest, seconds)
        result.errors += status >= 500
        if status == 302:
            result.acknowledged += 1
            result.lost += market.threads[thread].email not in reached
    result.delivered = len(reached)
    result.doubled, result.in_doubt = mail.doubled()


# --- what may break ------------------------------------------------------------------------
def nothing(system: System) -> None:
    time.sleep(1)


def worker_child_killed(system: System) -> None:
    for name in ("worker1", "worker2"):
        system[name].kill_a_child()
        time.sleep(1)


def workers_killed_twice(system: System) -> None:
    for _ in range(2):
        workers_killed(system)
        time.sleep(2)


def workers_killed(system: System) -> None:
    for name in ("worker1", "worker2"):
        system[name].kill()
    time.sleep(1)
    for name in ("worker1", "worker2"):
        system[name].start()


def worker_killed_while_smtp_is_slow(system: System) -> None:
    system.mail.slow = 1.5
    time.sleep(2)
    system["worker1"].kill()
    system["worker2"].kill()
    system.mail.slow = 0
    system["worker1"].start()
    system["worker2"].start()


def redis_down(system: System) -> None:
    system["redis"].stop()
    time.sleep(3)
    redis_back(system)


def redis_back(system: System) -> None:
    system["redis"].start()
    ping = [services.find("redis-cli"), "-p", system["redis"].command[2], "ping"]
    services.wait_for(ping, system["redis"].log)


def redis_hung(system: System) -> None:
    system["redis"].send(signal.SIGSTOP)
    time.sleep(4)
    system["redis"].send(signal.SIGCONT)


def redis_flushed(system: System) -> None:
    port = system["redis"].command[2]
    for _ in range(10):
        run([services.find("redis-cli"), "-p", port, "flushall"], check=True, stdout=DEVNULL)
        time.sleep(0.3)


def redis_killed(system: System) -> None:
    system["redis"].kill()
    time.sleep(1)
    redis_back(system)


def smtp_away(system: System) -> None:
    port = system.controller.port
    system.controller.stop()
    time.sleep(4)
    system.open_mail(port)


def smtp_puts_off(system: System) -> None:
    system.mail.refuses = 0.3
    time.sleep(8)
    system.mail.refuses = 0


def smtp_slow(system: System) -> None:
    system.mail.slow = 0.4
    time.sleep(6)
    system.mail.slow = 0


def smtp_accepts_then_hangs_up(system: System) -> None:
    system.mail.drops_after = 0.1
    time.sleep(8)
    system.mail.drops_after = 0


def beat_and_workers_off_for_two_days(system: System) -> None:
    """The clock moves by moving the rows: all that was to leave should have left two days ago."""
    from datetime import timedelta

    from django.db.models import F

    from notifications.models import Notification

    off = ("beat", "worker1", "worker2")
    for name in off:
        system[name].kill()
    time.sleep(9)
    two_days = timedelta(days=2, minutes=5)
    Notification.objects.waiting().update(
        wanted_at=F("wanted_at") - two_days, due_at=F("due_at") - two_days
    )
    for name in off:
        system[name].start()


def two_beats(system: System) -> None:
    second = Program(
        "beat2",
        [*system["beat"].command, "-s", str(system.folder / "second-schedule")],
        system.folder,
    )
    second.start()
    time.sleep(8)
    second.stop()


def postgres_restarted(system: System) -> None:
    system["postgres"].stop(signal.SIGINT)
    time.sleep(1)
    system["postgres"].start()


ANYWHERE = {
    "nothing": nothing,
    "workers killed": workers_killed,
    "workers killed twice": workers_killed_twice,
    "workers killed, SMTP slow": worker_killed_while_smtp_is_slow,
    "SMTP away 4 s": smtp_away,
    "SMTP 451 on 30 %": smtp_puts_off,
    "SMTP slow": smtp_slow,
    "SMTP accepts, hangs up": smtp_accepts_then_hangs_up,
    "off for two days": beat_and_workers_off_for_two_days,
    "two beats": two_beats,
}
WITH_SERVERS = {
    "worker's child killed": worker_child_killed,  # elsewhere a worker is one process
    "Redis down 3 s": redis_down,
    "Redis hung 4 s": redis_hung,
    "Redis FLUSHALL": redis_flushed,
    "Redis kill -9": redis_killed,
    "PostgreSQL restarted": postgres_restarted,
}
SHORT = ("workers killed", "Redis down 3 s")
# The short form waits less for a dead worker's letters; what happens is the same.
HURRIED = {"MAIL_SECONDS": "4", "SWEEP_SECONDS": "3"}


def verdict(result: Round, *, timed: bool) -> list[str]:
    """What falls short of the goal. `timed` False: counts alone, where other work shares the machine."""
    wrong = []
    if result.lost:
        wrong.append(f"{result.lost} lost")
    if result.doubled:
        wrong.append(f"{result.doubled} doubled")
    if result.errors and "PostgreSQL" not in result.fault:
        wrong.append(f"{result.errors} errors 500")
    if timed and "Redis" in result.fault and result.slowest > 2:
        wrong.append(f"a page took {result.slowest:.1f} s")
    if timed and result.last_after > 60:
        wrong.append(f"the last letter came {result.last_after:.0f} s after")
    return wrong


def race(embedded: bool) -> bool:
    """The tests of `make test` that happen by chance, with more rounds."""
    with contextlib.nullcontext({}) if embedded else services.started() as settings:
        return rounds.races_at_length(settings)


def show(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = [word.rjust(width) for word, width in zip(row, widths, strict=True)]
        print("  ".join([row[0].ljust(widths[0]), *rest]), flush=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedded", action="store_true", help="SQLite and a broker of files")
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--short", action="store_true", help="the faults of `make test`")
    parser.add_argument("--only", nargs="+", default=["*"], help="names of faults; * for any words")
    asked = parser.parse_args(arguments)
    os.environ |= HURRIED if asked.short else {}
    faults = ANYWHERE if asked.embedded else ANYWHERE | WITH_SERVERS
    chosen = {
        name: act
        for name, act in faults.items()
        if (not asked.short or name in SHORT) and any(fnmatch(name, one) for one in asked.only)
    }
    rows, wrong = [Round.HEADS.split()], []
    if asked.only == ["*"] and not (asked.short or race(asked.embedded)):
        wrong.append("races: see above")
    with running(asked.embedded) as system:
        market = Market(asked.messages)
        for name, act in chosen.items():
            result = play(system, market, name, act)
            rows.append(result.row())
            show([rows[0], rows[-1]])
            fell_short = verdict(result, timed=not asked.short)
            wrong += [f"{name}: {words}" for words in fell_short]
            if fell_short:
                print(system.last_words())
    print()
    show(rows)
    print("\n".join(wrong) or "The goal is met.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
