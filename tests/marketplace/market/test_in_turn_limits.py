"""What is in the way of asking the next, of the need or of the structure, spends nobody's turn; nor is anybody asked twice."""

import pytest

from accounts.models import Membership, Organisation
from marketplace.actions.market import in_turn, proposals
from marketplace.models import Origin, Promises, Side, Time, Turn
from marketplace.states import AskedInTurnStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.market.test_in_turn import asked_of, begin, go_on, say_no, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def maelle():
    return make_coordinator(first_name="Maëlle")


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def need(aline):
    return make_need(member=aline)


@pytest.fixture
def three():
    return [make_offer(make_user(first_name=name)) for name in ("Nora", "Karim", "Zoé")]


def passed(asked, offer) -> str:
    return asked.turns.get(offer=offer).passed


def test_while_as_many_invitations_wait_as_may_the_next_keep_their_turn(need, three, aline):
    asked = begin(need, three, aline, Origin.INVITATION)
    say_no(need)
    most = Promises.of(need.pole).invitations
    others = [
        proposals.invite(need, make_offer(make_user(first_name="Invité")), word="", by=aline)
        for _n in range(most)
    ]
    assert go_on() == 0
    assert state(asked) == AskedInTurnStatus.RUNNING
    assert asked.turns.waiting().count() == 2
    proposals.decline(others[0], side=Side.OFFER, reason="", by=others[0].offer.person)
    assert go_on() == 1
    assert asked_of(need)[-1] == "Karim"


def test_with_a_structure_that_leaves_it_stops_and_nobody_is_passed_over(need, three, maelle):
    asked = begin(need, three, maelle)
    Organisation.objects.filter(pk=need.organisation_id).update(leaves_on=in_days(30))
    say_no(need)
    go_on()
    assert state(asked) == AskedInTurnStatus.STOPPED
    assert asked.turns.waiting().count() == 2


# --- one person, two offers -------------------------------------------------------------------
def test_whoever_has_said_no_is_not_asked_again_by_another_offer_of_theirs(need, three, maelle):
    again = make_offer(three[0].person)
    asked = begin(need, [three[0], again, three[1]], maelle)
    say_no(need)
    go_on()
    assert asked_of(need) == ["Nora", "Karim"]
    assert passed(asked, again) == Turn.Passed.CANNOT


def test_whoever_is_in_touch_by_another_offer_of_theirs_is_passed_over(need, three, maelle):
    asked = begin(need, three, maelle)
    say_no(need)
    proposals.apply(need, make_offer(three[1].person), word="", by=three[1].person)
    go_on()
    assert passed(asked, three[1]) == Turn.Passed.IN_TOUCH
    assert asked_of(need)[-1] == "Zoé"


def test_on_working_time_what_waits_on_ones_own_is_not_said(need, three, maelle):
    karim = three[1].person
    company = make_organisation(Organisation.Kind.COMPANY, member=karim)
    at_work = make_offer(karim, organisation=company, time=Time.WORK)
    asked = begin(need, [three[0], at_work], maelle)
    say_no(need)
    proposals.apply(need, three[1], word="", by=karim)
    go_on()
    assert passed(asked, at_work) == Turn.Passed.CANNOT


def test_asked_all_at_once_two_offers_of_a_person_are_one_question(need, three, maelle):
    both = [three[0], make_offer(three[0].person)]
    done = in_turn.ask_all(need, [*both, three[1]], word="", by=maelle, origin=Origin.COORDINATOR)
    assert asked_of(need) == ["Nora", "Karim"]
    assert [offer for offer, _why in done.refused] == [both[1]]


# --- what its end tells -----------------------------------------------------------------------
def test_the_letter_counts_nobody_who_offers_at_home_under_somebody_of_the_structure(
    need, three, maelle, aline
):
    asked = begin(need, three[:2], maelle)
    say_no(need)
    go_on()
    company = make_organisation(Organisation.Kind.COMPANY, member=three[0].person)
    Membership.objects.create(user=aline, organisation=company, role="ADMINISTRATOR")
    say_no(need)
    go_on()
    assert state(asked) == AskedInTurnStatus.NOBODY
    assert "1 personne a été sollicitée" in Notification.objects.get(kind="nobody_in_turn").text
