"""`load_places` fills the list of communes, and may be run again at each start."""

import re

import pytest
from django.core.management import call_command

from accounts import place_files, places
from accounts.actions.places import load_communes
from accounts.models import Commune, Department
from accounts.models.places import CommuneKey, CommuneRow
from tests.factories import make_department


@pytest.fixture
def nord():
    return make_department("59", "Nord")


def row(insee="59350", name="Lille", **fields):
    given = {"department_id": "59", "latitude": 50.63, "longitude": 3.06, "population": 238_246}
    return CommuneRow(insee, name, **given | fields)


def test_all_of_france_is_loaded(capsys):
    call_command("load_places")
    assert [int(number) for number in re.findall(r"\d+", capsys.readouterr().out)] == [35014, 0, 0]
    assert Department.objects.count() == 109
    lille = Commune.objects.get(pk="59350")
    assert (str(lille), lille.department.region) == ("Lille (59)", "Hauts-de-France")
    assert lille.epci_name == "Métropole Européenne de Lille"
    assert lille.postal_code_list == ["59000", "59160", "59260", "59777", "59800"]
    assert Commune.objects.get(pk="75112").parent_id == "75056"
    assert not Commune.objects.unfindable().exists()

    keys = CommuneKey.objects.count()
    call_command("load_places")
    assert [int(number) for number in re.findall(r"\d+", capsys.readouterr().out)] == [0, 0, 35014]
    assert CommuneKey.objects.count() == keys


def test_what_changed_is_written_and_the_old_name_is_not_found_any_more(nord):
    load_communes([row(name="Lille")])
    loaded = load_communes([row(name="Rijsel", population=1)])
    assert (loaded.created, loaded.changed, loaded.unchanged) == (0, 1, 0)
    assert places.search("lille") == []
    assert [commune.population for commune in places.search("rijsel")] == [1]


def test_what_the_official_file_said_stays(nord):
    load_communes([row(latitude=50.6, is_official=True)])
    loaded = load_communes([row(latitude=51.0)])
    assert loaded.unchanged == 1
    assert Commune.objects.get().latitude == 50.6


def test_a_commune_that_is_no_more_keeps_its_people_but_is_not_offered(nord, monkeypatch):
    monkeypatch.setattr("accounts.actions.places.WHOLE_COUNTRY", 1)
    load_communes([row(), row("59355", "Lomme")])
    assert load_communes([row()]).withdrawn == 1
    assert Commune.objects.filter(pk="59355").exists()
    assert places.search("lomme") == []
    assert load_communes([row()]).withdrawn == 0

    load_communes([row(), row("59355", "Lomme")])
    assert [commune.pk for commune in places.search("lomme")] == ["59355"]


def test_a_file_of_one_region_says_nothing_of_the_others(nord):
    load_communes([row(), row("59355", "Lomme")])
    assert load_communes([row()]).withdrawn == 0
    assert places.search("lomme")


def test_a_commune_corrected_by_hand_is_found_at_once(nord):
    load_communes([row()])
    lille = Commune.objects.get()
    lille.name = "Rijsel"
    lille.save()
    assert places.search("rijsel") == [lille]
    assert places.search("lille") == []


def test_our_own_files_are_read_as_they_are():
    lille = next(row for row in place_files.our_communes() if row.insee == "59350")
    assert lille.former_names.splitlines() == ["Hellemmes-Lille", "Lomme"]
    assert lille.is_official is False
