"""The public catalogue over a hundred thousand open needs: `python -m tests.services python -m benchmarks.catalogue`.

Opens the catalogue as a visitor through Django's client: without filter, with each filter, each order, the last page,
several at once, and the search; prints p50, p95 and the number of questions of each. A long list is counted once a
minute in each process: "cold" is the median of a page that counts. NEEDS=10000 makes a smaller one (SQLite's own, when there is no DATABASE_URL).
"""

import os
import random
import re
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from typing import NamedTuple

import django

from benchmarks.work import worked

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
ON_SQLITE = os.environ.get("DATABASE_URL", "sqlite") == "sqlite"
NEEDS = int(os.environ.get("NEEDS", "10000" if ON_SQLITE else "100000"))
ORGANISATIONS = int(os.environ.get("ORGANISATIONS", max(60, NEEDS // 25)))
ROUNDS = int(os.environ.get("ROUNDS", "40"))
WARMING, COLD, BATCH = 3, 7, 5_000
CEILING_MS = 150
CEILING_QUERIES = 20  # a search asks about its words, their slips and how many hold them first
OURS = ("59", "62", "80", "60", "02")  # where half of the needs are
LANGUAGES = ([1, 1 | 2, 1 | 1 << 8], [89, 10, 1])  # French, with English, with Breton
EMPTY = "976"  # a département of a territory where nobody needs anything


def main(every_page=None, lay_out=lambda: None, measured=None) -> int:
    """`lay_out` adds to the world what another benchmark's pages show; `measured` measures it in another way."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DEBUG": "true", "VAR_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DOORBELL": "false"}
        os.environ.setdefault("SITE_URL", "http://testserver")
        django.setup()
        ready()
        lay_out()
        return (measured or measure)(every_page or pages)


def measure(every_page) -> int:
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.DEBUG = False
    print(f"\n{connection.vendor}, {NEEDS} open needs, {ROUNDS} rounds")
    print(
        f"{'page':34}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'cold ms':>9}{'cpu ms':>9}{'queries':>9}{'found':>9}"
    )
    told = sorted((_told(*page) for page in every_page()), key=lambda line: -line.p95)
    failures = []
    for line in told:
        print(
            f"{line.name:34}{line.best:9.1f}{line.p50:9.1f}{line.p95:9.1f}{line.cold:9.1f}{line.cpu:9.1f}"
            f"{line.queries:9d}{line.found:9d}"
        )
        if line.p95 > CEILING_MS or line.queries > CEILING_QUERIES:
            failures.append(line.name)
    print("Ceilings held." if not failures else f"Above the ceilings: {', '.join(failures)}")
    return 1 if failures else 0


def pages():
    """Name and address."""
    from marketplace.models import Cause, SkillFamily

    last = -(-NEEDS // 12)
    yield "no filter", "/besoins/"
    yield "the last page", f"/besoins/?page={last}"
    yield "a page in the middle", f"/besoins/?page={last // 2}"
    for family in SkillFamily.objects.all()[:3]:
        yield f"family {family.code}"[:33], f"/besoins/?family={family.code}"
    yield "the largest département", f"/besoins/?department={OURS[0]}"
    yield "a small département", "/besoins/?department=48"
    yield "a département without needs", f"/besoins/?department={EMPTY}"
    for place in ("ON_SITE", "REMOTE"):
        yield f"place {place}", f"/besoins/?place={place}"
    for form in ("ONE_HOUR", "LONG"):
        yield f"format {form}", f"/besoins/?format={form}"
    for within in ("10", "50", "department"):
        yield f"near Lille, {within}", f"/besoins/?near=Lille&near-code=59350&within={within}"
    yield "near Lille, the last page", "/besoins/?near=Lille&near-code=59350&within=50&page=9999"
    yield "near Mende, with a date", "/besoins/?near=Mende&near-code=48095&within=50&when=quarter"
    for when in ("month", "quarter"):
        yield f"when {when}", f"/besoins/?when={when}"
    for tag in ("en", "br", "ps"):  # one in ten, one in a hundred, none
        yield f"language {tag}", f"/besoins/?language={tag}"
    yield (
        "language br, with a date, near",
        ("/besoins/?language=br&when=quarter&near=Lille&near-code=59350&within=50"),
    )
    yield "also those that are full", "/besoins/?room=wait"
    cause = Cause.objects.first()
    assert cause is not None
    yield "a cause", f"/besoins/?cause={cause.code}"
    yield "starting soonest", "/besoins/?order=soon"
    yield "starting soonest, last page", f"/besoins/?order=soon&page={last}"
    yield "shortest first", "/besoins/?order=short"
    yield "shortest first, last page", f"/besoins/?order=short&page={last}"
    family = SkillFamily.objects.first()
    assert family is not None
    several = f"family={family.code}&department={OURS[0]}&place=ON_SITE&format=SPLIT&order=soon"
    yield "five filters at once", f"/besoins/?{several}"
    yield "filters that leave nothing", f"/besoins/?{several}&department={EMPTY}"
    yield "searched: a skill", "/besoins/?q=site+internet"
    yield "searched: a rare word", "/besoins/?q=zinc"
    yield "searched: a word of all", "/besoins/?q=caisse"
    yield "searched: three words of all", "/besoins/?q=caisse+mecenes+archives&order=soon"
    yield "searched: a structure", "/besoins/?q=Structure+77"
    yield "searched: a slip", "/besoins/?q=subvantion+77001"
    yield "searched: nothing", "/besoins/?q=xylophone+zinc"
    yield "searched: a commune", "/besoins/?q=Arras"


class Told(NamedTuple):
    """`cpu`: what Django and the database's process have worked, whatever else the machine does meanwhile."""

    name: str
    best: float
    p50: float
    p95: float
    cold: float
    cpu: float
    queries: int
    found: int


def _told(name: str, url: str) -> Told:
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, times, cold = Client(), [], []
    for _ in range(COLD):
        caches["counts"].clear()
        began = time.perf_counter()
        client.get(url)
        cold.append((time.perf_counter() - began) * 1000)
    for number in range(WARMING + ROUNDS):
        if number == WARMING:
            before = worked()
        began = time.perf_counter()
        response = client.get(url)
        if number >= WARMING:
            times.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, (url, response.status_code)
    cpu = (worked() - before) * 1000 / ROUNDS
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    found = re.search(r'<p class="soft">([\d\s]*)', response.text)
    return Told(
        name, min(times), statistics.median(times), statistics.quantiles(times, n=20)[-1],
        statistics.median(cold), cpu, len(queries), int("".join(found[1].split()) or 0) if found else 0,
    )  # fmt: skip


# --- the world -----------------------------------------------------------------------------
def ready() -> None:
    """Migrated, and filled unless it is already."""
    from django.core.management import call_command
    from django.db import connection

    from marketplace.models import Need

    with open(os.devnull, "w") as nowhere:
        for command in ("migrate", "createcachetable", "load_places", "load_skills", "load_causes"):
            call_command(command, verbosity=0, stdout=nowhere)
    if found := Need.objects.published().count():
        assert found == NEEDS, f"{found} open needs stand in this database, not {NEEDS}."
        return
    began = time.perf_counter()
    World(random.Random(1)).fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"(filled in {time.perf_counter() - began:.0f} s)")


class World:
    """Beside the open needs, half as many that the catalogue doesn't show: filled, asleep, private, of a
    structure that is suspended."""

    def __init__(self, chance: random.Random):
        from django.utils import timezone

        self.chance, self.now = chance, timezone.now()
        self.tongues = random.Random(-1)  # of its own: the rest of the world stays as it was

    def fill(self) -> None:
        self.structures()
        self.needs()
        self.skills()

    def structures(self) -> None:
        from accounts.models import Commune, Department, Organisation, Pole, User

        every = list(Department.objects.order_by("code"))
        poles = [Pole.objects.create(name=f"Pôle {n}", slug=f"p{n}") for n in range(13)]
        poles[0].departments.set([one for one in every if one.code in OURS])
        rest = [one for one in every if one.code not in OURS]
        for number, pole in enumerate(poles[1:]):
            pole.departments.set(rest[number::12])
        home = {
            code: pole for pole in poles for code in pole.departments.values_list("pk", flat=True)
        }
        communes = list(Commune.objects.exclude(department=EMPTY).exclude(population=0))
        ours = [one for one in communes if one.department_id in OURS]
        self.user = User.objects.create(email="un@example.org", password="!")
        pick, several = self.chance.choice, range(ORGANISATIONS)
        places = [pick(ours if n % 2 else communes) for n in several]
        self.made = Organisation.objects.bulk_create(
            (
                Organisation(
                    pole=home[places[n].department_id], kind="ESS", name=f"Structure {n}", purpose="Agir.",
                    legal_form="ASSOCIATION", commune=places[n],
                    status="SUSPENDED" if n % 50 == 0 else "ACCEPTED", listed_from=self.now,
                )
                for n in several
            ),
            batch_size=BATCH,
        )  # fmt: skip
        self.accepted = [one for one in self.made if one.status == "ACCEPTED"]
        self.suspended = [one for one in self.made if one.status == "SUSPENDED"]

    def needs(self) -> None:
        from marketplace.models import Cause, Need

        self.causes = list(Cause.objects.all())
        for start in range(0, NEEDS + NEEDS // 2, BATCH):
            stop = min(start + BATCH, NEEDS + NEEDS // 2)
            Need.objects.bulk_create(self.need(number) for number in range(start, stop))

    def need(self, number: int):
        from marketplace.models import Need

        chance, is_open = self.chance, number < NEEDS
        hidden = number % 4
        structure = chance.choice(self.suspended if not is_open and hidden == 3 else self.accepted)
        published = self.now - timedelta(days=chance.random() * 700)
        starts_on = (published + timedelta(days=chance.randrange(10, 120))).date()
        words = chance.choices(WORDS, k=60)
        return Need(
            pole_id=structure.pole_id, organisation=structure, commune_id=structure.commune_id,
            title=f"{' '.join(words[:4])} {number}", context=" ".join(words[4:40]) * 4 + (" zinc" if number % 10_000 == 0 else ""),
            deliverable=" ".join(words[40:]) * 3, cause=chance.choice(self.causes),
            place=chance.choices(["ON_SITE", "REMOTE", "BOTH"], [4, 1, 5])[0],
            format=chance.choices(["ONE_HOUR", "ONE_DAY", "SHORT", "SPLIT", "LONG"], [1, 2, 3, 6, 2])[0],
            starts_on=starts_on, ends_on=starts_on + timedelta(days=chance.randrange(1, 300)),
            languages=self.tongues.choices(*LANGUAGES)[0],
            hours=chance.choice([1, 7, 14, 20, 35, 40, 70, 140]), places=chance.choice([1, 1, 1, 2]),
            status="PUBLISHED" if is_open or hidden > 1 else ("FILLED", "PAUSED")[hidden],
            is_listed=is_open or hidden != 2, submitted_at=published, published_at=published,
            created_at=published, created_by=self.user,
        )  # fmt: skip

    def skills(self) -> None:
        from marketplace.models import Need, NeedSkill, Skill

        known = list(Skill.objects.current().values_list("pk", flat=True))
        weights = [1 / (1 + rank) ** 0.5 for rank in range(len(known))]
        numbers = Need.objects.order_by("pk").values_list("pk", flat=True)
        for start in range(0, NEEDS + NEEDS // 2, BATCH):
            wanted = (
                NeedSkill(need_id=need, skill_id=skill, level=self.chance.randrange(1, 4))
                for need in numbers[start : start + BATCH]
                for skill in set(
                    self.chance.choices(known, weights, k=self.chance.choice([1, 2, 2, 3, 5]))
                )
            )
            NeedSkill.objects.bulk_create(wanted, batch_size=BATCH)


WORDS = [
    "refaire",
    "notre",
    "site",
    "tenir",
    "la",
    "caisse",
    "trouver",
    "des",
    "mecenes",
    "ecrire",
    "un",
    "dossier",
    "de",
    "subvention",
    "former",
    "les",
    "benevoles",
    "classer",
    "les",
    "archives",
    "reparer",
    "velos",
    "accueillir",
    "familles",
    "traduire",
    "affiche",
    "juger",
    "un",
    "contrat",
    "compter",
    "les",
    "heures",
    "choisir",
    "logiciel",
    "relire",
    "statuts",
    "monter",
    "film",
    "preparer",
    "bilan",
]

if __name__ == "__main__":
    sys.exit(main())
