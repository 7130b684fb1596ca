"""The coordinators' lists and their calendar over a hundred thousand missions: `python -m tests.services python -m benchmarks.desk_lists`.

Opens each list of the world of big_pole.py, in each order, through some filters, and in its middle, then the calendar, and
prints p50, p95 and the number of questions of each; then takes the longest out as files, with the memory that it needed at the most. MISSIONS=10000
makes a smaller world. Exits with 1 above the ceiling.
"""

import os
import resource
import sys
import time

os.environ.setdefault("ROUNDS", "20")  # of each of some eighty pages
from benchmarks import big_pole
from benchmarks.desk import CEILING_MS, in_a_folder_of_its_own, told

FILTERS = {
    "besoins": ("etat=PUBLISHED", "etat=SUBMITTED&suivi=personne", "departement=62", "age=90", "q=besoin"),
    "offres": ("temps=WORK", "departement=62&tri=titre"),
    "missions": ("etat=RUNNING", "promesse=bloquee", "regime=VOLUNTEERING&departement=59"),
    "organisations": ("nature=ESS", "departement=62", "q=association"),
    "personnes": ("lien=represente", "lien=mission", "q=n12"),
}  # fmt: skip
CALENDAR = ("", "vue=mois", "vue=jour", "whose=mine", "vue=mois&whose=mine", "whose=operator")


def main() -> int:
    return in_a_folder_of_its_own(measure)


def pages():
    from django.test import Client

    from accounts.models import Membership
    from marketplace.desk.lists import KINDS

    member = Membership.objects.filter(organisation__kind="OPERATOR").select_related("user")[0]
    client = Client()
    client.force_login(member.user)
    for code, kind in KINDS.items():
        address = f"/bureau/listes/{code}/"
        for column in (one for one in kind.columns if one.order):
            yield f"{code}, by {column.name}", f"{address}?tri={column.name}", client
            yield f"{code}, by {column.name} down", f"{address}?tri=-{column.name}", client
        rows = kind.rows(member.user)
        middle = rows.order_by("pk").values_list("pk", flat=True)[rows.count() // 2]
        yield f"{code}, the middle", f"{address}?tri={kind.order}&after={middle}", client
        for query in FILTERS[code]:
            yield f"{code}, {query}", f"{address}?{query}", client
    for query in CALENDAR:
        yield f"calendar, {query or 'semaine'}", f"/bureau/agenda/?{query}", client


def measure() -> int:
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    big_pole.ready()
    settings.DEBUG = False
    print(f"\n{connection.vendor}, {big_pole.MISSIONS} missions")
    print(f"{'page':44}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'in SQL':>9}{'queries':>9}")
    opened = [(name, told(name, url, client)[0], client) for name, url, client in pages()]
    for form in ("csv", "xlsx"):
        began = time.perf_counter()
        answer = opened[0][2].post(f"/bureau/listes/missions/fichier.{form}")
        size = sum(map(len, answer))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        took = time.perf_counter() - began
        print(f"missions as {form}: {took:.1f} s, {size / 1e6:.1f} MB, {most:.0f} MB at the most")
    late = [name for name, p95, _client in opened if p95 > CEILING_MS]
    print("Ceilings held." if not late else f"Above the ceilings: {', '.join(late)}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
