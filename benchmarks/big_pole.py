"""The world of benchmarks.desk and benchmarks.night: one pôle that holds a hundred thousand missions.

MISSIONS=10000 makes a smaller one, POLES=13 shares it out. It stands in the database of DATABASE_URL, and is filled
once: a later run on the same database finds it there.
"""

import os
import random
import time
from datetime import timedelta

MISSIONS = int(os.environ.get("MISSIONS", "100000"))
POLES = int(os.environ.get("POLES", "1"))
BATCH = 5_000
# How many in a thousand stand in each state; the others are over.
STATES = {
    "FRAMING": 8, "AGREEMENT": 6, "DOCUMENTS": 6, "RUNNING": 25, "SUSPENDED": 1, "DISPUTED": 1,
    "DELIVERED": 5, "REVIEWED": 6, "VALUED": 3,
}  # fmt: skip
LIVES = [state for state, share in STATES.items() for _ in range(share)]
LIVES += ["CLOSED"] * (1000 - len(LIVES))
OVER = ("DELIVERED", "REVIEWED", "VALUED", "CLOSED")


def ready() -> None:
    """Migrated, filled unless it is already, and its heart beats."""
    from django.core.management import call_command
    from django.db import connection

    from marketplace.models import Mission

    with open(os.devnull, "w") as nowhere:
        for command in ("migrate", "createcachetable"):
            call_command(command, verbosity=0, stdout=nowhere)
    if found := Mission.objects.count():
        assert found == MISSIONS, f"{found} missions stand in this database, not {MISSIONS}."
    else:
        began = time.perf_counter()
        World(random.Random(1)).fill()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        print(f"(filled in {time.perf_counter() - began:.0f} s)")
    beat()


def beat() -> None:
    """As if the workers had just been seen: their absence would cost each page its notice."""
    from django.utils import timezone

    from notifications import health
    from notifications.models import Heartbeat

    for worker in health.WORKERS:
        seen = {"seen_at": timezone.now() + timedelta(hours=12)}
        Heartbeat.objects.update_or_create(name=worker, defaults=seen)


class World:
    """Rows as life would leave them: most missions are over, some move, some have been forgotten."""

    def __init__(self, chance: random.Random):
        from django.utils import timezone

        self.chance, self.now = chance, timezone.now()

    def ago(self, most: float):
        return self.now - timedelta(days=self.chance.random() * most)

    def batches(self, model, total: int, make) -> list:
        from django.db import connection

        write = _copy if connection.vendor == "postgresql" else model.objects.bulk_create
        rows: list = []
        for start in range(0, total, BATCH):
            size = min(BATCH, total - start)
            rows += write([make(start + number) for number in range(size)])
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
        from accounts.actions import seats
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
        for operator in operators:
            seats.settle(operator, operator.pole, by=None, now=operator.created_at)
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
                created_by=self.users[number % len(self.users)],
            )  # fmt: skip

        self.needs = self.batches(Need, MISSIONS, need)
        Need.objects.exclude(status="SUBMITTED").update(updated_at=F("published_at"))
        self.offers = self.batches(
            Offer, MISSIONS // 4,
            lambda n: Offer(
                pole=self.poles[n % POLES], person=self.users[n % len(self.users)], title="Offre",
                time="OWN", commune=self.chance.choice(self.communes), hours=40, status="PUBLISHED",
                starts_on=self.ago(60).date(), ends_on=(self.now + timedelta(days=90)).date(),
                created_by=self.users[n % len(self.users)], published_at=self.ago(59),
            ),
        )  # fmt: skip

    def state_of(self, number: int) -> str:
        """In which state the mission of this number stands."""
        return LIVES[number * 7 % 1000]

    def missions(self) -> None:
        from marketplace.models import Mission, Proposal

        filled, published = (
            [need for need in self.needs if need.status == status]
            for status in ("FILLED", "PUBLISHED")
        )

        def proposal(number: int, status: str) -> Proposal:
            agreed = status == "AGREED"
            needs = filled if agreed else published
            offer = self.offers[(number * (1 if agreed else 3)) % len(self.offers)]
            return Proposal(
                need=needs[number % len(needs)], status=status, origin="APPLICATION",
                offer=offer, created_by_id=offer.person_id, created_at=self.ago(14 if not agreed else 700),
                offer_said_yes_at=self.now, need_said_yes_at=self.now if agreed else None,
            )  # fmt: skip

        agreed = self.batches(Proposal, MISSIONS, lambda n: proposal(n, "AGREED"))
        self.waiting = self.batches(Proposal, MISSIONS // 50, lambda n: proposal(n, "OPEN"))

        def mission(number: int) -> Mission:
            status, need = self.state_of(number), agreed[number].need
            return Mission(
                proposal=agreed[number], need=need, offer=agreed[number].offer, status=status,
                regime="VOLUNTEERING", coordinator_id=need.coordinator_id,
                starts_on=self.ago(90).date(), ends_on=(self.now + timedelta(days=30)).date(),
                moved_at=(moved := self.ago(30 if status != "CLOSED" else 700)), created_at=self.ago(700),
                delivered_at=moved if status in OVER else None,
            )  # fmt: skip

        self.all_missions = self.batches(Mission, MISSIONS, mission)

    def aftermath(self) -> None:
        from marketplace.models import Case, Eligibility, FollowUp, MissionStep

        def follow_up(number: int) -> FollowUp:
            mission = self.all_missions[number // 2]
            silent = number % 30 == 0
            worried = number % 900 == 1
            # The silence of a mission that is over has had its case, which settled it.
            waits = worried or (silent and mission.status not in OVER)
            return FollowUp(
                mission=mission, kind="FIRST_WEEK", side=["NEED", "OFFER"][number % 2],
                asked_id=party(mission, ["NEED", "OFFER"][number % 2]), asked_on=self.ago(60).date(),
                answer="" if silent else "DOUBT" if worried else "GOOD",
                answered_at=None if silent else self.ago(60),
                settled_at=None if waits else self.now, created_at=self.ago(60),
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
        self.said()

    def said(self) -> None:
        """What earlier nights have asked and looked into: reviews, the word three months later, silences."""
        from marketplace.actions.missions.followups import case_key
        from marketplace.models import FollowUp, Reminder

        waiting = {"DELIVERED", "REVIEWED", "VALUED"}
        asked = [(mission, "REVIEW") for mission in self.all_missions if mission.status in waiting]
        later = self.now - timedelta(days=90)
        asked += [
            (mission, "LATER") for mission in self.all_missions
            if mission.delivered_at and mission.delivered_at <= later
        ]  # fmt: skip
        self.batches(
            FollowUp, len(asked) * 2,
            lambda n: FollowUp(
                mission=asked[n // 2][0], kind=asked[n // 2][1], side=["NEED", "OFFER"][n % 2],
                asked_id=party(asked[n // 2][0], ["NEED", "OFFER"][n % 2]),
                asked_on=self.now.date(), answer="GOOD",
                answered_at=self.now, settled_at=self.now,
            ),
        )  # fmt: skip
        keys = self.reminded()
        silent = FollowUp.objects.filter(answered_at=None, settled_at=None).values_list(
            "pk", "asked_on"
        )
        keys += [case_key(FollowUp, pk, day) for pk, day in silent]
        keys = sorted(set(keys) - set(Reminder.objects.values_list("key", flat=True)))
        self.batches(Reminder, len(keys), lambda n: Reminder(key=keys[n], at=self.now))

    def reminded(self) -> list[str]:
        """The steps of the rule against silence that the waiting proposals have reached."""
        from django.utils import timezone

        from marketplace.actions.market import silence
        from marketplace.models import Promises, Proposal

        since = silence._last_days(Promises(), self.now.date())
        asked = Proposal.objects.open().values_list("pk", "created_at")
        return [
            silence.key_of(pk, step)
            for pk, at in asked
            for step in silence.ORDER[:-1]
            if timezone.localdate(at) <= since[step]
        ]

    def told(self) -> None:
        """What the figures are counted from."""
        from marketplace.models import HoursEntry, NeedStep, Review

        self.skills()
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
                mission=self.all_missions[n // 2], hours=7,
                person_id=party(self.all_missions[n // 2], "OFFER"),
                day=self.all_missions[n // 2].starts_on + timedelta(days=n % 2), confirmed_at=self.now,
            ),
        )  # fmt: skip
        self.batches(
            Review, MISSIONS // 2,
            lambda n: Review(
                mission=self.all_missions[n * 2], side="NEED", rating=1 + n % 5,
                author_id=party(self.all_missions[n * 2], "NEED"),
                again=n % 3 > 0, created_at=self.ago(700),
            ),
        )  # fmt: skip

    def skills(self) -> None:
        """One for each need."""
        from marketplace.models import NeedSkill, Skill, SkillFamily

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


def _copy(rows: list) -> list:
    """Written by COPY, which takes half as long as INSERT. Their numbers are drawn first."""
    from django.db import connection

    from marketplace.ranking import bulk

    fields = [one for one in rows[0]._meta.concrete_fields if not one.generated]
    table, key = rows[0]._meta.db_table, rows[0]._meta.pk
    if key.get_internal_type() in ("AutoField", "BigAutoField"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, key.column, len(rows)],
            )
            for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = number
    values = (
        tuple(field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields)
        for row in rows
    )
    names = [connection.ops.quote_name(one.column) for one in fields]
    bulk.insert(table, names, values)
    for row in rows:
        row._state.adding, row._state.db = False, "default"
    return rows


def party(mission, side: str) -> int:
    """The number of whoever is on this side of a mission."""
    return mission.need.created_by_id if side == "NEED" else mission.offer.person_id
