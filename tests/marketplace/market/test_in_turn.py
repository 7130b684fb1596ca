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
from marketplace.models import AskedInTurn, Need, Offer, Origin, Promises, Proposal, Side, Turn
from marketplace.states import AskedInTurnStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_user,
)
from tests.marketplace.desk.desk_people import lines_of, make_colleague

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


def test_with_a_place_left_the_next_is_asked_until_the_need_is_filled(need, three, maelle, aline):
    Need.objects.filter(pk=need.pk).update(places=2)
    asked = begin(need, three, maelle)
    for asked_so_far in (["Nora", "Karim"], ["Nora", "Karim"]):
        proposal = need.proposals.open().get()
        proposals.accept(proposal, side=Side.OFFER, by=proposal.offer.person)
        proposals.accept(proposal, side=Side.NEED, by=aline)
        go_on()
        assert asked_of(need) == asked_so_far
    assert state(asked) == AskedInTurnStatus.FOUND


def test_at_its_end_one_yes_of_two_places_is_somebody_found(need, three, maelle, aline):
    Need.objects.filter(pk=need.pk).update(places=2)
    asked = begin(need, three[:2], maelle)
    proposal = need.proposals.open().get()
    proposals.accept(proposal, side=Side.OFFER, by=proposal.offer.person)
    proposals.accept(proposal, side=Side.NEED, by=aline)
    go_on()
    say_no(need)
    go_on()
    assert state(asked) == AskedInTurnStatus.FOUND


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
