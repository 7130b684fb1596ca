"""The world of benchmarks.every_page: the demo, and beside it a country of thirteen pôles of uneven size.

A hundred thousand needs that are published, as many offers and missions, a million messages and as many letters; one structure
with 2,000 needs, one company with 5,000 employees, one volunteer with 300 missions, one conversation of 2,000 messages. MISSIONS=10000
makes a tenth of it. It stands in the database of DATABASE_URL, seeded, and is filled once: a later run finds it there.
"""

import random
import sys
import time
from datetime import timedelta
from itertools import accumulate

from benchmarks import big_pole, country_life, employees
from benchmarks.big_pole import MISSIONS

POLES = (30, 18, 12, 9, 7, 6, 5, 4, 3, 2, 2, 1, 1)  # of a hundred structures
MISSIONS_OF_ONE = max(30, MISSIONS * 3 // 1000)
STRUCTURE, SMALL = "Le Grand Relais", "La Petite Escale"
VOLUNTEER = "benevole@example.org"
DAYS = 700


def ready() -> None:
    """Migrated, with the demo and the country in it, unless they are there already."""
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Organisation
    from marketplace.models import Reckoning

    call_command("prepare", demo=True, stdout=sys.stderr)
    if not Reckoning.objects.filter(pole__slug="p0").exists():
        assert not Organisation.objects.filter(name=STRUCTURE).exists(), (
            "half filled: take a new database"
        )
        began = time.perf_counter()
        Country(random.Random(1)).fill()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        print(f"(filled in {time.perf_counter() - began:.0f} s)")
    big_pole.beat()


class Country(big_pole.World):
    def fill(self) -> None:
        from django.utils import timezone

        from marketplace.actions.desk import figures
        from marketplace.ranking import index

        acts = {
            "market and missions": super().fill,
            "steps": self.steps,
            "company": self.company,
            "life": lambda: country_life.live(self),
            "index": index.rebuild,
            "figures": lambda: figures.refresh_due(timezone.now()),
        }
        for name, act in acts.items():
            began = time.perf_counter()
            act()
            print(f"    {name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)

    def places(self) -> None:
        from accounts.models import Commune, Department, Pole
        from marketplace.models import Cause

        free = list(Department.objects.filter(poles=None).order_by("code"))
        shares = list(accumulate(POLES))
        self.poles = [
            Pole.objects.create(name=f"Pôle {n}", slug=f"p{n}") for n in range(len(POLES))
        ]
        self.communes_of, begin = {}, 0
        for pole, share in zip(self.poles, shares, strict=True):
            end = max(begin + 1, len(free) * share // shares[-1])
            pole.departments.set(free[begin:end])
            here = Commune.objects.filter(department__in=free[begin:end]).exclude(population=0)
            self.communes_of[pole.pk] = list(here.order_by("insee")[:4000])
            begin = end
        self.causes = list(Cause.objects.order_by("pk"))

    def people(self) -> None:
        """The first coordinate, then each of some speaks for a structure, and the others volunteer."""
        from accounts.actions import seats
        from accounts.models import Membership, Organisation, User

        self.users = self.batches(
            User, MISSIONS // 2,
            lambda n: User(
                email=f"u{n}@example.org", first_name=FIRST[n % len(FIRST)], last_name=f"{FAMILY[n % len(FAMILY)]} {n}",
                password="!", terms_accepted_at=self.now, welcomed_at=self.now,
            ),
        )  # fmt: skip
        operators = self.batches(
            Organisation, 5 * len(self.poles),
            lambda n: self.organisation("OPERATOR", f"Passerelle {n}", self.poles[n % len(self.poles)]),
        )  # fmt: skip
        self.coordinators, seated = {pole.pk: [] for pole in self.poles}, []
        for number, operator in enumerate(operators):
            seats.settle(operator, operator.pole, by=None, now=operator.created_at)
            for place in range(6):
                user = self.users[number * 6 + place]
                seated.append(
                    Membership(
                        user=user,
                        organisation=operator,
                        role="MEMBER" if place else "ADMINISTRATOR",
                    )
                )
                self.coordinators[operator.pole_id].append(user)
        Membership.objects.bulk_create(seated)
        self.spoken_from = len(seated)
        self.structures = self.batches(Organisation, MISSIONS // 10, self.structure)
        self.batches(
            Membership, len(self.structures),
            lambda n: Membership(
                user=self.users[self.spoken_from + n], organisation=self.structures[n], role="ADMINISTRATOR",
                created_at=self.now - timedelta(days=DAYS),
            ),
        )  # fmt: skip
        self.speaks = {
            row.pk: self.users[self.spoken_from + n].pk for n, row in enumerate(self.structures)
        }
        self.volunteers = self.users[self.spoken_from + len(self.structures) :]
        User.objects.filter(pk=self.volunteers[0].pk).update(email=VOLUNTEER)

    def structure(self, number: int):
        pole = self.poles[0] if number < 2 else self.chance.choices(self.poles, POLES)[0]
        name = (
            (STRUCTURE, SMALL)[number] if number < 2 else f"{KINDS[number % len(KINDS)]} {number}"
        )
        return self.organisation(
            "ESS", name, pole, "SUBMITTED" if number % 600 == 599 else "ACCEPTED"
        )

    def organisation(self, kind: str, name: str, pole, status: str = "ACCEPTED"):
        from accounts.models import Organisation

        return Organisation(
            pole=pole, kind=kind, name=name, legal_form="ASSOCIATION", purpose="Réparer, transmettre, accueillir.",
            commune=self.chance.choice(self.communes_of[pole.pk]), status=status,
            listed_from=self.now, created_at=self.ago(DAYS),
        )  # fmt: skip

    def market(self) -> None:
        """First the needs that are published, then those that have been filled; one in a hundred is of one structure."""
        from marketplace.models import Need, Offer

        self.needs = self.batches(Need, 2 * MISSIONS, self.need)
        self.offers = self.batches(Offer, MISSIONS, self.offer)

    def need(self, number: int):
        from marketplace.models import Need

        chance, is_open = self.chance, number < MISSIONS
        structure = self.structures[0] if number % 100 == 0 else chance.choice(self.structures[1:])
        status = "PUBLISHED" if is_open else "SUBMITTED" if number % 500 == 499 else "FILLED"
        submitted = self.ago(60 if is_open else 14 if status == "SUBMITTED" else DAYS)
        published = None if status == "SUBMITTED" else submitted + timedelta(hours=20)
        starts_on = (submitted + timedelta(days=chance.randrange(20, 150))).date()
        words = chance.choices(WORDS, k=40)
        return Need(
            pole_id=structure.pole_id, organisation=structure, commune_id=structure.commune_id,
            title=f"{' '.join(words[:4]).capitalize()} {number}", context=" ".join(words[4:28]) * 3,
            deliverable=" ".join(words[28:]) * 2, cause=chance.choice(self.causes),
            place=chance.choices(["ON_SITE", "REMOTE", "BOTH"], [4, 1, 5])[0],
            format=chance.choices(["ONE_HOUR", "ONE_DAY", "SHORT", "SPLIT", "LONG"], [1, 2, 3, 6, 2])[0],
            starts_on=starts_on, ends_on=starts_on + timedelta(days=chance.randrange(20, 300)),
            hours=chance.choice([7, 14, 20, 35, 40, 70]), status=status, places=2 if number == 0 else 1,
            submitted_at=submitted, published_at=published, created_at=submitted, updated_at=published or submitted,
            confirmed_at=published, coordinator=chance.choice(self.coordinators[structure.pole_id]) if chance.random() < 0.9 else None,
            created_by_id=self.speaks[structure.pk],
        )  # fmt: skip

    def offer(self, number: int):
        from marketplace.models import Offer

        person = self.volunteers[number % len(self.volunteers)]
        pole = self.poles[0] if number == 0 else self.chance.choices(self.poles, POLES)[0]
        published = self.ago(60)
        return Offer(
            pole=pole, person=person, created_by=person, title=f"{TRADES[number % len(TRADES)]}, {number}", time="OWN",
            commune=self.chance.choice(self.communes_of[pole.pk]), radius_km=self.chance.choice([5, 10, 20, 50]),
            place=self.chance.choice(["ON_SITE", "REMOTE", "BOTH"]), hours=self.chance.choice([14, 40, 70]),
            status="PUBLISHED", published_at=published, confirmed_at=published, created_at=published, capacity=3,
            starts_on=published.date(), ends_on=(self.now + timedelta(days=200)).date(),
        )  # fmt: skip

    def missions(self) -> None:
        """One of our volunteers is on the missions of our large structure, up to three hundred."""
        filled = [need for need in self.needs if need.status == "FILLED"]
        ours = [
            n
            for n, need in enumerate(filled[:MISSIONS])
            if need.organisation_id == self.structures[0].pk
        ]
        self.goes_on, theirs = ours[0], list(self.offers)
        for number in ours[:MISSIONS_OF_ONE]:
            self.offers[number] = theirs[0]
        super().missions()
        self.offers = theirs
        self.of_one = [one for one in self.all_missions if one.offer_id == theirs[0].pk]

    def state_of(self, number: int) -> str:
        """The first of our volunteer's missions goes on."""
        if number == self.goes_on:
            return "RUNNING"
        return big_pole.LIVES[(number * 7 + number // 100 * 11) % 1000]

    def skills(self) -> None:
        from marketplace.models import NeedSkill, OfferSkill, Skill

        known = list(Skill.objects.current().order_by("code").values_list("pk", flat=True))
        weights = list(accumulate(1 / (rank + 10) for rank in range(len(known))))

        def some(least: int, most: int) -> set[int]:
            return set(
                self.chance.choices(known, cum_weights=weights, k=self.chance.randint(least, most))
            )

        wanted = [(need.pk, skill) for need in self.needs for skill in some(1, 3)]
        self.batches(
            NeedSkill, len(wanted), lambda n: NeedSkill(need_id=wanted[n][0], skill_id=wanted[n][1])
        )
        held = [(offer.pk, skill) for offer in self.offers for skill in some(2, 4)]
        self.batches(
            OfferSkill, len(held), lambda n: OfferSkill(offer_id=held[n][0], skill_id=held[n][1])
        )

    def steps(self) -> None:
        """Of the needs that `told` doesn't reach, and of the offers."""
        from marketplace.models import NeedStep, OfferStep

        rest = [
            (need.pk, after, at)
            for need in self.needs[MISSIONS:]
            for after, at in (("SUBMITTED", need.submitted_at), ("PUBLISHED", need.published_at))
            if at
        ]
        self.batches(
            NeedStep,
            len(rest),
            lambda n: NeedStep(need_id=rest[n][0], after=rest[n][1], at=rest[n][2]),
        )
        self.batches(
            OfferStep, len(self.offers),
            lambda n: OfferStep(offer=self.offers[n], after="PUBLISHED", at=self.offers[n].published_at),
        )  # fmt: skip

    def company(self) -> None:
        """Its employees take over some of the missions: `lent` holds their numbers."""
        from marketplace.models import Mission

        company = employees.company_in(self.poles[0])
        theirs = Mission.objects.filter(offer__organisation=company)
        self.lent = set(theirs.values_list("pk", flat=True))


KINDS = (
    "Association",
    "Ressourcerie",
    "Régie",
    "Épicerie",
    "Maison",
    "Atelier",
    "Collectif",
    "Ludothèque",
)
FIRST = (
    "Alix",
    "Marie",
    "Nora",
    "Karim",
    "Hélène",
    "Paul",
    "Inès",
    "Luc",
    "Amina",
    "Yves",
    "Jeanne",
)
FAMILY = ("Moreau", "Delattre", "Lefebvre", "Marchal", "Benali", "Rossi", "Garnier", "Da Silva", "Petit", "Roux", "Caron", "Diallo", "Faure")  # fmt: skip
TRADES = (
    "Comptable",
    "Graphiste",
    "Juriste",
    "Développeuse",
    "Traductrice",
    "Menuisier",
    "Chargé de projet",
)
WORDS = [
    "refaire",
    "notre",
    "site",
    "tenir",
    "la",
    "caisse",
    "trouver",
    "des",
    "mécènes",
    "écrire",
    "un",
    "dossier",
    "de",
    "subvention",
    "former",
    "les",
    "bénévoles",
    "classer",
    "archives",
    "réparer",
    "vélos",
    "accueillir",
    "familles",
    "traduire",
    "affiche",
    "juger",
    "contrat",
    "compter",
    "heures",
    "choisir",
    "logiciel",
    "relire",
    "statuts",
    "monter",
    "film",
    "préparer",
    "bilan",
]
