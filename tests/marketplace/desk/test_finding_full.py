"""The one search finds the offers on all their missions for a place of which a structure may wait, and says that they are full."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.finding.asked import Asked
from marketplace.finding.found import find
from marketplace.models import Need, Offer
from marketplace.states import NeedStatus
from tests.factories import (
    make_coordinator,
    make_need,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.market.test_full_ones import make_full

pytestmark = pytest.mark.django_db


@pytest.fixture
def need():
    return make_need(member=make_user("Anne", "Petit"))


def lines(user, typed="zinguer"):
    """What each line says of the offers that are found."""
    groups = find(user, Asked.of(typed)).groups
    return [line.about for group in groups if group.kind.code == "offers" for line in group.lines]


@pytest.mark.both
def test_a_structure_that_looks_for_somebody_finds_it_and_reads_that_it_is_full(client, need):
    offer = make_full(title="Zinguer les toits")
    (line,) = lines(need.created_by)
    assert line.startswith("Nora C. · ")
    assert line.endswith("Toutes ses missions sont en cours")
    assert lines(need.created_by, f"offre {offer.pk}") == [line]
    client.force_login(need.created_by)
    assert client.get(offer.get_absolute_url()).status_code == 200


def test_what_is_published_isn_t_said_to_be_full(need):
    offer = make_full(title="Zinguer les toits")
    Offer.objects.filter(pk=offer.pk).update(status="PUBLISHED")
    (line,) = lines(need.created_by)
    assert "missions" not in line


def is_over(offer, need):
    Offer.objects.filter(pk=offer.pk).update(status="EXPIRED")


def has_a_place_again(offer, need):
    Offer.objects.filter(pk=offer.pk).update(capacity=2)


def looks_for_nobody(offer, need):
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.CLOSED)


def is_suspended(offer, need):
    Organisation.objects.filter(pk=need.organisation_id).update(status=OrganisationStatus.SUSPENDED)


def is_of_another_pole(offer, need):
    elsewhere = make_pole("Ailleurs", ("80",))
    Organisation.objects.filter(pk=need.organisation_id).update(pole=elsewhere)


def employs_them(offer, need):
    Membership.objects.create(
        user=offer.person, organisation=need.organisation, role=Membership.Role.EMPLOYEE
    )


@pytest.mark.parametrize(
    "happens",
    [is_over, has_a_place_again, looks_for_nobody, is_suspended, is_of_another_pole, employs_them],
)
def test_the_rule_is_that_of_the_page_that_one_waits_from(client, need, happens):
    offer = make_full(title="Zinguer les toits")
    happens(offer, need)
    assert lines(need.created_by) == []
    client.force_login(need.created_by)
    assert client.get(offer.get_absolute_url()).status_code == 404


def test_nobody_else_finds_it():
    make_full(title="Zinguer les toits")
    left = make_need(member=make_user("Odile", "Roux")).created_by
    left.memberships.all().delete()
    elsewhere = make_coordinator(make_pole("Ailleurs", ("80",)))
    company = make_organisation(Organisation.Kind.COMPANY, member=make_user("Paul", "Roy"))
    for one in (left, elsewhere, company.members.get(), make_user("Sam", "Passant")):
        assert lines(one) == [], one


def test_a_family_name_finds_nobody_who_is_full(need):
    make_full(title="Zinguer les toits")
    assert lines(need.created_by, "cherif") == []


def test_the_number_of_questions_doesn_t_follow_the_number_of_full_offers(need):
    def asked():
        with CaptureQueriesContext(connection) as questions:
            lines(need.created_by)
        return len(questions)

    make_full(title="Zinguer les toits 1")
    asked()
    one = asked()
    for n in range(2, 9):
        make_full(title=f"Zinguer les toits {n}", first_name=f"Nora{n}")
    assert asked() <= one
