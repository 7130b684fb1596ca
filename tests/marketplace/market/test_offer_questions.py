"""What the page of an offer asks of the database, for whoever offers and for who coordinates."""

import pytest

from marketplace.models import Tag
from tests.factories import make_coordinator, make_need, make_offer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("who", "most"), [("coordinator", 26), ("person", 24)])
def test_the_page_of_an_offer_asks_few_questions(client, who, most, django_assert_max_num_queries):
    offer = make_offer()
    make_need()
    make_need(skills=("site-web", "compta"))
    reader = make_coordinator(offer.pole) if who == "coordinator" else offer.person
    client.force_login(reader)
    client.get(offer.get_absolute_url())
    with django_assert_max_num_queries(most):
        page = client.get(offer.get_absolute_url())
    assert len(page.context["matches"]) == 1
    assert len(page.context["near_misses"]) == 1


def test_what_is_kept_about_it_is_asked_where_there_is_any(client):
    offer = make_offer()
    maelle = make_coordinator(offer.pole)
    client.force_login(maelle)
    assert "à relancer" not in client.get(offer.get_absolute_url()).text
    Tag.objects.create(pole=offer.pole, offer=offer, words="à relancer", by=maelle)
    assert "à relancer" in client.get(offer.get_absolute_url()).text
