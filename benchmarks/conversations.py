"""How long the pages of conversations take with a million messages in PostgreSQL.

`python -m tests.services python -m benchmarks.conversations` (MESSAGES=1000000, RUNS=60). The pages
are asked for through Django's own client: everything but the wire.
"""

import os
import re
import statistics
import time

MESSAGES = int(os.environ.get("MESSAGES", "1000000"))
RUNS = int(os.environ.get("RUNS", "60"))
EACH = 20  # messages a thread
NEEDS = 2500

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ |= {"DEBUG": "true", "DOORBELL": "false", "LOG_LEVEL": "ERROR"}
os.environ |= {"SITE_URL": "http://testserver", "MAIL_TRANSPORT": "memory"}

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from marketplace.models import Need, Offer, Proposal, Thread  # noqa: E402
from tests.factories import (  # noqa: E402
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)

SAY = """
INSERT INTO marketplace_message (thread_id, author_id, text, search_text, about, about_label,
    sent_key, created_at, removal_reason)
SELECT t.id, CASE WHEN n %% 2 = 0 THEN need.created_by_id ELSE offer.created_by_id END,
    'Bonjour, message ' || n, 'bonjour, message ' || n || CASE WHEN n = 7 THEN ' tresorerie' ELSE '' END,
    '', '', t.id || '-' || n, now() - (%s - n) * interval '1 hour', ''
FROM marketplace_thread t
JOIN marketplace_proposal p ON p.id = t.proposal_id
JOIN marketplace_need need ON need.id = p.need_id
JOIN marketplace_offer offer ON offer.id = p.offer_id
CROSS JOIN generate_series(1, %s) n ORDER BY n, t.id
"""


def build() -> dict:
    """Structures of fifty threads each, one coordinator who follows a thousand of them."""
    aline = make_user(first_name="Aline")
    structure = make_organisation(member=aline)
    pattern, offer = make_need(structure), make_offer()
    maelle = make_coordinator(structure.pole)
    people = [aline, *(make_user() for _ in range(99))]
    organisations = [structure, *(make_organisation(member=person) for person in people[1:])]
    needs = [_copy(pattern, Need, organisation=organisations[n % 100], created_by=people[n % 100],
                   coordinator=maelle if n < NEEDS // 50 else None) for n in range(NEEDS)]  # fmt: skip
    per_need = MESSAGES // EACH // NEEDS
    offers = [_copy(offer, Offer) for _ in range(per_need)]
    Need.objects.bulk_create(needs)
    Offer.objects.bulk_create(offers)
    Proposal.objects.bulk_create(
        (Proposal(need=need, offer=one, origin="APPLICATION", created_by=aline)
         for need in needs for one in offers), batch_size=2000,
    )  # fmt: skip
    Thread.objects.bulk_create(
        (Thread(proposal=proposal) for proposal in Proposal.objects.iterator()), batch_size=2000
    )
    with connection.cursor() as cursor:
        cursor.execute(SAY, [EACH, EACH])
        cursor.execute("VACUUM ANALYZE")
    return {"a member": aline, "a coordinator": maelle, "a newcomer": make_user()}


def _copy(row, model, **changed):
    fields = {
        f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if f.name != "id"
    }
    copied = model(**fields)
    for name, value in changed.items():
        setattr(copied, name, value)
    return copied


def measure(client: Client, path: str) -> tuple[float, float]:
    client.get(path)
    times = []
    for _ in range(RUNS):
        before = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - before) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return statistics.median(times), sorted(times)[int(RUNS * 0.95) - 1]


def main() -> None:
    settings.DEBUG = False  # nobody keeps a list of the queries
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    people = build()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM marketplace_message")
        print(f"{cursor.fetchone()[0]:,} messages in {Thread.objects.count():,} threads")
    print(f"at {timezone.now():%Y-%m-%d}, {RUNS} runs a page")
    print("| page | who | their threads | median (ms) | p95 (ms) |")
    print("|---|---|---|---|---|")
    for who, person in people.items():
        client = Client()
        client.force_login(person)
        own = Thread.objects.taken_part_in_by(person).count()
        pages = {"inbox": "/messages/", "search": "/messages/?q=tresorerie"}
        if own:
            onwards = re.search(r"apres=([\d-]+)", client.get("/messages/").content.decode())
            if onwards:
                pages["inbox, next page"] = f"/messages/?apres={onwards[1]}"
            first = Thread.objects.taken_part_in_by(person).order_by("pk").first()
            pages["one conversation"] = first.get_absolute_url()
        for name, path in pages.items():
            median, p95 = measure(client, path)
            print(f"| {name} | {who} | {own} | {median:.0f} | {p95:.0f} |", flush=True)


if __name__ == "__main__":
    main()
