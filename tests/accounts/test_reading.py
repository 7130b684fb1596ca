"""A page that only reads answers from what it has read of its reader: as the database does, and for no longer than it is made."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from accounts.middleware import ActingForMiddleware
from accounts.models import Membership, Organisation, coordinated_by
from accounts.reading import Reading, once
from accounts.scope import WHOLE, Scope
from accounts.states import OrganisationStatus, SeatStatus
from tests.factories import make_commune, make_coordinator, make_organisation, make_pole, make_user

OF_A_HOUSE = ("belongs_to", "works_for", "represents", "speaks_for", "administers", "heads")


def read(user):
    """As the middleware reads them."""
    rows = Membership.objects.filter(user=user).with_poles().select_related("organisation__pole")
    return Reading(list(rows))


def answers(user, houses, poles):
    told = {(name, house): getattr(user, name)(house) for name in OF_A_HOUSE for house in houses}
    return told | {("coordinates", pole): user.coordinates(pole) for pole in poles}


def both_ways(user, houses, poles):
    """What the database answers, and what was read does."""
    asked = answers(user, houses, poles)
    user.reading = read(user)
    found = answers(user, houses, poles)
    user.reading = None
    return asked, found


@pytest.mark.parametrize("role", Membership.Role)
@pytest.mark.parametrize("is_active", [True, False])
def test_every_role_in_every_house_is_as_the_database_says(db, role, is_active):
    user = make_user(is_active=is_active)
    houses = [make_organisation(status=status) for status in OrganisationStatus]
    for house in houses:
        Membership.objects.create(user=user, organisation=house, role=role)
    asked, found = both_ways(user, [*houses, make_organisation(), None], [])
    assert found == asked
    assert any(asked.values()) == is_active


def test_a_session_that_opens_less_opens_as_much_as_the_database_says(db):
    user = make_user()
    here, there = make_organisation(administrator=user), make_organisation(administrator=user)
    seat = make_organisation(Organisation.Kind.OPERATOR, member=user)
    scopes = [Scope(own=False, only=here.pk), Scope(shut=frozenset([here.pk, seat.pk])), WHOLE]
    seen = []
    for scope in scopes:
        user.scope = scope
        asked, found = both_ways(user, [here, there, seat], [seat.pole])
        assert found == asked, scope
        seen.append(tuple(asked.values()))
    assert len(set(seen)) == len(scopes)


@pytest.mark.parametrize("status", SeatStatus)
@pytest.mark.parametrize("verified", [OrganisationStatus.ACCEPTED, OrganisationStatus.SUSPENDED])
def test_who_coordinates_is_who_the_database_says(db, status, verified):
    user, other = make_coordinator(), make_pole("Pôle des Monts", ())
    operator = user.memberships.get().organisation
    operator.seats.update(status=status)
    Organisation.objects.filter(pk=operator.pk).update(status=verified)
    asked, found = both_ways(user, [operator], [operator.pole, other])
    assert found == asked


def test_a_stranger_is_known_without_a_question(db, django_assert_num_queries):
    user = make_user()
    house, other = make_organisation(member=user), make_organisation()
    assert not user.is_stranger_to(other)
    assert not user.represents_nobody
    user.reading = read(user)
    with django_assert_num_queries(0):
        assert user.is_stranger_to(other)
        assert not user.is_stranger_to(house)
        assert not user.represents_nobody
        assert not answers(user, [other, None], [other.pole])["belongs_to", other]
    user.scope = Scope(shut=frozenset([house.pk]))
    assert user.is_stranger_to(house)
    assert user.represents_nobody


def test_who_is_known_to_coordinate_nothing_is_asked_no_more(db, django_assert_num_queries):
    user, maelle = make_user(), make_coordinator()
    user.reading, maelle.reading = read(user), read(maelle)
    with django_assert_num_queries(0):
        assert not coordinated_by(user).exists()
    assert coordinated_by(maelle).exists()


def test_a_question_is_asked_once_of_the_reader_of_a_page_and_of_nobody_else(db):
    asked = []

    @once
    def question(user, about, *words):
        asked.append((user, about, words))
        return len(asked)

    user, town = make_user(), make_commune()
    assert question(user, town) != question(user, town)
    user.reading = Reading([])
    first = question(user, town, "a")
    assert question(user, type(town).objects.get(pk=town.pk), "a") == first
    assert question(user, town, "b") != first
    assert question(user, None, "a") != first
    other = make_user()
    assert question(other, town, "a") != question(other, town, "a")
    assert question(AnonymousUser(), town) != question(AnonymousUser(), town)
    assert question(user, Organisation()) != question(user, Organisation())
    user.reading = Reading([])
    assert question(user, town, "a") != first


@pytest.mark.parametrize(("method", "reads"), [("get", True), ("head", True), ("post", False)])
def test_only_a_page_that_reads_knows_and_only_while_it_is_made(db, method, reads):
    user, known = make_user(), []
    house = make_organisation(member=user)

    def page(request):
        known.append(request.user.reading)
        return HttpResponse()

    request = getattr(RequestFactory(), method)("/")
    request.user, request.session = user, {}
    ActingForMiddleware(page)(request)
    [while_made] = known
    assert (while_made is not None) == reads
    if reads:
        assert [row.organisation for row in while_made.memberships] == [house]
    assert user.reading is None


def test_a_page_that_fails_leaves_nothing_behind(db):
    user = make_user()
    request = RequestFactory().get("/")
    request.user, request.session = user, {}

    def page(_request):
        raise LookupError

    with pytest.raises(LookupError):
        ActingForMiddleware(page)(request)
    assert user.reading is None


def test_what_has_changed_is_on_the_very_next_page(client):
    user = make_user()
    house = make_organisation(administrator=user)
    client.force_login(user)
    members = reverse("members", args=[house.pk])
    assert client.get(members).status_code == 200
    Membership.objects.filter(user=user).delete()
    assert client.get(members).status_code == 403
