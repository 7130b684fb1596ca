"""A pôle writes to several, beside a hundred thousand missions: `python -m tests.services python -m benchmarks.mailings`.
MISSIONS=2000 makes a smaller one, PEOPLE=500 fewer who want its letters. Prints how long its pages take, the sending and the
letters of a ring of the clock; exits with 1 above its ceiling."""

import os
import sys
import time
from datetime import timedelta

from benchmarks import big_pole
from benchmarks.desk import CEILING_MS, in_a_folder_of_its_own, told

PEOPLE = int(os.environ.get("PEOPLE", "5000"))


def main() -> int:
    return in_a_folder_of_its_own(measure)


def measure() -> int:
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    big_pole.ready()
    settings.DEBUG = False
    print(f"\n{connection.vendor}, {big_pole.MISSIONS} missions, {PEOPLE} who want letters")
    print(f"{'page':34}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'in SQL':>9}{'queries':>9}")
    found = [(*told(name, url, client), name) for name, url, client in pages()]
    slow = [name for late, _asked, name in found if late > CEILING_MS]
    print("The ceiling held." if not slow else f"Above the ceiling: {', '.join(slow)}")
    return 1 if slow else 0


def pages():
    """Those of a coordinator, with drafts to a few and to as many as one may write to."""
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from accounts.models import Membership, Pole, User
    from marketplace.actions.desk import mailings
    from marketplace.models import Consent, Mailing, Need

    pole = Pole.objects.order_by("pk")[0]
    by = Membership.objects.coordinating(pole).people().order_by("pk")[0]
    client, now = Client(), timezone.now()
    client.force_login(by)
    crowd = User.objects.exclude(pk=by.pk).order_by("pk")[:PEOPLE]
    Consent.objects.bulk_create(
        (
            Consent(person=one, kind="LETTERS", about=pole.pk, words="…", language="fr", how="ACCOUNT")
            for one in crowd
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # which the database does by itself, a minute later
    some = "&".join(
        f"rows={pk}" for pk in Need.objects.filter(pole=pole).values_list("pk", flat=True)[:200]
    )
    words = {"subject": "Pour {structure}", "text": "Bonjour.", "by": by, "pole": pole}
    few = Mailing.objects.create(**words, code="besoins", query=some)
    many, all_of_them = (
        Mailing.objects.create(**words),
        Mailing.objects.create(**words, code="missions", query="all=1"),
    )
    yield "the letters", "/bureau/lettres/", client
    yield "the models", "/bureau/lettres/modeles/", client
    yield "to write, all missions", "/bureau/listes/missions/ecrire/?all=1", client
    yield "a draft, 200 needs", few.get_absolute_url(), client
    yield "a draft, all missions", all_of_them.get_absolute_url(), client
    yield "a draft, all who want letters", many.get_absolute_url(), client
    began = time.perf_counter()
    count = mailings.send(many, by=by, now=now - timedelta(hours=1))
    print(f"{count} sent in {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    print(f"{mailings.post_due(now)} posted in {time.perf_counter() - began:.2f} s")
    yield "being sent", many.get_absolute_url(), client


if __name__ == "__main__":
    sys.exit(main())
