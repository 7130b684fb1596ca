"""A pôle's own page: anybody reads who coordinates it, what it promises and where it is at work, and nobody's number."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.land import land
from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.figures.counts import Counts
from marketplace.models import MonthFigures, PlaceFigures, Promises
from marketplace.models.desk.figures import month_of
from tests.factories import make_commune, make_coordinator, make_organisation, make_pole, make_user

OPERATOR = Organisation.Kind.OPERATOR


@pytest.fixture
def pole(db):
    land.cache_clear()  # another test may have drawn a territory without communes
    found = make_pole("Pôle des Hauts", departments=("59", "62"))
    found.email = "pole@example.org"
    found.save()
    return found


def month(pole, **counts):
    return MonthFigures.objects.create(
        pole=pole, slice="", month=month_of(timezone.localdate()), counts=Counts(**counts).as_json()
    )


def place(pole, name, **numbers):
    spot = {"latitude": 50.6 + PlaceFigures.objects.count() / 10, "longitude": 3.0}
    return PlaceFigures.objects.create(
        pole=pole, month=month_of(timezone.localdate()), code=name[:9], name=name, **spot, **numbers
    )


def read(client, pole):
    return client.get(reverse("pole", args=[pole.slug]))


def test_anybody_reads_what_it_is_where_and_whom_to_write_to(client, pole):
    make_organisation(OPERATOR, pole=pole, name="Les Passeurs", purpose="Nous écoutons le besoin.")
    page = read(client, pole).text
    for words in (
        "Pôle des Hauts",
        "(59)",
        "(62)",
        "Les Passeurs",
        "Nous écoutons",
        "Lille",
    ):
        assert words in page
    assert 'href="mailto:pole@example.org"' in page
    assert f"{reverse('account_signup')}?pour=ESS" in page
    assert f"{reverse('account_signup')}?pour=MYSELF" in page


def test_an_unknown_one_isn_t_found_and_nothing_is_posted_to_it(client, pole):
    assert client.get(reverse("pole", args=["inconnu"])).status_code == 404
    assert client.post(reverse("pole", args=[pole.slug])).status_code == 405


@pytest.mark.parametrize("who", ["member", "volunteer", "coordinator"])
def test_whoever_is_signed_in_asks_and_offers_at_once(client, pole, who):
    user = make_coordinator(pole) if who == "coordinator" else make_user()
    if who == "member":
        make_organisation(member=user, pole=pole)
    client.force_login(user)
    page = read(client, pole).text
    assert f'href="{reverse("need-new")}"' in page
    assert f'href="{reverse("offer-new")}"' in page


def test_whose_needs_go_to_another_pole_isn_t_led_to_write_one_here(client, pole):
    user, elsewhere = make_user(), make_pole("À côté", departments=("13",))
    make_organisation(member=user, pole=elsewhere)
    client.force_login(user)
    here = read(client, pole).text.split("<main")[1]
    assert reverse("need-new") not in here
    assert reverse("offer-new") not in here
    assert reverse("need-new") in read(client, elsewhere).text.split("<main")[1]


def test_its_operators_are_those_verified_and_its_people_are_never_named(client, pole):
    other = make_pole("À côté", departments=("13",))
    coordinator = make_coordinator(pole, first_name="Maëlle", last_name="Vandamme")
    for status in (OrganisationStatus.SUBMITTED, OrganisationStatus.SUSPENDED):
        make_organisation(OPERATOR, pole=pole, name=f"Pas encore {status}", status=status)
    make_organisation(OPERATOR, pole=pole, name="Fermé", status=OrganisationStatus.CLOSED)
    make_organisation(OPERATOR, pole=other, name="Les Voisins")
    make_organisation(pole=pole, name="Une association")
    page = read(client, pole).text
    assert coordinator.organisations.get().name in page
    for hidden in ("Pas encore", "Fermé", "Les Voisins", "Une association"):
        assert hidden not in page
    for personal in ("Maëlle", "Vandamme", coordinator.email):
        assert personal not in page


def test_without_an_address_or_an_operator_the_page_stands(client, pole):
    pole.email = ""
    pole.save()
    page = read(client, pole).text
    assert "mailto:" not in page
    assert "Aucune organisation ne le coordonne encore" in page


def test_its_promises_are_its_own_and_how_they_are_kept_is_told_from_five_cases_on(client, pole):
    Promises.objects.create(pole=pole, read_within=4, tell_after=6, close_after=9)
    made = month(pole, read_days={1: 4})
    page = read(client, pole).text
    assert "sous 4 jours ouvrés" in page
    assert "Au bout de 9 jours ouvrés" in page
    assert "réponse à temps" not in page
    MonthFigures.objects.filter(pk=made.pk).update(counts={"read_days": {"1": 4, "9": 1}})
    assert "80\N{NO-BREAK SPACE}% ont eu leur réponse à temps." in read(client, pole).text


def test_only_figures_to_be_proud_of_are_shown(client, pole):
    month(pole, missions=9, qualified=9, agreed=9, reviews=9, again=9)
    assert read(client, pole).context["proud"] == []
    MonthFigures.objects.all().delete()
    month(pole, missions=1240, qualified=40, agreed=19, reviews=50, again=39)
    told = read(client, pole).context["proud"]
    assert told == [("1\xa0240", "missions convenues en un an")]
    MonthFigures.objects.all().delete()
    month(pole, missions=12, qualified=40, agreed=30, reviews=50, again=46)
    numbers = [number.split()[0] for number, _words in read(client, pole).context["proud"]]
    assert numbers == ["12", "75", "92"]


def test_figures_older_than_a_year_aren_t_told(client, pole):
    made = month(pole, missions=40)
    MonthFigures.objects.filter(pk=made.pk).update(
        month=made.month.replace(year=made.month.year - 2)
    )
    assert read(client, pole).context["proud"] == []


def test_the_map_and_its_table_tell_no_number_under_five_by_size_nor_by_order(client, pole):

    make_commune()
    place(pole, "CC des Bas", needs=1, missions=1)
    place(pole, "CC des Autres", needs=4, missions=4)
    place(pole, "Métropole", needs=30, missions=12)
    answer = read(client, pole)
    territory = answer.context["territory"]
    few = "moins de 5"
    assert territory.lines == [
        ("Métropole", 30, 12),
        ("CC des Autres", few, few),
        ("CC des Bas", few, few),
    ]
    sizes = {circle.place.name: circle.spot.radius for circle in territory.map.circles}
    assert sizes["CC des Bas"] == sizes["CC des Autres"]
    assert "La même chose en tableau" in answer.text


@pytest.mark.parametrize(("hidden", "told"), [((3,), "environ 15"), ((3, 4), "19"), ((), "12")])
def test_nor_does_the_whole_less_the_places_that_are_told(client, pole, hidden, told):
    make_commune()
    month(pole, missions=12 + sum(hidden))
    for name, missions in (("Lille", 12), *zip(("Lens", "Arras"), hidden, strict=False)):
        place(pole, name, needs=missions, missions=missions)
    assert [number for number, _words in read(client, pole).context["proud"]] == [told]


def test_a_second_pole_shows_its_own(client, pole):
    other = make_pole("À côté", departments=("13",))
    make_organisation(OPERATOR, pole=pole, name="Les Passeurs")
    month(pole, missions=40)
    place(pole, "Métropole", needs=30, missions=12)
    answer = read(client, other)
    assert "À côté" in answer.text
    assert "(13)" in answer.text
    for words in ("Les Passeurs", "Métropole", "(59)", "pole@example.org"):
        assert words not in answer.text
    assert (answer.context["proud"], answer.context["territory"]) == ([], None)


def test_the_page_of_an_organisation_and_the_promises_lead_there(client, pole):
    organisation = make_organisation(pole=pole)
    link = f'href="{reverse("pole", args=[pole.slug])}"'
    assert link in client.get(organisation.get_absolute_url()).text
    assert link in client.get(reverse("promises")).text
    Organisation.objects.filter(pk=organisation.pk).update(status=OrganisationStatus.SUBMITTED)
    client.force_login(make_coordinator(pole))
    assert link not in client.get(organisation.get_absolute_url()).text


def test_its_questions_don_t_grow(client, pole):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert read(client, pole).status_code == 200
        return len(asked)

    make_organisation(OPERATOR, pole=pole)
    place(pole, "Métropole", needs=30, missions=12)
    read(client, pole)
    before = questions()
    for number in range(4):
        make_organisation(OPERATOR, pole=pole)
        place(pole, f"CC {number}", needs=30, missions=12)
    assert questions() == before <= 8


def test_the_door_to_the_promises_stands_beside_ones_own_pole_alone(client):
    pole, other = make_pole(), make_pole("Pôle voisin", departments=("80",))
    client.force_login(make_coordinator(other))
    page = client.get(reverse("promises")).content.decode()
    assert reverse("promises-edit", args=[other.pk]) in page
    assert reverse("promises-edit", args=[pole.pk]) not in page
