"""How many letters a second leave, beside plain batches and one task a letter in the same run.

Run it on PostgreSQL and Redis: `python -m tests.services python -m benchmarks.letters`.
What is timed: rows in the database, claimed and sent by two processes over SMTP to a server that counts. What is
not: Celery and Redis, which ring them, and the rendering, since the letters are written beforehand. Both peers
write the same messages to the same server, from two processes; neither has a lease nor a journal to find out
afterwards what has left.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

LETTERS = int(os.environ.get("LETTERS", "4000"))
WAITING = int(os.environ.get("WAITING", "100000"))
ALONE = LETTERS // 8  # one task a letter is slow: fewer are enough to know
PROCESSES = 2

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ |= {"DEBUG": "true", "DOORBELL": "false", "MAIL_TRANSPORT": "smtp", "LOG_LEVEL": "ERROR"}

from tests.services import free_port  # noqa: E402

os.environ["EMAIL_HOST"], os.environ["EMAIL_PORT"] = "127.0.0.1", str(free_port())

import django  # noqa: E402

django.setup()

from celery import Celery  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.mail import EmailMultiAlternatives  # noqa: E402
from django.core.mail.backends.smtp import EmailBackend  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from notifications import delivery, rendering  # noqa: E402
from notifications.models import Notification, Status  # noqa: E402
from notifications.models.letters import message_id_of  # noqa: E402

TEXT = (
    "Bonjour Aïcha,\n\nL’association « Les Jardins de Wazemmes » a répondu à votre proposition. "
    "Elle serait disponible jeudi à 9 h, ou la semaine suivante.\n\n"
    "Voir sur Trait d’union : http://localhost:8000/besoins/12/\n"
)


def write(count, prefix, *, later=False):
    html = rendering.frame("Une réponse pour vous", TEXT)
    now = timezone.now()
    Notification.objects.bulk_create(
        (
            Notification(
                address=f"{prefix}{number}@example.org",
                key=f"{prefix}:{number}",
                kind="bench",
                family="account",
                subject=f"Une réponse pour vous : « {number} »",
                text=TEXT,
                html=html,
                wanted_at=now,
                due_at=now + timedelta(days=30) if later else now,
                message_id=message_id_of(f"{prefix}:{number}", prefix, "example.org"),
            )
            for number in range(count)
        ),
        batch_size=2000,
    )


@contextmanager
def sink():
    command = [sys.executable, "-m", "tests.sink", os.environ["EMAIL_PORT"]]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def arrived():
        server.stdin.write("\n")
        server.stdin.flush()
        return tuple(map(int, server.stdout.readline().split()))

    time.sleep(0.5)
    yield arrived
    server.kill()


def in_processes(work):
    """The same work in PROCESSES children; returns the seconds it took."""
    connections.close_all()
    begins = time.perf_counter()
    children = []
    for place in range(PROCESSES):
        if not (pid := os.fork()):
            work(place)
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    return time.perf_counter() - begins


def ours(_place):
    while delivery.deliver_due():
        pass


def of_mine(prefix, place):
    mine = Notification.objects.waiting().filter(key__startswith=prefix).order_by("pk")
    return list(mine.values_list("pk", flat=True))[place::PROCESSES]


def message(letter):
    mail = EmailMultiAlternatives(
        letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.address]
    )
    mail.attach_alternative(letter.html, "text/html")
    return mail


def connection_to_server():
    server = settings.MAIL_SERVER
    return EmailBackend(alias="peer", host=server["host"], port=server["port"], timeout=10)


def sent(numbers):
    Notification.objects.filter(pk__in=numbers).update(status=Status.SENT, sent_at=timezone.now())


def one_connection_a_batch(place):
    """As a queue in the database does: some rows, one connection, one update."""
    numbers = of_mine("batch", place)
    for begin in range(0, len(numbers), delivery.BATCH):
        some = numbers[begin : begin + delivery.BATCH]
        letters = Notification.objects.filter(pk__in=some)
        connection_to_server().send_messages([message(letter) for letter in letters])
        sent(some)


def one_task_a_letter(place):
    """What most projects do: a task takes one row, builds the message, opens a connection."""
    app = Celery(broker="memory://")
    app.conf.task_always_eager = True
    app.conf.task_ignore_result = True

    @app.task
    def send(pk):
        connection_to_server().send_messages([message(Notification.objects.get(pk=pk))])
        sent([pk])

    for pk in of_mine("alone", place):
        send.delay(pk)


def claim_ms(rounds=20):
    """The claim of 50 among the rows that wait: the median."""
    spent = []
    for _ in range(rounds):
        begins = time.perf_counter()
        assert len(Notification.objects.claim(timezone.now(), delivery.BATCH)) == delivery.BATCH
        spent.append((time.perf_counter() - begins) * 1000)
    return round(sorted(spent)[rounds // 2], 2)


def main():
    call_command("migrate", verbosity=0)
    Notification.objects.all().delete()
    figures = {"database": connection.vendor, "processes": PROCESSES}
    with sink() as arrived:
        write(LETTERS, "ours")
        seconds = in_processes(ours)
        count, distinct = arrived()
        assert count == distinct == LETTERS, (count, distinct)
        figures["ours_per_second"] = round(LETTERS / seconds)

        for name, count, way in (
            ("batch", LETTERS, one_connection_a_batch),
            ("alone", ALONE, one_task_a_letter),
        ):
            Notification.objects.all().delete()
            write(count, name)
            before = arrived()[0]
            seconds = in_processes(way)
            assert arrived()[0] == before + count
            figures[f"{way.__name__}_per_second"] = round(count / seconds)
            ratio = figures["ours_per_second"] / figures[f"{way.__name__}_per_second"]
            figures[f"ours_beside_{way.__name__}"] = round(ratio, 2)
    Notification.objects.all().delete()
    write(WAITING, "wait")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_notification")
    figures[f"claim_50_of_{WAITING}_ms"] = claim_ms()
    Notification.objects.all().delete()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
