"""The short lists from which many rows are asked at once leave nothing out that a coordinator leaves to others."""

import pytest

from accounts.models import Membership
from marketplace.models import (
    Document,
    Kind,
    Mission,
    Need,
    Offer,
    Party,
    Proposal,
    SheetVersion,
    Signature,
    TeamMember,
    Template,
)
from marketplace.models.desk.left_to_others import (
    is_followed_by,
    is_left_by,
    is_on_no_side,
    leaving,
)
from marketplace.models.market.sides import beside, missions_beside
from marketplace.rules import permissions
from marketplace.states import DocumentStatus
from tests.factories import make_mission, make_offer, make_organisation, make_proposal, make_user
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


def offers_too(mission, user):
    make_proposal(mission.need, make_offer(user))


def colleague_of_who_offers_too(mission, user):
    company = make_organisation("COMPANY", member=make_user())
    make_proposal(mission.need, make_offer(company.members.get(), organisation=company))
    Membership.objects.create(user=user, organisation=company, role="EMPLOYEE")


def wrote_its_sheet(mission, user):
    SheetVersion.objects.create(sheet=mission.sheet, number=99, data={}, side="NEED", by=user)


def signed_its_papers(mission, user):
    template = Template.objects.create(fingerprint="0", texts={})
    paper = Document.objects.create(
        mission=mission, organisation=mission.need.organisation, kind=Kind.CONVENTION_SERVICE, letter="C",
        year=2026, number=1, status=DocumentStatus.TO_SIGN, facts={}, template=template,
        file="a", size=1, sha256="0",
    )  # fmt: skip
    signed = {"party": Party.STRUCTURE, "user": user, "how": Signature.How.ACCOUNT, "sha256": "0"}
    Signature.objects.create(document=paper, name="Nadia", capacity="présidente", **signed)


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


ALL_WAYS = [
    *WAYS, is_their_boss, wrote_its_sheet, signed_its_papers, offers_too, colleague_of_who_offers_too,
]  # fmt: skip


@pytest.mark.parametrize("way", [*ALL_WAYS, None])
def test_who_of_many_leaves_one_is_who_leaves_it_when_asked_alone(nadia, karim, sonia, way):
    mission = make_mission(work=way is not is_their_boss)
    if way:
        way(mission, nadia)
    mission, people = Mission.objects.get(pk=mission.pk), [nadia, karim, sonia]
    waits = make_proposal(mission.need, make_offer())
    lefts = set()
    for subject in (mission, mission.proposal, waits, mission.need.organisation):
        left = leaving(people, subject)
        assert left == {one.pk for one in people if is_left_by(one, subject)}
        lefts |= left
    assert lefts == ({nadia.pk} if way else set())


@pytest.mark.parametrize("way", ALL_WAYS)
def test_who_is_on_any_side_is_never_taken_for_somebody_who_is_on_none(nadia, karim, way):
    mission = make_mission(work=way is not is_their_boss)
    assert is_on_no_side(nadia)
    way(mission, nadia)
    assert not is_on_no_side(nadia)
    assert is_on_no_side(karim)


@pytest.mark.parametrize("way", ALL_WAYS)
def test_whether_somebody_follows_a_mission_is_one_question(nadia, karim, way):
    mission = make_mission(work=way is not is_their_boss)
    assert is_followed_by(nadia, mission)
    way(mission, nadia)
    for one in (nadia, karim, mission.offer.created_by):
        assert is_followed_by(one, mission) == permissions.follows(one, mission)
    leaves = way not in (
        offers_too,
        colleague_of_who_offers_too,
    )  # of a mission, rivals leave nothing
    assert [is_followed_by(one, mission) for one in (nadia, karim)] == [not leaves, True]


def test_nor_whoever_belongs_to_a_structure_without_any_need(nadia, karim):
    Membership.objects.create(user=nadia, organisation=make_organisation(), role="EMPLOYEE")
    assert not is_on_no_side(nadia)


def test_nor_the_boss_of_somebody_who_offers_at_home_and_has_never_been_put_forward(nadia, karim):
    person = make_user()
    make_organisation("COMPANY", member=person, administrator=nadia)
    Membership.objects.filter(user=nadia, role="ADMINISTRATOR").update(role="EMPLOYEE")
    operator = nadia.organisations.filter(kind="OPERATOR").get()
    Membership.objects.create(user=person, organisation=operator)
    Membership.objects.filter(user=nadia).exclude(organisation=operator).delete()
    make_offer(person)
    assert is_on_no_side(nadia)
    Membership.objects.filter(user=nadia, organisation=operator).update(role="ADMINISTRATOR")
    assert not is_on_no_side(nadia)


def test_nor_whose_operator_is_served_by_a_mission_beside_its_lead(nadia, karim):
    mission = make_mission()
    mission.served.create(organisation=nadia.organisations.get(kind="OPERATOR"))
    assert not is_on_no_side(nadia)
