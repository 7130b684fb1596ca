"""Beside what somebody offers on their own time, nobody reads for whom they work."""

import pytest
from django.urls import reverse

from marketplace.models import Message, Time
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)

HOUSE = "Verrières du Nord"


@pytest.fixture
def aline():
    return make_user("Aline", "Delattre")


@pytest.fixture
def proposals(aline):
    """An own-time application and one on working time, of two people of the same company."""
    ada, noe = make_user("Ada", "Morel"), make_user("Noé", "Lambert")
    house = make_organisation("COMPANY", administrator=make_user(), name=HOUSE)
    for one in (ada, noe):
        house.memberships.create(user=one, role="MEMBER")
    need = make_need(member=aline)
    own = make_offer(ada, organisation=house, time=Time.OWN, title="Trésorière du soir")
    return make_proposal(need, own), make_proposal(need, make_offer(noe, organisation=house))


def say(proposal):
    Message.objects.create(
        thread=proposal.thread, author=proposal.offer.person, text="Bonjour.", sent_key="1"
    )


def test_who_is_applied_to_reads_it_of_working_time_alone(client, aline, proposals):
    own, at_work = proposals
    for one in proposals:
        say(one)
    client.force_login(aline)
    assert HOUSE in client.get(at_work.get_absolute_url()).text
    assert HOUSE not in client.get(own.get_absolute_url()).text
    assert HOUSE in client.get(at_work.offer.get_absolute_url()).text
    assert HOUSE not in client.get(own.offer.get_absolute_url()).text


def test_nor_do_coordinators_in_lists_and_files(client, proposals):
    own, at_work = proposals
    client.force_login(make_coordinator(own.need.pole))
    lists = reverse("lists", args=["offres"])
    rows = client.post(reverse("lists-export", args=["offres", "csv"]))
    read = b"".join(rows).decode().splitlines()
    [home] = [row for row in read if own.offer.title in row]
    [work] = [row for row in read if at_work.offer.title in row]
    assert HOUSE not in home
    assert HOUSE in work
    assert "Trésorière" not in client.get(lists, {"q": "Verrières"}).text
    assert "Trésorière" in client.get(lists, {"q": "Trésorière"}).text
