"""“Not now” to a need: nobody asks the same person for it before the day they gave, by whichever of their offers."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Proposal, Side
from marketplace.ranking import clock
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)

SAID_NO = "La réponse a été « pas maintenant » : vous pourrez redemander à partir du"


@pytest.fixture
def noe():
    return make_user("Noé", "Lambert")


@pytest.fixture
def need():
    return make_need(member=make_user(), places=2)


@pytest.fixture
def put_off(need, noe):
    return declined(need, make_offer(noe), in_days(60))


@pytest.fixture
def other(noe):
    return make_offer(noe, title="Rédacteur")


def declined(need, offer, day: date | None, *, side=Side.OFFER) -> Proposal:
    asked = make_proposal(need, offer, origin="INVITATION" if side == Side.OFFER else "APPLICATION")
    by = offer.person if side == Side.OFFER else need.created_by
    proposals.decline(asked, side=side, reason="Plus tard.", by=by, again_from=day)
    return asked


def asking(need, offer) -> str:
    return reverse("need-ask-offer", args=[need.pk, offer.pk])


@pytest.mark.parametrize("act", [proposals.invite, proposals.propose])
def test_nobody_is_asked_by_another_offer_before_the_day_they_gave(need, put_off, other, act):
    by = need.created_by if act is proposals.invite else make_coordinator(need.pole)
    with pytest.raises(NotYet) as refused:
        act(need, other, word="", by=by)
    assert SAID_NO in str(refused.value).replace("\xa0", " ")
    Proposal.objects.filter(pk=put_off.pk).update(again_from=in_days(0))
    assert act(need, other, word="", by=by).is_open


@pytest.mark.parametrize("name", ["home", "need-candidates", "desk-need", "need-why-pair"])
@pytest.mark.parametrize("view", ["cartes", "tableau"])
def test_no_page_offers_to_ask_them_by_another(client, need, put_off, other, name, view):
    clock.refresh_marked(now=timezone.now())
    by_pole = name in ("desk-need", "need-why-pair")
    client.force_login(make_coordinator(need.pole) if by_pole else need.created_by)
    numbers = {"home": [], "need-why-pair": [need.pk, other.pk]}.get(name, [need.pk])
    page = client.get(reverse(name, args=numbers), {"vue": view}).text
    assert other.title in page
    assert f'href="{asking(need, other)}"' not in page
    assert put_off.get_absolute_url() in page or name == "need-why-pair"


def test_whoever_comes_back_by_its_address_reads_until_when(client, need, put_off, other):
    client.force_login(need.created_by)
    page = client.get(asking(need, other), follow=True).text.replace("\xa0", " ")
    assert SAID_NO in page
    assert 'name="word"' not in page


def test_of_what_they_do_on_their_own_time_nothing_is_said_on_working_time(need, put_off, noe):
    company = make_organisation(Organisation.Kind.COMPANY)
    at_work = make_offer(noe, organisation=company)
    with pytest.raises(NotYet) as refused:
        proposals.invite(need, at_work, word="", by=need.created_by)
    assert "pas maintenant" not in str(refused.value)
    assert "Noé L." in str(refused.value)


def test_they_may_still_ask_themselves_and_others_be_asked(need, put_off, other, noe):
    assert proposals.invite(need, make_offer(make_user()), word="", by=need.created_by).is_open
    assert proposals.apply(need, other, word="", by=noe).is_open


def test_what_the_structure_put_off_keeps_nobody_from_being_asked(need, other, noe):
    declined(need, make_offer(noe), in_days(60), side=Side.NEED)
    assert proposals.invite(need, other, word="", by=need.created_by).is_open
