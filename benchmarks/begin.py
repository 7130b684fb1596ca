"""The one sentence with which somebody begins, read over a hundred thousand offers: `python -m tests.services python -m benchmarks.begin`.

Posts sentences as a visitor through Django's client, both tabs, with places that are clear, of several, and none, then what a structure reads beside
its need's first step; prints p50, p95 and the questions of each. "Cold" is the median of a reading that counts its sector and shares its pôle out anew:
each process does it once a day. The needs are those of benchmarks/catalogue.py.
"""

import os
import random
import statistics
import sys
import time
from datetime import timedelta

from benchmarks import catalogue

OFFERS = int(os.environ.get("OFFERS", "100000"))
CEILING_MS = 100
ACCOUNTS = "on n’arrive plus à tenir la compta depuis que notre trésorière est partie"
SENTENCES = (
    ("NEED", f"{ACCOUNTS}, à Lens"),
    ("NEED", f"{ACCOUNTS}, à Lille"),
    ("NEED", f"{ACCOUNTS}, à Saint-Denis"),
    ("NEED", ACCOUNTS),
    ("NEED", "un truc pour nous"),
    ("NEED", (f"{ACCOUNTS}, refaire notre site, " * 30)[:2000]),
    ("OFFER", "je fais des sites internet, à Lille"),
    ("OFFER", "graphiste, je dessine des affiches et des logos"),
)


def main() -> int:
    return catalogue.main(lay_out=lay_out, measured=measure)


def lay_out() -> None:
    """Offers of one person each, three skills each, half of them in the first pôle's communes."""
    from django.utils import timezone

    from accounts.models import Commune, Pole, User
    from marketplace.models import Offer, OfferSkill, Skill

    if Offer.objects.exists():
        return
    chance, today = random.Random(2), timezone.localdate()
    home = dict(Pole.departments.through.objects.values_list("department", "pole"))
    communes = [one for one in Commune.objects.exclude(population=0) if one.department_id in home]
    ours = [one for one in communes if one.department_id in catalogue.OURS]
    people = User.objects.bulk_create(
        (User(email=f"p{n}@example.org", password="!") for n in range(OFFERS)), batch_size=5_000
    )

    def offer(number: int) -> Offer:
        commune = chance.choice(ours if number % 2 else communes)
        return Offer(
            person=people[number], created_by=people[number], commune=commune, title="Mon offre",
            pole_id=home[commune.department_id], time="OWN", place=("ON_SITE", "BOTH", "REMOTE")[number % 3],
            status="PUBLISHED", published_at=timezone.now() - timedelta(days=9), starts_on=today,
            ends_on=today + timedelta(days=99), hours=40,
        )  # fmt: skip

    offers = Offer.objects.bulk_create(map(offer, range(OFFERS)), batch_size=5_000)
    skills = list(Skill.objects.all())
    OfferSkill.objects.bulk_create(
        (
            OfferSkill(offer=one, skill=skill)
            for one in offers
            for skill in chance.sample(skills, 3)
        ),
        batch_size=5_000,
    )


def _structure():
    """Somebody who writes a need for a structure of the first pôle, once the matching has read all offers."""
    from accounts.models import Membership, Organisation, User
    from marketplace.ranking import index

    index.rebuild()
    ours = Organisation.objects.filter(status="ACCEPTED", pole__slug="p0")
    person = User.objects.create(email="aline@example.org", first_name="Aline", password="!")
    Membership.objects.create(
        user=person, organisation=ours.order_by("pk").first(), role="ADMINISTRATOR"
    )
    return person


def measure(_pages: object) -> int:
    from django.conf import settings
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from marketplace.views.market import beginning, need_standing

    settings.ALLOWED_HOSTS, settings.DEBUG = ["testserver"], False
    beginning.LIMITS = {"begin": "1000000/m/ip"}
    need_standing.LIMITS = {"standing": "1000000/h/user"}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client, late = Client(headers={"HX-Request": "true"}), 0.0
    writer = Client(headers={"HX-Request": "true"})
    writer.force_login(_structure())
    print(f"\n{connection.vendor}, {OFFERS} offers, {catalogue.NEEDS} needs")
    print(f"{'sentence':42}{'p50 ms':>9}{'p95 ms':>9}{'cold ms':>9}{'queries':>9}")
    asked = [(client, "/commencer/", {"kind": kind, "text": text}) for kind, text in SENTENCES]
    first_step = {"step": "quoi", "who": "yes", "context": ACCOUNTS}
    asked.append((writer, "/besoins/nouveau/", first_step | {"text": "beside a need's first step"}))
    for who, address, sent in asked:
        text = sent["text"]

        def once(who=who, address=address, sent=sent) -> float:
            began = time.perf_counter()
            assert who.post(address, sent).status_code == 200
            return (time.perf_counter() - began) * 1000

        once()
        cold = []
        for _ in range(catalogue.COLD):
            caches["counts"].clear()
            cold.append(once())
        times = [once() for _ in range(catalogue.ROUNDS)]
        with CaptureQueriesContext(connection) as queries:
            who.post(address, sent)
        p95 = statistics.quantiles(times, n=20)[-1]
        late = max(late, p95)
        print(
            f"{text[-40:]:42}{statistics.median(times):9.1f}{p95:9.1f}{statistics.median(cold):9.1f}{len(queries):9d}"
        )
    return 1 if late > CEILING_MS else 0


if __name__ == "__main__":
    sys.exit(main())
