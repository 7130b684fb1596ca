"""Of a house with more offers than a list holds, who leads a gathering is named by their address."""

import pytest
from django.urls import reverse

from accounts import colleagues, drafts
from accounts.models import Organisation
from marketplace.models import Gathering
from tests.factories import make_need, make_offer, make_organisation, make_user
from tests.marketplace.gatherings.people import letters
from tests.marketplace.gatherings.test_gatherings import typed


@pytest.fixture
def boss(client):
    user = make_user("Odile", "Fabre")
    client.force_login(user)
    return user


@pytest.fixture
def house(boss, monkeypatch):
    """A company with one offer more than a list holds."""
    monkeypatch.setattr(colleagues, "SEVERAL", 3)
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    nora = make_user("Nora", "Cherif", email="nora@example.org")
    make_offer(nora, organisation=company, title="Comptable", ranked=False)
    for _each in range(colleagues.SEVERAL):
        make_offer(make_user(), organisation=company, ranked=False)
    return company


@pytest.fixture
def stranger(boss):
    """An offer that trains groups, which the writer may read: a structure of theirs looks for somebody."""
    make_need(make_organisation(member=boss))
    return make_offer(make_user(email="ailleurs@example.org"), trains_up_to=5)


def door(house):
    return reverse("gathering-new", args=[house.pk])


def test_the_list_of_a_large_house_is_no_list_of_all(client, house, boss):
    own = make_offer(boss, organisation=house, title="La mienne", ranked=False)
    page = client.get(door(house))
    assert list(page.context["form"].fields["trainer"].queryset) == [own]
    assert 'name="trainer_address"' in page.content.decode()


def test_they_are_found_by_their_address(client, house):
    client.post(door(house), typed(trainer_address=" Nora@example.org, "))
    gathering = Gathering.objects.get()
    assert gathering.trainer.title == "Comptable"
    assert len(letters("gathering_trainer_asked", gathering.trainer.person)) == 1
    page = client.get(reverse("gathering-edit", args=[gathering.pk]))
    assert list(page.context["form"].fields["trainer"].queryset) == [gathering.trainer]


def test_an_address_without_an_offer_stays_as_typed_with_why(client, house):
    page = client.post(door(house), typed(trainer_address="inconnu@example.org"))
    assert not Gathering.objects.exists()
    assert page.context["form"].errors["trainer_address"]
    assert not page.context["is_folded"]
    assert 'value="inconnu@example.org"' in page.content.decode()


def test_nobody_of_another_house_is_found(client, house):
    other = make_organisation(Organisation.Kind.COMPANY)
    make_offer(make_user(email="ailleurs@example.org"), organisation=other)
    client.post(door(house), typed(trainer_address="ailleurs@example.org"))
    assert not Gathering.objects.exists()


@pytest.mark.parametrize("address", ["ailleurs@example.org", "inconnu@example.org"])
def test_no_address_tells_of_whom_a_stranger_s_offer_is(client, house, stranger, address):
    """Whoever sends the number of an offer learns from no address whether it is theirs: right or wrong, nobody is found."""
    page = client.post(door(house), typed(trainer=str(stranger.pk), trainer_address=address))
    assert page.context["form"].errors["trainer_address"]
    assert not Gathering.objects.exists()


def test_nor_that_of_whom_the_gathering_has_already(client, house, stranger):
    client.post(door(house), typed(trainer=str(stranger.pk)))
    gathering = Gathering.objects.get()
    assert gathering.trainer == stranger
    edit = reverse("gathering-edit", args=[gathering.pk])
    page = client.post(edit, typed(trainer_address="ailleurs@example.org"))
    assert page.context["form"].errors["trainer_address"]


def test_the_writer_is_found_by_their_own_address(client, house, boss):
    own = make_offer(boss, title="En mon nom", ranked=False)
    client.post(door(house), typed(trainer_address=boss.email))
    assert Gathering.objects.get().trainer == own


@pytest.mark.parametrize("whose", ["of the house", "of a stranger"])
def test_a_draft_keeps_whom_it_has_chosen(client, house, stranger, whose):
    offer = stranger if whose == "of a stranger" else house.offers.get(title="Comptable")
    begun = typed(trainer=str(offer.pk)) | {drafts.KEY: "k" * 20, drafts.KEEP: "yes"}
    assert client.post(door(house), begun).status_code == 200
    said = client.get(door(house)).context["form"]
    assert f'value="{offer.pk}" selected' in str(said["trainer"])


def test_of_several_offers_one_is_chosen_in_the_list(client, house):
    nora = house.members.get(email="nora@example.org")
    second = make_offer(nora, organisation=house, title="Formatrice", ranked=False)
    said = typed(trainer_address="nora@example.org")
    page = client.post(door(house), said)
    titles = {one.title for one in page.context["form"].fields["trainer"].queryset}
    assert titles == {"Comptable", "Formatrice"}
    client.post(door(house), said | {"trainer": str(second.pk)})
    assert Gathering.objects.get().trainer == second


def test_a_house_of_few_chooses_in_a_list(client, boss):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    offer = make_offer(make_user(), organisation=company)
    page = client.get(door(company))
    assert list(page.context["form"].fields["trainer"].queryset) == [offer]
    assert "trainer_address" not in page.context["form"].fields
