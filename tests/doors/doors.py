"""Every address of the site, with every row of a world that it can be asked about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from marketplace.models import Kind, SigningAddress, SigningLink
from tests import turns
from tests.doors.world import World

# Django's and allauth's own pages: tried by them, and by tests/accounts.
NEXT_DOOR = ("administration/", "compte/", "^compte/")
TEAM = "a mission of a team by name"
# How an address begins → the noun whose number it bears. The longest beginning wins.
NOUNS = {
    "besoins/": "Need",
    "bureau/besoins/": "Need",
    "bureau/rapprochements/": "Pole",
    "bureau/monnaie-locale/": "Pole",
    "bureau/expediteur/": "Pole",
    "bureau/promesses/": "Pole",
    "bureau/repartition/": "Pole",
    "bureau/phrases/<int:pk>/adopter": "Pole",
    "bureau/phrases/<int:pk>/nouvelle": "Pole",
    "bureau/phrases/": "CannedLine",
    "bureau/dossiers/": "Case",
    "bureau/signalements/": "MessageReport",
    "bureau/freins/fiche/": "Finding",
    "bureau/filtres/": "SavedFilter",
    "bureau/listes/vues/": "SavedFilter",
    "bureau/histoire/organisations/": "Organisation",
    "bureau/histoire/personnes/": "User",
    "bureau/organisations/": "Organisation",
    "bureau/absences/": "Absence",
    "bureau/visites/heures/": "FreeTime",
    "visites/": "Visit",
    "rencontres/": "Gathering",
    "inscriptions/": "Attendance",
    "bureau/charge/": "Follower",
    "bureau/lettres/": "Mailing",
    "bureau/rapports/": "Report",
    "bureau/rapports/chapitres/": "ReportChapter",
    "bureau/rapports/versions/": "ReportVersion",
    "bureau/partenaires/": "ReportPartner",
    "bureau/lettres/modeles/": "LetterModel",
    "lettres/": "Addressee",
    "bureau/apporter/": "Import",
    "bureau/fiches/personnes/": "PersonRecord",
    "bureau/notes/": "Note",
    "bureau/taches/": "Task",
    "bureau/nouveau/": "Behalf",
    "bureau/etiquettes/": "Tag",
    "bureau/listes/actes/": "BulkAct",
    "porteurs/": "Carrier",
    "ensemble/": "Joining",
    "attente/": "Waiter",
    "offres/": "Offer",
    "propositions/": "Proposal",
    "missions/": "Mission",
    "missions/<int:pk>/equipe": TEAM,
    "structures-servies/": "Served",
    "heures/": "HoursEntry",
    "equipes/": "TeamMember",
    "jalons/": "Milestone",
    "livrables/": "Deliverable",
    "documents/": "Document",
    "organisations/": "Organisation",
    "domaines/": "MailDomain",
    "bureau/domaines/": "MailDomain",
    "programmes/": "CompanyProgramme",
    "sites/": "Site",
    "grades/": "Grade",
    "operations/": "Round",
    "operations/equipes/": "RoundTeam",
    "operations/reponses/": "RoundAnswer",
    "listes/": "Import",
    "equipe/accords/": "Agreement",
    "fonctions/": "Duty",
    "messages/": "Thread",
    "message/": "Message",
    "suivi/": "FollowUp",
    "membres/": "Membership",
    "invitations/": "Invitation",
    "liens/": "JoinLink",
    "groupes/": "GroupTie",
    "sieges/": "Seat",
    "poles-sollicites/": "AskedPole",
    "profil/tenus-a-distance/": "Block",
    "profil/accords/": "Consent",
    "bilans/": "Review",
    "avenants/": "Amendment",
    "reprises/": "Transfer",
    "notifications/": "Notification",
    "courrier/": "Notification",
}
# What else an address asks: a word that it knows.
WORDS = {
    "document-preview": {"kind": [Kind.CONVENTION_SERVICE]},
    "document-make": {"kind": [Kind.CONVENTION_SERVICE, Kind.HOURS_CERTIFICATE]},
    "document-file": {"which": ["original", "signe"]},
    "organisation-entries": {"kind": ["csv"]},
    "organisation-new-kind": {"kind": ["structure", "entreprise"]},
    "figures-export": {"kind": ["csv"]},
    "figures-exchanges-export": {"kind": ["csv"]},
    "register-export": {"kind": ["csv"]},
    "report-file": {"kind": ["odt"]},
    "report-version-file": {"kind": ["odt"]},
    "employees-export": {"kind": ["csv", "xlsx"]},
    "sitemap-part": {"section": ["pages", "besoins", "organisations", "poles", "modeles"]},
    "records": {"kind": ["organisations", "personnes", "missions", "besoins"]},
    "desk-board": {"what": ["besoins", "missions"]},
    "lists": {"what": ["besoins", "personnes"]},
    "lists-act": {"what": ["besoins"]},
    "lists-write": {"what": ["organisations"]},
    "lists-view-keep": {"what": ["besoins"]},
    "lists-export": {"what": ["missions"], "kind": ["csv"]},
    "need-step": {"part": ["quoi", "ou"]},
}
# Those whose number is another noun's, as a word of the address says.
OF_A_KIND = {
    "case-open": ("noun", {"mission": "Mission", "proposal": "Proposal", "organisation": "Organisation"}),
    "visit-new": ("noun", {"mission": "Mission", "need": "Need", "organisation": "Organisation"}),
    "note-new": ("kind", {"mission": "Mission", "need": "Need", "organisation": "Organisation", "person": "User"}),
    "tag-new": ("kind", {"mission": "Mission", "need": "Need", "organisation": "Organisation", "person": "User"}),
}  # fmt: skip
FEW = 3
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Door:
    name: str
    path: str
    row: Model | None = None


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """(path, name) of every address that is ours."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if path.startswith(NEXT_DOOR):
            continue
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.name or path


def noun_of(path: str) -> str:
    """Raises LookupError: an address whose noun nobody has said is tried by nobody."""
    known = [beginning for beginning in NOUNS if path.startswith(beginning)]
    if not known:
        raise LookupError(f"Say in NOUNS what {path} is about.")
    return NOUNS[max(known, key=len)]


def doors_of(world: World, *, one: bool = False) -> list[Door]:
    """Without the links of letters: those are in `world.links`. `one`: about one row of each noun."""
    return [door for path, name in patterns() for door in _doors(path, name, world, one)]


def of_today(doors: list[Door]) -> list[Door]:
    """The third of them that has its day, all the rows of an address together."""
    return [door for door in doors if turns.has_its_day(door.name)]


def rows_of(world: World, noun: str, one: bool) -> list[Model]:
    """The first of each noun and one from its middle: each state of a mission in turn would be hours."""
    if noun == TEAM:
        return [part.mission for part in world.things["TeamMember"][:1]]
    rows = world.things[noun]
    if not rows or (len(rows) <= FEW and not (one and noun != "Organisation")):
        return rows
    return [rows[len(rows) // 2]] if one else [rows[0], rows[len(rows) // 2]]


def _doors(path: str, name: str, world: World, one: bool) -> Iterator[Door]:
    asked = {word for _type, word in ARGUMENT.findall(path)}
    if asked & {"token", "key", "code", "provider_id"} or "(?P" in path:
        return
    if "name" in asked:
        yield from (
            Door(name, _filled(path, name=row.name), row)
            for row in rows_of(world, "StoredFile", one)
        )
        return
    if name in OF_A_KIND:
        word, nouns = OF_A_KIND[name]
        for kind, noun in nouns.items():
            for row in rows_of(world, noun, one):
                yield Door(name, _filled(path, **{word: kind}, pk=row.pk), row)
        return
    if "slug" in asked:  # a pôle's or an operator's, whose page is public
        named = {"door": world.operator.door}.get(name, world.pole)
        yield Door(name, _filled(path, slug=named.slug))
        return
    for words in _words(name, asked):
        if "pk" not in asked:
            yield Door(name, _filled(path, **words))
            continue
        for row in rows_of(world, noun_of(path), one):
            yield Door(name, _filled(path, pk=row.pk, **words, **_second(asked, world)), row)


def _words(name: str, asked: set[str]) -> list[dict]:
    year = {"year": timezone.localdate().year} if "year" in asked else {}
    known = WORDS.get(name, {})
    if not known:
        return [year]
    return [year | dict(zip(known, values, strict=True)) for values in product(*known.values())]


def _second(asked: set[str], world: World) -> dict:
    """Another number in the same address."""
    others = {
        "offer_pk": world.things["Offer"][3].pk,
        "work_pk": world.things["Offer"][0].pk,
        "own_pk": world.things["Offer"][3].pk,
        "head_pk": world.structure.pk,
        "other_pk": world.structure.pk,
        "rule": world.things["DispatchRule"][0].pk,
        "link": SigningLink.objects.earliest("pk").pk,
        "address": SigningAddress.objects.earliest("pk").pk,
    }
    return {word: number for word, number in others.items() if word in asked}


def _filled(path: str, **values) -> str:
    return "/" + ARGUMENT.sub(lambda found: str(values[found[2]]), path)
