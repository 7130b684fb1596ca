"""Of what happened around somebody, no more is asked than there is; and all that there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from accounts.models.organisations import OrganisationStep
from marketplace.desk import happened
from marketplace.models import MissionStep, NeedStep, Note
from tests.factories import (
    make_coordinator,
    make_mission,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.desk.desk_people import ago, scope_of


@pytest.fixture
def coordinator():
    return make_coordinator(first_name="Maëlle", last_name="Vandamme")


def read(client, name, row, number=None):
    page = client.get(reverse(name, args=[row.pk]), {"page": number} if number else {})
    return page.context["page"]


def test_nothing_has_happened_and_nothing_is_asked(client, coordinator):
    structure = make_organisation(member=make_user())
    OrganisationStep.objects.filter(organisation=structure).delete()
    assert happened.of_organisation(structure, scope_of(coordinator)) == []
    client.force_login(coordinator)
    shown = read(client, "organisation-story", structure, 7)
    assert (shown.number, shown.object_list, shown.paginator.count) == (1, [], 0)


def test_each_side_is_asked_about_where_something_happened_there(coordinator):
    mission = make_mission()
    mission.steps.create(before="", after="RUNNING", by=coordinator)
    served = mission.need.organisation
    words = [sql for sql, _values in happened.of_organisation(served, scope_of(coordinator))]
    assert any(MissionStep._meta.db_table in sql for sql in words)
    assert not any('"marketplace_offer"."organisation_id" = ' in sql for sql in words)
    asked_of_the_person = happened.of_person(mission.offer.person, scope_of(coordinator))
    assert any(MissionStep._meta.db_table in sql for sql, _values in asked_of_the_person)


def test_what_they_leave_to_others_is_not_asked_of_who_leaves_nothing(client, coordinator):
    """A third of a second, of a structure with two thousand needs: whether they are on a side is asked once instead."""
    mission = make_mission()
    mission.proposal.steps.create(before="OPEN", after="AGREED", by=coordinator)
    client.force_login(coordinator)
    with CaptureQueriesContext(connection) as asked:
        shown = read(client, "organisation-story", mission.need.organisation)
    (words,) = [one["sql"] for one in asked if "WITH story" in one["sql"]]
    assert "marketplace_teammember" not in words
    assert shown.paginator.count


def test_the_last_page_holds_what_is_left_and_one_beyond_it_is_the_last(client, coordinator):
    structure = make_organisation(member=make_user())
    OrganisationStep.objects.filter(organisation=structure).delete()
    of_all = {"organisation": structure, "pole": structure.pole, "by": coordinator}
    Note.objects.bulk_create(Note(body=f"Note {n}.", at=ago(n), **of_all) for n in range(81))
    client.force_login(coordinator)
    first, second, third, beyond = (
        read(client, "organisation-story", structure, n) for n in (1, 2, 3, 4)
    )
    said = [event.words for page in (first, second, third) for event in page.object_list]
    assert said == [f"Note {n}." for n in range(81)]
    assert (beyond.number, beyond.object_list) == (3, third.object_list)
    assert beyond.paginator.count == 81


def test_whoever_becomes_a_boss_reads_no_more_of_what_their_people_do_at_home(client, coordinator):
    """The same words are asked of nobody's boss in one way, of a boss in another."""
    person, offer = make_user(), make_offer()
    offer.person = person
    offer.save(update_fields=["person"])
    mission = make_mission(offer=offer)
    mission.steps.create(before="", after="RUNNING", by=coordinator)
    filled = NeedStep.objects.create(
        need=mission.need, before="PUBLISHED", after="FILLED", by=person
    )
    client.force_login(coordinator)
    before = read(client, "organisation-story", mission.need.organisation)
    assert filled.at in [event.at for event in before.object_list]
    house = make_organisation(member=coordinator)
    house.memberships.filter(user=coordinator).update(role=Membership.Role.ADMINISTRATOR)
    Membership.objects.create(organisation=house, user=person)
    client.force_login(coordinator)
    after = read(client, "organisation-story", mission.need.organisation)
    assert filled.at not in [event.at for event in after.object_list]
    url = mission.get_absolute_url()
    assert url in [event.url for event in before.object_list]
    assert url not in [event.url for event in after.object_list]
