"""Who comes by an operator's door is counted with it, once and for ever; nobody else is."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import people
from accounts.actions.doors import has_been_used
from accounts.adapter import INVITATION_LETTER
from accounts.models import Invitation, Organisation, Seat, User
from accounts.states import OrganisationStatus, SeatStatus
from tests.accounts.test_register_organisation import STRUCTURE
from tests.accounts.test_register_organisation import details as described
from tests.accounts.test_sign_up import SIGN_UP, confirm, details
from tests.factories import make_commune, make_door, make_organisation, make_user, verify

OPERATOR = Organisation.Kind.OPERATOR
CLOSED = {
    "left": lambda door: Seat.objects.update(status=SeatStatus.ENDED),
    "never seated": lambda door: Seat.objects.update(status=SeatStatus.INVITED),
    "suspended": lambda door: Organisation.objects.filter(pk=door.operator_id).update(
        status=OrganisationStatus.SUSPENDED
    ),
    "another kind": lambda door: Organisation.objects.filter(pk=door.operator_id).update(
        kind="ESS"
    ),
}
GARBAGE = ["inconnue", "", "' OR 1=1", "a" * 5000, "\x00", "\n", "é", "../..", "passeurs/"]


@pytest.fixture
def door(pole):
    make_commune()
    return make_door(make_organisation(OPERATOR, pole=pole, name="Les Passeurs"))


def by(door, path=SIGN_UP):
    return f"{path}?{door.query}"


def who_signed_up():
    return User.objects.get(email="zoe@example.org")


def test_the_page_says_with_whom_one_comes_and_writes_it_down(client, door):
    page = client.get(by(door) + "&pour=ESS")
    assert "Vous arrivez avec Les Passeurs" in page.text
    assert page.context["form"]["comes_for"].value() == "ESS"
    assert "Set-Cookie" not in page or "avec" not in page["Set-Cookie"]
    client.post(by(door), details())
    assert who_signed_up().came_through == door.operator


def test_the_form_sends_what_the_address_says_through_errors(client, door):
    wrong = client.post(by(door), details(email="pas une adresse"))
    for page in (client.get(by(door)), wrong):
        assert f'action="{by(door)}"' in page.text
        assert "Vous arrivez avec Les Passeurs" in page.text
        assert f'href="{by(door)}"' in page.text  # the menu's button: "Offer my skills"


def test_an_address_in_capitals_is_the_same(client, door):
    client.post(f"{SIGN_UP}?avec=PASSEURS", details())
    assert who_signed_up().came_through == door.operator


@pytest.mark.parametrize("how", CLOSED)
def test_a_closed_door_counts_nobody(client, door, how):
    CLOSED[how](door)
    assert "Vous arrivez avec" not in client.get(by(door)).text
    client.post(by(door), details())
    assert who_signed_up().came_through is None


@pytest.mark.parametrize("slug", GARBAGE)
def test_what_isn_t_a_door_counts_nobody_and_breaks_nothing(client, door, slug):
    assert client.get(SIGN_UP, {"avec": slug}).status_code == 200
    client.post(SIGN_UP, details(), query_params={"avec": slug})
    assert who_signed_up().came_through is None


@pytest.mark.parametrize("query", ["avec[]=passeurs", "avec[a]=passeurs", "avec", "avec=x&avec="])
def test_nor_does_an_array(client, door, query):
    client.post(f"{SIGN_UP}?{query}", details())
    assert who_signed_up().came_through is None


def test_who_is_invited_is_counted_with_no_operator(client, door):
    ours = make_organisation(administrator=make_user())
    invited = Invitation.objects.create(
        organisation=ours,
        email="zoe@example.org",
        invited_by=ours.members.get(),
        token="t" * 64,
        expires_at=timezone.now() + timedelta(days=7),
    )
    session = client.session
    session[INVITATION_LETTER] = invited.token
    session.save()
    assert "Vous arrivez avec" not in client.get(by(door)).text
    client.post(by(door), details())
    assert who_signed_up().came_through is None


def test_it_never_changes_afterwards(client, door, pole):
    other = make_door(make_organisation(OPERATOR, pole=pole, name="Escale"), slug="escale")
    client.post(by(door), details())
    confirm(client)
    client.get(by(other))
    client.post(by(other), details())  # signed in: led home
    client.post(reverse("profile"), {"first_name": "Zoé", "last_name": "Autre", "language": "fr"})
    assert who_signed_up().came_through == door.operator


def test_a_closed_account_keeps_it_and_names_nobody(door):
    someone = make_user(came_through=door.operator)
    people.forget(someone, now=someone.date_joined)
    someone.refresh_from_db()
    assert (someone.came_through, str(someone)) == (door.operator, "Compte fermé")


# --- organisations ---------------------------------------------------------------------------
@pytest.fixture
def registered(as_, door):
    def register(person, address=STRUCTURE, **changes):
        answer = as_(person).post(address, described(**changes))
        assert answer.status_code == 302, answer.context["form"].errors
        return Organisation.objects.get(name="Les Ateliers du Fil")

    return register


def test_an_organisation_is_counted_with_the_door_in_the_address(registered, as_, door):
    page = as_(make_user()).get(by(door, reverse("organisation-new")))
    assert by(door, STRUCTURE) in page.text
    assert "Vous arrivez avec Les Passeurs" in page.text
    assert registered(make_user(), by(door, STRUCTURE)).came_through == door.operator


def test_the_page_says_it_through_errors(as_, door):
    page = as_(make_user()).post(by(door, STRUCTURE), described(name=""))
    assert "Vous arrivez avec Les Passeurs" in page.text
    assert 'method="post" enctype' in page.text
    assert not Organisation.objects.filter(kind="ESS").exists()


def test_else_with_that_by_which_its_registrant_came(registered, door):
    assert registered(make_user(came_through=door.operator)).came_through == door.operator


def test_the_address_comes_before_the_registrant(registered, door, pole):
    other = make_door(make_organisation(OPERATOR, pole=pole, name="Escale"), slug="escale")
    someone = make_user(came_through=door.operator)
    assert registered(someone, by(other, STRUCTURE)).came_through == other.operator


@pytest.mark.parametrize("how", CLOSED)
def test_an_operator_that_sits_nowhere_is_counted_with_none(registered, door, how):
    CLOSED[how](door)
    someone = make_user(came_through=door.operator)
    assert registered(someone, by(door, STRUCTURE)).came_through is None


def test_without_a_door_it_is_counted_with_nobody(registered):
    assert registered(make_user(), f"{STRUCTURE}?avec=%00").came_through is None


def test_editing_an_organisation_leaves_it(registered, as_, door):
    someone = verify(make_user())
    ours = registered(someone, by(door, STRUCTURE))
    edit = reverse("organisation-edit", args=[ours.pk])
    assert as_(someone).post(f"{edit}?avec=autre", described(purpose="Autre.")).status_code == 302
    ours.refresh_from_db()
    assert (ours.purpose, ours.came_through) == ("Autre.", door.operator)


@pytest.mark.parametrize("who", ["user", "organisation"])
def test_a_door_has_been_used_once_somebody_came(door, who):
    assert not has_been_used(door.operator)
    make = make_user if who == "user" else make_organisation
    make(came_through=door.operator)
    assert has_been_used(door.operator)
