"""Load the invented pôle, once, in one transaction. Rows are written directly: nobody gets a letter
about what is supposed to have happened last month."""

from collections.abc import Callable

from django.db import transaction

from accounts.models import Pole
from marketplace.demo import desk, market, people, stories
from marketplace.demo.files import read

PASSWORD = people.PASSWORD
ACCOUNTS = (
    ("Coordination", "maelle.vandamme@example.org"),
    ("Association", "aline.moreau@example.org"),
    ("Entreprise", "claire.hermant@example.org"),
    ("Bénévole", "noe.lambert@example.org"),
    ("Administration du site", "admin@example.org"),
)


def is_loaded() -> bool:
    return Pole.objects.filter(slug=read("organisations")["pole"]["slug"]).exists()


@transaction.atomic
def load(*, scale: int = 1, say: Callable[[str], None] = lambda line: None) -> None:
    """`scale` multiplies structures, companies, people, needs and offers; stories stay the same."""
    pole = people.make_pole(read("organisations")["pole"])
    organisations = people.make_organisations(pole, read("organisations"), scale)
    say(f"{len(organisations)} organisations")
    persons = people.make_people(organisations, read("people"), scale)
    say(f"{len(persons)} personnes")
    needs = market.make_needs(pole, organisations, read("needs")["needs"], scale)
    say(f"{len(needs)} besoins")
    offers = market.make_offers(pole, organisations, persons, read("offers")["offers"], scale)
    say(f"{len(offers)} offres")
    say(f"{stories.tell(pole, needs, offers)} histoires")
    desk.tell(needs)
