"""How much HTML each address gives, and what it asks the database: `python -m benchmarks.every_address`.

Walks every address that answers GET over the demo (`--keep FOLDER` keeps it for the next run), as each role that it opens
for, with several of the objects whose number it takes, and prints the heaviest page of each that is above the ceiling,
then those that it couldn't reach. A new address is walked by itself; one that takes the number of a new noun needs its
line in `WHOSE`, and tests/test_every_address.py asks for it.
"""

import argparse
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import django

CEILING = 60_000  # bytes of HTML
TRIED, ENOUGH = 5, 2  # paths that are tried of each address as each role, and pages that are enough
# Django's administration and allauth's pages aren't ours.
NEXT_DOOR = ("administration/", "compte/", "^compte/", "connexion/")
ROLES = {
    "visitor": "",
    "structure": "claire.hermant@example.org",
    "coordinator": "maelle.vandamme@example.org",
}
# Whose number an address takes, by what stands before it.
WHOSE = {
    "attente": "Waiter",
    "avenants": "Amendment",
    "besoins": "Need",
    "bureau/absences": "Absence",
    "bureau/apporter": "Book",
    "bureau/besoins": "Need",
    "bureau/charge": "User",
    "bureau/domaines": "MailDomain",
    "bureau/dossiers": "Case",
    "bureau/dossiers/ouvrir": "Mission",
    "bureau/etiquettes": "Tag",
    "bureau/expediteur": "Pole",
    "bureau/fiches/personnes": "PersonRecord",
    "bureau/filtres": "SavedFilter",
    "bureau/freins/fiche": "Finding",
    "bureau/histoire/organisations": "Organisation",
    "bureau/histoire/personnes": "User",
    "bureau/lettres": "Mailing",
    "bureau/lettres/modeles": "LetterModel",
    "bureau/listes/actes": "BulkAct",
    "bureau/listes/vues": "SavedFilter",
    "bureau/monnaie-locale": "Pole",
    "bureau/notes": "Note",
    "bureau/nouveau": "Behalf",
    "bureau/organisations": "Organisation",
    "bureau/partenaires": "ReportPartner",
    "bureau/phrases": "Pole",
    "bureau/promesses": "Pole",
    "bureau/rapports": "Report",
    "bureau/rapports/chapitres": "ReportChapter",
    "bureau/rapports/versions": "ReportVersion",
    "bureau/rapprochements": "Pole",
    "bureau/repartition": "Pole",
    "bureau/signalements": "MessageReport",
    "bureau/taches": "Task",
    "bureau/visites/heures": "VisitTime",
    "bureau/visites/proposer": "Organisation",
    "courrier": "Notification",
    "documents": "Document",
    "domaines": "MailDomain",
    "ensemble": "Joining",
    "equipe/accords": "TeamMember",
    "equipes": "TeamMember",
    "fonctions": "Duty",
    "grades": "Grade",
    "groupes": "GroupTie",
    "heures": "HoursEntry",
    "inscriptions": "Attendance",
    "invitations": "Invitation",
    "jalons": "Milestone",
    "lettres": "Notification",
    "liens": "JoinLink",
    "listes": "Import",
    "livrables": "Deliverable",
    "membres": "Membership",
    "message": "Message",
    "messages": "Thread",
    "missions": "Mission",
    "notifications": "Notification",
    "offres": "Offer",
    "operations": "Round",
    "operations/equipes": "RoundTeam",
    "organisations": "Organisation",
    "poles-sollicites": "AskedPole",
    "porteurs": "Carrier",
    "profil/accords": "Consent",
    "profil/tenus-a-distance": "Block",
    "programmes": "CompanyProgramme",
    "propositions": "Proposal",
    "rejoindre": "JoinLink",
    "rencontres": "Gathering",
    "reprises": "Transfer",
    "sieges": "Seat",
    "sites": "Site",
    "structures-servies": "Served",
    "suivi": "FollowUp",
    "visites": "Visit",
}
# What else may stand in an address, each tried.
WORDS = {
    "year": ("2026", "2025"),
    "kind": (
        *(
            "csv",
            "xlsx",
            "odt",
            "pdf",
            "besoins",
            "offres",
            "personnes",
            "organisations",
            "missions",
        ),
        *("structure", "entreprise", "collectivite", "operateur", "convention", "need", "mission"),
    ),
    "what": ("besoins", "offres", "missions", "organisations", "personnes", "adhesions"),
    "noun": ("besoin", "mission", "organisation", "personne", "offre", "proposition"),
    "part": ("quoi", "quand", "qui", "1", "2", "3"),
    "which": ("original", "signed", "final"),
    "section": ("needs", "besoins", "pages", "organisations"),
    "offer_pk": "Offer",
    "work_pk": "Offer",
    "own_pk": "Offer",
    "other_pk": "Organisation",
    "head_pk": "Organisation",
    "rule": "DispatchRule",
}
SLUGS = {"pole": ("Pole", "slug"), "avec": ("Door", "slug"), "modeles": ("MissionTemplate", "code")}
KEYS = {"token", "key", "name", "link", "address", "provider_id"}  # in letters alone


@dataclass
class Address:
    """A pattern, and what has been found behind it."""

    pattern: str
    name: str
    heaviest: int = 0
    questions: int = 0
    role: str = ""
    path: str = ""
    answers: set[int] = field(default_factory=set)

    @property
    def arguments(self) -> list[str]:
        return [one.rpartition(":")[2] for one in re.findall("<(.+?)>", self.pattern)]

    @property
    def noun(self) -> str:
        """What stands before its first number."""
        return re.split("/<", self.pattern)[0]

    @property
    def why(self) -> str:
        """Why nothing was seen there."""
        if KEYS & set(self.arguments):
            return "its key is in a letter"
        if not self.answers:
            return "the demo has none"
        return f"answers {', '.join(map(str, sorted(self.answers)))} to these roles"


def ours(resolver=None, before: str = "") -> Iterator[Address]:
    """Every address of ours."""
    from django.urls import URLResolver, get_resolver

    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if path.startswith(NEXT_DOOR):
            continue
        if isinstance(entry, URLResolver):
            yield from ours(entry, path)
        else:
            yield Address(path, entry.name or path)


def without_a_line() -> list[str]:
    """Addresses that take a number of which this walk doesn't know whose it is."""
    return [one.pattern for one in ours() if "<int:pk>" in one.pattern and not whose(one)]


def whose(address: Address) -> str | None:
    """Words may stand between the noun and the number: `bureau/notes/<slug:kind>/<int:pk>/`."""
    return WHOSE.get(address.noun)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--keep", type=Path, help="a folder for the demo, for the next run too")
    parser.add_argument("--only", default="", help="those addresses that hold these letters")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DEBUG": "true",
            "VAR_DIR": str(asked.keep or folder),
            "LOG_LEVEL": "CRITICAL",
        }
        os.environ |= {"DOORBELL": "false", "DJANGO_SETTINGS_MODULE": "config.settings"}
        os.environ.setdefault("SITE_URL", "http://testserver")
        django.setup()
        return walk(asked.only)


def walk(only: str) -> int:
    from django.conf import settings
    from django.core.management import call_command

    from accounts.models import Pole

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("prepare", demo=True, stdout=sys.stderr)
    assert Pole.objects.exists()
    settings.DEBUG = False
    logging.disable()  # what is refused is most of what is tried
    addresses = [one for one in ours() if only in one.pattern]
    for role, email in ROLES.items():
        client = client_of(email)
        for address in addresses:
            look(address, role, client)
    return told(addresses)


def client_of(email: str):
    from django.test import Client

    from accounts.models import User

    client = Client(raise_request_exception=False)
    if email:
        client.force_login(User.objects.get(email=email))
    return client


def paths(address: Address) -> Iterator[str]:
    """With several objects, and one of each word for each."""
    if KEYS & set(address.arguments):
        return
    for path in filled(address.pattern, address.arguments, address):
        yield f"/{path}"


def filled(pattern: str, arguments: list[str], address: Address) -> Iterator[str]:
    if not arguments:
        yield pattern
        return
    for value in values(address, arguments[0]):
        yield from filled(re.sub("<.+?>", str(value), pattern, count=1), arguments[1:], address)


def values(address: Address, argument: str) -> Iterable[object]:
    if argument in ("slug", "code"):
        model, name = SLUGS.get(address.noun, ("", ""))
        return model_named(model).objects.values_list(name, flat=True)[:2] if model else ()
    known = whose(address) if argument == "pk" else WORDS.get(argument)
    if not isinstance(known, str):
        return known or ()
    return several(model_named(known), TRIED if argument == "pk" else ENOUGH)


def model_named(name: str):
    from django.apps import apps

    for app in ("marketplace", "accounts", "notifications"):
        if name.lower() in apps.get_app_config(app).models:
            return apps.get_model(app, name)
    raise LookupError(name)


def several(model, many: int) -> list[int]:
    """Numbers from one end to the other."""
    numbers = list(model.objects.order_by("pk").values_list("pk", flat=True))
    step = max(len(numbers) // many, 1)
    return numbers[::step][:many]


def look(address: Address, role: str, client) -> None:
    """Until it has shown enough pages, or has said that no page is there for this role."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    seen = 0
    for path in islice(paths(address), TRIED):
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        address.answers.add(answer.status_code)
        if answer.status_code in (302, 405):
            return
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        address.questions = max(address.questions, len(queries))
        if len(answer.content) > address.heaviest:
            address.heaviest, address.role, address.path = len(answer.content), role, path
        seen += 1
        if seen == ENOUGH:
            return


def told(addresses: list[Address]) -> int:
    seen = sorted((one for one in addresses if one.heaviest), key=lambda one: -one.heaviest)
    print(f"{len(addresses)} addresses, {len(seen)} pages seen")
    for one in seen:
        if one.heaviest > CEILING:
            print(
                f"{one.heaviest / 1000:7.1f} kB  {one.questions:3} questions  {one.role:12} {one.path}"
            )
    broken = [one.pattern for one in addresses if any(code >= 500 for code in one.answers - {503})]
    print(f"Broken: {', '.join(broken) or 'none'}.")
    quiet = [one for one in addresses if not one.heaviest and not {200, 302, 405} & one.answers]
    print(f"Not reached, {len(quiet)}:")
    for one in quiet:
        print(f"    {one.name}: {one.why}")
    return 1 if broken or (seen and seen[0].heaviest > CEILING) else 0


if __name__ == "__main__":
    sys.exit(main())
