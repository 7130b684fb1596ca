"""What somebody offered on their own time, once their account is closed: nothing of who they were is read there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace import tasks
from marketplace.actions.desk import retention
from marketplace.actions.market import people
from marketplace.models import Time
from notifications.faults import EveryRowFailed
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
    verify,
)


@pytest.fixture
def noe():
    return verify(make_user("Noé", "Lambert", trade="Développeur"))


def test_what_an_employee_said_of_their_own_time_goes(noe):
    """The offer names their employer too; what is offered on working time is the company's."""
    company = make_organisation("COMPANY", administrator=make_user(), member=noe)
    said = {
        "organisation": company,
        "title": "Le soir, je code",
        "about": "J’habite rue Nationale.",
    }
    own, at_work = make_offer(noe, time=Time.OWN, **said), make_offer(noe, time=Time.WORK, **said)
    people.close_account(noe, now=timezone.now())
    own.refresh_from_db()
    at_work.refresh_from_db()
    assert (own.title, own.about) == ("Aide bénévole", "")
    assert "code" not in own.search_text + own.search_name
    assert at_work.title == said["title"]


def test_nobody_reads_in_which_town_and_trade_they_were(client, noe):
    need = make_need(member=make_user())
    offer = make_offer(noe, title="Chargé de mission culture")
    proposal = make_proposal(need, offer)
    maelle = make_coordinator(need.pole)
    client.force_login(maelle)
    pages = [
        reverse("offers") + "",
        reverse("lists", args=["offres"]),
        proposal.get_absolute_url(),
    ]
    assert str(offer.commune) in client.get(offer.get_absolute_url()).text
    people.close_account(noe, now=timezone.now())
    told = [client.get(page) for page in pages]
    told.insert(0, client.post(reverse("lists-export", args=["offres", "csv"])))
    assert {answer.status_code for answer in told} == {200}
    for answer in told:
        read = b"".join(answer).decode()
        assert "Chargé de mission" not in read
        assert "Compte fermé" not in read or answer is told[-1]
    assert client.get(offer.get_absolute_url()).status_code == 404
    assert "Compte fermé, Aide bénévole" in told[-1].content.decode()


def test_an_account_closed_long_ago_says_nothing_of_itself_either(noe):
    """What it offered was kept whole, before closing took it away; what its employer says of it isn't its own."""
    company = make_organisation("COMPANY", administrator=make_user(), member=noe)
    alone = make_offer(noe, title="Noé, menuisier à Lens", about="J’ai un atelier.")
    at_work = make_offer(noe, organisation=company, time=Time.WORK, title="Menuiserie")
    here = make_offer(make_user(), title="Comptable", about="Trente ans de métier.")
    noe.closed_at = timezone.now()
    noe.save()
    assert people.unsay_left(timezone.now()) == 1
    for one in (alone, at_work, here):
        one.refresh_from_db()
    assert (alone.title, alone.about) == ("Aide bénévole", "")
    assert "lens" not in alone.search_text + alone.search_name
    assert (at_work.title, here.about) == ("Menuiserie", "Trente ans de métier.")
    assert people.unsay_left(timezone.now()) == 0, "once is enough"


def test_a_line_that_fails_keeps_nobody_s_words(noe, monkeypatch):
    alone = make_offer(noe, about="J’ai un atelier.")
    noe.closed_at = timezone.now()
    noe.save()

    def fails(_now):
        raise EveryRowFailed("x")

    monkeypatch.setattr(retention, "apply", fails)
    with pytest.raises(EveryRowFailed):
        tasks.apply_retention()
    alone.refresh_from_db()
    assert alone.about == ""
