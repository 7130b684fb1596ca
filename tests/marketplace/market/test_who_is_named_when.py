"""Who could help is named to a structure once its need is published; before, to those who read it for the pôle."""

import pytest
from django.urls import reverse

from marketplace.actions.market import proposals
from marketplace.models import Side
from marketplace.states import NeedStatus
from tests.factories import make_coordinator, make_need, make_offer, make_proposal, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("view", ["cartes", "tableau"])
@pytest.mark.parametrize(
    "status",
    [NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.REFUSED, NeedStatus.WITHDRAWN],
)
def test_before_a_need_is_published_its_writer_reads_nobodys_name(client, status, view):
    """Whoever signed up and typed a need read who offers what around, by an address that one guesses."""
    make_offer(make_user("Noé"), skills=["site-web"])
    paulette, maelle = make_user(), make_coordinator()
    need = make_need(member=paulette, status=status, published_at=None, ranked=False)
    url = reverse("need-candidates", args=[need.pk])
    client.force_login(paulette)
    page = client.get(url, {"vue": view})
    assert page.status_code == 403
    assert "Noé" not in page.text
    client.force_login(maelle)
    assert client.get(url, {"vue": view}).status_code in (200, 404)


@pytest.mark.parametrize(
    "status",
    [NeedStatus.PUBLISHED, NeedStatus.PAUSED, NeedStatus.FILLED, NeedStatus.CLOSED],
)
def test_of_one_that_was_published_its_writer_reads_them(client, status):
    aline = make_user()
    need = make_need(member=aline)
    need.status = status
    need.save(update_fields=["status"])
    client.force_login(aline)
    assert client.get(reverse("need-candidates", args=[need.pk])).status_code == 200


def test_of_a_filled_need_the_place_is_what_lacks_and_nobodys_hours(client):
    """“Plus une heure libre” stood for each person, and “nous continuons à chercher” above them."""
    aline = make_user()
    need = make_need(member=aline, skills=["site-web"])
    make_offer(make_user("Noé"), skills=["site-web"])
    proposals.accept(make_proposal(need, make_offer()), side=Side.NEED, by=aline)
    client.force_login(aline)
    url = reverse("need-candidates", args=[need.pk])
    table, cards = (client.get(url, {"vue": view}).text for view in ("tableau", "cartes"))
    assert "Noé" in table
    assert "le besoin n’a plus de place" in table
    assert "plus une heure libre" not in table
    assert "Noé" in cards
    assert "ous continuons à chercher" not in table + cards
