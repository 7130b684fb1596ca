"""An organisation leaves the site: the day, what ends on it, what stays, and who may decide."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import invitations
from accounts.actions.refusals import Refusal
from accounts.models import Leaving, Membership
from accounts.states import OrganisationStatus
from marketplace.actions.market import leaving as acts
from marketplace.actions.market import offers, proposals
from marketplace.actions.missions import hours
from marketplace.actions.refusals import NotYet
from marketplace.letters.market import leaving as leaving_letters
from marketplace.models import HoursEntry, Offer, Proposal
from marketplace.states import MissionStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.market.leaving_people import BOTH, ring, two_houses


@pytest.fixture
def houses():
    return two_houses()


def letters(kind: str, person=None):
    found = Notification.objects.filter(kind=kind)
    return found.filter(recipient=person) if person else found


# --- the day -------------------------------------------------------------------------------
def test_a_day_is_set_and_the_other_administrators_are_told(houses):
    leaving = houses.set(30)
    assert houses.fresh().leaves_on == in_days(30)
    assert houses.fresh().status == OrganisationStatus.ACCEPTED
    assert letters("leaving_set", houses.paul).count() == 1
    assert not letters("leaving_set", houses.claire).exists()
    assert leaving.is_open


def test_what_has_to_be_read_is_ticked_first(houses):
    with pytest.raises(acts.NotAccepted) as refusal:
        acts.leave(houses.house, on=in_days(3), accepted=(), by=houses.claire, now=timezone.now())
    assert refusal.value.what == {"missions"}
    assert not Leaving.objects.exists()


def test_hours_that_nobody_has_confirmed_are_money_and_have_to_be_accepted(houses):
    HoursEntry.objects.create(
        mission=houses.mission, person=houses.noe, day=in_days(0), hours=3, what="Plans"
    )
    with pytest.raises(acts.NotAccepted) as refusal:
        acts.leave(
            houses.house, on=in_days(3), accepted={"missions"}, by=houses.claire, now=timezone.now()
        )
    assert refusal.value.what == {"money"}


@pytest.mark.parametrize("days", [-1, 184])
def test_the_day_is_within_six_months(houses, days):
    with pytest.raises(Refusal):
        houses.set(days)


@pytest.mark.parametrize("who", ["rosa", "noe", "boris"])
def test_only_its_administrators_set_it(houses, who):
    with pytest.raises(Refusal):
        houses.set(by=getattr(houses, who))


def test_a_coordinator_sets_none_for_them(houses):
    with pytest.raises(Refusal):
        houses.set(by=make_coordinator(houses.house.pole))


def test_an_administrator_who_has_left_it_sets_none(houses):
    Membership.objects.get(user=houses.paul, organisation=houses.house).delete()
    with pytest.raises(Refusal):
        houses.set(by=houses.paul)


def test_an_operator_leaves_by_its_seats():
    anne = make_user()
    operator = make_organisation("OPERATOR", administrator=anne)
    with pytest.raises(Refusal):
        acts.leave(operator, on=in_days(3), accepted=BOTH, by=anne, now=timezone.now())


def test_twice_is_once_and_another_day_is_refused(houses):
    first = houses.set(30)
    assert houses.set(30) == first
    with pytest.raises(Refusal):
        houses.set(31)
    with pytest.raises(Refusal):
        houses.set(30, by=houses.paul)
    assert Leaving.objects.count() == 1


# --- until the day -------------------------------------------------------------------------
def test_until_the_day_it_takes_on_nothing_new(houses):
    houses.set()
    offer = make_offer(houses.iris, organisation=houses.fresh(), status=OfferStatus.DRAFT)
    with pytest.raises(NotYet):
        offers.publish(offer, by=houses.iris)
    shown = Offer.objects.get(title="Compter les stocks")
    with pytest.raises(NotYet):
        proposals.apply(make_need(), shown, word="", by=houses.iris)
    with pytest.raises(Refusal):
        invitations.invite(
            houses.house, email="x@example.org", role="EMPLOYEE", by=houses.claire, now=timezone.now()
        )  # fmt: skip


def test_nobody_joins_by_an_invitation_sent_before(houses):
    invitation, _secret = invitations.invite(
        houses.house, email="x@example.org", role="EMPLOYEE", by=houses.claire, now=timezone.now()
    )
    houses.set()
    with pytest.raises(Refusal):
        invitations.accept(invitation, by=make_user(), now=timezone.now())


def test_offers_are_paused_and_those_who_wait_are_told_once(houses):
    offer = Offer.objects.get(title="Compter les stocks")
    proposal = make_proposal(make_need(), offer)
    own = make_offer(houses.iris, title="Le dimanche")
    houses.set()
    ring()
    ring()
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.PAUSED
    assert Proposal.objects.get(pk=proposal.pk).status == ProposalStatus.CLOSED
    assert Offer.objects.get(pk=own.pk).status == OfferStatus.PUBLISHED
    assert letters("proposal_closed", proposal.need.created_by).count() == 1


def test_each_is_told_once_in_their_own_words(houses):
    coordinator = make_coordinator(houses.mission.need.pole)
    houses.set()
    ring()
    ring()
    structure = houses.mission.need.organisation.members.get()
    for kind, person in (
        ("house_leaves", houses.noe),
        ("house_leaves", houses.rosa),
        ("house_leaves_missions", structure),
        ("house_leaves_desk", coordinator),
    ):
        assert letters(kind, person).count() == 1, (kind, person)
    for boss in (houses.claire, houses.paul):
        assert not letters("house_leaves", boss).exists()
    assert not letters("house_leaves", houses.boris).exists()
    assert str(houses.mission) in letters("house_leaves_missions", structure).get().text


def test_who_comes_to_a_structure_that_leaves_hears_of_it_once_and_that_it_stays(houses):
    head = make_user("Aline", "Morel")
    structure = make_organisation(administrator=head)
    lent = make_mission(
        need=make_need(structure), work=True, company=houses.other, status=MissionStatus.RUNNING
    )
    own = make_mission(need=make_need(structure), status=MissionStatus.RUNNING)
    leaving = acts.leave(
        structure, on=in_days(30), accepted=BOTH, by=head, now=timezone.now() - timedelta(hours=2)
    )
    ring()
    ring()
    for mission in (lent, own):
        assert letters("structure_leaves", mission.offer.person).count() == 1
    for nobody in (head, houses.noe):
        assert not letters("structure_leaves", nobody).exists()
    acts.call_off(leaving, by=head, now=timezone.now())
    ring()
    for mission in (lent, own):
        assert letters("leaving_called_off", mission.offer.person).count() == 1


def test_missions_go_on_until_the_day(houses):
    houses.set(30)
    ring()
    houses.mission.refresh_from_db()
    assert houses.mission.status == MissionStatus.RUNNING
    hours.write(houses.mission, {in_days(0): (3, "Plans")}, person=houses.noe, today=in_days(0))


# --- called off ----------------------------------------------------------------------------
def test_it_is_called_off_by_the_other_administrator_then_set_again(houses):
    leaving = houses.set()
    acts.call_off(leaving, by=houses.paul, now=timezone.now())
    acts.call_off(leaving, by=houses.paul, now=timezone.now())
    assert houses.fresh().leaves_on is None
    assert letters("leaving_called_off", houses.claire).count() == 1
    again = houses.set(60, by=houses.paul)
    assert again.pk != leaving.pk
    assert houses.fresh().leaves_on == in_days(60)


def test_within_the_first_hour_nobody_but_the_administrators_reads_of_it(houses):
    leaving = houses.set()
    ring()
    acts.call_off(leaving, by=houses.claire, now=timezone.now())
    ring()
    assert not letters("leaving_called_off", houses.noe).exists()
    told = letters("house_leaves", houses.noe).get()
    assert told.due_at >= leaving.asked_at + timedelta(hours=1)


def test_those_who_were_told_hear_that_it_stays(houses):
    leaving = houses.set()
    ring()
    later = timezone.now() + timedelta(hours=2)
    acts.call_off(leaving, by=houses.claire, now=later)
    ring()
    ring()
    assert letters("leaving_called_off", houses.noe).count() == 1
    structure = houses.mission.need.organisation.members.get()
    assert letters("leaving_called_off", structure).count() == 1


def test_who_was_told_hears_that_it_stays_though_a_letter_could_not_be_written(houses, monkeypatch):
    """One structure's letter fails each time: its people had theirs, and read that the house leaves."""
    leaving = houses.set()

    def fails(*args, **kwargs):
        raise ValueError("a row that can't be told")

    monkeypatch.setattr("marketplace.letters.house_leaves_missions", fails)
    ring()
    assert Leaving.objects.get(pk=leaving.pk).told_at is None
    acts.call_off(leaving, by=houses.claire, now=timezone.now() + timedelta(hours=2))
    ring()
    ring()
    assert letters("leaving_called_off", houses.noe).count() == 1
    structure = houses.mission.need.organisation.members.get()
    assert not letters("leaving_called_off", structure).exists(), "they have read nothing"
    assert Leaving.objects.get(pk=leaving.pk).stays_told_at


def test_one_person_whose_letter_fails_keeps_it_from_nobody_else(houses, monkeypatch):
    real = leaving_letters._told_of_own

    def fails(leaving, membership):
        if membership.user == houses.noe:
            raise ValueError("a person who can't be told")
        return real(leaving, membership)

    monkeypatch.setattr(leaving_letters, "_told_of_own", fails)
    leaving = houses.set()
    ring()
    assert letters("house_leaves", houses.iris).count() == 1
    assert letters("house_leaves", houses.rosa).count() == 1
    assert Leaving.objects.get(pk=leaving.pk).told_at is None
    monkeypatch.undo()
    ring()
    assert letters("house_leaves", houses.noe).count() == 1
    assert letters("house_leaves", houses.iris).count() == 1
    assert Leaving.objects.get(pk=leaving.pk).told_at


@pytest.mark.parametrize("who", ["rosa", "noe", "boris"])
def test_only_its_administrators_call_it_off(houses, who):
    leaving = houses.set()
    with pytest.raises(Refusal):
        acts.call_off(leaving, by=getattr(houses, who), now=timezone.now())


def test_once_it_has_left_nothing_is_called_off(houses):
    leaving = houses.leave()
    with pytest.raises(Refusal):
        acts.call_off(leaving, by=houses.claire, now=timezone.now())
