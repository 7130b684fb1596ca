"""What the main acts ask of the database, on the day on which nobody waits for a place: each says its ceiling. What each does
is asserted by the tests of the act."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marketplace.actions.market import needs, offers, proposals
from marketplace.actions.missions import hours
from marketplace.models import Mission, Origin, Side
from marketplace.states import MissionStatus, NeedStatus, OfferStatus
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_proposal,
    make_user,
)
from tests.marketplace.documents import document_desk
from tests.marketplace.documents.test_documents import make, sign

pytestmark = pytest.mark.once  # PostgreSQL takes its locks by questions of their own


@pytest.fixture
def at_most(django_assert_max_num_queries):
    return django_assert_max_num_queries


@pytest.fixture
def need():
    return make_need(member=make_user())


@pytest.fixture
def offer():
    return make_offer()


def test_a_yes_that_makes_a_mission(need, offer, at_most):
    proposal = make_proposal(need, offer)
    with at_most(50):
        mission = proposals.accept(proposal, side=Side.NEED, by=need.created_by)
    assert mission.need == need


def test_an_application(need, offer, at_most):
    with at_most(71):
        proposals.apply(need, offer, word="", by=offer.person)


def test_an_invitation(need, offer, at_most):
    with at_most(73):
        proposals.invite(need, offer, word="", by=need.created_by)


def test_a_proposal_of_the_coordination(need, offer, at_most):
    maelle = make_coordinator(need.pole)
    with at_most(76):
        proposals.propose(need, offer, word="", by=maelle)


def test_a_no(need, offer, at_most):
    proposal = make_proposal(need, offer, origin=Origin.APPLICATION)
    with at_most(34):
        proposals.decline(proposal, side=Side.NEED, reason="Trop loin", by=need.created_by)


def test_a_need_is_published(at_most):
    need = make_need(member=make_user(), status=NeedStatus.SUBMITTED, cause=make_need().cause)
    maelle = make_coordinator(need.pole)
    with at_most(32):
        needs.publish(need, by=maelle)


def test_an_offer_is_published(at_most):
    offer = make_offer(status=OfferStatus.DRAFT, ranked=False)
    with at_most(21):
        offers.publish(offer, by=offer.person)


def test_a_day_s_hours(at_most):
    mission, today = make_mission(), timezone.localdate()
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.RUNNING,
        started_at=timezone.localtime() - timedelta(days=20),
        starts_on=today - timedelta(days=20),
    )
    days = {today: (Decimal(2), "Les pages")}
    with at_most(12):
        hours.write(mission, days, person=mission.offer.person, today=today)


def test_a_signature(at_most):
    document = make(document_desk.make_mission())
    head = document_desk.head_of(document.mission.need.organisation)
    with at_most(26):
        sign(document, by=head)


def test_a_yes_costs_no_more_where_many_wait(need, offer, at_most):
    """They are told, each by a letter; nothing else is asked for each."""
    first = make_proposal(need, offer)
    others = [make_proposal(need, make_offer(make_user())) for _n in range(4)]
    with at_most(50 + 18 * len(others)):
        proposals.accept(first, side=Side.NEED, by=need.created_by)
    assert not any(type(one).objects.get(pk=one.pk).is_open for one in others)
