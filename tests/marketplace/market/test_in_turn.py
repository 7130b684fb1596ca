"""People are asked about a need one after the other: each on their day, by the ordinary proposal, and nobody before their
turn."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace import ranking
from marketplace.actions.market import in_turn, needs, proposals, silence
from marketplace.actions.refusals import NotYet
from marketplace.models import AskedInTurn, Need, Offer, Origin, Promises, Proposal, Side, Turn
from marketplace.rules.in_turn import standings
from marketplace.states import AskedInTurnStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.desk.desk_people import lines_of, make_colleague
from tests.marketplace.market.test_at_home import make_boss

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


def begin(need, offers, by, origin=Origin.COORDINATOR):
    return in_turn.begin(need, offers, word="", by=by, origin=origin, now=timezone.now())


def asked_of(need) -> list[str]:
    """Who has been asked, in that order."""
    rows = Proposal.objects.filter(need=need).order_by("pk").select_related("offer__person")
    return [row.offer.person.first_name for row in rows]


def say_no(need, reason="Pas le temps."):
    proposal = need.proposals.open().get()
    proposals.decline(proposal, side=Side.OFFER, reason=reason, by=proposal.offer.person)


def go_on():
    return in_turn.go_on(timezone.now())


def state(asked) -> str:
    return AskedInTurn.objects.get(pk=asked.pk).status


def door(need, end="") -> str:
    return reverse(f"need-in-turn{end}", args=[need.pk])


# --- one after the other --------------------------------------------------------------------
def test_the_first_is_asked_at_once_and_the_next_when_that_one_says_no(need, three, maelle):
    begin(need, three, maelle)
    assert asked_of(need) == ["Nora"]
    assert go_on() == 0
    assert asked_of(need) == ["Nora"]
    say_no(need)
    assert go_on() == 1
    assert asked_of(need) == ["Nora", "Karim"]


def test_nobody_is_told_anything_before_their_turn(need, three, maelle):
    begin(need, three, maelle)
    told = Notification.objects.filter(recipient__in=[one.person for one in three])
    assert {letter.recipient for letter in told} == {three[0].person}


def test_it_stops_at_the_first_yes(need, three, maelle, aline):
    asked = begin(need, three, maelle)
    proposal = need.proposals.open().get()
    proposals.accept(proposal, side=Side.OFFER, by=proposal.offer.person)
    go_on()
    assert asked_of(need) == ["Nora"]
    proposals.accept(proposal, side=Side.NEED, by=aline)
    go_on()
    assert state(asked) == AskedInTurnStatus.FOUND
    assert asked_of(need) == ["Nora"]


def test_a_silence_counts_as_a_no_once_the_days_of_the_pole_have_passed(need, three, maelle):
    begin(need, three, maelle)
    days = Promises.of(need.pole).close_after
    for day in range(1, 3 * days):
        silence.remind(timezone.now() + timedelta(days=day))
    assert need.proposals.get().status == ProposalStatus.UNANSWERED
    go_on()
    assert asked_of(need) == ["Nora", "Karim"]


def test_where_the_structure_alone_is_silent_nobody_else_is_asked_in_vain(need, three, maelle):
    asked = begin(need, three, maelle)
    proposal = need.proposals.get()
    proposals.accept(proposal, side=Side.OFFER, by=proposal.offer.person)
    Proposal.objects.update(status=ProposalStatus.UNANSWERED)
    go_on()
    assert state(asked) == AskedInTurnStatus.STOPPED
    assert asked_of(need) == ["Nora"]
    assert "la structure n’a pas répondu" in asked.steps.last().said


def test_somebody_who_says_yes_late_keeps_the_next_from_being_asked(need, three, maelle):
    begin(need, three, maelle)
    Proposal.objects.update(status=ProposalStatus.UNANSWERED)
    proposals.say_yes_late(need.proposals.get(), side=Side.OFFER, word="", by=three[0].person)
    assert go_on() == 0
    assert asked_of(need) == ["Nora", "Nora"]


@pytest.mark.parametrize(
    "end",
    [
        lambda need, by: needs.close(need, reason="", by=by),
        lambda need, by: Need.objects.filter(pk=need.pk).update(status="PAUSED"),
        lambda need, by: Organisation.objects.filter(pk=need.organisation_id).update(
            status=OrganisationStatus.SUSPENDED
        ),
    ],
    ids=["closed", "paused", "suspended"],
)
def test_it_stops_with_the_need(need, three, maelle, end):
    asked = begin(need, three, maelle)
    say_no(need)
    end(need, need.created_by)
    go_on()
    assert state(asked) == AskedInTurnStatus.STOPPED
    assert asked_of(need) == ["Nora"]


# --- on each one's day ----------------------------------------------------------------------
def test_whoever_cannot_be_asked_that_day_is_passed_over(need, three, maelle):
    asked = begin(need, three, maelle)
    Offer.objects.filter(pk=three[1].pk).update(status=OfferStatus.PAUSED)
    say_no(need)
    go_on()
    assert asked_of(need) == ["Nora", "Zoé"]
    assert asked.turns.get(offer=three[1]).passed == Turn.Passed.CANNOT


def test_whoever_has_been_asked_too_often_this_month_is_passed_over(need, three, maelle):
    asked = begin(need, three, maelle)
    for _time in range(Promises.of(need.pole).solicitations):
        proposals.propose(make_need(), three[1], word="", by=maelle)
    say_no(need)
    go_on()
    assert asked_of(need) == ["Nora", "Zoé"]
    assert asked.turns.get(offer=three[1]).passed == Turn.Passed.CANNOT


def test_a_need_that_has_changed_passes_over_those_who_fit_no_more(need, three, maelle):
    asked = begin(need, three, maelle)
    Offer.objects.filter(pk=three[1].pk).update(place="ON_SITE", radius_km=1)
    Need.objects.filter(pk=need.pk).update(place="REMOTE")
    say_no(need)
    go_on()
    assert asked_of(need) == ["Nora", "Zoé"]
    assert asked.turns.get(offer=three[1]).passed == Turn.Passed.UNFIT


def test_what_somebody_lacked_when_they_were_chosen_stands_in_nobodys_way(need, maelle, three):
    afar = make_offer(make_user(first_name="Inès"), place="ON_SITE")
    Need.objects.filter(pk=need.pk).update(place="REMOTE")
    ranking.changed(need)
    begin(need, [afar], maelle)
    assert asked_of(need) == ["Inès"]


def test_whoever_has_applied_meanwhile_is_passed_over(need, three, maelle):
    asked = begin(need, three, maelle)
    say_no(need)
    made = proposals.apply(need, three[1], word="", by=three[1].person)
    go_on()
    assert asked.turns.get(offer=three[1]).passed == Turn.Passed.IN_TOUCH
    assert made in need.proposals.open()


def test_who_has_said_no_already_is_not_asked_again(need, three, maelle):
    proposal = proposals.propose(need, three[0], word="", by=maelle)
    proposals.decline(proposal, side=Side.OFFER, reason="", by=three[0].person)
    begin(need, three, maelle)
    assert asked_of(need) == ["Nora", "Karim"]


def test_when_who_asked_has_left_the_others_of_the_pole_hold_it(need, three, maelle):
    begin(need, three, maelle)
    sonia = make_colleague(maelle, first_name="Sonia")
    Membership.objects.filter(user=maelle).delete()
    say_no(need)
    go_on()
    assert need.proposals.open().get().created_by == sonia


def test_when_nobody_may_ask_any_more_it_stops(need, three, maelle):
    asked = begin(need, three, maelle)
    Membership.objects.filter(user=maelle).delete()
    say_no(need)
    go_on()
    assert state(asked) == AskedInTurnStatus.STOPPED
    assert asked_of(need) == ["Nora"]


# --- nobody ---------------------------------------------------------------------------------
def exhausted(need, offers, by):
    asked = begin(need, offers, by)
    for _offer in offers:
        say_no(need)
        go_on()
    assert state(asked) == AskedInTurnStatus.NOBODY
    return asked


def test_when_none_has_said_yes_the_desk_has_one_line_until_somebody_has_seen_it(
    client, need, three, maelle
):
    exhausted(need, three, maelle)
    (line,) = [one for one in lines_of(maelle) if one.kind == "in_turn"]
    assert (
        line.why
        == "Personne n’a dit oui\N{NO-BREAK SPACE}: 3 personnes sollicitées, l’une après l’autre."
    )
    for _twice in range(2):
        client.post(door(need, "-seen"))
    assert [one for one in lines_of(maelle) if one.kind == "in_turn"] == []


def test_the_line_goes_when_others_are_asked(need, three, maelle):
    exhausted(need, three[:2], maelle)
    proposals.propose(need, three[2], word="", by=maelle)
    assert [one for one in lines_of(maelle) if one.kind == "in_turn"] == []


def test_the_structure_is_told_once_where_it_stands_without_a_name(need, three, maelle, aline):
    exhausted(need, three, maelle)
    go_on()
    letter = Notification.objects.get(kind="nobody_in_turn", recipient=aline)
    assert "3 personnes ont été sollicitées" in letter.text
    assert not any(one.person.first_name in letter.text for one in three)


def test_the_needs_page_tells_the_structure_where_it_stands(client, need, three, maelle, aline):
    begin(need, three, maelle)
    client.force_login(aline)
    page = client.get(need.get_absolute_url()).text
    assert "La coordination sollicite des personnes l’une après l’autre" in page
    assert "Karim" not in page
    assert client.get(door(need)).status_code == 302  # the list isn't theirs
    assert "attendent leur tour" not in page


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
