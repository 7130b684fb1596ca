"""An operator's door: anybody reads who it is and comes in; its administrators say what is on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Door, Membership, Organisation, Seat
from accounts.states import OrganisationStatus, SeatStatus
from marketplace.models import Promises
from tests.factories import make_door, make_organisation, make_pole, make_seat, make_user

OPERATOR = Organisation.Kind.OPERATOR
SIGN_UP = reverse("account_signup")


@pytest.fixture
def pole(db):
    found = make_pole("Pôle des Hauts", departments=("59", "62"))
    found.email = "pole@example.org"
    found.save()
    return found


@pytest.fixture
def operator(pole):
    return make_organisation(OPERATOR, pole=pole, name="Les Passeurs", purpose="Nous écoutons.")


@pytest.fixture
def door(operator):
    return make_door(operator)


def read(client, door):
    return client.get(reverse("door", args=[door.slug]))


def main(answer):
    return answer.text.split("<main")[1].split("</main")[0]


def status_of(operator, status):
    Organisation.objects.filter(pk=operator.pk).update(status=status)


# --- the page ---------------------------------------------------------------------------------
def test_anybody_reads_who_it_is_where_in_what_role_and_what_comes_next(client, pole, door):
    Promises.objects.create(pole=pole, read_within=4)
    Seat.objects.update(role="Accueille les associations de la métropole.")
    page = main(read(client, door))
    for words in ("Les Passeurs", "Nous écoutons.", "Pôle des Hauts", "(59)", "(62)"):
        assert words in page
    assert "Accueille les associations" in page
    assert "sous 4 jours ouvrés" in page
    assert 'href="mailto:pole@example.org"' in page
    assert f'href="{pole.get_absolute_url()}"' in page


def test_its_own_words_come_before_those_of_the_organisation(client, door):
    Door.objects.update(words="Venez comme vous êtes.\n\nOn vous écoute.")
    page = main(read(client, door))
    assert "Venez comme vous êtes." in page
    assert "Nous écoutons." not in page


def test_who_has_no_account_signs_up_under_its_name_whatever_they_come_for(client, door):
    page = main(read(client, door))
    for purpose in ("ESS", "COMPANY", "AUTHORITY", "MYSELF"):
        assert f'href="{SIGN_UP}?avec=passeurs&amp;pour={purpose}"' in page
    header = read(client, door).text.split("<main")[0]
    assert f'href="{SIGN_UP}?avec=passeurs"' in header


def test_who_has_come_alone_offers_or_registers_under_its_name(client, door):
    client.force_login(make_user())
    page = main(read(client, door))
    assert f'href="{reverse("offer-new")}"' in page
    assert f'href="{reverse("organisation-new")}?avec=passeurs"' in page
    assert reverse("need-new") not in page
    assert SIGN_UP not in page


def test_whose_organisation_is_of_the_pole_asks_at_once(client, pole, door):
    user = make_user()
    make_organisation(member=user, pole=pole)
    client.force_login(user)
    assert f'href="{reverse("need-new")}"' in main(read(client, door))


def test_whose_organisation_is_of_another_pole_isn_t_led_to_write_there(client, door):
    user = make_user()
    make_organisation(member=user, pole=make_pole("À côté", departments=("13",)))
    client.force_login(user)
    page = main(read(client, door))
    assert reverse("need-new") not in page
    assert reverse("offer-new") not in page
    assert reverse("organisation-new") in page


def test_an_operator_of_two_poles_tells_of_both_and_of_the_longest_promise(client, pole, door):
    other = make_pole("À côté", departments=("13",))
    Promises.objects.create(pole=other, read_within=9)
    make_seat(door.operator, other)
    page = main(read(client, door))
    assert "À côté" in page
    assert "9 jours ouvrés" in page
    assert page.count("mailto:") == 1


def test_an_unknown_one_isn_t_found_and_nothing_is_posted_to_it(client, door):
    assert client.get("/avec/inconnue/").status_code == 404
    assert client.post(door.get_absolute_url()).status_code == 405


def test_a_printed_address_in_capitals_leads_there(client, door):
    assert "Les Passeurs" in client.get("/avec/Passeurs/").text


@pytest.mark.parametrize("status", [SeatStatus.PROPOSED, SeatStatus.INVITED, SeatStatus.DECLINED])
def test_one_that_was_asked_and_never_came_has_no_door_yet(client, door, status):
    Seat.objects.update(status=status)
    assert read(client, door).status_code == 404


def test_one_that_is_to_leave_still_receives(client, door):
    Seat.objects.update(status=SeatStatus.LEAVING)
    assert f"{SIGN_UP}?avec=passeurs" in main(read(client, door))


def test_of_one_that_has_left_the_address_leads_to_where_it_was(client, pole, door):
    Seat.objects.update(status=SeatStatus.ENDED)
    answer = read(client, door)
    assert answer.status_code == 200
    assert "Les Passeurs ne coordonne plus ici" in main(answer)
    assert f'href="{pole.get_absolute_url()}"' in main(answer)
    assert "avec=passeurs" not in answer.text


@pytest.mark.parametrize("status", [OrganisationStatus.SUSPENDED, OrganisationStatus.CLOSED])
def test_one_that_isn_t_public_today_isn_t_named(client, pole, door, status):
    status_of(door.operator, status)
    answer = read(client, door)
    assert answer.status_code == 200
    assert "Passeurs" not in answer.text
    assert f'href="{pole.get_absolute_url()}"' in main(answer)
    assert "avec=passeurs" not in answer.text


def test_one_that_is_no_operator_any_more_receives_nobody(client, door):
    Organisation.objects.filter(pk=door.operator_id).update(kind="ESS")
    answer = read(client, door)
    assert "ne coordonne plus ici" in main(answer)
    assert "avec=passeurs" not in answer.text


def test_one_seated_again_after_it_left_names_each_pole_once(client, pole, door):
    make_seat(door.operator, pole, status=SeatStatus.ENDED)
    assert len(read(client, door).context["seats"]) == 1
    Seat.objects.update(status=SeatStatus.ENDED)
    assert read(client, door).context["poles"] == [pole]


def test_its_questions_don_t_grow(client, door):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert read(client, door).status_code == 200
        return len(asked)

    before = questions()
    for number in range(4):
        make_seat(door.operator, make_pole(f"Pôle {number}", departments=("13", "80")))
    assert questions() == before <= 5


def test_the_pole_s_page_leads_to_each_door_by_its_role(client, pole, door):
    make_door(make_organisation(OPERATOR, pole=pole, name="Escale", purpose="Du littoral."), "esc")
    Seat.objects.filter(operator=door.operator).update(role="Écoute la métropole.")
    page = main(client.get(pole.get_absolute_url()))
    for words in ("Venir par Les Passeurs", "Venir par Escale", "Écoute la métropole.", "Du litto"):
        assert words in page
    assert "Nous écoutons." not in page
    assert 'href="/avec/passeurs/"' in page
    assert 'href="/avec/esc/"' in page


# --- what its administrators write on it --------------------------------------------------------
@pytest.fixture
def chief(operator):
    user = make_user()
    Membership.objects.create(user=user, organisation=operator, role="ADMINISTRATOR")
    return user


def edit_of(operator):
    return reverse("door-edit", args=[operator.pk])


def post(client, operator, **changes):
    said = {"words": "Venez.", "slug": "passeurs"} | changes
    return client.post(edit_of(operator), said)


def test_an_administrator_writes_its_words_and_its_address(client, operator, door, chief):
    client.force_login(chief)
    assert edit_of(operator) in client.get(operator.get_absolute_url()).text
    assert client.get(edit_of(operator)).status_code == 200
    answer = post(client, operator, words="Venez.", slug="Les-Passeurs")
    assert answer.url == "/avec/les-passeurs/"
    door.refresh_from_db()
    assert (door.slug, door.words) == ("les-passeurs", "Venez.")


def test_an_operator_without_a_door_gets_one(client, operator, chief):
    client.force_login(chief)
    assert client.get(edit_of(operator)).status_code == 200
    assert not Door.objects.exists()
    assert post(client, operator, slug="nous").status_code == 302
    assert Door.objects.get().slug == "nous"


def test_its_address_stays_once_somebody_has_come_by_it(client, operator, door, chief):
    make_user(came_through=operator)
    client.force_login(chief)
    page = client.get(edit_of(operator))
    assert 'name="slug"' not in page.text
    assert "son adresse reste" in page.text
    assert post(client, operator, slug="autre").status_code == 302
    door.refresh_from_db()
    assert (door.slug, door.words) == ("passeurs", "Venez.")


@pytest.mark.parametrize("slug", ["", "é à", "a b", "x" * 51, "prise", "PRISE", "\x00"])
def test_an_address_that_can_t_be_is_said_beside_the_field(client, operator, door, chief, slug):
    make_door(make_organisation(OPERATOR), slug="prise")
    client.force_login(chief)
    page = post(client, operator, slug=slug, words="Gardé.")
    assert page.status_code == 200
    assert page.context["form"].errors["slug"]
    assert "Gardé." in page.text
    door.refresh_from_db()
    assert door.slug == "passeurs"


@pytest.mark.parametrize("words", ["…", "x" * 601])
def test_words_that_can_t_be_are_said_beside_the_field(client, operator, door, chief, words):
    client.force_login(chief)
    page = post(client, operator, words=words)
    assert page.context["form"].errors["words"]


def test_a_member_may_not(client, operator, door, chief):
    Membership.objects.update(role="MEMBER")
    client.force_login(chief)
    assert post(client, operator).status_code == 403
    assert edit_of(operator) not in client.get(operator.get_absolute_url()).text


@pytest.mark.parametrize("who", ["stranger", "other operator", "has left"])
def test_whoever_isn_t_of_it_finds_nothing(client, pole, operator, door, chief, who):
    user = make_user()
    if who == "other operator":
        make_organisation(OPERATOR, pole=pole, administrator=user)
    if who == "has left":
        Membership.objects.all().delete()
        user = chief
    client.force_login(user)
    assert client.get(edit_of(operator)).status_code == 404
    assert post(client, operator).status_code == 404


@pytest.mark.parametrize("how", ["suspended", "has left the pôle", "is no operator"])
def test_one_that_doesn_t_coordinate_today_has_no_door_to_write_on(
    client, operator, door, chief, how
):
    if how == "suspended":
        status_of(operator, OrganisationStatus.SUSPENDED)
    elif how == "has left the pôle":
        Seat.objects.update(status=SeatStatus.ENDED)
    else:
        Organisation.objects.update(kind="ESS")
    client.force_login(chief)
    assert post(client, operator).status_code == 403


def test_nobody_logs_in_first(client, operator, door):
    assert client.get(edit_of(operator)).url.startswith("/compte/login/")


def test_the_first_steps_give_the_address_of_the_door(client, operator, door, chief):
    client.force_login(chief)
    page = client.get(reverse("first-steps")).text
    assert "/avec/passeurs/" in page
    assert edit_of(operator) in page
