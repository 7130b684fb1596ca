"""Reads the State's ROME 4.0 files, and checks them before a single row is written.

Each error names the file and the line in a sentence, since whoever imports has rarely
written this code.
"""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

from django.utils.translation import gettext as _

# The file's name without « unix_ » and without the version; the columns that we read of it.
FILES = {
    "referentiel_code_rome": ("code_rome", "libelle_rome"),
    "referentiel_appellation": (
        "code_ogr", "libelle_appellation_long", "libelle_appellation_court", "code_rome",
        "classification",
    ),
    "referentiel_competence": (
        "code_ogr", "nature", "libelle_competence", "code_ogr_macro_comp", "code_macro_comp",
    ),
    "referentiel_savoir": ("code_ogr_savoir", "libelle_savoir", "categorie_savoir"),
    "liens_rome_referentiels": ("code_rome", "code_ogr"),
    "coherence_item": ("code_rome", "code_ogr", "coeur_metier"),
    "rubrique_mobilite": ("code_rome", "code_rome_cible", "numero_ordre"),
    "texte": ("code_rome", "libelle_type_texte", "position_phrase", "libelle_texte"),
}  # fmt: skip
LONGEST_HEADER = 10_000
TRADE = re.compile(r"[A-Z][0-9]{4}")
OGR = re.compile(r"[0-9]{1,10}")
RANK = re.compile(r"[0-9]{1,4}")


class BrokenFile(Exception):
    """The files can't be imported; the message says which line of which file, and why."""


@dataclass
class Rome:
    """All that the site keeps of the files."""

    trades: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    appellations: list[tuple[str, str, str, bool, str]] = field(default_factory=list)
    macros: dict[str, tuple[str, str]] = field(default_factory=dict)  # code -> (label, domain)
    competences: dict[str, tuple[str, str]] = field(default_factory=dict)  # code -> (label, macro)
    knowledge: dict[str, tuple[str, str]] = field(default_factory=dict)
    trade_macros: dict[tuple[str, str], bool] = field(default_factory=dict)  # -> at the heart
    trade_competences: set[tuple[str, str]] = field(default_factory=set)
    trade_knowledge: set[tuple[str, str]] = field(default_factory=set)
    mobility: dict[tuple[str, str], int] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """A digest of the content; the order of the files' lines doesn't change it."""
        digest = hashlib.sha256()
        for part in fields(self):
            value = getattr(self, part.name)
            for row in sorted(value.items() if isinstance(value, dict) else value):
                digest.update(repr(row).encode())
        return digest.hexdigest()[:32]


def read(folder: Path, step: Callable[[str], None] = lambda name: None) -> Rome:
    """Read all files of a folder. Raises BrokenFile."""
    if not folder.is_dir():
        raise BrokenFile(_("There is no folder %(path)s.") % {"path": folder})
    paths = {name: _find(folder, name) for name in FILES}
    rome = Rome()
    for name, reader in READERS.items():
        step(name)
        reader(rome, paths[name])
    if not rome.trades or not rome.macros:
        raise BrokenFile(_("These files hold no trade or no macro-competence: is it ROME 4.0?"))
    return rome


def _find(folder: Path, name: str) -> Path:
    found = sorted(folder.glob(f"*{name}_v*.csv")) + sorted(folder.glob(f"{name}.csv"))
    found = [p for p in found if re.fullmatch(rf"(unix_)?{name}(_v\d+_utf8)?\.csv", p.name)]
    if not found:
        _refuse_other_formats(folder)
        raise BrokenFile(
            _("The file unix_%(name)s_v…_utf8.csv is missing in %(folder)s.")
            % {"name": name, "folder": folder}
        )
    return found[-1]  # the latest version, should there be two


def _refuse_other_formats(folder: Path) -> None:
    """Raises BrokenFile for the files of ROME 3 (arborescence_principale, referentiel_activite…)."""
    old = [
        p.name for p in folder.glob("*.csv") if re.search(r"referentiel_activite|_v3\d\d_", p.name)
    ]
    if old:
        raise BrokenFile(
            _("%(file)s is a file of ROME 3. Download the files of ROME 4.0 (the CSV archive).")
            % {"file": sorted(old)[0]}
        )


def _rows(path: Path, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The (line, row) pairs of a file whose columns are as expected."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            _refuse_other_separators(path, file.readline(LONGEST_HEADER))
            file.seek(0)
            lines = csv.reader(file, strict=True)
            header = [column.strip().lower() for column in next(lines, [])]
            _check_columns(path, name, header)
            held = False
            for row in lines:
                if row:
                    held = True
                    yield lines.line_num, _row(header, row, path, lines.line_num)
            if not held:
                raise _broken(path, lines.line_num, _("it holds nothing but the columns’ names"))
    except UnicodeDecodeError as problem:
        raise _broken(path, _line_of(path, problem), _("it isn’t UTF-8 text")) from problem
    except csv.Error as problem:
        raise _broken(
            path, lines.line_num,
            _("it isn’t written as a CSV file should be, or the file was cut off there"),
        ) from problem  # fmt: skip
    except IsADirectoryError as problem:
        raise BrokenFile(
            _("%(file)s is a folder, not a file. Nothing was changed.") % {"file": path.name}
        ) from problem
    except OSError as problem:
        raise BrokenFile(
            _("%(file)s can’t be read: %(why)s.") % {"file": path.name, "why": problem.strerror}
        ) from problem


def _row(header: list[str], row: list[str], path: Path, line: int) -> dict[str, str]:
    if len(row) != len(header):
        raise _broken(
            path, line,
            _("it has %(got)s columns, not %(expected)s")
            % {"got": len(row), "expected": len(header)},
        )  # fmt: skip
    if any("\0" in value for value in row):
        raise _broken(path, line, _("it holds a NUL, which is no text"))
    return dict(zip(header, row, strict=True))


def _refuse_other_separators(path: Path, first: str) -> None:
    """Raises BrokenFile for a file with semicolons, as French spreadsheets write them."""
    if not first.strip():
        raise _broken(path, 1, _("the columns’ names are missing: is the file empty?"))
    if max(first.count(";"), first.count("\t")) > first.count(","):
        raise _broken(path, 1, _("the columns must be separated by commas"))


def _check_columns(path: Path, name: str, header: list[str]) -> None:
    missing = [column for column in FILES[name] if column not in header]
    if not missing:
        return
    raise _broken(
        path, 1,
        _("the column %(column)s is missing: the columns aren’t those of ROME 4.0 (an older ROME 3 "
          "or another export?)") % {"column": missing[0]},
    )  # fmt: skip


def _line_of(path: Path, problem: UnicodeDecodeError) -> int:
    """The number of the line with the first bytes that aren't UTF-8."""
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return number
    return 1


def _broken(path: Path, line: int, why: str) -> BrokenFile:
    return BrokenFile(
        _("%(file)s, line %(line)s: %(why)s. Nothing was changed.")
        % {"file": path.name, "line": line, "why": why}
    )


def _need(pattern: re.Pattern, value: str, path: Path, line: int) -> str:
    if not pattern.fullmatch(value):
        raise _broken(path, line, _("“%(value)s” isn’t a code of ROME") % {"value": value[:40]})
    return value


def _label(value: str, path: Path, line: int, longest: int = 500) -> str:
    value = " ".join(value.replace("''", "'").split())
    if not value or len(value) > longest:
        raise _broken(path, line, _("the label is empty or too long"))
    return value


def _new(code: str, held: Collection[str], path: Path, line: int) -> str:
    if code in held:
        raise _broken(path, line, _("the code %(code)s is there twice") % {"code": code})
    return code


def _known(code: str, known: Collection[str], path: Path, line: int) -> str:
    if code not in known:
        raise _broken(
            path, line, _("the code %(code)s isn’t in the other files") % {"code": code[:40]}
        )
    return code


def _trades(rome: Rome, path: Path) -> None:
    for line, row in _rows(path, "referentiel_code_rome"):
        code = _new(_need(TRADE, row["code_rome"], path, line), rome.trades, path, line)
        rome.trades[code] = _label(row["libelle_rome"], path, line, 300)


def _appellations(rome: Rome, path: Path) -> None:
    held: set[str] = set()
    for line, row in _rows(path, "referentiel_appellation"):
        code = _new(_need(OGR, row["code_ogr"], path, line), held, path, line)
        held.add(code)
        trade = _known(row["code_rome"], rome.trades, path, line)
        title = _label(row["libelle_appellation_long"], path, line, 300)
        short = " ".join(row["libelle_appellation_court"].split())[:300]
        main = row["classification"].upper() == "PRINCIPALE"
        rome.appellations.append((code, title, short, main, trade))


def _competences(rome: Rome, path: Path) -> None:
    finer = []
    for line, row in _rows(path, "referentiel_competence"):
        code = _need(OGR, row["code_ogr"], path, line)
        label = _label(row["libelle_competence"], path, line)
        if row["nature"].lower().startswith("macro"):
            rome.macros[code] = (label, row["code_macro_comp"][:10])
        elif row["code_ogr_macro_comp"]:
            finer.append((line, code, label, row["code_ogr_macro_comp"]))
    for line, code, label, macro in finer:
        rome.competences[code] = (label, _known(macro, rome.macros, path, line))


def _knowledge(rome: Rome, path: Path) -> None:
    for line, row in _rows(path, "referentiel_savoir"):
        code = _need(OGR, row["code_ogr_savoir"], path, line)
        label = _label(row["libelle_savoir"], path, line)
        rome.knowledge[code] = (label, row["categorie_savoir"][:120])


def _links(rome: Rome, path: Path) -> None:
    for line, row in _rows(path, "liens_rome_referentiels"):
        trade = _known(row["code_rome"], rome.trades, path, line)
        code = row["code_ogr"]
        if code in rome.macros:
            rome.trade_macros.setdefault((trade, code), False)
        elif code in rome.competences:
            rome.trade_competences.add((trade, code))
            rome.trade_macros.setdefault((trade, rome.competences[code][1]), False)
        elif code in rome.knowledge:
            rome.trade_knowledge.add((trade, code))


def _hearts(rome: Rome, path: Path) -> None:
    for line, row in _rows(path, "coherence_item"):
        trade = _known(row["code_rome"], rome.trades, path, line)
        if not row["coeur_metier"]:
            continue
        code = rome.competences.get(row["code_ogr"], ("", row["code_ogr"]))[1]
        if (trade, code) in rome.trade_macros:
            rome.trade_macros[trade, code] = True


def _mobility(rome: Rome, path: Path) -> None:
    for line, row in _rows(path, "rubrique_mobilite"):
        trade = _known(row["code_rome"], rome.trades, path, line)
        target = _known(row["code_rome_cible"], rome.trades, path, line)
        if not RANK.fullmatch(row["numero_ordre"]):
            raise _broken(path, line, _("the rank isn’t a number"))
        if trade != target:
            rome.mobility[trade, target] = int(row["numero_ordre"])


def _texts(rome: Rome, path: Path) -> None:
    sentences: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line, row in _rows(path, "texte"):
        trade = _known(row["code_rome"], rome.trades, path, line)
        if row["libelle_type_texte"] == "definition" and RANK.fullmatch(row["position_phrase"]):
            sentence = row["libelle_texte"].replace("''", "'").strip()
            sentences[trade].append((int(row["position_phrase"]), sentence))
    for trade, found in sentences.items():
        rome.definitions[trade] = " ".join(text for _rank, text in sorted(found))


READERS: dict[str, Callable[[Rome, Path], None]] = {
    "referentiel_code_rome": _trades,
    "referentiel_appellation": _appellations,
    "referentiel_competence": _competences,
    "referentiel_savoir": _knowledge,
    "liens_rome_referentiels": _links,
    "coherence_item": _hearts,
    "rubrique_mobilite": _mobility,
    "texte": _texts,
}
