"""`import_communes FILE` reads the official list, or says what is wrong and changes nothing."""

import gzip
import json

import pytest
from django.core.management import CommandError, call_command

from accounts import places
from accounts.models import Commune
from tests.factories import make_commune, make_department

CENTRE = {"type": "Point", "coordinates": [3.0468, 50.6311]}
LILLE = {
    "code": "59350",
    "nom": "Lille",
    "codesPostaux": ["59000", "59800"],
    "codeDepartement": "59",
    "codeRegion": "32",
    "codeEpci": "200093201",
    "population": 238246,
    "centre": CENTRE,
}


@pytest.fixture
def read(tmp_path, capsys):
    """Imports a file with this content (text, bytes, or what JSON can say); gives what it said."""

    def run(content, name="communes"):
        path = tmp_path / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("import_communes", str(path))
        return capsys.readouterr().out.replace("\u00a0", " ")

    return run


@pytest.fixture
def refuse(read):
    """The sentence with which a file is refused; nothing may have changed."""

    def run(content):
        make_department()
        before = list(Commune.objects.order_by("pk").values())
        with pytest.raises(CommandError) as refusal:
            read(content)
        assert list(Commune.objects.order_by("pk").values()) == before
        assert str(refusal.value).startswith("Rien n’a été modifié. ")
        said = str(refusal.value).removeprefix("Rien n’a été modifié. ")
        return said.replace("\u00a0", " ")

    return run


def test_json_as_the_service_gives_it(read):
    assert "Communes ajoutées : 1, modifiées : 0" in read([LILLE])
    lille = Commune.objects.get()
    assert (lille.pk, lille.name, lille.department_id) == ("59350", "Lille", "59")
    assert lille.position == (50.6311, 3.0468)
    assert (lille.population, lille.postal_codes) == (238246, "59000 59800")
    assert (lille.epci_code, lille.is_official) == ("200093201", True)
    assert places.search("59800") == [lille]


def test_json_with_nested_records(read):
    nested = LILLE | {"departement": {"code": "59"}, "epci": {"code": "200093201", "nom": "MEL"}}
    del nested["codeDepartement"], nested["codeEpci"]
    read([nested])
    assert Commune.objects.get().epci_code == "200093201"


@pytest.mark.parametrize(
    "text",
    [
        "code,nom,codesPostaux,population,centre\n"
        '59350,Lille,"59000,59800",238246,"{""type"":""Point"",""coordinates"":[3.0468,50.6311]}"\n',
        "code;nom;codesPostaux;population;latitude;longitude\n"
        '59350;Lille;["59000", "59800"];238246;50,6311;3,0468\n\n',
        "\ufeffcode_insee\tnom_standard\tcodes_postaux\tpopulation\tlatitude_centre\t"
        "longitude_centre\tde plus\r\n59350\tLille\t59800;59000\t238246.0\t50.6311\t3.0468\t?\r\n",
        "insee,nom,code_postal,dep,lat,lon,type,population\n"
        "59350,Lille,59000 59800,59,50.6311,3.0468,commune-actuelle,238246\n"
        "59355,Lomme,,59,,,commune-associee,\n",
    ],
    ids=["commas and a centre", "semicolons and comma numbers", "tabs and a mark", "other names"],
)
def test_csv_as_it_is_found(read, text):
    read(text)
    lille = Commune.objects.get()
    assert (lille.position, lille.population) == ((50.6311, 3.0468), 238246)
    assert lille.postal_codes == "59000 59800"


def test_a_compressed_file(read):
    read(gzip.compress(json.dumps([LILLE]).encode()))
    assert Commune.objects.get().name == "Lille"


def test_what_the_file_does_not_tell_is_kept(read):
    make_commune(former_names="Lomme", former_codes="59355", epci_name="MEL")
    read("code,nom\n59350,Lille-Centre\n")
    lille = Commune.objects.get()
    assert (lille.name, lille.former_names, lille.epci_name) == ("Lille-Centre", "Lomme", "MEL")
    assert lille.population == 236_234
    assert places.search("lomme") == [lille]


def test_a_code_that_lost_its_zero_in_a_spreadsheet(read):
    read("code,nom,lat,lon\n1001,L'Abergement-Clémenciat,46.15,4.92\n")
    assert Commune.objects.get().pk == "01001"


def test_twice_is_once(read):
    read([LILLE])
    assert "Communes ajoutées : 0, modifiées : 0, inchangées : 1" in read([LILLE])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (" \n\n", "Ce fichier est vide."),
        ("communes\n", "Ligne 1 : la colonne « code » manque ; est-ce bien la liste des communes ?"),
        ("code\n59350\n", "Ligne 1 : la colonne « nom » manque ; est-ce bien la liste des communes ?"),
        ("code,nom\n", "Il n’y a aucune commune dans ce fichier."),
        ("code,nom\n59350,Lille\n", "Ligne 2 : la commune n’a pas de position."),
        ("code,nom,lat,lon\n59350,Lille,50.6,3\nLille,59350,50,3\n", "Ligne 3 : « LILLE » n’est pas un code INSEE."),
        ("code,nom,lat,lon\n59350,,50.6,3\n", "Ligne 2 : la commune n’a pas de nom, ou un nom de plus de 80 caractères."),
        ("code,nom,lat,lon\n59350,---,50.6,3\n", "Ligne 2 : la commune n’a pas de nom, ou un nom de plus de 80 caractères."),
        ("code,nom,lat,lon\n59350,Li\0lle,50.6,3\n", "Ligne 2 : certains caractères ne sont pas du texte."),
        ('[{"code": "59350", "nom": "Li\\ud800lle"}]', "Commune numéro 1 : certains caractères ne sont pas du texte."),
        ([LILLE | {"nom": {"fr": "Lille"}}], "Commune numéro 1 : la commune n’a pas de nom, ou un nom de plus de 80 caractères."),
        ("[" * 100_000, "Ce fichier JSON est illisible."),
        ("[" + "9" * 5_000 + "]", "Ce fichier JSON est illisible."),
        (gzip.compress(b"", mtime=0)[:10] + b"\xff" * 9, "Ce fichier compressé est incomplet ou abîmé."),
        ("code,nom,lat,lon\n59350,Lille,50.6\n", "Ligne 2 : 3 colonnes alors que la première ligne en a 4."),
        ("code,nom,lat,lon\n59350,Lille,3000,3\n", "Ligne 2 : « 3000 » ne peut pas être lu dans la colonne « latitude »."),
        ("code,nom,lat,lon\n59350,Lille,-90.5,3\n", "Ligne 2 : « -90.5 » ne peut pas être lu dans la colonne « latitude »."),
        ("code,nom,lat,lon\n59350,Lille,50,-180.5\n", "Ligne 2 : « -180.5 » ne peut pas être lu dans la colonne « longitude »."),
        (f"code,nom,lat,lon\n59350,{'L' * 81},50.6,3\n", "Ligne 2 : la commune n’a pas de nom, ou un nom de plus de 80 caractères."),
        ("code,nom,lat,lon\n59350,Lille,nan,3\n", "Ligne 2 : « nan » ne peut pas être lu dans la colonne « latitude »."),
        ("code,nom,lat,lon,population\n59350,Lille,50,3,beaucoup\n", "Ligne 2 : « beaucoup » ne peut pas être lu dans la colonne « population »."),
        ("code,nom,lat,lon\n59350,Lille,50,3\n59350,Lille,50,3\n", "Ligne 3 : la commune 59350 y est deux fois."),
        ("code,nom,lat,lon\n99350,Ailleurs,50,3\n", "Ligne 2 : le département « 99 » est inconnu."),
        ('code,nom,lat,lon\n59350,"Lille,50,3\n', "La ligne 2 n’est pas écrite comme doit l’être un fichier CSV."),
        ("code,nom,centre\n59350,Lille,{3}\n", "Ligne 2 : le centre n’a pas de coordonnées."),
        (b"code,nom\n59350,Lille\n59351,B\xe9thune\n", "La ligne 3 n’est pas écrite en UTF-8."),
        ('[{"code": "59350",\n "nom": ]', "La ligne 2 n’est pas écrite comme doit l’être un fichier JSON."),
        ({"code": "59350"}, "Ce fichier JSON n’est pas une liste de communes."),
        ([LILLE, "Lille"], "Commune numéro 2 : ce n’est pas une fiche."),
        ([LILLE | {"centre": {"type": "Point"}}], "Commune numéro 1 : le centre n’a pas de coordonnées."),
        ([{}], "Commune numéro 1 : «  » n’est pas un code INSEE."),
        (gzip.compress(b"code,nom\n" * 9, mtime=0)[:-9], "Ce fichier compressé est incomplet ou abîmé."),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line(refuse, content, sentence):
    assert refuse(content) == sentence


def test_a_file_that_is_not_there_or_a_folder(tmp_path):
    with pytest.raises(CommandError, match=r"Il n’y a pas de fichier .*nowhere.csv"):
        call_command("import_communes", str(tmp_path / "nowhere.csv"))
    with pytest.raises(CommandError, match=r"est un dossier"):
        call_command("import_communes", str(tmp_path))


def test_a_town_that_would_move_to_another_continent_is_refused(refuse, read):
    read([LILLE])
    swapped = LILLE | {"centre": {"type": "Point", "coordinates": [50.6311, 3.0468]}}
    assert "latitude et la longitude" in refuse([swapped])
    read([LILLE | {"centre": {"type": "Point", "coordinates": [3.1, 50.7]}}])
    assert Commune.objects.get().latitude == 50.7


def test_a_name_of_eighty_characters_is_a_name(read):
    read([LILLE | {"nom": "L" * 80}])
    assert Commune.objects.get().name == "L" * 80


def test_all_is_refused_for_the_last_line(refuse):
    make_commune()
    assert refuse([LILLE | {"population": 1}, LILLE | {"code": "59512", "nom": ""}])
