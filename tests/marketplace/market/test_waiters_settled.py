"""Waiting lists between two visits of the clock: what a refusal leaves, what may be taken back, and what isn't kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.scope import Scope
from marketplace.actions.market import needs, proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Offer, Side, Waiter
from marketplace.states import NeedStatus, OfferStatus, WaiterStatus
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_offer, make_organisation, make_user
from tests.marketplace.market.waiting_people import (
    again,
    give_back,
    look_after,
    make_booked,
    make_full,
    say_no,
    say_yes,
    wait,
)

pytestmark = pytest.mark.django_db


def the_status(waiter):
    return again(waiter).status


def test_a_place_that_nobody_took_up_is_free_before_the_clock_has_seen_it():
    """Whoever comes to wait is told that a place is free, and finds it free."""
    need, (mission,) = make_full()
    first = wait(need)
    give_back(mission)
    Waiter.objects.update(offered_until=timezone.now())
    with pytest.raises(NotYet, match="libre"):
        wait(need)
    assert the_status(first) == WaiterStatus.GONE
    assert again(need).status == NeedStatus.PUBLISHED


def test_a_need_closed_with_several_keeps_its_turn_while_it_may_be_taken_back():
    offer, mission = make_booked()
    closed, other = make_need(), make_need()
    first, second = (wait(need, offer, side=Side.NEED) for need in (closed, other))
    needs.close(closed, reason="Plusieurs à la fois.", by=closed.created_by)
    give_back(mission)
    look_after()
    assert the_status(first) == WaiterStatus.WAITING
    assert the_status(second) == WaiterStatus.OFFERED, "nothing is kept for what is closed"
    look_after(timezone.now() + timedelta(minutes=31))
    look_after(timezone.now() + timedelta(minutes=31))
    assert the_status(first) == WaiterStatus.GONE
    gone = Notification.objects.filter(kind="waiter_told", recipient=closed.created_by)
    assert gone.count() == 2


def test_what_was_said_while_waiting_ends_with_the_wait():
    need, _taken = make_full()
    first = wait(need, word="Je suis libre le mardi.")
    Waiter.objects.update(answers=[["Quand ?", "Le mardi."]])
    say_no(again(first))
    assert (again(first).word, again(first).answers) == ("", [])


def test_and_with_the_yes_whose_proposal_has_its_own():
    need, (mission,) = make_full()
    first = wait(need, word="Je suis libre le mardi.")
    give_back(mission)
    assert say_yes(again(first), word="Le jeudi.").word == "Le jeudi."
    assert again(first).word == ""


def test_a_session_at_work_learns_nothing_of_what_waits_at_home():
    company = make_organisation(kind="COMPANY")
    lent = make_offer(person := make_user(), organisation=company)
    need, _taken = make_full()
    at_home = wait(need, make_offer(person))
    at_work = type(person).objects.get(pk=person.pk)
    at_work.scope = Scope(own=False, only=company.pk)
    waiter = wait(need, lent, by=at_work)
    assert waiter.offer == lent
    assert wait(need, lent, by=at_work) == waiter
    assert the_status(at_home) == WaiterStatus.WAITING
    assert set(Waiter.objects.visible_to(at_work)) == {waiter}


def test_whose_need_has_found_its_person_isn_t_told_of_a_place_that_they_never_had(client):
    """“It couldn’t be taken up any more today” was said of a place that was never free, above a button to wait again."""
    offer, _mission = make_booked()
    need = make_need(member=make_user())
    first = wait(need, offer, side=Side.NEED, by=need.organisation.members.get())
    make_mission(need=need)
    look_after()
    assert the_status(first) == WaiterStatus.GONE
    client.force_login(first.by)
    page = client.get(again(first).get_absolute_url())
    assert "n’est plus ouvert" in page.text
    assert not page.context["may_wait_again"]


def test_whose_offer_is_over_isn_t_told_of_a_place_that_they_never_had():
    need, _taken = make_full()
    first = wait(need)
    Offer.objects.filter(pk=first.offer_id).update(status=OfferStatus.EXPIRED)
    look_after()
    assert the_status(first) == WaiterStatus.GONE
    assert again(first).steps.last().said == "L’offre n’est plus montrée."


def test_whoever_gives_a_kept_place_back_isn_t_named_as_who_published_the_need(client):
    """Their full name was read by the structure, which had seen a first name and an initial."""
    need, (mission,) = make_full(member=make_user())
    waits = wait(need, make_offer(make_user("Wanda", "Attente")))
    give_back(mission)
    proposal = say_yes(again(waits))
    proposals.withdraw(proposal, by=waits.by, reason="")
    assert again(need).status == NeedStatus.PUBLISHED
    client.force_login(need.organisation.members.get())
    page = client.get(need.get_absolute_url()).text
    assert "Une place est de nouveau libre" in page
    assert "Attente" not in page.replace("Liste d’attente", "")
