"""Which column of a pôle's own spreadsheet is what: by its heading, or as somebody has said. Pure functions: no database."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.roots import fold
from common.tables import Line
from marketplace.models import Import
from marketplace.rules import people_lists
from marketplace.rules.people_lists import Columns, seen

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NUMBER, NAME, KIND, SIREN, SIRET, RNA = "number", "name", "kind", "siren", "siret", "rna"
ADDRESS, POSTAL_CODE, TOWN, WEBSITE = "address", "postal_code", "town", "website"
FIRST, LAST, EMAIL, PHONE, TRADE = "first_name", "last_name", "email", "phone", "trade"
STRUCTURE, PERSON, HEADCOUNT = "structure", "person", "headcount"
TITLE, BEGUN, ENDED, HOURS = "title", "begun_on", "ended_on", "hours"
TEXT, HOUSE_NUMBER, STATE = "text", "house_number", "state"
PERSON_NUMBER, TIME, LANGUAGES = "person_number", "time", "languages"

ORGANISATIONS, PEOPLE, MISSIONS, NEEDS, OFFERS = (
    Import.Kind.ORGANISATIONS.value,
    Import.Kind.PEOPLE.value,
    Import.Kind.MISSIONS.value,
    Import.Kind.NEEDS.value,
    Import.Kind.OFFERS.value,
)
FIELDS: "Mapping[str, Mapping[str, StrOrPromise]]" = {
    ORGANISATIONS: {
        NUMBER: _("Your number"),
        NAME: _("Name of the organisation"),
        KIND: _("Kind of organisation"),
        SIREN: _("SIREN"),
        SIRET: _("SIRET"),
        RNA: _("RNA"),
        ADDRESS: _("Address"),
        POSTAL_CODE: _("Postal code"),
        TOWN: _("Commune"),
        WEBSITE: _("Website"),
    },
    PEOPLE: {
        NUMBER: _("Your number"),
        LAST: _("Last name"),
        FIRST: _("First name"),
        NAME: _("First and last name"),
        EMAIL: _("E-mail address"),
        PHONE: _("Telephone"),
        TRADE: _("Trade or position"),
        POSTAL_CODE: _("Postal code"),
        TOWN: _("Commune"),
        STRUCTURE: _("Organisation"),
    },
    MISSIONS: {
        NUMBER: _("Your number"),
        TITLE: _("Mission"),
        STRUCTURE: _("Structure that was helped"),
        PERSON: _("Who came"),
        HEADCOUNT: _("How many people"),
        BEGUN: _("First day"),
        ENDED: _("Last day"),
        HOURS: _("Hours given"),
    },
    NEEDS: {
        NUMBER: _("Your number"),
        TITLE: _("What is needed"),
        TEXT: _("Description"),
        STRUCTURE: _("Structure that asks"),
        HOUSE_NUMBER: _("Its SIREN, SIRET or RNA"),
        POSTAL_CODE: _("Postal code"),
        TOWN: _("Commune"),
        BEGUN: _("First day"),
        ENDED: _("Last day"),
        HOURS: _("Hours asked for"),
        STATE: _("State: open, filled or closed"),
        LANGUAGES: _("Languages that are spoken"),
    },
    OFFERS: {
        NUMBER: _("Your number"),
        LAST: _("Last name"),
        FIRST: _("First name"),
        NAME: _("First and last name"),
        EMAIL: _("E-mail address"),
        PERSON_NUMBER: _("Their number in your file of people"),
        TRADE: _("Trade or position"),
        STRUCTURE: _("Organisation"),
        TEXT: _("What they can do"),
        HOURS: _("Hours offered"),
        TIME: _("On their own time, or on working time"),
        POSTAL_CODE: _("Postal code"),
        TOWN: _("Commune"),
        BEGUN: _("Available from"),
        ENDED: _("Until"),
        LANGUAGES: _("Languages that they speak"),
    },
}
# Without one of each of these sets, a list of this kind says nothing.
NEEDED: dict[str, list[set[str]]] = {
    ORGANISATIONS: [{NAME}],
    PEOPLE: [{LAST, NAME}],
    MISSIONS: [{STRUCTURE}, {BEGUN}, {HOURS}],
    NEEDS: [{STRUCTURE}, {TITLE, TEXT}],
    OFFERS: [{LAST, NAME, EMAIL, PERSON_NUMBER}, {TEXT}],
}
_NUMBERS = [(NUMBER, words) for words in ({"identifiant"}, {"id"}, {"reference"}, {"ref"}, {"code"}, {"numero"}, {"n"}, {"no"})]  # fmt: skip
_PLACES = [(POSTAL_CODE, {"code", "postal"}), (POSTAL_CODE, {"cp"}), (TOWN, {"commune"}), (TOWN, {"ville"}), (TOWN, {"localite"}), (TOWN, {"town"})]  # fmt: skip
_LANGUAGES = [(LANGUAGES, {word}) for word in ("langue", "language", "idiome")]
# Words of a heading, without accents; the first of these sets that it holds says what the column is.
HEADINGS: dict[str, list[tuple[str, set[str]]]] = {
    ORGANISATIONS: [
        (SIRET, {"siret"}), (SIREN, {"siren"}), (RNA, {"rna"}), *_PLACES,
        (WEBSITE, {"site"}), (WEBSITE, {"web"}), (WEBSITE, {"internet"}), (WEBSITE, {"url"}),
        (ADDRESS, {"adresse"}), (ADDRESS, {"rue"}), (ADDRESS, {"address"}),
        (KIND, {"type"}), (KIND, {"nature"}), (KIND, {"categorie"}), (KIND, {"kind"}), *_NUMBERS,
        *((NAME, {word}) for word in ("raison", "denomination", "nom", "structure", "organisation", "association", "entreprise", "organisme", "intitule", "name")),
    ],
    PEOPLE: [
        (EMAIL, {"mail"}), (EMAIL, {"email"}), (EMAIL, {"mel"}), (EMAIL, {"courriel"}),
        (PHONE, {"telephone"}), (PHONE, {"tel"}), (PHONE, {"portable"}), (PHONE, {"mobile"}), (PHONE, {"phone"}),
        *_PLACES, (NAME, {"nom", "prenom"}), (NAME, {"nom", "complet"}),
        *((STRUCTURE, {word}) for word in ("structure", "entreprise", "employeur", "organisation", "association", "organisme", "societe")),
        *((TRADE, {word}) for word in ("metier", "fonction", "poste", "profession", "trade")), *_NUMBERS,
        (FIRST, {"prenom"}), (FIRST, {"first"}), (LAST, {"last"}), (LAST, {"nom"}),
        *((NAME, {word}) for word in ("name", "benevole", "personne", "contact", "salarie")),
    ],
    MISSIONS: [
        *((HEADCOUNT, {count, word}) for count in ("nombre", "nb", "nbre", "combien") for word in ("personne", "benevole", "salarie", "intervenant")),
        (HEADCOUNT, {"effectif"}), (HEADCOUNT, {"headcount"}),
        *((HOURS, {word}) for word in ("heure", "duree", "volume", "hour", "h")),
        *((ENDED, {word}) for word in ("fin", "au", "end")), (ENDED, {"dernier", "jour"}),
        *((BEGUN, {word}) for word in ("debut", "du", "date", "start")), (BEGUN, {"premier", "jour"}), *_NUMBERS,
        *((STRUCTURE, {word}) for word in ("structure", "association", "beneficiaire", "organisation", "organisme")),
        *((PERSON, {word}) for word in ("benevole", "intervenant", "personne", "salarie", "mecene", "volontaire", "qui", "person")),
        *((TITLE, {word}) for word in ("mission", "intitule", "objet", "titre", "sujet", "description", "nom")),
    ],
    NEEDS: [
        *((HOUSE_NUMBER, {word}) for word in ("siret", "siren", "rna")), *_PLACES, *_LANGUAGES,
        *((STATE, {word}) for word in ("etat", "statut", "status", "state", "avancement")),
        *((HOURS, {word}) for word in ("heure", "duree", "volume", "hour", "h")),
        *((ENDED, {word}) for word in ("fin", "end", "echeance", "jusqu")), (ENDED, {"dernier", "jour"}),
        *((BEGUN, {word}) for word in ("debut", "start", "partir")), (BEGUN, {"premier", "jour"}),
        *((TEXT, {word}) for word in ("description", "detail", "contexte", "precision", "explication")),
        *((NUMBER, {word, need}) for word in ("n", "no", "numero", "ref", "reference", "code", "id", "identifiant") for need in ("besoin", "demande")),
        *((TITLE, {word}) for word in ("besoin", "need", "demande")),
        *((STRUCTURE, {word}) for word in ("structure", "association", "demandeur", "beneficiaire", "organisation", "organisme", "porteur")), *_NUMBERS,
        *((TITLE, {word}) for word in ("intitule", "titre", "objet", "sujet", "mission", "title")),
    ],
    OFFERS: [
        *((EMAIL, {word}) for word in ("mail", "email", "mel", "courriel")), *_PLACES, *_LANGUAGES,
        *((PERSON_NUMBER, {word, who}) for word in ("n", "no", "numero", "ref", "reference", "code", "id", "identifiant") for who in ("personne", "benevole", "salarie", "contact", "person")),
        *((TIME, {word}) for word in ("regime", "cadre")), (TIME, {"temps", "travail"}), (TIME, {"type", "temps"}), (TIME, {"sur", "temps"}),
        *((HOURS, {word}) for word in ("heure", "duree", "volume", "hour", "h")), (HOURS, {"temps", "offert"}), (HOURS, {"temps", "disponible"}), (TIME, {"temps"}),
        *((ENDED, {word}) for word in ("fin", "end", "jusqu")), (ENDED, {"dernier", "jour"}),
        *((BEGUN, {word}) for word in ("debut", "start", "partir", "disponible")), (BEGUN, {"premier", "jour"}),
        *((TEXT, {word}) for word in ("competence", "skill", "savoir", "offre", "propose", "proposition", "aide", "description")),
        (NAME, {"nom", "prenom"}), (NAME, {"nom", "complet"}),
        *((STRUCTURE, {word}) for word in ("structure", "entreprise", "employeur", "organisation", "association", "organisme", "societe")),
        *((TRADE, {word}) for word in ("metier", "fonction", "poste", "profession", "trade")), *_NUMBERS,
        (FIRST, {"prenom"}), (FIRST, {"first"}), (LAST, {"last"}), (LAST, {"nom"}),
        *((NAME, {word}) for word in ("name", "benevole", "personne", "contact", "salarie", "qui")),
    ],
}  # fmt: skip
# A column that looks like one of ours and isn't: somebody's details in a list of organisations, a date of birth.
OTHERS: dict[str, set[str]] = {
    ORGANISATIONS: {"contact", "dirigeant", "dirigeante", "president", "presidente", "referent", "referente", "mail", "email", "tel", "telephone", "naissance"},
    PEOPLE: {"naissance", "birth", "postale"},
    MISSIONS: {"cout", "euro", "mail", "email", "tel", "telephone", "signature"},
    NEEDS: {"contact", "mail", "email", "mel", "tel", "telephone", "referent", "referente", "coordinateur", "coordinatrice"},
    OFFERS: {"naissance", "birth", "postale", "tel", "telephone", "coordinateur", "coordinatrice"},
}  # fmt: skip
LOOKED_AT = 30  # lines in which a column shows what it holds


def field_of(kind: str, heading: str, known: Mapping[str, str]) -> str:
    """What a column with this heading holds; "" when we don't know. `known`: what the operator has said of headings before,
    which comes first."""
    said = fold(seen(heading)).strip()
    if said in known:
        return known[said]
    for name, label in FIELDS[kind].items():
        if said == fold(str(label)):
            return name
    words = set(re.split(r"[^a-z0-9]+", said[:200].replace("e-mail", "email"))) - {""}
    words |= {word.removesuffix("s") for word in words}
    if words & OTHERS[kind]:
        return ""
    return next((name for name, meant in HEADINGS[kind] if meant <= words), "")


def header_of(kind: str, lines: list[Line], known: Mapping[str, str]) -> int:
    """Where the headings are: the line that knows most of them, of the first ones; of two alike, the one above. One word
    that we know among others may be anybody's name: then it is the first line of several cells."""
    looked_at = lines[: people_lists.LOOKED_AT]
    counts = [len(set(_fields(kind, line.cells, known)) - {""}) for line in looked_at]
    filled = [sum(map(bool, line.cells)) for line in looked_at]
    best = max(range(len(counts)), key=lambda at: (counts[at], -at), default=0)
    if counts and counts[best] > 1:
        return best
    alone = (at for at, count in enumerate(counts) if count == filled[at] == 1)
    several = (at for at, count in enumerate(filled) if count > 1)
    return next(several, next(alone, 0))


def _fields(kind: str, cells: Iterable[str], known: Mapping[str, str]) -> list[str]:
    return [field_of(kind, cell, known) if cell else "" for cell in cells]


def columns_of(
    kind: str, lines: list[Line], known: Mapping[str, str], mapped: Mapping[str, int] | None
) -> Columns:
    """The columns, by their headings or as they were `mapped` by hand. The line of headings again, further down, is no line
    of the list."""
    at = header_of(kind, lines, known)
    header = lines[at].cells
    places: dict[str, int] = {}
    if mapped is None:
        for place, name in enumerate(_fields(kind, header, known)):
            if name and name not in places:
                places[name] = place
    else:
        places = {name: place for name, place in mapped.items() if name in FIELDS[kind]}
    headings = {
        name: header[place] if place < len(header) else "" for name, place in places.items()
    }
    unused = [cell for place, cell in enumerate(header) if cell and place not in places.values()]
    below = [line for line in lines[at + 1 :] if line.cells != header]
    return Columns(places, headings, unused, below)


def sampled(columns: Columns, lines: list[Line]) -> list[list[str]]:
    """For each column its heading and the first three cells below it that hold something."""
    below = columns.lines
    at = next((at for at, line in enumerate(lines) if below and line is below[0]), len(lines))
    header = lines[max(at - 1, 0)].cells
    width = max((len(line.cells) for line in lines[: at + LOOKED_AT]), default=0)
    found = []
    for place in range(width):
        cells = (line.cells[place] for line in below[:LOOKED_AT] if place < len(line.cells))
        samples = [cell[:60] for cell in cells if cell][:3]
        found.append([header[place][:200] if place < len(header) else "", *samples])
    return found


def says_enough(kind: str, places: Iterable[str]) -> bool:
    return all(needed & set(places) for needed in NEEDED[kind])
