"""An empty site gets its first pôle, and its first coordinator a letter."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Invitation, Organisation, Pole, Seat, User
from accounts.states import SeatStatus
from notifications.models import Notification
from tests.factories import make_commune, make_department, make_need, make_organisation, make_user

GIVEN = {
    "name": "Pôle des Deux Caps",
    "departments": "59,62",
    "operator": "Maison de l’ESS",
    "email": "Ines@Example.org",
}


@pytest.fixture(autouse=True)
def places():
    make_commune()
    make_department("62", "Pas-de-Calais")


def run(**changes):
    out = StringIO()
    call_command("create_pole", **GIVEN | changes, stdout=out)
    return out.getvalue()


def join(client):
    """What the first coordinator does with the letter."""
    secret = re.search(r"/invitation/([^/]+)/", Notification.objects.get().text)[1]
    url = client.post(reverse("invitation-sign-up", args=[secret])).url
    form = {"first_name": "Inès", "last_name": "Morel", "email": "ines@example.org", "terms": "on"}
    client.post(url, form | {"password1": "un-long-secret-42"})
    client.post(Invitation.objects.get().get_absolute_url())
    return User.objects.get(email="ines@example.org")


def test_it_makes_the_pole_its_operator_and_one_letter(client):
    said = run()
    pole = Pole.objects.get()
    operator = Organisation.objects.get()
    assert sorted(pole.departments.values_list("code", flat=True)) == ["59", "62"]
    assert (operator.kind, operator.status, operator.pole) == ("OPERATOR", "ACCEPTED", pole)
    letter = Notification.objects.get()
    assert letter.address == "ines@example.org"
    assert "Vous ferez partie de la coordination" in letter.text
    assert re.search(r"http://testserver/invitation/\S+/", letter.text)[0] in said
    assert "password" not in said


def test_the_letter_makes_a_coordinator(client):
    run()
    ines = join(client)
    assert ines.coordinates(Pole.objects.get())
    assert client.get(reverse("organisations-to-verify")).status_code == 200


def test_running_it_twice_changes_nothing():
    run()
    assert "it was there already" in run()
    assert Pole.objects.count() == Organisation.objects.count() == Notification.objects.count() == 1


def test_a_second_operator_joins_the_same_pole():
    run()
    run(operator="Union des Deux Caps", email="karim@example.org")
    assert Pole.objects.get().organisations.count() == 2


@pytest.mark.parametrize("status", [SeatStatus.PROPOSED, SeatStatus.INVITED])
def test_an_operator_that_is_asked_already_isn_t_seated_over_its_head(status):
    run()
    Seat.objects.update(status=status)
    with pytest.raises(CommandError, match="attend un oui"):
        run()
    assert Seat.objects.get().status == status


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"departments": "59,99"}, "99"),
        ({"departments": " "}, "none given"),
        ({"email": "pas-une-adresse"}, "isn't an e-mail address"),
        ({"siren": "123456789"}, "SIREN"),
        ({"commune": "75056"}, "No commune 75056"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(changes, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(**changes)
    assert not Pole.objects.exists()
    assert not Notification.objects.exists()


def test_a_departement_has_one_pole():
    run()
    with pytest.raises(CommandError, match="already covers"):
        run(name="Pôle rival", departments="62")
    assert Pole.objects.count() == 1


# --- first steps ---------------------------------------------------------------------------
STEPS = reverse("first-steps")


def done(client):
    return [step.done for step in client.get(STEPS).context["steps"]]


def test_the_first_steps_tell_what_is_done_and_what_is_next(client):
    run()
    join(client)
    assert done(client) == [False] * 8
    pole = Pole.objects.get()
    operator = pole.organisations.get()
    operator.memberships.create(user=make_user())
    make_organisation("COMPANY", pole=pole)
    make_need(make_organisation(pole=pole))
    assert done(client) == [False, False, False, True, False, True, True, True]
    page = client.get(STEPS).content.decode()
    assert "Il reste 4 étapes" in page
    assert f"http://testserver{operator.door.get_absolute_url()}" in page


def test_another_poles_first_need_is_not_ours(client):
    run()
    join(client)
    make_need(make_organisation(pole=Pole.objects.create(name="Autre", slug="autre")))
    assert done(client) == [False] * 8


def test_first_steps_are_for_coordinators(client):
    assert client.get(STEPS).status_code == 302
    client.force_login(make_user())
    assert client.get(STEPS).status_code == 403


def test_no_step_leads_where_one_may_not_go(client):
    """A plain member of the operator coordinates, and doesn't edit it nor invite."""
    run()
    member = make_user()
    Pole.objects.get().organisations.get().memberships.create(user=member, role="MEMBER")
    client.force_login(member)
    page = client.get(STEPS)
    for step in page.context["steps"]:
        assert not step.url or client.get(step.url, follow=True).status_code == 200, step.title
    assert "C’est la personne qui administre votre opérateur qui le fait" in page.text
