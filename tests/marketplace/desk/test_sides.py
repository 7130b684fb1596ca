"""The short lists from which many rows are asked at once leave nothing out that a coordinator leaves to others."""

import pytest

from accounts.models import Membership
from marketplace.models import Mission, Need, Offer, Proposal, TeamMember
from marketplace.models.market.sides import beside, missions_beside
from tests.factories import make_mission
from tests.marketplace.desk.bulk_acts import Act, preview

pytestmark = pytest.mark.django_db


def of_the_structure(mission, user):
    house = mission.need.organisation
    Membership.objects.create(user=user, organisation=house, role="EMPLOYEE")


def of_the_company(mission, user):
    house = mission.offer.organisation
    Membership.objects.create(user=user, organisation=house, role="EMPLOYEE")


def comes(mission, user):
    Offer.objects.filter(pk=mission.offer_id).update(person=user)


def wrote_the_offer(mission, user):
    Offer.objects.filter(pk=mission.offer_id).update(created_by=user)


def wrote_the_need(mission, user):
    Need.objects.filter(pk=mission.need_id).update(created_by=user)


def came_in_its_team(mission, user):
    TeamMember.objects.create(
        mission=mission, person=user, named_by=user, hours=7, agreed_at=mission.created_at
    )


def is_their_boss(mission, user):
    Offer.objects.filter(pk=mission.offer_id).update(time="OWN", organisation=None)
    company = make_mission(work=True).offer.organisation
    Membership.objects.create(user=mission.offer.person, organisation=company, role="EMPLOYEE")
    Membership.objects.create(user=user, organisation=company, role="ADMINISTRATOR")


WAYS = [
    of_the_structure, of_the_company, comes, wrote_the_offer, wrote_the_need, came_in_its_team,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_be_on_a_side_is_in_the_lists(nadia, karim, way):
    mission = make_mission(work=True)
    way(mission, nadia)
    sided = Proposal.objects.filter(Proposal.on_a_side(nadia), pk=mission.proposal_id)
    assert sided.exists()
    assert sided.filter(beside(nadia)).exists()
    left = Mission.objects.left_to_others_by(nadia).filter(pk=mission.pk)
    assert left.filter(missions_beside(nadia)).count() == left.count()


def test_and_what_is_done_at_home_under_them(nadia, karim):
    mission = make_mission()
    is_their_boss(mission, nadia)
    left = Mission.objects.left_to_others_by(nadia).filter(pk=mission.pk)
    assert left.exists()
    assert left.filter(missions_beside(nadia)).exists()


def test_names_of_the_missions_that_are_left_are_read_at_once(
    client, nadia, karim, django_assert_max_num_queries
):
    for _one in range(8):
        mission = make_mission()
        Mission.objects.filter(pk=mission.pk).update(coordinator=nadia)
    seen = preview(nadia, Act.TAKE, "missions", Mission.objects.all())
    assert len(seen.left) == 8
    client.force_login(nadia)
    address = "/bureau/listes/missions/agir/?all=1&act=prendre"
    client.get(address)
    with django_assert_max_num_queries(18):
        assert client.get(address).status_code == 200
