"""Reads lists of communes: the one that comes with the site, and the official one."""

import csv
import gzip
import io
import json
import math
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts import geometry
from accounts.models import Commune, Department
from accounts.models.places import CommuneRow

DATA = Path(__file__).parent / "data"
FARTHEST_KM = 300  # a commune of Guyane may be 150 km across
MOST_BYTES = 300_000_000  # the official list with its outlines stays far below
INSEE = re.compile(r"\d[\dAB]\d{3}")
LETTER = re.compile(r"[^\W\d_]")
NO_TEXT = re.compile(r"[\x00-\x08\ud800-\udfff]")
POSTAL_CODE = re.compile(r"\b\d{5}\b")

# The names that geo.api.gouv.fr and data.gouv.fr have given to the same columns.
COLUMNS = {
    "insee": ("code", "code_insee", "insee", "codeinsee", "com", "code_commune"),
    "name": ("nom", "nom_standard", "nom_commune", "libelle"),
    "postal_codes": ("codespostaux", "codes_postaux", "code_postal", "codepostal"),
    "department": ("codedepartement", "code_departement", "dep_code", "dep"),
    "population": ("population", "pop", "population_municipale"),
    "epci_code": ("codeepci", "code_epci", "epci_code"),
    "epci_name": ("nomepci", "nom_epci", "epci_nom"),
    "centre": ("centre", "center"),
    "latitude": ("latitude", "lat", "latitude_centre"),
    "longitude": ("longitude", "lon", "lng", "longitude_centre"),
    "kind": ("type", "typecom"),
}
NESTED = {"department": "departement", "epci_code": "epci"}  # {"code": …, "nom": …}
NOT_COMMUNES = ("commune-deleguee", "commune-associee", "COMD", "COMA")


class BrokenFile(Exception):
    """The file can't be read; str() is a sentence that names the line."""


# --- The list that comes with the site -----------------------------------------------------


def our_departments() -> list[Department]:
    with (DATA / "departments.csv").open(encoding="utf-8", newline="") as lines:
        return [Department(**row) for row in csv.DictReader(_without_remarks(lines))]


def our_communes() -> list[CommuneRow]:
    with gzip.open(DATA / "communes.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        return [
            CommuneRow(
                insee=row["insee"],
                name=row["name"],
                department_id=row["department"],
                epci_code=row["epci_code"],
                epci_name=row["epci_name"],
                population=int(row["population"]),
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                postal_codes=row["postal_codes"],
                former_names=row["former_names"].replace("|", "\n"),
                former_codes=row["former_codes"],
                parent_id=row["parent"] or None,
                is_official=False,
            )
            for row in csv.DictReader(_without_remarks(lines))
        ]


def _without_remarks(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if not line.startswith("#"))


# --- The official list ---------------------------------------------------------------------


def official_communes(path: Path) -> list[CommuneRow]:
    """Every commune of the file. Raises BrokenFile: half a list would be worse than none."""
    text = _read(path)
    rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)
    known = _Known()
    found: dict[str, CommuneRow] = {}
    for where, row in rows:
        if row.get("kind") in NOT_COMMUNES:
            continue
        commune = _commune(row, where, known)
        if commune.insee in found:
            raise BrokenFile(
                _("%(where)s: the commune %(code)s is there twice.")
                % {"where": where, "code": commune.insee}
            )
        found[commune.insee] = commune
    if not found:
        raise BrokenFile(_("There is no commune in this file."))
    return list(found.values())


class _Known:
    """What the site already knows of communes and the official list doesn't tell: former names, EPCI,
    arrondissements."""

    def __init__(self) -> None:
        self.departments = {department.code for department in our_departments()}
        rows = Commune.objects.values_list(*CommuneRow._fields)
        self.communes = {row[0]: CommuneRow(*row) for row in rows}


def _read(path: Path) -> str:
    try:
        content = path.read_bytes()
    except IsADirectoryError as trouble:
        raise BrokenFile(_("%(file)s is a folder, not a file.") % {"file": path}) from trouble
    except FileNotFoundError as trouble:
        raise BrokenFile(_("There is no file %(file)s.") % {"file": path}) from trouble
    except OSError as trouble:
        raise BrokenFile(
            _("%(file)s can’t be read: %(reason)s.")
            % {"file": path, "reason": trouble.strerror or trouble}
        ) from trouble
    if content[:2] == b"\x1f\x8b":
        content = _unzip(content)
    if not content.strip():
        raise BrokenFile(_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise BrokenFile(_("This file is far too large to be the list of communes."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = content[: trouble.start].count(b"\n") + 1
        raise BrokenFile(_("Line %(line)s isn’t written in UTF-8.") % {"line": line}) from trouble


def _unzip(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as trouble:
        raise BrokenFile(_("This compressed file is incomplete or damaged.")) from trouble


def _csv_rows(text: str) -> Iterator[tuple[str, dict]]:
    first_line = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        names = _columns(next(reader, []))
        for values in reader:
            where = _("Line %(line)s") % {"line": reader.line_num}
            if not any(values):
                continue
            if len(values) != len(names):
                raise BrokenFile(
                    _("%(where)s: %(count)s columns where the first line has %(expected)s.")
                    % {"where": where, "count": len(values), "expected": len(names)}
                )
            yield where, {name: value for name, value in zip(names, values, strict=True) if name}
    except csv.Error as trouble:
        raise BrokenFile(
            _("Line %(line)s isn’t written as a CSV file should be.") % {"line": reader.line_num}
        ) from trouble


def _columns(header: list[str]) -> list[str | None]:
    """Our name for each column, None for those that aren't read. Raises BrokenFile when one is missing."""
    ours = {theirs: name for name, names in COLUMNS.items() for theirs in names}
    names = [ours.get(title.strip().lower()) for title in header]
    missing = [COLUMNS[name][0] for name in ("insee", "name") if name not in names]
    if missing:
        raise BrokenFile(
            _("Line 1: the column “%(column)s” is missing; is this the list of communes?")
            % {"column": missing[0]}
        )
    return names


def _json_rows(text: str) -> Iterator[tuple[str, dict]]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as trouble:
        raise BrokenFile(
            _("Line %(line)s isn’t written as a JSON file should be.") % {"line": trouble.lineno}
        ) from trouble
    except (RecursionError, ValueError) as trouble:  # too deep, or a number of 5,000 digits
        raise BrokenFile(_("This JSON file can’t be read.")) from trouble
    if not isinstance(content, list):
        raise BrokenFile(_("This JSON file isn’t a list of communes."))
    ours = {theirs: name for name, names in COLUMNS.items() for theirs in names}
    for number, record in enumerate(content, 1):
        where = _("Commune number %(number)s") % {"number": number}
        if not isinstance(record, dict):
            raise BrokenFile(_("%(where)s isn’t a record.") % {"where": where})
        row = {ours[key.lower()]: value for key, value in record.items() if key.lower() in ours}
        for name, key in NESTED.items():
            if isinstance(record.get(key), dict):
                row.setdefault(name, record[key].get("code"))
        yield where, row


def _commune(row: dict, where: str, known: _Known) -> CommuneRow:
    insee = _text(row.get("insee")).upper()
    insee = insee.zfill(5) if insee else ""  # a spreadsheet makes 1001 of 01001
    if not INSEE.fullmatch(insee):
        raise BrokenFile(
            _("%(where)s: “%(code)s” isn’t an INSEE code.") % {"where": where, "code": insee[:20]}
        )
    name = _text(row.get("name"))
    if not LETTER.search(name) or len(name) > 80:
        raise BrokenFile(
            _("%(where)s: the commune has no name, or a name of more than 80 characters.")
            % {"where": where}
        )
    if any(map(NO_TEXT.search, map(_text, row.values()))):
        raise BrokenFile(_("%(where)s: some characters aren’t text.") % {"where": where})
    before = known.communes.get(insee, CommuneRow(insee, name))
    latitude, longitude = _position(row, before, where)
    codes = sorted(set(POSTAL_CODE.findall(_text(row.get("postal_codes")))))
    return before._replace(
        name=name,
        department_id=_department(row, insee, where, known),
        epci_code=_text(row.get("epci_code"))[:9] or before.epci_code,
        epci_name=_text(row.get("epci_name"))[:120] or before.epci_name,
        population=_population(row, before, where),
        latitude=latitude,
        longitude=longitude,
        postal_codes=" ".join(codes) or before.postal_codes,
        is_official=True,
    )


def _population(row: dict, before: CommuneRow, where: str) -> int:
    number = _number(row.get("population"), (0, 10**8), where, "population")
    return before.population if number is None else int(number)


def _department(row: dict, insee: str, where: str, known: _Known) -> str:
    code = _text(row.get("department")) or insee[: 3 if insee[:2] in ("97", "98") else 2]
    if code not in known.departments:
        raise BrokenFile(
            _("%(where)s: the département “%(code)s” is unknown.")
            % {"where": where, "code": code[:20]}
        )
    return code


def _position(row: dict, before: CommuneRow, where: str) -> tuple[float, float]:
    centre = row.get("centre")
    if isinstance(centre, str) and centre.strip().startswith("{"):
        centre = _as_json(centre, where)
    if isinstance(centre, dict):
        coordinates = centre.get("coordinates")
        if not (isinstance(coordinates, list) and len(coordinates) == 2):
            raise BrokenFile(_("%(where)s: the centre has no coordinates.") % {"where": where})
        row = row | {"longitude": coordinates[0], "latitude": coordinates[1]}
    latitude = _number(row.get("latitude"), (-90, 90), where, "latitude")
    longitude = _number(row.get("longitude"), (-180, 180), where, "longitude")
    if latitude is None or longitude is None:
        if before.latitude is None or before.longitude is None:
            raise BrokenFile(_("%(where)s: the commune has no position.") % {"where": where})
        return before.latitude, before.longitude
    _refuse_far_away((latitude, longitude), before, where)
    return latitude, longitude


def _refuse_far_away(position: tuple[float, float], before: CommuneRow, where: str) -> None:
    """Raises BrokenFile for a commune that is far from where it was: latitude and longitude were swapped, or two
    lines mixed up."""
    if before.latitude is None or before.longitude is None:
        return
    km = geometry.distance_km(position, (before.latitude, before.longitude))
    if km > FARTHEST_KM:
        raise BrokenFile(
            _("%(where)s: this position is %(km)s km from the one we know; were latitude and "
              "longitude swapped?")
            % {"where": where, "km": round(km)}
        )  # fmt: skip


def _as_json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as trouble:
        raise BrokenFile(
            _("%(where)s: the centre has no coordinates.") % {"where": where}
        ) from trouble


def _number(value: Any, bounds: tuple[int, int], where: str, column: str) -> float | None:
    text = _text(value).replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not bounds[0] <= number <= bounds[1]:
        raise BrokenFile(
            _("%(where)s: “%(value)s” can’t be read in the column “%(column)s”.")
            % {"where": where, "value": text[:20], "column": column}
        )
    return number


def _text(value: Any) -> str:
    """A value as text; a list is written with spaces between its items."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None or isinstance(value, dict) else str(value).strip()
