"""The pages of a list of people who are asked one after the other: choosing it, changing it, and whose it is."""

import pytest

from accounts.models import Membership, Organisation
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import AskedInTurn, Offer, Origin, Proposal, Side
from marketplace.rules.in_turn import standings
from marketplace.states import AskedInTurnStatus, OfferStatus, ProposalStatus
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.desk.desk_people import make_colleague
from tests.marketplace.market.test_at_home import make_boss
from tests.marketplace.market.test_in_turn import asked_of, begin, door, go_on, say_no, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def maelle(client):
    user = make_coordinator(first_name="Maëlle")
    client.force_login(user)
    return user


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def need(aline):
    return make_need(member=aline)


@pytest.fixture
def three():
    return [make_offer(make_user(first_name=name)) for name in ("Nora", "Karim", "Zoé")]


# --- its page -------------------------------------------------------------------------------
def choose(client, need, offers, **more):
    ticked = "&".join(f"offre={one.pk}" for one in offers)
    places = {f"place_{one.pk}": place for place, one in enumerate(offers, 1)}
    return client.post(f"{door(need)}?{ticked}", {"how": "un", "word": ""} | places | more)


def test_ticked_people_are_asked_in_the_order_given(client, need, three, maelle):
    last, _second, first = three
    page = choose(client, need, three, **{f"place_{last.pk}": 9, f"place_{first.pk}": 1})
    assert page.url == door(need)
    assert asked_of(need) == ["Zoé"]
    turns = AskedInTurn.objects.get().turns.all()
    assert [turn.offer.person.first_name for turn in turns] == ["Zoé", "Karim", "Nora"]


def test_an_empty_place_leaves_somebody_out_and_nobody_is_a_sentence(client, need, three, maelle):
    choose(client, need, three, **{f"place_{three[0].pk}": ""})
    assert asked_of(need) == ["Karim"]
    AskedInTurn.objects.all().delete()
    page = choose(client, need, [three[2]], **{f"place_{three[2].pk}": ""})
    assert "Donnez une place à une personne au moins" in page.text


def test_a_bad_place_is_a_sentence_and_the_words_are_kept(client, need, three, maelle):
    page = choose(client, need, three, word="Un mot doux", **{f"place_{three[0].pk}": "le 1er"})
    assert page.status_code == 200
    assert "Un mot doux" in page.text
    assert not need.proposals.exists()


def test_all_at_once_asks_each_and_says_who_could_not_be(client, need, three, maelle):
    Proposal.objects.filter(pk=make_proposal(need, three[1]).pk).update(
        status=ProposalStatus.DECLINED, declined_side=Side.OFFER
    )
    page = client.get(choose(client, need, three, how="tous").url)
    assert asked_of(need) == ["Karim", "Nora", "Zoé"]
    assert "2 personnes sont sollicitées" in page.text
    assert "on ne redemande pas" in page.text
    assert not AskedInTurn.objects.exists()


def test_ten_people_at_the_most(client, need, maelle):
    many = [make_offer(make_user(first_name=f"P{n}"), ranked=False) for n in range(11)]
    page = choose(client, need, many)
    assert "Dix personnes au plus" in page.text
    assert not AskedInTurn.objects.exists()


def test_those_who_wait_are_put_in_another_order_taken_out_and_others_added(
    client, need, three, maelle
):
    asked = begin(need, three, maelle)
    _first, second, third = asked.turns.all()
    sonia = make_colleague(maelle, first_name="Sonia")
    client.force_login(sonia)
    client.post(door(need, "-order"), {f"place_{second.pk}": 3, f"place_{third.pk}": 2})
    assert [one.offer for one in asked.turns.all()] == [three[0], three[2], three[1]]
    client.post(door(need, "-order"), {f"place_{second.pk}": "", f"place_{third.pk}": 2})
    more = make_offer(make_user(first_name="Inès"))
    choose(client, need, [more])
    assert [one.offer for one in asked.turns.all()] == [three[0], three[2], more]
    say_no(need)
    go_on()
    assert asked_of(need) == ["Nora", "Zoé"]


def test_who_is_added_is_promised_no_day_nor_to_be_first(client, need, three, maelle):
    new = client.get(f"{door(need)}?offre={three[2].pk}").text
    assert "la première, jusqu’au" in new
    begin(need, three[:2], maelle)
    added = client.get(f"{door(need)}?offre={three[2].pk}").text
    assert "la première, jusqu’au" not in added
    assert "1 est sollicité en premier" not in added


def test_a_second_click_puts_nobody_in_twice_and_says_so(client, need, three, maelle):
    choose(client, need, three)
    page = client.get(choose(client, need, three).url)
    assert "déjà dans la liste" in page.text
    assert "Ajouté à la fin de la liste" not in page.text
    assert AskedInTurn.objects.get().turns.count() == 3


def test_once_stopped_nobody_else_is_asked_and_a_second_click_is_a_sentence(
    client, need, three, maelle
):
    asked = begin(need, three, maelle)
    client.post(door(need, "-stop"))
    assert state(asked) == AskedInTurnStatus.STOPPED
    assert "Trop tard" in client.post(door(need, "-stop"), follow=True).text
    assert "Personne n’a dit oui" not in client.get(door(need)).text
    say_no(need)
    go_on()
    assert asked_of(need) == ["Nora"]


def test_a_second_list_of_the_same_side_is_refused(need, three, maelle):
    begin(need, three[:1], maelle)
    with pytest.raises(NotYet):
        begin(need, three[1:], maelle)


def test_where_nobody_can_be_asked_nothing_is_made(need, three, maelle):
    Offer.objects.update(status=OfferStatus.PAUSED)
    with pytest.raises(NotYet):
        begin(need, three, maelle)
    assert not AskedInTurn.objects.exists()


def test_the_structure_asks_in_turn_too_by_its_invitations(client, need, three, aline, maelle):
    client.force_login(aline)
    choose(client, need, three)
    assert need.proposals.get().origin == Origin.INVITATION
    say_no(need)
    go_on()
    assert asked_of(need) == ["Nora", "Karim"]
    assert "Karim" in client.get(door(need)).text
    (told,) = standings(maelle, need, Origin.COORDINATOR)
    assert not told.is_held


# --- whose it is ----------------------------------------------------------------------------
ENDS = ["", "-order", "-stop", "-seen"]


@pytest.mark.parametrize("end", ENDS)
def test_a_stranger_a_candidate_and_another_poles_coordinator_are_refused(
    client, need, three, maelle, end
):
    asked = begin(need, three, maelle)
    elsewhere = make_coordinator(make_pole("Un autre pôle", ["62"]))
    for who in (make_user(), three[0].person, three[1].person, elsewhere):
        client.force_login(who)
        assert client.post(door(need, end)).status_code == 403
    client.logout()
    assert client.post(door(need, end)).status_code == 302
    assert state(asked) == AskedInTurnStatus.RUNNING


@pytest.mark.parametrize("end", ENDS)
def test_once_the_need_is_closed_it_is_too_late_for_everybody(client, need, three, maelle, end):
    asked = begin(need, three, maelle)
    needs.close(need, reason="", by=need.created_by)
    for who in (maelle, need.created_by):
        client.force_login(who)
        assert "Trop tard" in client.post(door(need, end), follow=True).text
    assert state(asked) == AskedInTurnStatus.RUNNING  # the clock ends it


def test_a_coordinator_who_is_a_candidate_leaves_it_to_the_others(client, need, three, maelle):
    begin(need, three, maelle)
    sonia = make_colleague(maelle, first_name="Sonia")
    make_proposal(need, make_offer(sonia))
    client.force_login(sonia)
    assert client.get(door(need)).status_code == 403


@pytest.mark.parametrize("hat", ["ADMINISTRATOR", "HR", "MANAGER", "MAILBOX"])
def test_a_boss_who_coordinates_reads_nothing_of_who_waits_at_home_under_them(
    client, need, three, maelle, hat
):
    zacharie = make_user("Zacharie", "Quenot")
    company = make_organisation(Organisation.Kind.COMPANY, member=zacharie)
    boss = make_boss(hat, company, zacharie)
    make_organisation(Organisation.Kind.OPERATOR, pole=need.pole, member=boss)
    asked = begin(need, [three[0], make_offer(zacharie), three[1]], maelle)
    client.force_login(boss)
    page = client.get(door(need))
    assert page.status_code == 200
    assert "Zacharie" not in page.text
    assert [one["place"] for one in page.context["turns"]] == [1, 2]
    third = asked.turns.get(offer=three[1])
    client.post(door(need, "-order"), {f"place_{third.pk}": 1})
    say_no(need)
    go_on()
    assert asked_of(need) == ["Nora", "Zacharie"]
    client.get(door(need))
    assert "Zacharie" not in client.get(door(need)).text


def test_the_bound_of_a_list_tells_a_boss_of_nobody_at_home_under_them(client, need, maelle):
    zacharie = make_user("Zacharie", "Quenot")
    company = make_organisation(Organisation.Kind.COMPANY, member=zacharie)
    boss = make_boss("ADMINISTRATOR", company, zacharie)
    make_organisation(Organisation.Kind.OPERATOR, pole=need.pole, member=boss)
    nine = [make_offer(make_user(first_name=f"P{n}"), ranked=False) for n in range(9)]
    asked = begin(need, [*nine, make_offer(zacharie)], maelle)
    client.force_login(boss)
    choose(client, need, [make_offer(make_user(first_name="Dixième"))])
    assert asked.turns.visible_to(boss).count() == 10


def test_the_next_is_asked_by_somebody_who_may_read_of_them(client, need, three, maelle):
    """Who made the list has become the boss of one of them since."""
    begin(need, three, maelle)
    sonia = make_colleague(maelle, first_name="Sonia")
    company = make_organisation(Organisation.Kind.COMPANY, member=three[1].person)
    Membership.objects.create(user=maelle, organisation=company, role="ADMINISTRATOR")
    say_no(need)
    go_on()
    assert need.proposals.open().get().created_by == sonia
    assert asked_of(need) == ["Nora", "Karim"]
