"""No round where the law knows no team: an authority and a non-profit lend each of their people by a paper in their name."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.market import rounds
from marketplace.actions.refusals import NotYet
from marketplace.models import Round
from tests.marketplace.market.round_people import a_house

WORDS = "aucune équipe ne peut y être prêtée"
LENDERS = [("AUTHORITY", "PUBLIC"), ("ESS", "ASSOCIATION")]


def a_lender(kind, legal_form):
    house = a_house(people=1)
    Organisation.objects.update(kind=kind, legal_form=legal_form)
    house.company.refresh_from_db()
    house.fresh()
    return house


@pytest.mark.parametrize(("kind", "legal_form"), LENDERS)
def test_none_is_prepared_nor_opened(client, kind, legal_form):
    house = a_lender(kind, legal_form)
    with pytest.raises(NotYet, match=WORDS):
        rounds.open_to_answers(house.round, by=house.claire, now=timezone.now())
    client.force_login(house.claire)
    shut = reverse("rounds", args=[house.company.pk])
    door = reverse("round-new", args=[house.company.pk])
    assert client.get(door)["Location"] == shut
    page = client.get(shut).text
    assert WORDS in page
    assert door not in page
    assert WORDS in client.get(reverse("round", args=[house.round.pk])).text
    Round.objects.all().delete()
    assert WORDS in client.get(shut).text


@pytest.mark.parametrize(("kind", "legal_form"), [*LENDERS, ("COMPANY", "SAS")])
def test_pages_lead_there_where_there_may_be_some(client, kind, legal_form):
    house = a_lender(kind, legal_form)
    client.force_login(house.claire)
    door = reverse("rounds", args=[house.company.pk])
    for name in ("organisation", "programmes", "programme-home"):
        page = client.get(reverse(name, args=[house.company.pk])).text
        assert (f'href="{door}"' in page) is (kind == "COMPANY"), name
