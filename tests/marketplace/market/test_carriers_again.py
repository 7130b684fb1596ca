"""What follows those who carry a need: it is split, found by their name, judged by others; they come back from a suspension."""

import pytest
from django.utils import timezone

from accounts.actions import organisations
from accounts.states import OrganisationStatus
from marketplace.actions.market import carriers, splitting
from marketplace.models import Block, Carrier, Need, Served
from marketplace.rules import permissions
from marketplace.states import CarrierStatus, MissionStatus, NeedStatus
from notifications.models import Notification
from tests.factories import (
    make_carrier,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_skill,
    make_user,
)
from tests.marketplace.desk.test_finding import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def maelle():
    return make_coordinator()


@pytest.fixture
def acepp():
    return make_organisation(name="ACEPP", member=make_user("Awa", "Diop"))


@pytest.fixture
def need(maelle):
    return make_need(
        member=make_user(), skills=("site-web", "tableur"), hours=30, title="Refaire le site"
    )


def state(carrier):
    return Carrier.objects.get(pk=carrier.pk).status


def told(kind, person=None):
    rows = Notification.objects.filter(kind=kind)
    return rows.filter(recipient=person) if person else rows


# --- split ----------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["coordinator", "lead"])
def test_both_parts_of_a_split_need_are_carried_by_the_same(need, acepp, maelle, who):
    carrier = make_carrier(need, acepp)
    asked_and_gone = make_carrier(need, status=CarrierStatus.LEFT)
    by = maelle if who == "coordinator" else need.created_by
    other = splitting.split(
        need, skills=[make_skill("tableur")], title="Les comptes", hours=10, by=by
    )
    (copied,) = other.carriers.all()
    assert (copied.organisation, copied.agreed_at) == (acepp, carrier.agreed_at)
    assert copied.status == CarrierStatus.AGREED
    assert asked_and_gone.organisation != acepp
    carriers.leave(copied, word="Pas les comptes.", by=acepp.members.get())
    assert state(carrier) == CarrierStatus.AGREED, "each is left by itself"


# --- judged ---------------------------------------------------------------------------------
def judged(user):
    return set(Need.objects.judged_by(user))


def test_who_is_of_a_house_that_carries_it_leaves_it_to_another_coordinator(need, acepp, maelle):
    make_carrier(need, acepp)
    assert judged(maelle) == {need}
    acepp.memberships.create(user=maelle, role="EMPLOYEE")
    assert judged(maelle) == {need}, "there is no other"
    other = make_user("Lucie", "Blanc")
    operator = maelle.organisations.exclude(pk=acepp.pk).get()
    operator.memberships.create(user=other, role="REPRESENTATIVE")
    assert judged(maelle) == set()
    assert judged(other) == {need}
    assert list(permissions.who_else_judges(need)) == [other]
    acepp.memberships.create(user=other, role="EMPLOYEE")
    assert judged(maelle) == judged(other) == {need}, "neither could"
    assert list(permissions.who_else_judges(need)) == []


def test_who_is_of_a_house_that_is_asked_doesn_t_judge_either(acepp, maelle):
    need = make_need(member=make_user(), status=NeedStatus.SUBMITTED, ranked=False)
    other = make_user()
    maelle.organisations.get().memberships.create(user=other, role="REPRESENTATIVE")
    carriers.invite(need, acepp, word="", by=need.created_by, now=timezone.now())
    acepp.memberships.create(user=maelle, role="EMPLOYEE")
    assert judged(maelle) == set()


# --- found ----------------------------------------------------------------------------------
def test_the_search_finds_a_need_by_the_name_of_who_carries_it(need, acepp, maelle):
    make_need(member=make_user(), title="Autre chose")
    assert "needs" not in found(maelle, "acepp") or not found(maelle, "acepp")["needs"]
    carrier = make_carrier(need, acepp)
    assert found(maelle, "acepp")["needs"] == ["Refaire le site"]
    assert found(maelle, "acepp refaire")["needs"] == ["Refaire le site"]
    assert found(make_user(), "acepp")["needs"] == ["Refaire le site"], "it is public"
    carriers.leave(carrier, word="Non.", by=acepp.members.get())
    assert not found(maelle, "acepp").get("needs")


def test_a_draft_is_found_so_by_those_alone_who_read_it(acepp):
    need = make_need(
        member=make_user(), status=NeedStatus.DRAFT, ranked=False, title="Un brouillon"
    )
    make_carrier(need, acepp, ranked=False)
    assert found(acepp.members.get(), "acepp")["needs"] == ["Un brouillon"]
    assert not found(make_user(), "acepp").get("needs")


# --- back from a suspension -----------------------------------------------------------------
def suspended(carrier, maelle):
    organisations.suspend(carrier.organisation, reason="À voir.", by=maelle)
    carriers.look_after(timezone.now())
    assert state(carrier) == CarrierStatus.LEFT


def verified_again(carrier):
    type(carrier.organisation).objects.filter(pk=carrier.organisation_id).update(
        status=OrganisationStatus.ACCEPTED
    )


def test_verified_again_it_carries_the_need_as_before_and_is_told_once(need, acepp, maelle):
    carrier = make_carrier(need, acepp)
    suspended(carrier, maelle)
    assert carriers.come_back(timezone.now()) == 0, "it is suspended"
    verified_again(carrier)
    assert carriers.come_back(timezone.now()) == 1
    assert carriers.come_back(timezone.now()) == 0
    assert state(carrier) == CarrierStatus.AGREED
    for person in (need.created_by, acepp.members.get()):
        assert told("carrier_back", person).count() == 1


def test_missions_that_aren_t_signed_serve_it_again(acepp, maelle):
    mission = make_mission(need=make_need(member=make_user()))
    carrier = make_carrier(mission.need, acepp)
    Served.objects.create(mission=mission, organisation=mission.need.organisation)
    Served.objects.create(mission=mission, organisation=acepp)
    suspended(carrier, maelle)
    assert not mission.served.filter(organisation=acepp).exists()
    verified_again(carrier)
    carriers.come_back(timezone.now())
    assert set(mission.served.values_list("organisation", flat=True)) == {
        acepp.pk, mission.need.organisation_id,
    }  # fmt: skip


def test_too_late_it_is_told_once_and_stays_out(acepp, maelle):
    mission = make_mission(need=make_need(member=make_user()))
    carrier = make_carrier(mission.need, acepp)
    suspended(carrier, maelle)
    type(mission).objects.filter(pk=mission.pk).update(
        status=MissionStatus.RUNNING, started_at=timezone.now()
    )
    verified_again(carrier)
    assert carriers.come_back(timezone.now()) == 1
    assert carriers.come_back(timezone.now()) == 0
    assert state(carrier) == CarrierStatus.LEFT
    assert told("carrier_back", acepp.members.get()).count() == 1


@pytest.mark.parametrize("why", ["by its own will", "closed", "kept away", "asked anew", "leaves"])
def test_nobody_comes_back_otherwise(need, acepp, maelle, why):
    carrier = make_carrier(need, acepp)
    if why == "by its own will":
        carriers.leave(carrier, word="Non.", by=acepp.members.get())
    else:
        suspended(carrier, maelle)
        verified_again(carrier)
    if why == "closed":
        Need.objects.filter(pk=need.pk).update(status=NeedStatus.CLOSED)
    if why == "kept away":
        Block.objects.create(
            by=need.created_by, for_organisation=need.organisation, organisation=acepp
        )
    if why == "asked anew":
        make_carrier(need, acepp, status=CarrierStatus.INVITED, agreed_at=None)
    if why == "leaves":
        type(acepp).objects.filter(pk=acepp.pk).update(leaves_on=timezone.localdate())
    assert carriers.come_back(timezone.now()) == 0
    assert state(carrier) == CarrierStatus.LEFT
    assert not told("carrier_back").exists()
