"""The one search over a hundred thousand of each noun: `python -m tests.services python -m benchmarks.finding`.

MISSIONS=10000 makes a smaller world (the one for SQLite: `MISSIONS=10000 python -m benchmarks.finding`). Each search is what is asked while
somebody types, by a coordinator, a structure's representative, somebody who offers, and somebody who is of nothing. Prints what
benchmarks.desk prints; exits with 1 above its ceiling.
"""

import os
import random
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

os.environ.setdefault("ROUNDS", "20")  # of each of sixty searches
from benchmarks import big_pole
from benchmarks.desk import ROUNDS, in_a_folder_of_its_own, told

CEILING_MS, CEILING_QUERIES = 100, 70
SYLLABLES = (
    "ba",
    "cor",
    "del",
    "fau",
    "gil",
    "lam",
    "mar",
    "nor",
    "pe",
    "ro",
    "sau",
    "ti",
    "vel",
    "zan",
)
SEARCHES = {
    "three letters that all say": "ref",
    "three letters of a name": "mar",
    "a first name that all have": "alix",
    "a whole name": "alix n777",
    "a rare word": "n777",
    "a title and a name": "refaire n777",
    "two words that all say": "notre site",
    "six words": "refaire notre site organisation alix n777",
    "a slip": "organisatoin",
    "a slip of a name": "marlmadel",
    "a number": "777",
    "a number of the pôle’s": "S-777",
    "a paper": "C-2026-0777",
    "an address": "u777@example.org",
    "nothing": "zzyzx",
}  # fmt: skip


def main() -> int:
    return in_a_folder_of_its_own(measure)


def measure() -> int:
    from django.conf import settings
    from django.db import connection

    from marketplace.views.desk import finding

    settings.ALLOWED_HOSTS = ["testserver"]
    finding.LIMITS = {}
    big_pole.ready()
    _more(random.Random(7))
    settings.DEBUG = False
    print(f"\n{connection.vendor}, {big_pole.MISSIONS} of each, {ROUNDS} rounds")
    print(f"{'search':48}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'in SQL':>9}{'queries':>9}")
    failures = []
    for who, client in _readers():
        for name, words in SEARCHES.items():
            late, asked = told(
                f"{who}, {name}"[:48].ljust(48), f"/chercher/?{urlencode({'q': words})}", client
            )
            if late > CEILING_MS or asked > CEILING_QUERIES:
                failures.append(f"{who}, {name}")
    print("The ceiling held." if not failures else f"Above the ceiling: {'; '.join(failures)}")
    return 1 if failures else 0


def _readers():
    """Each with a client that asks as the overlay does."""
    from django.test import Client

    from accounts.models import Membership, User
    from marketplace.models import Mission

    memberships = Membership.objects.select_related("user").order_by("pk")
    people = {
        "coordinator": memberships.filter(organisation__kind="OPERATOR")[0].user,
        "structure": memberships.filter(organisation__kind="ESS")[0].user,
        "volunteer": Mission.objects.order_by("-pk")[0].offer.person,
        "nobody’s": User.objects.filter(memberships=None, offers=None).order_by("pk")[0],
    }
    for who, user in people.items():
        client = Client(headers={"HX-Request": "true"})
        client.force_login(user)
        yield who, client


def _more(chance: random.Random) -> None:
    """As many people, organisations and offers as missions, with names of their own, and what people have written."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import Membership, Organisation, User
    from marketplace.models import Message, Mission, Offer, Thread

    if Thread.objects.exists():
        return
    total, now = big_pole.MISSIONS, timezone.now()
    world = big_pole.World(chance)

    def name() -> str:
        return "".join(
            chance.choice(SYLLABLES) for _syllable in range(chance.randint(2, 4))
        ).title()

    first = Organisation.objects.filter(kind="ESS").order_by("pk")[0]
    people = world.batches(
        User, total - User.objects.count(),
        lambda n: User(email=f"p{n}@example.org", first_name=name(), last_name=name(), password="!"),
    )  # fmt: skip
    houses = world.batches(
        Organisation, total - Organisation.objects.count(),
        lambda n: Organisation(
            pole=first.pole, kind="ESS", name=f"{name()} {name()}", legal_form="ASSOCIATION",
            commune=first.commune, purpose=f"{name()} et {name()}.", status="ACCEPTED",
        ),
    )  # fmt: skip
    world.batches(
        Membership, len(people) * 9 // 10,
        lambda n: Membership(user=people[n], organisation=houses[n % len(houses)] if n else first),
    )  # fmt: skip
    _records(world, first, name, total)
    offers = total - Offer.objects.count()
    world.batches(
        Offer, offers,
        lambda n: Offer(
            pole=first.pole, person=people[n % (len(people) * 8 // 10)], title=f"{name()}, offre {n}", time="OWN",
            commune=first.commune, hours=40, status="PUBLISHED", starts_on=now.date(), ends_on=now.date(),
            created_by=people[n % len(people)], published_at=now,
        ),
    )  # fmt: skip
    proposals = list(Mission.objects.order_by("pk").values_list("proposal", "offer__person"))
    threads = world.batches(
        Thread, total, lambda n: Thread(proposal_id=proposals[n][0], last_message_at=now)
    )
    world.batches(
        Message, total,
        lambda n: Message(thread=threads[n], author_id=proposals[n][1], text="Bonjour.", sent_key=f"{n}"),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _records(world: big_pole.World, first: Any, name: Callable[[], str], total: int) -> None:
    """As many of each kind as the pôle has brought in from its own files."""
    from accounts.models import Membership
    from marketplace.models import NeedRecord, OrganisationRecord, PersonRecord

    seated = Membership.objects.filter(organisation__kind="OPERATOR").order_by("pk")[0]
    kept = {"pole": first.pole, "operator": seated.organisation, "by": seated.user}
    structures = world.batches(
        OrganisationRecord, total,
        lambda n: OrganisationRecord(**kept, name=f"{name()} {name()}", near="", number=f"S-{n}"),
    )  # fmt: skip
    world.batches(
        PersonRecord, total,
        lambda n: PersonRecord(
            **kept, first_name=name(), last_name=name(), near="", number=f"P-{n}", email=f"r{n}@example.org"
        ),
    )  # fmt: skip
    world.batches(
        NeedRecord, total,
        lambda n: NeedRecord(**kept, title=f"Refaire le site {name()}", structure=structures[n], number=f"B-{n}"),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
