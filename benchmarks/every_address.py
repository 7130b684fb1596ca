"""Which addresses there are, and whose number each takes: what benchmarks.every_page walks.

A new address is walked by itself; one that takes the number of a new noun needs its line in `WHOSE`, and
tests/test_every_address.py asks for it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

TRIED, ENOUGH = (
    5,
    2,
)  # numbers that are tried of a noun, and values of what else stands in an address
# Django's administration and allauth's pages aren't ours.
NEXT_DOOR = ("administration/", "compte/", "^compte/", "connexion/")
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
    """A pattern, and what has been answered behind it."""

    pattern: str
    name: str
    answers: set[int] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

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
            return "no row of its noun"
        if self.answers == {405}:
            return "answers a POST alone"
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


def paths(address: Address, numbers: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """With several objects, `numbers` of its noun first, and one of each word for each."""
    if KEYS & set(address.arguments):
        return
    for path in _filled(address.pattern, address.arguments, address, numbers):
        yield f"/{path}"


def _filled(
    pattern: str, arguments: list[str], address: Address, numbers: Mapping[str, Sequence[int]]
) -> Iterator[str]:
    if not arguments:
        yield pattern
        return
    for value in _values(address, arguments[0], numbers):
        once = re.sub("<.+?>", str(value), pattern, count=1)
        yield from _filled(once, arguments[1:], address, numbers)


def _values(
    address: Address, argument: str, numbers: Mapping[str, Sequence[int]]
) -> Iterable[object]:
    if argument in ("slug", "code"):
        model, name = SLUGS.get(address.noun, ("", ""))
        if not model:
            return ()
        rows = model_named(model).objects.order_by("pk").values_list(name, flat=True)
        return [*rows[:1], *rows.reverse()[:1]]
    known = whose(address) if argument == "pk" else WORDS.get(argument)
    if not isinstance(known, str):
        return known or ()
    some = several(known, TRIED if argument == "pk" else ENOUGH)
    return list(dict.fromkeys([*numbers.get(known, ()), *some]))


def model_named(name: str):
    from django.apps import apps

    for app in ("marketplace", "accounts", "notifications"):
        if name.lower() in apps.get_app_config(app).models:
            return apps.get_model(app, name)
    raise LookupError(name)


@cache
def several(name: str, many: int) -> list[int]:
    """Numbers of this noun, from one end to the other."""
    rows = model_named(name).objects.order_by("pk").values_list("pk", flat=True)
    if (first := rows.first()) is None:
        return []
    step = max((rows.last() - first) // many, 1)
    found = [rows.filter(pk__gte=first + step * place).first() for place in range(many)]
    return list(dict.fromkeys(number for number in found if number is not None))
