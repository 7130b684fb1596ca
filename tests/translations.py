"""Is everything that people read in French? Asks gettext what the sources say, polib what is translated.

`python -m tests.translations --add` writes what is missing at the end of the catalogue, to be translated there, and
leaves the rest of the file as it is: `makemessages` would write all of it anew.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
# Whose name stands there, as it is written: « de Octet & Fils », « à Les Petits Galibots » are no French.
NAMES = (
    "who|person|name|colleague|organisation|company|structure|operator|by|org|email"
    "|house|other|lead|host|whom"
)
BEFORE_A_NAME = re.compile(
    rf"\b(?:de|du|que|si|lorsque|puisque|jusque) %\((?:{NAMES})\)s"
    r"|\b[àÀ] %\((?:organisation|company|structure|operator|org|house|other|lead|host|whom)\)s"
    # A pôle is called « Pôle … », which takes an article in French.
    r"|\b(?:[àÀ]|[Pp]ar|[Dd]e|[Dd]u|[Aa]vec|[Cc]hez|[Pp]our|[Dd]ans|[Ee]n|[Ss]ur) %\(pole\)s"
)
# Where a line of French would break before a mark, or just inside « »: the space there is U+00A0.
BREAKS = re.compile(r"(?<=\S) (?=[:;?!»])|(?<=«) ")
# « salarié·e »: a screen reader spells it out, and nobody says it aloud.
MIDDLE_DOT = re.compile(r"[^\W\d]·[^\W\d]")
# « vous êtes connecté », « d’accord tous les deux »: half of those who read it are women, or an organisation (decision 84).
# « inscrit ou inscrite » may be said.
OF_MEN_ALONE = re.compile(
    r"(?:\bvous (?:n’|ne |y )?(?:êtes|serez|étiez|seriez|soyez)"
    r"|\bvous (?:n’)?(?:avez|aurez|aviez|auriez)(?: \w+)? été|\bvous être|\bêtes-vous|\brest(?:ez|iez|ant))"
    r" (?:(?:plus|pas|déjà|jamais|toujours|encore|bien|aussi|donc|ici) )*"
    r"(?:\w+és?|mis|inscrits?|venus?|prévenus?|retenus?|avertis?|prêts?|sûrs?|seuls?|certains?|contents?|reçus?|admis|partis?)\b"
    r"(?! ou )|\btous (?:les )?deux\b",
    re.IGNORECASE,
)
# « ceux qui financent le pôle », where the English speaks of people: « qui finance », « les personnes qui… ». « celles et ceux
# qui » may be said, and things are « ceux qui ».
MEN_TOGETHER = re.compile(r"(?<!celles et )\bceux (?:qui|que|dont)\b", re.IGNORECASE)
PEOPLE = re.compile(r"\b(?:who|whom|whoever|those to whom|those you meet)\b")
# “isn't”: what is typeset has the apostrophe that the French has, ’.
STRAIGHT = re.compile(r"\w'|'\w")
# What is filled in: %(name)s, and {{ name }} that blocktranslate writes in the same way.
FILLED_IN = re.compile(r"%\((\w+)\)[sd]")
APPS = ("config", "marketplace", "accounts", "notifications", "common", "templates")


def main(arguments: list[str]) -> int:
    catalogue = polib.pofile(str(CATALOGUE))
    complaints = [f"no French: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
    complaints += [f"fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
    complaints += [
        f"a name after a word that it would change: {entry.msgid!r}"
        for entry in catalogue
        if BEFORE_A_NAME.search(" ".join([entry.msgstr, *entry.msgstr_plural.values()]))
    ]
    complaints += [
        f"filled in otherwise than the English: {entry.msgid!r}"
        for entry in catalogue
        if not is_filled_in_alike(entry)
    ]
    complaints += [
        f"a space that breaks before a mark or inside quotes: {entry.msgid!r}"
        for entry in catalogue
        if BREAKS.search(" ".join([entry.msgstr, *entry.msgstr_plural.values()]))
    ]
    complaints += [
        f"a middle dot within a word: {entry.msgid!r}"
        for entry in catalogue
        if MIDDLE_DOT.search(" ".join([entry.msgstr, *entry.msgstr_plural.values()]))
    ]
    complaints += [
        f"said of men alone: {entry.msgid!r}"
        for entry in catalogue
        if is_of_men_alone(" ".join([entry.msgstr, *entry.msgstr_plural.values()]), entry.msgid)
    ]
    complaints += [
        f"a straight apostrophe, in the place of ’: {entry.msgid!r}"
        for entry in catalogue
        if STRAIGHT.search(" ".join([entry.msgid, entry.msgid_plural, entry.msgstr]))
        or any(STRAIGHT.search(form) for form in entry.msgstr_plural.values())
    ]
    if shutil.which("xgettext"):
        known = {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}
        sources = said_in_the_sources()
        said = {(entry.msgctxt, entry.msgid) for entry in sources}
        missing = [entry for entry in sources if (entry.msgctxt, entry.msgid) not in known]
        complaints += [
            f"not in the catalogue: {entry.msgid!r} ({', '.join(path for path, _line in entry.occurrences)})"
            for entry in missing
        ]
        complaints += [
            f"said nowhere any more: {msgid!r}" for context, msgid in known - said if msgid
        ]
        if "--add" in arguments:
            add(missing)
    elif os.environ.get("CI") == "true":
        complaints.append("xgettext is not installed: the sources can't be read")
    else:
        print("xgettext is not installed: the sources were not read (apt install gettext)")
    print("\n".join(complaints))
    return 1 if complaints else 0


def is_of_men_alone(said: str, english: str) -> bool:
    together = MEN_TOGETHER.search(said) and PEOPLE.search(FILLED_IN.sub("", english))
    return bool(OF_MEN_ALONE.search(said) or together)


def is_filled_in_alike(entry: polib.POEntry) -> bool:
    """Nothing that the English doesn't have, which would be an error on the page; and nothing left out, but in one
    of two plural forms (« une personne »)."""
    english = set(FILLED_IN.findall(entry.msgid + entry.msgid_plural))
    forms = [entry.msgstr] if not entry.msgid_plural else [*entry.msgstr_plural.values()]
    french = [set(FILLED_IN.findall(form)) for form in forms if form]
    if any(form - english for form in french):
        return False
    return not french or set().union(*french) == english


def add(entries: list[polib.POEntry]) -> None:
    """At the end of the catalogue, without French yet, each with the files that say it."""
    with CATALOGUE.open("a", encoding="utf-8") as file:
        for entry in entries:
            paths = sorted({path for path, _line in entry.occurrences})
            new = polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgid_plural=entry.msgid_plural,
                msgstr_plural={0: "", 1: ""} if entry.msgid_plural else {},
                occurrences=[(path, "") for path in paths],
                flags=entry.flags,
            )
            file.write("\n" + new.__unicode__(wrapwidth=0))


def said_in_the_sources() -> polib.POFile:
    """What makemessages finds, in a copy: a check leaves the tree as it was."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for app in APPS:
            shutil.copytree(
                ROOT / app, copy / app, ignore=shutil.ignore_patterns("__pycache__", "data")
            )
        (copy / "locale").mkdir()
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-wrap"],
            cwd=copy,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(copy)},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return polib.pofile(str(copy / "locale/fr/LC_MESSAGES/django.po"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
