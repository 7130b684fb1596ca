"""The list of one's missions is found by short lists: it leaves out none that its reader sees."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from marketplace.models import Mission
from marketplace.views.missions import missions as page
from tests.factories import make_mission, make_user
from tests.marketplace.missions.served_people import head_of, joint_mission, structure_of


def joined(organisation, role="MEMBER"):
    person = make_user()
    Membership.objects.create(user=person, organisation=organisation, role=role)
    return person


def everybody_of(mission):
    offer = mission.offer
    people = [mission.need.created_by, joined(mission.need.organisation), offer.person]
    if offer.organisation:
        people += [joined(offer.organisation, "ADMINISTRATOR"), joined(offer.organisation)]
    return people


@pytest.mark.parametrize("work", [True, False])
def test_whoever_is_of_a_side_finds_all_that_they_see(work):
    missions = [make_mission(work=work), make_mission(work=not work)]
    for mission in missions:
        referent = joined(mission.offer.organisation) if mission.offer.organisation else None
        mission.sheet.offer_referent = referent
        mission.sheet.save(update_fields=["offer_referent"])
        for person in [*everybody_of(mission), *([referent] if referent else [])]:
            seen = Mission.objects.visible_to(person)
            assert set(seen.near(person)) == set(seen)


def test_a_structure_that_is_served_beside_others_finds_it(client):
    beside = structure_of("Chaussettes")
    mission = joint_mission(beside)
    seen = Mission.objects.visible_to(head_of(beside))
    assert set(seen.near(head_of(beside))) == set(seen) == {mission}
    client.force_login(head_of(beside))
    assert mission.need.title in client.get(reverse("missions")).text


def test_a_stranger_finds_none():
    make_mission()
    assert not Mission.objects.visible_to(make_user()).near(make_user()).exists()


@pytest.mark.parametrize("few", [0, 500])
def test_few_are_asked_by_their_numbers_and_many_among_all(client, monkeypatch, few):
    monkeypatch.setattr(page, "FEW", few)
    company = make_mission(work=True).offer.organisation
    missions = [make_mission(work=True, company=company), make_mission(work=False)]
    for person in [person for mission in missions for person in everybody_of(mission)]:
        client.force_login(person)
        listed = client.get(reverse("missions")).context["page"].object_list
        assert set(listed) == set(Mission.objects.visible_to(person))
    client.force_login(make_user())
    assert not client.get(reverse("missions")).context["page"].object_list
