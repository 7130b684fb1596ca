"""A place is kept for nobody who may not say yes today: the clock gives it to the next at once, on both kinds of lists."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.refusals import PutForwardAlready
from marketplace.models import Need, Offer, Side, Time
from marketplace.rules import permissions
from marketplace.states import NeedStatus, OfferStatus, WaiterStatus
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_offer, make_organisation, make_user
from tests.marketplace.market.waiting_people import (
    again,
    give_back,
    look_after,
    make_booked,
    make_full,
    say_yes,
    wait,
)

pytestmark = pytest.mark.django_db


def at_work():
    """Somebody's offer on the working time of their company."""
    company = make_organisation(Organisation.Kind.COMPANY, legal_form="SAS", member=make_user())
    person = make_user()
    Membership.objects.create(user=person, organisation=company, role="EMPLOYEE")
    return make_offer(person, organisation=company, time=Time.WORK)


def is_told(person):
    """How many letters said something of the list to them."""
    return Notification.objects.filter(recipient=person, kind="waiter_told").count()


def status_of(*waiters):
    return [again(one).status for one in waiters]


def be(organisation, **what):
    Organisation.objects.filter(pk=organisation.pk).update(**what)


def suspended(organisation):
    be(organisation, status=OrganisationStatus.SUSPENDED)


def leaves_the_site(organisation):
    be(organisation, leaves_on=timezone.localdate() + timedelta(days=20))


# --- the list of an offer: structures wait ---------------------------------------------------
def lists_of_an_offer():
    """Two structures that wait for somebody; the place has just been given back."""
    offer, mission = make_booked()
    waits = [wait(make_need(title=title), offer, side=Side.NEED) for title in ("Un", "Deux")]
    return offer, mission, waits


@pytest.mark.parametrize("happens", [suspended, leaves_the_site])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_structure_that_may_not_act_lets_the_next_one_have_its_turn(happens, when):
    _offer, mission, (first, second) = lists_of_an_offer()
    if when == "before":
        happens(first.need.organisation)
    give_back(mission)
    if when == "after":
        assert status_of(first, second) == [WaiterStatus.OFFERED, WaiterStatus.WAITING]
        happens(first.need.organisation)
    told = is_told(first.need.created_by)
    for _twice in range(2):
        look_after()
    assert status_of(first, second) == [WaiterStatus.GONE, WaiterStatus.OFFERED]
    if when == "after":
        assert is_told(first.need.created_by) == told + 1
    letters = Notification.objects.filter(recipient=second.need.created_by, kind="waiter_offered")
    assert letters.count() == 1


def test_a_need_that_has_ended_lets_the_next_one_have_its_turn():
    _offer, mission, (first, second) = lists_of_an_offer()
    give_back(mission)
    Need.objects.filter(pk=first.need_id).update(status=NeedStatus.WITHDRAWN)
    look_after(timezone.now() + timedelta(minutes=31))
    assert status_of(first, second) == [WaiterStatus.GONE, WaiterStatus.OFFERED]


def test_while_the_one_whose_turn_it_is_has_said_yes_nobody_takes_it_from_them():
    """What is proposed waits for an answer, as any proposal of a structure that is suspended meanwhile."""
    offer, mission, (first, second) = lists_of_an_offer()
    give_back(mission)
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.PUBLISHED)
    say_yes(first)
    suspended(first.need.organisation)
    look_after()
    assert status_of(first, second) == [WaiterStatus.TAKEN, WaiterStatus.WAITING]


def test_a_list_of_an_offer_that_has_ended_is_over_and_told():
    offer, mission, (first, second) = lists_of_an_offer()
    give_back(mission)
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.EXPIRED)
    for _twice in range(2):
        look_after()
    assert status_of(first, second) == [WaiterStatus.GONE] * 2
    assert is_told(second.need.created_by) == 2, "that they wait, and that it is over"


def test_a_list_of_somebody_who_has_left_the_site_is_over_and_told():
    offer, mission, (first, second) = lists_of_an_offer()
    give_back(mission)
    type(offer.person).objects.filter(pk=offer.person_id).update(is_active=False)
    for _twice in range(2):
        look_after()
    assert status_of(first, second) == [WaiterStatus.GONE] * 2
    assert is_told(second.need.created_by) == 2


# --- the list of a need: people wait ---------------------------------------------------------
def leaves_the_company(offer):
    Membership.objects.filter(user=offer.person, organisation=offer.organisation).delete()


def company_is_suspended(offer):
    suspended(offer.organisation)


def company_leaves_the_site(offer):
    leaves_the_site(offer.organisation)


def account_is_closed(offer):
    type(offer.person).objects.filter(pk=offer.person_id).update(is_active=False)


def is_expired(offer):
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.EXPIRED)


@pytest.mark.parametrize(
    "happens",
    [
        leaves_the_company,
        company_is_suspended,
        company_leaves_the_site,
        account_is_closed,
        is_expired,
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_may_not_come_any_more_lets_the_next_one_have_their_turn(happens, when):
    need, (mission,) = make_full()
    first, second = wait(need, at_work()), wait(need)
    if when == "before":
        happens(first.offer)
    give_back(mission)
    if when == "after":
        assert status_of(first, second) == [WaiterStatus.OFFERED, WaiterStatus.WAITING]
        happens(first.offer)
    for _twice in range(2):
        look_after()
    assert status_of(first, second) == [WaiterStatus.GONE, WaiterStatus.OFFERED]
    letters = Notification.objects.filter(recipient=second.offer.person, kind="waiter_offered")
    assert letters.count() == 1


def test_who_waits_behind_keeps_their_turn_while_their_house_is_suspended():
    need, _taken = make_full()
    first, second = wait(need), wait(need, at_work())
    suspended(second.offer.organisation)
    look_after()
    assert status_of(first, second) == [WaiterStatus.WAITING] * 2


def test_on_ones_own_time_the_employer_changes_nothing():
    need, (mission,) = make_full()
    first = wait(need)
    company = make_organisation(
        Organisation.Kind.COMPANY, legal_form="SAS", member=first.offer.person
    )
    give_back(mission)
    suspended(company)
    look_after()
    assert status_of(first) == [WaiterStatus.OFFERED]


# --- whoever they wait for may not act: it is none of the waiter's doing ----------------------
def structure_is_suspended(full):
    suspended(full.organisation)


def structure_leaves(full):
    leaves_the_site(full.organisation)


def is_paused(full):
    type(full).objects.filter(pk=full.pk).update(status="PAUSED")


def all_is_well(full):
    type(full).objects.filter(pk=full.pk, status="PAUSED").update(status="PUBLISHED")
    be(full.organisation, status=OrganisationStatus.ACCEPTED, leaves_on=None)


@pytest.mark.parametrize("happens", [structure_is_suspended, structure_leaves, is_paused])
@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=49)])
def test_a_place_of_a_need_that_is_nobodys_to_give_loses_nobody_their_turn(happens, later):
    need, (mission,) = make_full()
    first, second = wait(need), wait(need)
    give_back(mission)
    happens(need)
    told, now = is_told(first.offer.person), timezone.now() + later
    for _twice in range(2):
        look_after(now)
    assert status_of(first, second) == [WaiterStatus.WAITING] * 2
    assert again(first).offered_until is None
    assert is_told(first.offer.person) == told + 1, "once, that they wait again"
    letter = Notification.objects.filter(recipient=first.offer.person).latest("pk")
    assert "vous êtes numéro 1" in letter.text.lower()
    all_is_well(need)
    look_after(now)
    assert status_of(first, second) == [WaiterStatus.OFFERED, WaiterStatus.WAITING]
    assert again(first).offered_until == now + timedelta(hours=48)


def test_a_place_of_an_offer_whose_house_is_suspended_loses_nobody_their_turn():
    offer, mission = make_booked(work=True)
    waits = [wait(make_need(title=title), offer, side=Side.NEED) for title in ("Un", "Deux")]
    give_back(mission)
    assert status_of(*waits) == [WaiterStatus.OFFERED, WaiterStatus.WAITING]
    suspended(offer.organisation)
    for _twice in range(2):
        look_after(timezone.now() + timedelta(hours=49))
    assert status_of(*waits) == [WaiterStatus.WAITING] * 2
    all_is_well(offer)
    look_after()
    assert status_of(*waits) == [WaiterStatus.OFFERED, WaiterStatus.WAITING]


def test_what_is_offered_on_ones_own_time_is_kept_whatever_becomes_of_the_employer():
    offer, mission, (first, second) = lists_of_an_offer()
    company = make_organisation(Organisation.Kind.COMPANY, legal_form="SAS", member=offer.person)
    give_back(mission)
    suspended(company)
    look_after()
    assert status_of(first, second) == [WaiterStatus.OFFERED, WaiterStatus.WAITING]


def test_who_has_a_place_by_one_offer_at_work_neither_waits_nor_applies_with_another(client):
    """Their own place was the only one, and the page asked them to wait for it."""
    boss, person = make_user(), make_user()
    house = make_organisation("COMPANY", administrator=boss)
    house.memberships.create(user=person, role="EMPLOYEE")
    need = make_need()
    mission = make_mission(need=need, work=True, company=house, person=person)
    other = make_offer(person, organisation=house, time=Time.WORK)
    need = Need.objects.get(pk=mission.need_id)
    assert need.status == NeedStatus.FILLED
    client.force_login(person)
    assert "Attendre une place" not in client.get(need.get_absolute_url()).text
    assert not permissions.can_wait_for(person, need)
    with pytest.raises(PutForwardAlready):
        wait(need, other)
    colleague = make_user()
    house.memberships.create(user=colleague, role="EMPLOYEE")
    make_offer(colleague, organisation=house, time=Time.WORK)
    assert permissions.can_wait_for(colleague, need)
