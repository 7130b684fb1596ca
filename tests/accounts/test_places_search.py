"""Finding a commune by what people type, or around a point."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import places, toponyms
from accounts.models import Commune
from accounts.models.places import CommuneKey
from tests.factories import make_commune

pytestmark = pytest.mark.usefixtures("france")
LILLE, PARIS, SAINT_DENIS = (50.63, 3.06), (48.8534, 2.3488), (-20.88, 55.45)


def first(text):
    found = places.search(text)
    return str(found[0]) if found else None


@pytest.mark.parametrize(
    ("typed", "commune"),
    [
        ("lille", "Lille (59)"),
        ("  LILLE ", "Lille (59)"),
        ("lil", "Lille (59)"),
        ("saint-etienne", "Saint-Étienne (42)"),
        ("Saint Étienne", "Saint-Étienne (42)"),
        ("st etienne", "Saint-Étienne (42)"),
        ("St.-Étienne", "Saint-Étienne (42)"),
        ("ste-savine", "Sainte-Savine (10)"),
        ("villeneuve d'ascq", "Villeneuve-d’Ascq (59)"),
        ("villeneuve d’ascq", "Villeneuve-d’Ascq (59)"),
        ("VILLENEUVE D ASCQ", "Villeneuve-d’Ascq (59)"),
        ("villeneuvedascq", "Villeneuve-d’Ascq (59)"),
        ("ascq", "Villeneuve-d’Ascq (59)"),
        ("ascq villeneuve", "Villeneuve-d’Ascq (59)"),
        ("l'hay les roses", "L’Haÿ-les-Roses (94)"),
        ("boulogne s/ mer", "Boulogne-sur-Mer (62)"),
        ("oeting", "Œting (57)"),
        ("le havre", "Le Havre (76)"),
        ("havre", "Le Havre (76)"),
        ("y", "Y (80)"),
    ],
)
def test_names_as_people_write_them(typed, commune):
    assert first(typed) == commune


@pytest.mark.parametrize(
    ("typed", "commune"),
    [
        ("59000", "Lille (59)"),
        ("5900", "Lille (59)"),
        ("59", "Lille (59)"),
        ("97400", "Saint-Denis (974)"),
        ("974", "Saint-Denis (974)"),
        ("2A004", "Ajaccio (2A)"),
        ("2a", "Ajaccio (2A)"),
        ("59512", "Roubaix (59)"),
        ("59000 Lille", "Lille (59)"),
        ("Lille 59000", "Lille (59)"),
        ("59000 LILLE CEDEX 9", "Lille (59)"),
        ("59650 villeneuve", "Villeneuve-d’Ascq (59)"),
        ("59298", "Lille (59)"),
    ],
)
def test_codes_alone_or_with_a_name(typed, commune):
    assert first(typed) == commune


@pytest.mark.parametrize(
    ("typed", "commune"),
    [
        ("Saint-Denis (93)", "Saint-Denis (93)"),
        ("saint denis 974", "Saint-Denis (974)"),
        ("saint-denis la réunion", "Saint-Denis (974)"),
        ("saint denis seine saint denis", "Saint-Denis (93)"),
        ("30 saint denis", "Saint-Denis (30)"),
    ],
)
def test_a_department_tells_homonyms_apart(typed, commune):
    assert first(typed) == commune


@pytest.mark.parametrize(
    ("typed", "commune"),
    [
        ("paris", "Paris (75)"),
        ("Paris 12", "Paris 12e Arrondissement (75)"),
        ("paris 12ème", "Paris 12e Arrondissement (75)"),
        ("Paris XIIe", "Paris 12e Arrondissement (75)"),
        ("75012", "Paris 12e Arrondissement (75)"),
        ("lyon 3e", "Lyon 3e Arrondissement (69)"),
        ("Lyon 03", "Lyon 3e Arrondissement (69)"),
        ("69003", "Lyon 3e Arrondissement (69)"),
        ("marseille 1er arrondissement", "Marseille 1er Arrondissement (13)"),
        ("marseille 1", "Marseille 1er Arrondissement (13)"),
        ("marseille", "Marseille (13)"),
    ],
)
def test_arrondissements(typed, commune):
    assert first(typed) == commune


@pytest.mark.parametrize(
    ("typed", "commune", "once"),
    [
        ("Lomme", "Lille (59)", "Lomme"),
        ("hellemmes", "Lille (59)", "Hellemmes-Lille"),
        ("châlons-sur-marne", "Châlons-en-Champagne (51)", "Chalons-sur-Marne"),
        ("Lille", "Lille (59)", ""),
    ],
)
def test_older_names(typed, commune, once):
    found = places.search(typed)[0]
    assert (str(found), places.former_name_meant(found, typed)) == (commune, once)


@pytest.mark.parametrize(
    ("typed", "commune"),
    [
        ("Roubay", "Roubaix (59)"),
        ("dunquerque", "Dunkerque (59)"),
        ("ajacio", "Ajaccio (2A)"),
        ("marsielle", "Marseille (13)"),
        ("tuolouse", "Toulouse (31)"),
        ("bézier", "Béziers (34)"),
        ("loyn", "Lyon (69)"),
        ("apris", "Paris (75)"),
        ("tpulouse", "Toulouse (31)"),  # the key beside, for the second letter
        ("mrseille", "Marseille (13)"),  # or no second letter at all
        ("asnieres sur siene", "Asnières-sur-Seine (92)"),
        ("chalons champagne", "Châlons-en-Champagne (51)"),
        ("mairie de Roubaix, France", "Roubaix (59)"),
        ("<b>Lille</b>", "Lille (59)"),
    ],
)
def test_slips_are_forgiven(typed, commune):
    assert first(typed) == commune


def test_exact_comes_before_large_and_large_before_small():
    found = [str(commune) for commune in places.search("saint-denis")]
    assert found[:4] == [f"Saint-Denis ({code})" for code in ("974", "93", "11", "30")]
    assert found[4:5] == ["Saint-Denis-en-Val (45)"]
    found = [str(commune) for commune in places.search("val")]
    assert found[:2] == ["Valence (26)", "Valenciennes (59)"]


def test_a_whole_postal_code_gives_all_its_communes():
    served = set(Commune.objects.filter(postal_codes__contains="02300"))
    found = places.search("02300", limit=8)
    assert len(served) > 30
    assert set(found[: len(served)]) == served


def test_a_small_answer_does_not_hide_a_large_town():
    assert [str(commune) for commune in places.search("toulouze")][:2] == [
        "Toulouzette (40)",
        "Toulouse (31)",
    ]
    assert "Marseille (13)" in [str(commune) for commune in places.search("mareille")]


def test_each_commune_is_offered_once_and_no_more_than_asked():
    found = places.search("s", limit=25)
    assert len(found) == len({commune.pk for commune in found}) == 25
    assert [str(commune) for commune in places.search("Dunquerque")] == ["Dunkerque (59)"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "-", "’", "😀", "\0", "a\0b", "مرسيليا", "东京", "<script>", "%", "_", "\\"),
        *("'; DROP TABLE accounts_commune; --", "xyzzy", "q", "0", "00000", "99999", "2b", "cedex"),
        *("a" * 50_000, "lille " * 10_000, "é" * 50_000, "1" * 50_000, "\ud800", "ﷺ" * 500),
    ],
)
def test_odd_words_get_a_calm_answer(text):
    assert len(places.search(text)) <= 10
    assert len(places.meant(text)) <= 50
    places.former_name_meant(Commune(search_name="lille"), text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_whatever_is_typed_nothing_breaks(text):
    assert len(places.search(text)) <= 10


def test_what_we_write_leads_back_to_the_commune():
    """Forms show "Lille (59)" and read it again."""
    sample = [*Commune.objects.order_by("insee")[::97], *Commune.objects.exclude(parent=None)]
    wrong = [str(commune) for commune in sample if places.meant(str(commune)) != [commune]]
    assert wrong == []


def test_names_that_leave_nothing_to_ask():
    assert [str(commune) for commune in places.meant("Roubaix")] == ["Roubaix (59)"]
    assert [str(commune) for commune in places.meant("59100")] == ["Roubaix (59)"]
    assert len(places.meant("Saint-Denis")) == 4
    assert places.meant("roub") == []  # only the beginning
    assert places.meant("seyne sur mer") == []  # only the end
    assert places.meant("Rubais") == []  # only the sound


def test_a_search_asks_the_database_little(django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        places.search("lil")
    with django_assert_max_num_queries(7):
        places.search("tuolouse")


def test_a_beginning_is_answered_by_the_index():
    query = CommuneKey.objects.filter(key__begins_with="lil").values("commune_id", "weight")
    plan = query.order_by().explain()
    assert "commune_key_covering" in plan, plan


def test_a_percent_sign_is_a_letter_like_any_other():
    assert not CommuneKey.objects.filter(key__begins_with="%").exists()
    assert not CommuneKey.objects.filter(key__begins_with="li_le").exists()
    assert CommuneKey.objects.filter(key__begins_with="lille").exists()


def test_a_vie_is_not_a_six():
    assert toponyms.normalise("Saint-Gilles-Croix-de-Vie") == "saint gilles croix de vie"
    assert toponyms.normalise("Paris VIe") == "paris 6"


@pytest.mark.parametrize("centre", [LILLE, PARIS, SAINT_DENIS, (-17.5, -149.5), (-14.27, -178.15)])
@pytest.mark.parametrize("km", [0, 5, 30, 150])
def test_around_a_point_as_counted_one_by_one(centre, km):
    expected = {
        insee
        for insee, *position in Commune.objects.values_list("insee", "latitude", "longitude")
        if places.distance_km(centre, position) <= km
    }
    found = list(places.within(*centre, km))
    assert {commune.insee for commune in found} == expected
    away = [places.distance_km(centre, commune.position) for commune in found]
    assert away == sorted(away)


def test_the_index_does_most_of_the_work():
    plan = Commune.objects.within(*LILLE, 20).explain()
    assert "commune_position" in plan, plan


def test_it_goes_into_another_query():
    near = Commune.objects.whole().in_departments(["59"]).within(*LILLE, 5)
    assert "59350" in near.values_list("insee", flat=True)
    assert Commune.objects.filter(pk__in=near.values("pk")).count() == near.count() > 5
    paris = Commune.objects.whole().within(*PARIS, 3)
    assert [commune.pk for commune in paris] == ["75056"]


def test_the_beginning_of_a_name_is_no_short_form():
    make_commune("62041", "Arras", population=42_000)
    make_commune("75115", "Paris 15e Arrondissement", population=230_000)
    assert places.search("Arr")[0].name == "Arras"


def test_a_much_larger_commune_at_a_slip_is_among_the_first_two():
    for number, name in enumerate(("Saint-Denis", "d'Yeu", "Rousse", "d'Elle")):
        make_commune(f"9303{number}", f"L'Île-{name}", population=8_000 - number)
    assert "Lille (59)" in [str(one) for one in places.search("lile")][:2]
