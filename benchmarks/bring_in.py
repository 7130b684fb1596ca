"""A pôle moves in: 20,000 organisations, people, past missions, needs and offers: `python -m tests.services python -m benchmarks.bring_in`.
LINES=1000 makes smaller ones. Prints how long each takes to be read and brought in, with the memory at the most, and the pages
meanwhile; exits with 1 above the page's ceiling, or when a list takes more than two minutes."""

import os
import resource
import sys
import time

from benchmarks.desk import CEILING_MS, in_a_folder_of_its_own, told

LINES = int(os.environ.get("LINES", "20000"))
CEILING_S = 120
WORDS = ("Atelier", "Jardin", "Maison", "Passerelle", "Filature", "Verger", "Relais", "Fabrique")


def main() -> int:
    return in_a_folder_of_its_own(measure)


def name(n: int) -> str:
    return f"{WORDS[n % 8]} {WORDS[n // 8 % 8]} {n}"


def files() -> dict[str, str]:
    numbers = range(LINES)
    return {
        "ORGANISATIONS": "\n".join(
            ["N°;Nom;Type;Ville", *(f"O{n};{name(n)};Association;Lille" for n in numbers)]
        ),
        "PEOPLE": "\n".join(
            [
                "N°;Nom;Prénom;E-mail;Ville;Structure",
                *(
                    f"P{n};Roux{chr(97 + n % 26)};Zoé;p{n}@example.org;Lille;{name(n)}"
                    for n in numbers
                ),
            ]
        ),
        "MISSIONS": "\n".join(
            [
                "N°;Structure;Bénévole;Date;Heures;Objet",
                *(f"M{n};O{n};P{n};{1 + n % 28:02}/03/2025;12,5;Site" for n in numbers),
            ]
        ),
        "NEEDS": "\n".join(
            [
                "N°;Structure;Besoin;Description;Ville;Heures",
                *(f"B{n};O{n};Refaire le site {n};Il date.;Lille;35" for n in numbers),
            ]
        ),
        "OFFERS": "\n".join(
            [
                "N°;Nom;E-mail;Compétences;Heures;Temps de travail;Ville",
                # Half of them are of people who are held already.
                *(
                    f"F{n};Roux;{'p' if n % 2 else 'f'}{n}@example.org;Tenir la comptabilité {n};35;bénévole;Lille"
                    for n in numbers
                ),
            ]
        ),
    }


def measure() -> int:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from accounts.models import Membership, Organisation, Pole, Seat, User
    from marketplace.actions.market import imports
    from marketplace.models import Import

    settings.ALLOWED_HOSTS, settings.DEBUG = ["testserver"], False
    commune, now = _commune(), timezone.now()
    pole = Pole.objects.create(name="Pôle", slug="pole")
    who = User.objects.create_user("helene@example.org", first_name="Hélène", last_name="Roux")
    operator = Organisation.objects.create(
        kind="OPERATOR", name="Les Passeurs", pole=pole, commune=commune,
        legal_form="ASSOCIATION", purpose="Relier.", status="ACCEPTED",
    )  # fmt: skip
    Membership.objects.create(user=who, organisation=operator)
    Seat.objects.create(operator=operator, pole=pole, status="SEATED", since=now)
    browser = Client()
    browser.force_login(who)
    print(f"\n{connection.vendor}, {LINES} lines a list, one worker")
    late, slow = [], []

    def carry_on(table: Import) -> None:
        """As the worker does, one turn after the other."""
        while (found := Import.objects.get(pk=table.pk)).is_working:
            imports.carry_on(found, now=timezone.now())

    for kind, words in files().items():
        began = time.perf_counter()
        table, _new = imports.receive(
            operator, kind, content=words.encode(), pole=operator.pole, by=who, now=now
        )
        carry_on(table)
        read = time.perf_counter() - began
        late.append(told(f"{kind}, read", table.get_absolute_url(), browser)[0])
        began = time.perf_counter()
        imports.start(Import.objects.get(pk=table.pk), by=who, now=timezone.now())
        carry_on(table)
        took = time.perf_counter() - began
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        done = table.lines.exclude(done_at=None).count()
        print(f"{kind:16}read {read:7.1f} s   brought in {took:7.1f} s   {done} lines   {most:6.0f} MB", flush=True)  # fmt: skip
        slow.append(read + took)
        late.append(told(f"{kind}, done", table.get_absolute_url(), browser)[0])
    for word in ("organisations", "personnes", "missions", "besoins", "offres"):
        late.append(told(f"records, {word}", f"/bureau/fiches/{word}/", browser)[0])
    return int(max(late) > CEILING_MS or max(slow) > CEILING_S)


def _commune():
    from django.core.management import call_command

    from accounts.models import Commune, Department

    with open(os.devnull, "w") as nowhere:
        for command in ("migrate", "createcachetable"):
            call_command(command, verbosity=0, stdout=nowhere)
    department, _new = Department.objects.get_or_create(code="59", defaults={"name": "Nord"})
    defaults = {"name": "Lille", "department": department, "latitude": 50.63, "longitude": 3.06}
    return Commune.objects.get_or_create(insee="59350", defaults=defaults)[0]


if __name__ == "__main__":
    sys.exit(main())
