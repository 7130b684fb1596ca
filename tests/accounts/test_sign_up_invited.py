"""Signing up after an invitation: what it says is shown, and not asked again; what proves the address is its letter."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations
from accounts.models import Invitation, User

GUEST = "nora@example.org"


@pytest.fixture
def invited(structure, administrator):
    invitation, secret = invitations.invite(
        structure, email=GUEST, role="MEMBER", by=administrator, now=timezone.now()
    )
    invitation.secret, invitation.link = secret, reverse("invitation", args=[secret])
    return invitation


def door_of(client, invited, **names):
    """The sign-up page to which the button of the letter leads; `names` are those of a list."""
    Invitation.objects.filter(pk=invited.pk).update(**names)
    return client.post(reverse("invitation-sign-up", args=[invited.secret])).url


NORA = {"first_name": "Nora", "last_name": "Benali"}
THE_REST = {"password1": "un-long-secret-42", "terms": "on"}


def test_who_is_known_by_name_is_asked_for_a_password_and_the_terms(client, structure, invited):
    url = door_of(client, invited, **NORA)
    page = client.get(url)
    assert "Nora Benali, nora@example.org" in page.text
    assert {field.name for field in page.context["form"].asked} == {"password1", "terms"}
    assert 'name="email"' not in page.text
    corrections = page.text.partition('<details class="more"')[2].partition("</details>")[0]
    assert 'value="Nora"' in corrections, "sent along without JavaScript"
    assert 'value="Benali"' in corrections
    answer = client.post(url, NORA | THE_REST | {"next": invited.link})
    assert answer.url == invited.link
    client.post(invited.link)
    nora = User.objects.get(email=GUEST)
    assert (nora.get_full_name(), nora.comes_for) == ("Nora Benali", "")
    assert nora.speaks_for(structure)
    assert nora.emailaddress_set.get().verified


def test_a_name_that_is_not_theirs_is_put_right(client, invited):
    url = door_of(client, invited, **NORA)
    client.post(url, NORA | {"last_name": "Benali-Roux"} | THE_REST)
    assert User.objects.get(email=GUEST).get_full_name() == "Nora Benali-Roux"


@pytest.mark.parametrize(
    ("known", "asked"), [("first_name", "last_name"), ("last_name", "first_name")]
)
def test_of_two_names_the_missing_one_is_asked(client, invited, known, asked):
    page = client.get(door_of(client, invited, **{known: NORA[known]}))
    assert {field.name for field in page.context["form"].asked} == {asked, "password1", "terms"}


def test_without_a_name_the_address_alone_is_known(client, invited):
    page = client.get(door_of(client, invited))
    names = {field.name for field in page.context["form"].asked}
    assert names == {"first_name", "last_name", "password1", "terms"}
    assert "Ce n’est pas votre nom" not in page.text


@pytest.mark.parametrize("wrong", ["", "😀", "a" * 81, "www.exemple.fr"])
def test_a_wrong_correction_is_said_where_it_stands_open(client, invited, wrong):
    url = door_of(client, invited, **NORA)
    page = client.post(url, NORA | {"first_name": wrong} | THE_REST)
    assert '<details class="more" open>' in page.text
    assert page.context["form"].errors["first_name"]
    assert not User.objects.filter(email=GUEST).exists()


def test_an_address_in_the_link_takes_the_place_of_none(client, invited):
    url = door_of(client, invited, **NORA)
    page = client.get(f"{url}&email=eve@example.org")
    assert "eve@example.org" not in page.text.partition("<main")[2].partition("</main")[0]
    client.post(f"{url}&email=eve@example.org", NORA | THE_REST)
    assert [user.email for user in User.objects.filter(first_name="Nora")] == [GUEST]


def test_another_address_is_typed_into_the_whole_form_and_confirmed_by_letter(client, invited):
    url = door_of(client, invited, **NORA)
    (other,) = re.findall(r'href="([^"]+adresse=autre[^"]*)"', client.get(url).text)
    page = client.get(other.replace("&amp;", "&"))
    names = {field.name for field in page.context["form"].asked}
    assert names == {"first_name", "last_name", "email", "password1", "terms"}
    assert "Nous vous écrivons ensuite" in page.text
    (action,) = re.findall(r'action="(/compte/signup/[^"]*)"', page.text)
    wrong = client.post(action, NORA | THE_REST | {"email": ""})
    assert wrong.context["form"].errors["email"], "the form stays the whole one through errors"
    answer = client.post(action, NORA | THE_REST | {"email": "nora.b@example.org"})
    assert answer.url.startswith(reverse("account_email_verification_sent"))
    assert not User.objects.get(first_name="Nora").emailaddress_set.get().verified


def test_a_hand_made_form_with_another_address_proves_nothing(client, invited):
    url = door_of(client, invited, **NORA)
    client.post(url, NORA | THE_REST | {"email": "eve@example.org"})
    eve = User.objects.get(first_name="Nora")
    assert eve.email == "eve@example.org"
    assert not eve.emailaddress_set.filter(verified=True).exists()


def test_capitals_in_the_invited_address_change_nothing(client, invited):
    url = door_of(client, invited, **NORA)
    client.post(url, NORA | THE_REST | {"email": GUEST.upper()})
    assert User.objects.get(first_name="Nora").emailaddress_set.get().verified


def test_an_invitation_that_was_withdrawn_meanwhile_proves_nothing(client, invited):
    url = door_of(client, invited, **NORA)
    invitations.withdraw(invited, now=timezone.now())
    page = client.post(url, NORA | THE_REST)
    assert page.context["form"].errors["email"], "it has to be typed now"
    assert not User.objects.filter(first_name="Nora").exists()
