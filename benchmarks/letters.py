"""How many letters a second leave, through the real chain, beside one task a letter in the same run.

Run it on PostgreSQL and Redis: `python -m tests.services python -m benchmarks.letters`.
The chain: rows in the database, two worker processes, SMTP over a socket to a server that counts.
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


def one_task_a_letter(place):
    """What most projects do: a task takes one row, builds the message, opens a connection."""
    app = Celery(broker="memory://")
    app.conf.task_always_eager = True
    app.conf.task_ignore_result = True

    @app.task
    def send(pk):
        letter = Notification.objects.get(pk=pk)
        server = settings.MAIL_SERVER
        mail = EmailMultiAlternatives(
            letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.address]
        )
        mail.attach_alternative(letter.html, "text/html")
        backend = EmailBackend(alias="peer", host=server["host"], port=server["port"], timeout=10)
        backend.send_messages([mail])
        Notification.objects.filter(pk=pk).update(status=Status.SENT, sent_at=timezone.now())

    mine = Notification.objects.waiting().filter(key__startswith="alone").order_by("pk")
    for pk in list(mine.values_list("pk", flat=True))[place::PROCESSES]:
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

        Notification.objects.all().delete()
        write(ALONE, "alone")
        seconds = in_processes(one_task_a_letter)
        assert arrived()[0] == LETTERS + ALONE
        figures["one_task_a_letter_per_second"] = round(ALONE / seconds)
        figures["times"] = round(
            figures["ours_per_second"] / figures["one_task_a_letter_per_second"], 1
        )
    Notification.objects.all().delete()
    write(WAITING, "wait")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_notification")
    figures[f"claim_50_of_{WAITING}_ms"] = claim_ms()
    Notification.objects.all().delete()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
