"""What waits for the coordination's answer in the place of a structure is on its desk from the first day."""

import pytest
from django.utils import timezone

from marketplace.actions.desk import behalf as acts
from marketplace.actions.market import proposals
from marketplace.models import Offer, Side
from tests.factories import make_offer, make_user
from tests.marketplace.desk.behalf_people import a_published_need, desk
from tests.marketplace.desk.desk_people import lines_of


@pytest.fixture
def them():
    return desk()


@pytest.fixture
def proposal(them):
    need = a_published_need(them)
    offer = make_offer(pole=need.pole)
    return proposals.apply(need, offer, word="", by=offer.person)


def in_place_of(user):
    return [line.number for line in lines_of(user) if line.kind == "in_place"]


def test_each_coordinator_of_the_pole_has_the_line_and_nobody_else(them, proposal):
    assert in_place_of(them.writer) == in_place_of(them.colleague) == [proposal.pk]
    assert not in_place_of(them.stranger)


def test_once_the_structure_has_taken_its_need_up_it_answers_itself(them, proposal):
    eve = make_user("Eve", "Roy")
    proposal.need.organisation.memberships.create(user=eve, role="ADMINISTRATOR")
    acts.take_up(proposal.need, by=eve, now=timezone.now())
    assert not in_place_of(them.writer)


def test_what_is_answered_is_no_line_any_more(them, proposal):
    proposals.accept(proposal, side=Side.NEED, by=them.writer)
    assert not in_place_of(them.writer)


def test_a_coordinator_on_a_side_of_it_leaves_it_to_the_other(them, proposal):
    Offer.objects.filter(pk=proposal.offer_id).update(person=them.colleague)
    assert not in_place_of(them.colleague)
    assert in_place_of(them.writer) == [proposal.pk]
