"""Offers are tagged as needs are: on their page, from a list, many at once and back, for those alone who may read of them."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from marketplace.actions.desk import bulk, notes, tags
from marketplace.actions.desk.desk import let_go_of
from marketplace.actions.refusals import NotYet
from marketplace.models import Act, Tag
from marketplace.models.desk.desk import leaves
from marketplace.states import OfferStatus
from tests.factories import make_offer, make_organisation, make_user
from tests.marketplace.desk.bulk_acts import do, preview, start, undo, whys
from tests.marketplace.desk.desk_people import elsewhere

pytestmark = pytest.mark.django_db


def pinned(offer):
    return set(Tag.objects.filter(offer=offer).values_list("words", flat=True))


def pin(client, offer, words="à rappeler"):
    return client.post(reverse("tag-new", args=["offer", offer.pk]), {"words": words})


@pytest.fixture
def offers(pole):
    return [make_offer(pole=pole) for _one in range(3)]


@pytest.fixture
def hired(nadia, pole):
    """An offer on working time of somebody whose boss Nadia is."""
    company = make_organisation(pole=pole, kind="COMPANY", administrator=nadia)
    employee = make_user("Zoé")
    Membership.objects.create(user=employee, organisation=company, role="MEMBER")
    return make_offer(pole=pole, person=employee, organisation=company, time="WORK")


def test_many_offers_are_tagged_at_once_and_as_before(nadia, karim, pole, offers):
    notes.pin(offers[0], pole=pole, words="à rappeler", by=karim)
    seen = preview(nadia, Act.TAG, "offres", offers, words="à rappeler")
    assert seen.to_do == sorted(offer.pk for offer in offers[1:])
    made = do(nadia, Act.TAG, "offres", offers, words="à rappeler")
    assert all(pinned(offer) == {"à rappeler"} for offer in offers)
    undo(made)
    assert [pinned(offer) for offer in offers] == [{"à rappeler"}, set(), set()]


def test_a_tag_is_removed_from_many_offers_and_put_back(nadia, karim, pole, offers):
    for offer in offers:
        notes.pin(offer, pole=pole, words="salon", by=karim)
    made = do(nadia, Act.UNTAG, "offres", offers, words="salon")
    assert not Tag.objects.exists()
    undo(made)
    assert {tag.by for tag in Tag.objects.all()} == {karim}
    assert all(pinned(offer) == {"salon"} for offer in offers)


def test_offers_are_their_owners_to_close_so_that_no_list_closes_them():
    assert bulk.acts_on("offres") == [Act.TAG, Act.UNTAG]


@pytest.mark.parametrize("mine", ["own", "hired"])
def test_what_a_coordinator_leaves_to_others_is_tagged_by_them_alone(
    client, nadia, karim, pole, mine, hired
):
    offer = hired if mine == "hired" else make_offer(pole=pole, person=nadia)
    notes.pin(offer, pole=pole, words="fragile", by=karim)
    assert leaves(nadia, offer)
    assert not leaves(karim, offer)
    assert preview(nadia, Act.TAG, "offres", [offer], words="x").left.keys() == {offer.pk}
    assert not Tag.objects.visible_to(nadia).exists()
    assert not Tag.objects.visible_to(nadia, of="offer").exists()
    assert Tag.objects.visible_to(karim, of="offer").get().subject == offer
    client.force_login(nadia)
    assert pin(client, offer).status_code == 403
    assert "fragile" not in client.get(reverse("lists", args=["offres"])).text
    assert "fragile" not in client.get(offer.get_absolute_url()).text
    with pytest.raises(NotYet):
        tags.rename("fragile", to="solide", by=nadia)


def test_who_left_between_the_preview_and_the_act_tags_nothing(nadia, offers):
    made = start(nadia, Act.TAG, "offres", offers, words="x")
    Membership.objects.filter(user=nadia).delete()
    bulk.carry_on(made)
    assert not Tag.objects.exists()
    assert whys(made).keys() == {offer.pk for offer in offers}


def test_one_offer_is_tagged_on_its_page_once_and_by_who_coordinates_there(
    client, nadia, pole, offers
):
    abroad = elsewhere()
    theirs = make_offer(pole=abroad.organisations.get().pole)
    draft = make_offer(pole=pole, status=OfferStatus.DRAFT)
    client.force_login(nadia)
    for _twice in range(2):
        assert pin(client, offers[0]).url == offers[0].get_absolute_url()
    assert pinned(offers[0]) == {"à rappeler"}
    assert pin(client, draft).status_code == 404
    assert pin(client, theirs).status_code == 404
    page = client.get(offers[0].get_absolute_url()).text
    assert "à rappeler" in page
    assert (
        client.post(reverse("note-new", args=["offer", offers[0].pk]), {"body": "x"}).status_code
        == 404
    )
    for stranger in (abroad, make_user("Ines"), offers[0].person):
        client.force_login(stranger)
        assert pin(client, offers[1]).status_code in (403, 404)
        assert "à rappeler" not in client.get(offers[0].get_absolute_url()).text
    client.logout()
    assert pin(client, offers[1]).url.startswith("/")
    assert not pinned(offers[1])


def test_it_is_found_by_its_tag_renamed_with_the_others_and_removed(client, nadia, pole, offers):
    notes.pin(offers[0], pole=pole, words="salon", by=nadia)
    notes.pin(offers[0], pole=pole, words="foire", by=nadia)
    notes.pin(offers[1], pole=pole, words="salon", by=nadia)
    client.force_login(nadia)
    page = client.get(reverse("lists", args=["offres"]) + "?etiquette=foire")
    assert [row["number"] for row in page.context["rows"]] == [offers[0].pk]
    tagged = client.get(reverse("tagged", args=[Tag.objects.filter(words="salon").first().pk]))
    assert offers[1].get_absolute_url() in tagged.text
    assert tags.rename("foire", to="salon", by=nadia) == 1
    assert [pinned(offer) for offer in offers[:2]] == [{"salon"}, {"salon"}]
    client.post(reverse("tag-remove", args=[Tag.objects.get(offer=offers[1]).pk]))
    assert not pinned(offers[1])


def test_tags_on_somebodys_offers_go_with_their_account(nadia, pole, offers):
    for offer in offers:
        notes.pin(offer, pole=pole, words="salon", by=nadia)
    let_go_of(offers[0].person)
    assert not pinned(offers[0])
    assert pinned(offers[1])
