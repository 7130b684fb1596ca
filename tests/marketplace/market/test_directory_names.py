"""A name is shown in the directory by the yes of somebody who bears it, whoever had agreed before."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import directory as names
from accounts.actions import invitations, organisations
from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation
from marketplace.actions.market import directory, own_name
from marketplace.letters.registry import KINDS
from marketplace.models import Consent
from notifications.models import Notification
from tests.at_once import together
from tests.factories import make_coordinator, make_organisation, make_user, verify

pytestmark = pytest.mark.django_db
IN_IT = date(2026, 1, 1)
SOLE = Organisation.LegalForm.SOLE_TRADER


@pytest.fixture
def moreau():
    return make_user(first_name="Aline", last_name="Moreau")


@pytest.fixture
def petit():
    return make_user(first_name="Paul", last_name="Petit")


@pytest.fixture
def cabinet(moreau):
    """In the directory by the yes of the one whose name it bears."""
    found = make_organisation(name="Cabinet Moreau", administrator=moreau)
    directory.enter(found, by=moreau)
    return found


def again(organisation) -> Organisation:
    return Organisation.objects.get(pk=organisation.pk)


def corrected(organisation, **fields) -> None:
    fresh = again(organisation)
    before = fresh.identity
    for name, value in fields.items():
        setattr(fresh, name, value)
    organisations.edit(fresh, before=before, by=make_coordinator(organisation.pole))


def joins(user, organisation, *, by) -> None:
    sent = {"email": verify(user).email, "role": "ADMINISTRATOR", "by": by, "now": timezone.now()}
    invitation, _secret = invitations.invite(organisation, **sent)
    invitations.accept(invitation, by=user, now=timezone.now())


@pytest.mark.parametrize("name", ["Cabinet Petit", "Moreau & Petit"])
def test_one_that_takes_another_name_waits_for_the_yes_of_that_name(cabinet, petit, name):
    Membership.objects.create(user=petit, organisation=cabinet)
    corrected(cabinet, name="Cabinet Moreau et associés")
    assert again(cabinet).listed_from
    corrected(cabinet, name=name)
    assert again(cabinet).listed_from is None


@pytest.mark.parametrize("form", [SOLE, Organisation.LegalForm.ASSOCIATION])
def test_whoever_joins_what_another_had_shown_says_so_for_their_own_name(moreau, petit, form):
    both = make_organisation(name="Petit et Moreau", administrator=moreau, legal_form=form)
    directory.enter(both, by=moreau)
    joins(make_user(first_name="Luc", last_name="Moreau"), both, by=moreau)
    assert again(both).listed_from  # that name was shown by one who bears it
    joins(petit, both, by=moreau)
    assert again(both).listed_from is None


def test_one_person_s_alone_waits_for_the_yes_of_whoever_joins_it_under_its_name(moreau, petit):
    alone = make_organisation(name="Atelier Petit", administrator=moreau, legal_form=SOLE)
    directory.enter(alone, by=moreau)
    joins(petit, alone, by=moreau)
    assert again(alone).listed_from is None


def test_whose_yes_showed_it_and_who_takes_another_name_shows_nobody_else_s(client, cabinet):
    joins(make_user(first_name="Zoé", last_name="Moreau"), cabinet, by=cabinet.members.get())
    assert again(cabinet).listed_from
    aline = cabinet.members.get(first_name="Aline")
    client.force_login(aline)
    said = {"first_name": "Aline", "last_name": "Roux", "commune": cabinet.commune_id}
    client.post(reverse("profile"), said | {"language": "fr"})
    assert again(cabinet).listed_from is None


def test_a_yes_to_a_name_that_it_no_longer_bears_takes_nothing_out(cabinet, moreau, petit):
    joins(petit, cabinet, by=moreau)
    corrected(cabinet, name="Cabinet Petit")
    directory.enter(again(cabinet), by=petit)
    for mine in Consent.objects.standing(moreau):
        own_name.take_back(mine, by=moreau)
    assert again(cabinet).listed_from
    own_name.take_back(Consent.objects.standing(petit).get(), by=petit)
    assert again(cabinet).listed_from is None


def test_who_may_no_longer_say_so_as_the_button_is_pressed_changes_nothing(moreau, petit):
    """Their page was read before somebody of that name joined it."""
    page = make_organisation(name="Cabinet Moreau", administrator=petit)
    joins(moreau, page, by=petit)
    with pytest.raises(Refusal):
        directory.enter(page, by=petit)
    assert again(page).listed_from is None
    assert not Consent.objects.exists()


def test_its_administrators_and_whose_name_it_is_are_told_that_it_waits_for_them(moreau, petit):
    house = make_organisation(name="Cabinet Petit", administrator=moreau, listed_from=IN_IT)
    house.memberships.create(user=make_user(first_name="Simple", last_name="Membre"))
    joins(petit, house, by=moreau)
    letters = Notification.objects.filter(kind="directory_named")
    assert {letter.recipient for letter in letters} == {moreau, petit}
    assert "attend un accord" in letters[0].subject
    assert reverse("organisation-listing", args=[house.pk]) in letters[0].url
    assert KINDS["directory_named"].moot(letters[0]) == ""
    directory.enter(house, by=petit)
    assert KINDS["directory_named"].moot(letters[0])


def test_it_is_not_said_that_its_people_decided_what_a_name_did(client, moreau, petit):
    house = make_organisation(name="Cabinet Petit", administrator=moreau, listed_from=IN_IT)
    joins(petit, house, by=moreau)
    client.force_login(moreau)
    page = client.get(reverse("organisation-listing", args=[house.pk])).text
    assert "décidé" not in page


def test_two_names_are_shown_once_each_has_said_so(client, moreau, petit):
    both = make_organisation(name="Petit et Moreau", administrator=moreau, member=petit)
    page = reverse("organisation-listing", args=[both.pk])
    client.force_login(moreau)
    said = client.post(page, {"act": "enter"}, follow=True).text
    assert again(both).listed_from is None
    assert "Votre accord est gardé" in said
    assert "porte aussi le nom d’une autre personne" in said
    assert 'value="enter"' not in said
    client.force_login(petit)
    client.post(page, {"act": "enter"})
    assert again(both).listed_from == timezone.localdate()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_name_that_comes_as_it_enters_is_never_shown_without_its_yes():
    for _round in range(15):
        boss, zoe = make_user(last_name="Petit"), make_user(last_name="Roux")
        house = make_organisation(name="Cabinet Moreau", administrator=boss, member=zoe)

        def take_the_name(zoe=zoe, house=house):
            with names.asking_those_it_names(Organisation.objects.filter(pk=house.pk)):
                zoe.last_name = "Moreau"
                zoe.save(update_fields=["last_name"])

        def enter(boss=boss, house=house):
            try:
                directory.enter(house, by=boss)
            except Refusal:
                return

        together(take_the_name, enter)
        assert again(house).listed_from is None
