"""The coordinators' desk over a hundred thousand missions: `python -m tests.services python -m benchmarks.desk`.

Fills a database of its own with one pôle that holds everything (POLES=13 shares it out), opens the desk's pages as a coordinator through Django's
client, and prints p50, p95 and the number of questions of each, then which big tables the plans read whole (none is allowed).
MISSIONS=10000 makes a smaller world. On SQLite without a server: `python -m benchmarks.desk`.
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
MISSIONS = int(os.environ.get("MISSIONS", "100000"))
POLES = int(os.environ.get("POLES", "1"))
ROUNDS = int(os.environ.get("ROUNDS", "40"))
CEILING_MS, CEILING_QUERIES, BIG = 150, 15, 20_000
BATCH = 5_000
# How many in a thousand stand in each state; the others are over.
STATES = {
    "FRAMING": 8, "AGREEMENT": 6, "DOCUMENTS": 6, "RUNNING": 25, "SUSPENDED": 1, "DISPUTED": 1,
    "DELIVERED": 5, "REVIEWED": 6, "VALUED": 3,
}  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DEBUG": "true", "VAR_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DOORBELL": "false"}
        os.environ.setdefault("SITE_URL", "http://testserver")
        django.setup()
        return measure()


def measure() -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    with open(os.devnull, "w") as nowhere:
        for command in ("migrate", "createcachetable"):
            call_command(command, verbosity=0, stdout=nowhere)
    began = time.perf_counter()
    World(random.Random(1)).fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    settings.DEBUG = False
    print(f"\n{connection.vendor}, {MISSIONS} missions, {POLES} pôle(s), {ROUNDS} rounds")
    print(f"(filled in {time.perf_counter() - began:.0f} s)")
    print(f"(the night’s figures of every pôle made anew in {nightly():.0f} s)")
    print(f"{'page':34}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'in SQL':>9}{'queries':>9}")
    failures = [name for name, url, client in pages() if not _told(name, url, client)]
    failures += [f"whole table read: {table}" for table in whole_tables_read()]
    print("Ceilings held." if not failures else f"Above the ceilings: {', '.join(failures)}")
    return 1 if failures else 0


class World:
    """Rows as life would leave them: most missions are over, some move, some have been forgotten."""

    def __init__(self, chance: random.Random):
        from django.utils import timezone

        self.chance, self.now = chance, timezone.now()

    def ago(self, most: float):
        return self.now - timedelta(days=self.chance.random() * most)

    def batches(self, model, total: int, make) -> list:
        rows: list = []
        for start in range(0, total, BATCH):
            size = min(BATCH, total - start)
            rows += model.objects.bulk_create(make(start + number) for number in range(size))
        return rows

    def fill(self) -> None:
        self.places()
        self.people()
        self.market()
        self.missions()
        self.aftermath()
        self.told()

    def places(self) -> None:
        from accounts.models import Commune, Department, Pole
        from marketplace.models import Cause

        codes = ["59", "62", "80", "60", "02"]
        departments = [
            Department.objects.create(code=code, name=code, region_code="32", region="Hauts")
            for code in codes
        ]
        self.communes = Commune.objects.bulk_create(
            Commune(
                insee=f"{code}{n:03}",
                name=f"C{n}",
                search_name=f"c{n}",
                department=department,
                latitude=50 + n / 1000,
                longitude=3,
                epci_code=f"2000{code}{n % 18:02}",
                epci_name=f"CC {code} {n % 18}",
            )  # fmt: skip
            for code, department in zip(codes, departments, strict=True)
            for n in range(200)
        )
        self.poles = [Pole.objects.create(name=f"Pôle {n}", slug=f"p{n}") for n in range(POLES)]
        for pole in self.poles:
            pole.departments.set(departments)
        self.cause = Cause.objects.create(code="c", label_fr="c", label_en="c")

    def people(self) -> None:
        from accounts.models import Membership, Organisation, User

        self.users = self.batches(
            User, max(1000, MISSIONS // 5),
            lambda n: User(email=f"u{n}@example.org", first_name="Alix", last_name=f"N{n}", password="!"),
        )  # fmt: skip
        kinds = ["OPERATOR"] * 5 * POLES + ["ESS"] * (MISSIONS // 10)
        self.organisations = self.batches(
            Organisation, len(kinds),
            lambda n: Organisation(
                pole=self.poles[n % POLES], kind=kinds[n], name=f"Organisation {n}",
                legal_form="ASSOCIATION", commune=self.chance.choice(self.communes), purpose="p",
                status="SUBMITTED" if kinds[n] == "ESS" and n % 60 == 0 else "ACCEPTED",
                created_at=self.ago(40),
            ),
        )  # fmt: skip
        operators = [row for row in self.organisations if row.kind == "OPERATOR"]
        self.coordinators = {pole.pk: [] for pole in self.poles}
        for number, operator in enumerate(o for o in operators for _ in range(6)):
            user = self.users[number]
            Membership.objects.create(user=user, organisation=operator)
            self.coordinators[operator.pole_id].append(user)
        self.structures = [row for row in self.organisations if row.kind == "ESS"]

    def market(self) -> None:
        from django.db.models import F

        from marketplace.models import Need, Offer

        def need(number: int) -> Need:
            structure = self.chance.choice(self.structures)
            waiting = (
                "SUBMITTED" if number % 250 == 1 else "PUBLISHED" if number % 40 == 2 else "FILLED"
            )
            followed = self.chance.random() < 0.9
            coordinators = self.coordinators[structure.pole_id]
            return Need(
                pole_id=structure.pole_id, organisation=structure, title=f"Refaire notre site {number}",
                context="Le contexte. " * 30, deliverable="Un site. " * 20, cause=self.cause,
                commune=self.chance.choice(self.communes), starts_on=self.ago(60).date(),
                ends_on=(self.now + timedelta(days=90)).date(), hours=40, format="SPLIT",
                status=waiting, submitted_at=self.ago(60 if waiting != "SUBMITTED" else 12),
                published_at=None if waiting == "SUBMITTED" else self.ago(60 if waiting == "PUBLISHED" else 700),
                coordinator=self.chance.choice(coordinators) if followed else None,
                created_by=self.users[number % len(self.users)], search_text="refaire notre site",
            )  # fmt: skip

        self.needs = self.batches(Need, MISSIONS, need)
        Need.objects.exclude(status="SUBMITTED").update(updated_at=F("published_at"))
        self.offers = self.batches(
            Offer, MISSIONS // 4,
            lambda n: Offer(
                pole=self.poles[n % POLES], person=self.users[n % len(self.users)], title="Offre",
                time="OWN", commune=self.chance.choice(self.communes), hours=40, status="PUBLISHED",
                starts_on=self.ago(60).date(), ends_on=(self.now + timedelta(days=90)).date(),
                created_by=self.users[n % len(self.users)], published_at=self.now,
            ),
        )  # fmt: skip

    def missions(self) -> None:
        from marketplace.models import Mission, Proposal

        def proposal(number: int, status: str) -> Proposal:
            agreed = status == "AGREED"
            return Proposal(
                need=self.needs[number % len(self.needs)], status=status, origin="APPLICATION",
                offer=self.offers[(number * (1 if agreed else 3)) % len(self.offers)],
                created_by=self.users[0], created_at=self.ago(14 if not agreed else 700),
                offer_said_yes_at=self.now, need_said_yes_at=self.now if agreed else None,
            )  # fmt: skip

        agreed = self.batches(Proposal, MISSIONS, lambda n: proposal(n, "AGREED"))
        self.open = self.batches(
            Proposal, MISSIONS // 50, lambda n: proposal(n * 7 + 1 + len(self.needs), "OPEN")
        ) if len(self.offers) * 4 >= MISSIONS else []  # fmt: skip
        states = [state for state, share in STATES.items() for _ in range(share)]
        states += ["CLOSED"] * (1000 - len(states))

        def mission(number: int) -> Mission:
            status, need = states[number * 7 % 1000], agreed[number].need
            return Mission(
                proposal=agreed[number], need=need, offer=agreed[number].offer, status=status,
                regime="VOLUNTEERING", coordinator_id=need.coordinator_id,
                starts_on=self.ago(90).date(), ends_on=(self.now + timedelta(days=30)).date(),
                moved_at=self.ago(30 if status != "CLOSED" else 700), created_at=self.ago(700),
            )  # fmt: skip

        self.all_missions = self.batches(Mission, MISSIONS, mission)

    def aftermath(self) -> None:
        from marketplace.models import Case, Eligibility, FollowUp, MissionStep
        from notifications import health
        from notifications.models import Heartbeat

        def follow_up(number: int) -> FollowUp:
            mission = self.all_missions[number // 2]
            silent = number % 30 == 0
            worried = number % 900 == 1
            return FollowUp(
                mission=mission, kind="FIRST_WEEK", side=["NEED", "OFFER"][number % 2],
                asked=self.users[number % len(self.users)], asked_on=self.ago(60).date(),
                answer="" if silent else "DOUBT" if worried else "GOOD",
                answered_at=None if silent else self.ago(60),
                settled_at=None if silent or worried else self.now, created_at=self.ago(60),
            )  # fmt: skip

        self.batches(FollowUp, MISSIONS * 2, follow_up)
        self.batches(
            MissionStep, MISSIONS * 3,
            lambda n: MissionStep(mission=self.all_missions[n // 3], after="CLOSED", at=self.ago(700)),
        )  # fmt: skip
        self.batches(
            Eligibility, len(self.structures),
            lambda n: Eligibility(
                organisation=self.structures[n], status="RESCRIT", declared_by=self.users[0],
                declared_at=self.ago(40), verified_at=None if n % 50 == 0 else self.now,
                verified_by=None if n % 50 == 0 else self.users[0],
            ),
        )  # fmt: skip
        self.batches(
            Case, MISSIONS // 50,
            lambda n: Case(
                pole_id=self.all_missions[n * 50].need.pole_id, mission=self.all_missions[n * 50],
                reason="SILENCE", opened_at=self.ago(60), closed_at=None if n % 10 == 0 else self.now,
                outcome="" if n % 10 == 0 else "SOLVED",
            ),
        )  # fmt: skip
        for worker in health.WORKERS:
            Heartbeat.objects.create(name=worker, seen_at=self.now + timedelta(hours=12))

    def told(self) -> None:
        """What the figures are counted from."""
        from marketplace.models import HoursEntry, NeedSkill, NeedStep, Review, Skill, SkillFamily

        families = SkillFamily.objects.bulk_create(
            SkillFamily(code=f"f{n}", label_fr=f"F{n}", label_en=f"F{n}") for n in range(20)
        )
        skills = Skill.objects.bulk_create(
            Skill(code=f"s{n}", family=families[n % 20], label_fr=f"S{n}", label_en=f"S{n}")
            for n in range(240)
        )
        self.batches(
            NeedSkill, MISSIONS, lambda n: NeedSkill(need=self.needs[n], skill=skills[n % 240])
        )
        self.batches(
            NeedStep, MISSIONS * 2,
            lambda n: NeedStep(
                need=self.needs[n // 2], after=["SUBMITTED", "PUBLISHED"][n % 2],
                at=self.all_missions[n // 2].created_at - timedelta(days=20 - n % 2),
            ),
        )  # fmt: skip
        self.batches(
            HoursEntry, MISSIONS * 2,
            lambda n: HoursEntry(
                mission=self.all_missions[n // 2], person=self.users[n % len(self.users)], hours=7,
                day=self.all_missions[n // 2].starts_on + timedelta(days=n % 2), confirmed_at=self.now,
            ),
        )  # fmt: skip
        self.batches(
            Review, MISSIONS // 2,
            lambda n: Review(
                mission=self.all_missions[n * 2], side="NEED", author=self.users[0], rating=1 + n % 5,
                again=n % 3 > 0, created_at=self.ago(700),
            ),
        )  # fmt: skip


def nightly() -> float:
    from django.utils import timezone

    from marketplace.actions import figures

    began = time.perf_counter()
    figures.refresh_due(timezone.now())
    return time.perf_counter() - began


def pages():
    from django.test import Client
    from django.utils import timezone

    from accounts.models import Membership

    member = Membership.objects.filter(organisation__kind="OPERATOR").select_related("user")[0]
    client = Client()
    client.force_login(member.user)
    yield "desk", "/bureau/", client
    yield "desk, mine", "/bureau/?whose=mine", client
    yield "desk, my operator's", "/bureau/?whose=operator", client
    yield "desk, missions", "/bureau/?kind=mission", client
    yield "desk, 15 days, one département", "/bureau/?age=15&department=62", client
    yield "desk, page 20", "/bureau/?page=20", client
    yield "who has what", "/bureau/charge/", client
    yield "board of needs", "/bureau/tableau/besoins/", client
    yield "board of missions", "/bureau/tableau/missions/", client
    yield "figures, a year", "/bureau/chiffres/", client
    yield "figures, two years by family", "/bureau/chiffres/?months=24&by=family", client
    yield "figures of a département", "/bureau/chiffres/?department=62&by=operator", client
    yield "the year's report", f"/bureau/chiffres/rapport/{timezone.localdate().year - 1}/", client
    yield "brakes and enablers", "/bureau/freins/", client
    yield "an organisation's story", f"/bureau/histoire/organisations/{_busiest()}/", client


def _busiest() -> int:
    from django.db.models import Count

    from marketplace.models import Need

    rows = Need.objects.order_by().values("organisation").annotate(n=Count("pk")).order_by("-n")
    return rows[0]["organisation"]


def _told(name: str, url: str, client) -> bool:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for number in range(3 + ROUNDS):
        began = time.perf_counter()
        response = client.get(url)
        if number >= 3:
            times.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, (url, response.status_code)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    late, asked = statistics.quantiles(times, n=20)[-1], len(queries)
    in_sql = sum(float(query["time"]) for query in queries) * 1000
    print(
        f"{name:34}{min(times):9.1f}{statistics.median(times):9.1f}{late:9.1f}{in_sql:9.1f}{asked:9d}",
        flush=True,
    )
    return late <= CEILING_MS and asked <= CEILING_QUERIES


def whole_tables_read() -> set[str]:
    """The big tables that any question of these pages reads from end to end."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if connection.vendor != "postgresql":
        return set()
    found: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE reltuples > %s", [BIG])
        big = {name for (name,) in cursor.fetchall()}
    for name, url, client in pages():
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        for asked in [query["sql"] for query in queries if query["sql"].startswith(("SELECT", "\nWITH", "WITH"))]:  # fmt: skip
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {asked}".replace("%", "%%"))
                read = _scanned(cursor.fetchone()[0]) & big
            if read:
                print(f"  {name}: whole {', '.join(sorted(read))} in {asked.strip()[:90]}…")
                found |= read
    return found


def _scanned(plan) -> set[str]:
    plan = json.loads(plan) if isinstance(plan, str) else plan
    if isinstance(plan, list):
        return set().union(*(_scanned(part) for part in plan))
    here = {plan["Relation Name"]} if plan.get("Node Type") == "Seq Scan" else set()
    return here.union(*(_scanned(plan[key]) for key in ("Plan", "Plans") if key in plan))


if __name__ == "__main__":
    sys.exit(main())
