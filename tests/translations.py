"""Is everything that people read in French? Asks gettext what the sources say, polib what is translated."""

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
NAMES = "who|person|name|colleague|organisation|company|structure|operator|by|org|email"
BEFORE_A_NAME = re.compile(
    rf"\b(?:de|du|que|si|lorsque|puisque|jusque) %\((?:{NAMES})\)s"
    r"|\b[àÀ] %\((?:organisation|company|structure|operator|org)\)s"
)
APPS = ("config", "marketplace", "accounts", "notifications", "common", "templates")


def main() -> int:
    catalogue = polib.pofile(str(CATALOGUE))
    complaints = [f"no French: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
    complaints += [f"fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
    complaints += [
        f"a name after a word that it would change: {entry.msgid!r}"
        for entry in catalogue
        if BEFORE_A_NAME.search(" ".join([entry.msgstr, *entry.msgstr_plural.values()]))
    ]
    if shutil.which("xgettext"):
        known = {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}
        complaints += [
            f"not in the catalogue: {entry.msgid!r} ({', '.join(path for path, _line in entry.occurrences)})"
            for entry in said_in_the_sources()
            if (entry.msgctxt, entry.msgid) not in known
        ]
    elif os.environ.get("CI") == "true":
        complaints.append("xgettext is not installed: the sources can't be read")
    else:
        print("xgettext is not installed: the sources were not read (apt install gettext)")
    print("\n".join(complaints))
    return 1 if complaints else 0


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
    sys.exit(main())
