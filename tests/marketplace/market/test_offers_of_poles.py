"""The list of offers of a coordinator: those of their pôles that they see, as `visible_to` says of each."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.models import Offer
from marketplace.states import OfferStatus
from marketplace.views.market.offer_list import of_the_poles
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)

DRAFT = {"status": OfferStatus.DRAFT}


def changed(offer, **fields):
    Offer.objects.filter(pk=offer.pk).update(**fields)
    return offer


@pytest.fixture
def coordinator():
    return make_coordinator(make_pole())


@pytest.fixture
def under_them(coordinator):
    """Somebody of their operator, whose employer they answer for."""
    person = make_user()
    operator = coordinator.organisations.get()
    Membership.objects.create(user=person, organisation=operator)
    operator.memberships.filter(user=coordinator).update(role="ADMINISTRATOR")
    return person


def shown(client, coordinator):
    client.force_login(coordinator)
    rows = list(client.get(reverse("offers")).context["page"])
    seen = Offer.objects.visible_to(coordinator).in_poles_of(coordinator)
    assert {row.pk for row in rows} == set(seen.values_list("pk", flat=True))
    return {row.pk for row in rows}


def test_all_but_the_drafts_of_others(client, coordinator):
    states = {status: changed(make_offer(), status=status) for status in OfferStatus.values}
    found = shown(client, coordinator)
    assert found == {row.pk for status, row in states.items() if status != OfferStatus.DRAFT}


def test_their_own_draft_and_one_about_which_their_pole_was_asked(client, coordinator):
    own = changed(make_offer(coordinator), **DRAFT)
    asked = changed(make_proposal(make_need(), make_offer()).offer, **DRAFT)
    changed(make_offer(), **DRAFT)
    assert shown(client, coordinator) == {own.pk, asked.pk}


def test_nothing_of_who_is_under_them_nor_of_another_pole_nor_of_a_closed_account(
    client, coordinator, under_them
):
    theirs = make_offer()
    at_home = make_offer(under_them)
    changed(make_offer(under_them), **DRAFT)
    changed(make_offer(), pole=make_pole("Ailleurs", ("62",)))
    closed = make_offer()
    closed.person.closed_at = timezone.now()
    closed.person.save()
    assert shown(client, coordinator) == {theirs.pk}
    assert at_home.pk not in set(
        of_the_poles(coordinator, {theirs.pole_id}).values_list("pk", flat=True)
    )


def test_a_volunteer_has_their_own_alone(client):
    mine, _other = make_offer(make_user()), make_offer()
    client.force_login(mine.person)
    assert list(client.get(reverse("offers")).context["page"]) == [mine]


def test_as_many_questions_whatever_there_is(client, coordinator, django_assert_max_num_queries):
    company = make_organisation("COMPANY", member=make_user())
    for one in range(12):
        offer = make_offer(make_user(), organisation=company if one % 2 else None)
        changed(offer, status=OfferStatus.values[one % 4])
    client.force_login(coordinator)
    client.get(reverse("offers"))
    with django_assert_max_num_queries(12):
        client.get(reverse("offers"))
