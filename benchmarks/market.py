"""A seeded market of our real models, as large as one likes: what the matching is measured on.

People live where France's population does, skills are drawn from our own list by a Zipf-Mandelbrot law (one offer in
six holds the commonest), and there is one pôle
for the whole country unless told otherwise: the hardest case, since a search stays within its pôle.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from itertools import accumulate

from django.core.management import call_command
from django.utils import timezone

from accounts.models import Commune, Membership, Organisation, Pole, User
from accounts.states import OrganisationStatus
from marketplace.models import (
    Cause,
    Format,
    Need,
    NeedSkill,
    Offer,
    OfferSkill,
    Place,
    Skill,
    Spoken,
    Time,
)
from marketplace.states import NeedStatus, OfferStatus

BATCH = 2_000
HOURS = {
    "ONE_HOUR": (1, 2),
    "ONE_DAY": (4, 8),
    "SHORT": (10, 35),
    "SPLIT": (10, 80),
    "LONG": (60, 300),
}
FRENCH, BRETON, DARI = Spoken.FRENCH, Spoken.BRETON, Spoken.DARI
LANGUAGES = ([FRENCH, FRENCH | BRETON, FRENCH | DARI, DARI], (94, 3, 2, 1))
PLACES = ([Place.ON_SITE, Place.REMOTE, Place.BOTH], (45, 15, 40))


class Market:
    def __init__(self, seed: int, poles: int):
        self.chance = random.Random(seed)
        self.tongues = random.Random(-seed)  # of its own: the rest of the market stays as it was
        self.communes = list(Commune.objects.filter(parent=None).values_list("pk", "population"))
        self.weights = list(accumulate(people + 50 for _pk, people in self.communes))
        self.skills = list(Skill.objects.order_by("code").values_list("pk", flat=True))
        self.chance.shuffle(self.skills)
        self.zipf = list(accumulate(1 / (rank + 10) for rank in range(len(self.skills))))
        self.causes = list(Cause.objects.order_by("pk"))
        self.today = timezone.localdate()
        self.poles = [
            Pole.objects.get_or_create(name=f"Pôle {n}", slug=f"pole-{n}")[0] for n in range(poles)
        ]

    def commune(self) -> str:
        return self.chance.choices(self.communes, cum_weights=self.weights)[0][0]

    def some_skills(self, least: int, most: int) -> list[int]:
        wanted = self.chance.randint(least, most)
        found: dict[int, None] = {}
        while len(found) < wanted:
            found[self.chance.choices(self.skills, cum_weights=self.zipf)[0]] = None
        return list(found)

    def window(self, earliest: int, latest: int, longest: int) -> dict:
        start = self.today + timedelta(days=self.chance.randint(earliest, latest))
        return {
            "starts_on": start,
            "ends_on": max(start, self.today) + timedelta(days=self.chance.randint(10, longest)),
        }

    def organisations(self, count: int) -> Iterator[Organisation]:
        forms = ["ASSOCIATION"] * 8 + ["SCIC", "SCOP"]
        for number in range(count):
            yield Organisation(
                pole=self.chance.choice(self.poles),
                kind=Organisation.Kind.ESS,
                name=f"Structure {number}",
                legal_form=self.chance.choice(forms),
                commune_id=self.commune(),
                purpose="Réparer, transmettre.",
                status=OrganisationStatus.ACCEPTED,
            )

    def offer(self, person: User, pole: Pole) -> Offer:
        chance = self.chance
        return Offer(
            pole=pole,
            person=person,
            title="Bénévole de compétences",
            time=Time.OWN,
            place=chance.choices(*PLACES)[0],
            commune_id=self.commune(),
            radius_km=chance.choice([5, 10, 20, 20, 30, 30, 50, 100]),
            **self.window(-90, 90, 270),
            weekdays=chance.choice([0b0011111, 0b0011111, 0b1100000, 0b1111111, 0b0010100]),
            hours=chance.choice([7, 14, 21, 40, 70, 150]),
            languages=self.tongues.choices(*LANGUAGES)[0],
            capacity=chance.choice([1, 1, 1, 2, 3]),
            status=OfferStatus.PUBLISHED,
            published_at=timezone.now(),
            created_by=person,
        )

    def need(self, structure: Organisation, author: User) -> Need:
        chance = self.chance
        kind = chance.choices(list(Format), (10, 15, 25, 35, 15))[0]
        return Need(
            pole_id=structure.pole_id,
            organisation=structure,
            title="Un besoin",
            context="Le contexte.",
            deliverable="Ce que nous attendons.",
            cause=chance.choice(self.causes),
            place=chance.choices(*PLACES)[0],
            commune_id=structure.commune_id,
            **self.window(-20, 90, 150),
            hours=chance.randint(*HOURS[kind]),
            languages=self.tongues.choices(*LANGUAGES)[0],
            format=kind,
            places=chance.choice([1, 1, 1, 2]),
            status=NeedStatus.PUBLISHED,
            submitted_at=timezone.now(),
            published_at=timezone.now() - timedelta(days=chance.randint(0, 90)),
            created_by=author,
        )


def fill(offers: int, needs: int, *, seed: int = 1, poles: int = 1) -> None:
    """Write the whole market in batches; reference data first."""
    for command in ("load_places", "load_skills", "load_causes"):
        call_command(command, verbosity=0, stdout=StringIO())
    market = Market(seed, poles)
    author = User.objects.create_user("benchmark@example.org", first_name="Alix", last_name="Banc")
    structures = list(Organisation.objects.bulk_create(market.organisations(max(1, needs // 3))))
    Membership.objects.bulk_create(
        [Membership(user=author, organisation=structure) for structure in structures[:1]]
    )
    for size in _sizes(offers):
        _write_offers(market, size)
    for size in _sizes(needs):
        _write_needs(market, size, structures, author)


def _sizes(total: int) -> Iterator[int]:
    while total > 0:
        yield min(BATCH, total)
        total -= BATCH


def _write_offers(market: Market, size: int) -> None:
    chance = market.chance
    people = User.objects.bulk_create(
        User(
            email=f"b{chance.getrandbits(60):x}@example.org",
            first_name="Camille",
            last_name="Dubois",
            password="!",
        )
        for _ in range(size)
    )
    rows = Offer.objects.bulk_create(
        market.offer(person, chance.choice(market.poles)) for person in people
    )
    OfferSkill.objects.bulk_create(
        OfferSkill(offer=row, skill_id=skill, level=chance.choices([1, 2, 3], (25, 50, 25))[0])
        for row in rows
        for skill in market.some_skills(3, 8)
    )
    Offer.causes.through.objects.bulk_create(
        Offer.causes.through(offer=row, cause=cause)
        for row in rows
        for cause in chance.sample(market.causes, chance.choice([0, 0, 1, 2, 3]))
    )


def _write_needs(market: Market, size: int, structures: list, author: User) -> None:
    chance = market.chance
    rows = Need.objects.bulk_create(
        market.need(chance.choice(structures), author) for _ in range(size)
    )
    NeedSkill.objects.bulk_create(
        NeedSkill(
            need=row,
            skill_id=skill,
            level=chance.choices([1, 2, 3], (35, 45, 20))[0],
            required=place == 0 or chance.random() < 0.4,
        )
        for row in rows
        for place, skill in enumerate(market.some_skills(1, 4))
    )
