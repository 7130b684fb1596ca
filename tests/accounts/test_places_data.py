"""The list of communes that comes with the site, beside the official one."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from accounts import geometry, place_files
from accounts.data import build_communes

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "communes_2026.csv.gz"
# Communes of Guyane are as large as a département: the town is far from the middle.
AS_LARGE_AS_A_DEPARTMENT = {"97306", "97311", "97353", "97356"}


@pytest.fixture(scope="module")
def ours():
    return {row.insee: row for row in place_files.our_communes()}


@pytest.fixture(scope="module")
def official():
    if not OFFICIAL.exists():
        pytest.skip("../shared is absent: it holds the official positions")
    with gzip.open(OFFICIAL, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def errors(ours, official):
    """How far off each commune is, with its population, the nearest first."""
    return sorted(
        (
            geometry.distance_km(
                (float(row["lat"]), float(row["lon"])),
                (ours[row["code_insee"]].latitude, ours[row["code_insee"]].longitude),
            ),
            int(row["population"] or 0),
            row["code_insee"],
        )
        for row in official
        if row["lat"]
    )


def test_every_commune_is_there_under_its_name(ours, official):
    assert {row["code_insee"]: row["nom"] for row in official} == {
        insee: row.name for insee, row in ours.items()
    }


def test_half_of_the_people_live_within_one_and_a_half_kilometre(errors):
    assert _error_of_share(errors, 0.5) <= 1.5


def test_nineteen_people_in_twenty_live_within_six_kilometres(errors):
    assert _error_of_share(errors, 0.95) <= 6


def test_no_commune_took_the_place_of_another_of_the_same_name(errors):
    far = {insee for error, _, insee in errors if error > 60}
    assert far <= AS_LARGE_AS_A_DEPARTMENT


def _error_of_share(errors, share):
    people = sum(population for _, population, _ in errors)
    counted = 0
    for error, population, _ in errors:
        counted += population
        if counted >= share * people:
            return error
    raise AssertionError("nobody lives here")


def test_what_is_read_is_whole(ours):
    departments = {department.code for department in place_files.our_departments()}
    assert len(departments) == 109
    assert {row.department_id for row in ours.values()} == departments
    assert Counter(row.parent_id for row in ours.values() if row.parent_id) == {
        "13055": 16,
        "69123": 9,
        "75056": 20,
    }
    assert all(-90 <= row.latitude <= 90 and -180 <= row.longitude <= 180 for row in ours.values())


def test_a_commune_knows_those_that_joined_it(ours):
    assert ours["59350"].former_names == "Hellemmes-Lille\nLomme"
    assert ours["59350"].former_codes == "59298 59355"
    assert "Chalons-sur-Marne" in ours["51108"].former_names


def test_the_files_say_whose_they_are():
    for name in ("departments.csv", "communes.csv.gz"):
        content = (place_files.DATA / name).read_bytes()
        text = (gzip.decompress(content) if name.endswith("gz") else content).decode()
        assert "Licence Ouverte" in text[:500]
        assert "GeoNames" in text[:500]
        assert "CC BY 4.0" in text[:500]


# --- How the files are made ----------------------------------------------------------------


def commune(code, name, department, population=1000, codes=(), **more):
    return {
        "code": code,
        "nom": name,
        "type": "commune-actuelle",
        "departement": department,
        "region": "32",
        "arrondissement": department + "1",
        "population": population,
        "codesPostaux": list(codes),
    } | more


def town(name, position, department="", population=900, other=()):
    return {"name": name, "position": position, "admin2": department} | {
        "population": population,
        "other": list(other),
    }


@pytest.fixture
def packages(tmp_path):
    """Writes the three packages with these communes and towns; returns the rows they make."""

    def build(communes, towns, epci=()):
        data = tmp_path / "decoupage"
        data.mkdir(exist_ok=True)
        tables = {
            "communes": communes,
            "departements": [
                {"code": code, "nom": f"D{code}", "region": "32"} for code in ("59", "80")
            ],
            "regions": [{"code": "32", "nom": "Hauts-de-France"}],
            "epci": [
                {"code": code, "nom": code, "membres": [{"code": m} for m in members]}
                for code, members in epci
            ],
        }
        for name, rows in tables.items():
            (data / f"{name}.json").write_text(json.dumps(rows))
        cities = [
            {"country": "FR", "lat": str(t["position"][0]), "lng": str(t["position"][1])}
            | {"name": t["name"], "admin1": "32", "admin2": t["admin2"]}
            for t in towns
            if t["admin2"]
        ]
        (tmp_path / "cities.json").write_text(json.dumps(cities))
        geonames = {
            str(number): {"geonameid": number, "name": t["name"], "countrycode": "FR"}
            | {"admin1code": "32", "alternatenames": t["other"], "population": t["population"]}
            | {"latitude": t["position"][0], "longitude": t["position"][1]}
            for number, t in enumerate(towns)
        }
        (tmp_path / "cities500.json").write_text(json.dumps(geonames))
        build_communes.main([str(data), str(tmp_path), str(tmp_path), "--to", str(tmp_path)])
        lines = gzip.decompress((tmp_path / "communes.csv.gz").read_bytes()).decode().splitlines()
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["insee"]: row for row in rows}

    return build


def test_a_name_is_joined_within_its_department(packages):
    rows = packages(
        [commune("59001", "Saint-Martin", "59"), commune("80001", "Saint-Martin", "80")],
        [
            town("Saint-Martin", (50.5, 3.1), "59"),
            town("Saint-Martin", (49.8, 2.3), "80"),
        ],
    )
    assert (rows["59001"]["latitude"], rows["80001"]["latitude"]) == ("50.5000", "49.8000")
    assert rows["59001"]["position"] == "name"


def test_a_homonym_of_another_department_is_refused(packages):
    rows = packages(
        [
            commune("59001", "Lille", "59", codes=["59000"]),
            commune("59002", "Saint-Martin", "59", codes=["59000"]),
        ],
        [town("Lille", (50.6, 3.0), "59"), town("Saint-Martin", (49.8, 2.3))],
    )
    assert rows["59002"]["position"] == "near"
    assert rows["59002"]["latitude"] == "50.6000"


def test_without_a_town_the_smallest_neighbourhood_counts_most(packages):
    rows = packages(
        [
            commune("59001", "Ablain", "59", codes=["59100"]),
            commune("59002", "Bersée", "59", codes=["59200"]),
            commune("59003", "Crespin", "59", codes=["59200"]),
            commune("59004", "Denain", "59", codes=["59100"]),
        ],
        [
            town("Ablain", (50.0, 3.0), "59"),
            town("Bersée", (50.3, 3.0), "59"),
            town("Crespin", (50.3, 3.0), "59"),
        ],
        epci=[("200000001", ["59001", "59002", "59003", "59004"])],
    )
    assert 50.0 < float(rows["59004"]["latitude"]) < 50.05


def test_a_new_commune_lies_between_those_that_joined(packages):
    rows = packages(
        [
            commune("59001", "Val-Neuf", "59"),
            commune("59002", "Aubry", "59", type="commune-deleguee", chefLieu="59001"),
            commune("59003", "Bouvines", "59", type="commune-deleguee", chefLieu="59001"),
        ],
        [
            town("Aubry", (50.0, 3.0), "59", population=300),
            town("Bouvines", (50.4, 3.0), "59", population=900),
        ],
    )
    assert rows["59001"]["latitude"] == "50.3000"
    assert rows["59001"]["position"] == "part"
    assert rows["59001"]["former_names"] == "Aubry|Bouvines"
    assert rows["59001"]["former_codes"] == "59002 59003"


def test_the_same_packages_give_the_same_bytes(packages, tmp_path):
    arguments = ([commune("59001", "Lille", "59")], [town("Lille", (50.6, 3.0), "59")])
    packages(*arguments)
    once = (tmp_path / "communes.csv.gz").read_bytes()
    packages(*arguments)
    assert (tmp_path / "communes.csv.gz").read_bytes() == once


def test_a_folder_that_is_no_package_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"holds no communes\.json"):
        build_communes.main([str(tmp_path)] * 3)
