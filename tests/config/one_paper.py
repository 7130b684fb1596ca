"""A mission with a paper to sign, for test_several_machines: run on its site. Prints who is logged in how, and where.

`python -m tests.config.one_paper paper`; `letters NUMBER` posts letters to people of their own.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import django
import psycopg

django.setup()

from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import Organisation, User  # noqa: E402
from common import word_search  # noqa: E402
from config.direct import keep_for_the_role, speak_directly  # noqa: E402
from config.management.commands.prepare import one_at_a_time  # noqa: E402
from marketplace.ranking import bulk  # noqa: E402
from notifications import outbox  # noqa: E402
from notifications.models import Notification, Status  # noqa: E402
from tests.factories import make_organisation, make_user  # noqa: E402


def session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["session"].value


def paper() -> dict:
    from tests.marketplace.documents.document_desk import head_of, make_mission
    from tests.marketplace.documents.test_documents import make

    mission = make_mission()
    document = make(mission)
    sides = {"STRUCTURE": mission.need.organisation, "EMPLOYER": mission.offer.organisation}
    return {
        "read": document.sha256,
        "sign": reverse("document-sign", args=[document.pk]),
        "signed": reverse("document-file", args=[document.pk, "signe"]),
        "made": reverse("document-file", args=[document.pk, "original"]),
        "sessions": {party: session_of(head_of(side)) for party, side in sides.items()},
    }


def letters(number: str) -> dict:
    for one in range(int(number)):
        outbox.post_ready_made(
            address=f"personne{one}@example.org",
            key=f"several:{one}",
            kind="account",
            subject=f"Lettre {one}",
            text="Bonjour.",
            html="<p>Bonjour.</p>",
        )
    return {"waiting": Notification.objects.filter(status=Status.WAITING).count()}


def through_pgbouncer() -> dict:
    """What PgBouncer's transaction mode breaks most often: cursors of the server, prepared statements, settings of a session."""
    make_organisation(name="Les Jardins de Marelle")
    for _one in range(240 - User.objects.count()):
        make_user()

    def read(_turn: int) -> int:
        return sum(1 for _user in User.objects.order_by("pk").iterator(chunk_size=20))

    def fetched(_turn: int) -> int:
        sql = "SELECT id FROM accounts_user WHERE id > :least"
        return [len(bulk.fetch(sql, {"least": 0})) for _again in range(5)][-1]

    def alike(_turn: int) -> int:
        rows = Organisation.objects.all()
        return len([word_search.numbers_almost_called(rows, "Marelel") for _again in range(5)][-1])

    with ThreadPoolExecutor(6) as clients:
        told = {one.__name__: list(clients.map(one, range(6))) for one in (read, fetched, alike)}
    speak_directly()
    with one_at_a_time():
        speak_directly()  # as `migrate` within `prepare`: the lock is held still
    keep_for_the_role()  # as `prepare` does, for the connections to come
    with psycopg.connect(os.environ["DATABASE_DIRECT_URL"]) as anew:
        told["jit"] = anew.execute("SHOW jit").fetchone()[0]
    return told


print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
