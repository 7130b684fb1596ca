"""A copy of the data of the busiest person: `python -m tests.services python -m benchmarks.personal_data`.

300 missions, 2,000 messages of theirs and as many of others, 6,000 hours and as many letters, beside ten times as much of
other people's. Prints how long a copy takes, and how much memory it adds; then half of it, which should add as much.
Without a DATABASE_URL it takes SQLite.
"""

import os
import resource
import sys
import tempfile
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ |= {"DEBUG": "true", "LOG_LEVEL": "ERROR", "DOORBELL": "false"}
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="trait-d-union-copies-")
os.environ.setdefault("SITE_URL", "http://testserver")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from marketplace.actions.desk import data_copies  # noqa: E402
from marketplace.models import (  # noqa: E402
    HoursEntry,
    Message,
    Mission,
    Need,
    Offer,
    Proposal,
    Thread,
)
from notifications.models import Notification  # noqa: E402
from tests.factories import (  # noqa: E402
    make_commune,
    make_need,
    make_offer,
    make_organisation,
    make_user,
    verify,
)

MISSIONS, MESSAGES, LETTERS, HOURS = 300, 2_000, 6_000, 6_000
OTHERS = 10  # people as busy
SECONDS = 30
WORDS = (
    "Nous avons regardé ensemble le budget de la saison, et il reste deux lignes à éclaircir. " * 5
)


def busy(name: str, share: float = 1.0):
    """A person with that share of what the busiest has."""
    person, other = verify(make_user(name, "Cherif")), make_user("Aline", f"De {name}")
    structure = make_organisation(member=other, name=f"Les Bottines de {name}")
    need, offer = make_need(structure, ranked=False), make_offer(person, ranked=False)
    missions, messages = int(MISSIONS * share), int(MESSAGES * share)
    needs = Need.objects.bulk_create(_like(need, number, missions) for number in range(missions))
    offers = Offer.objects.bulk_create(_like(offer, number, missions) for number in range(missions))
    now = timezone.now()
    both = zip(needs, offers, strict=True)
    proposals = Proposal.objects.bulk_create(
        Proposal(need=one, offer=other, origin="APPLICATION", status="AGREED", created_by=person,
                 need_said_yes_at=now, offer_said_yes_at=now)
        for one, other in both
    )  # fmt: skip
    found = Mission.objects.bulk_create(
        Mission(proposal=one, need=one.need, offer=one.offer, status="RUNNING", regime="VOLUNTEERING", starts_on=one.need.starts_on, ends_on=one.need.ends_on, started_at=now)
        for one in proposals
    )  # fmt: skip
    threads = Thread.objects.bulk_create(Thread(proposal=one) for one in proposals)
    Message.objects.bulk_create(
        (
            Message(thread=threads[at % missions], author=(person, other)[at % 2], text=f"{at} {WORDS}", sent_key=f"{name}{at}")
            for at in range(2 * messages)
        ),
        batch_size=500,
    )  # fmt: skip
    HoursEntry.objects.bulk_create(
        (
            HoursEntry(mission=found[at % missions], person=person, written_by=person, hours=3, what="Le budget",
                       day=timezone.localdate() - timedelta(days=at // missions))
            for at in range(int(HOURS * share))
        ),
        batch_size=500,
    )  # fmt: skip
    Notification.objects.bulk_create(
        (
            Notification(recipient=person, address=person.email, key=f"{name}:{at}", kind="message", family="messages",
                         subject=f"Un message {at}", text=WORDS * 2, html=WORDS * 6, status="SENT", sent_at=now)
            for at in range(int(LETTERS * share))
        ),
        batch_size=500,
    )  # fmt: skip
    return person


def _like(row, number: int, of: int):
    """A new row with what another says."""
    values = {
        one.attname: getattr(row, one.attname)
        for one in row._meta.concrete_fields
        if one.name != "id"
    }
    return type(row)(**values | {"title": f"{row.title} {number} sur {of}"})


def copied(person) -> tuple[float, int]:
    """Seconds, and kB more of memory at its highest."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    copy, _new = data_copies.ask(person, by=person, now=timezone.now())
    data_copies.carry_on(copy, now=timezone.now())
    spent = time.perf_counter() - start
    copy.refresh_from_db()
    assert copy.state == copy.State.READY, copy.state
    assert not copy.left_out
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(
        f"{copy.total:>8} rows{spent:>8.1f} s{more / 1024:>8.1f} MB more{copy.size / 2**20:>8.1f} MB of ZIP"
    )
    return spent, more


def main() -> int:
    call_command("migrate", verbosity=0)
    settings.DEBUG = False
    make_commune()
    tenth, whole = busy("Dixième", 0.1), busy("Nora")
    for number in range(OTHERS):
        busy(f"Voisine{number}", 0.9)
    print(f"{connection.vendor}: a tenth of the busiest person, then the whole")
    copied(tenth)
    spent, more = copied(whole)
    is_well = spent < SECONDS and more < 40 * 1024
    print("Ceilings held." if is_well else f"Above the ceilings: {SECONDS} s, 40 MB")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
