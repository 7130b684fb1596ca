"""“How is it going?” waits on the home page of whoever may still answer it, and of nobody else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import people
from marketplace.actions.missions import followups
from marketplace.models import Case, FollowUp, Need
from marketplace.states import MissionStatus
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_organisation,
    make_user,
)
from tests.marketplace.documents import document_desk

pytestmark = pytest.mark.django_db

ASKED, TITLE = "Comment cela se passe-t-il", "Ranger les archives"


@pytest.fixture
def mission():
    return make_mission(work=True, status=MissionStatus.RUNNING, starts_on=in_days(-8))


def asked(mission, side, user):
    FollowUp.objects.create(
        mission=mission, kind="FIRST_WEEK", side=side, asked=user, asked_on=timezone.localdate()
    )
    return user


def colleague(organisation, duty=""):
    user = make_user()
    organisation.memberships.create(user=user, role="MEMBER")
    if duty:
        document_desk.duty(user, organisation, duty)
    return user


def home(client, mission, user):
    Need.objects.filter(pk=mission.need_id).update(title=TITLE)
    client.force_login(user)
    return client.get(reverse("home")).text


def leaves(user):
    people.leave(Membership.objects.get(user=user), now=timezone.now())


def person_of(mission):
    return mission.offer.person


def member_of(mission):
    return colleague(mission.need.organisation)


def officer_of(mission):
    return colleague(mission.offer.organisation, "CSR")


@pytest.mark.parametrize(
    ("side", "who"), [("NEED", member_of), ("OFFER", person_of), ("COMPANY", officer_of)]
)
def test_who_has_left_hears_no_more_of_the_mission(client, mission, side, who):
    user = asked(mission, side, who(mission))
    page = home(client, mission, user)
    assert ASKED in page
    assert TITLE in page
    leaves(user)
    page = home(client, mission, user)
    assert ASKED not in page
    assert TITLE not in page


@pytest.mark.parametrize("side", ["NEED", "OFFER"])
def test_a_suspended_organisation_is_asked_nothing(client, mission, side):
    needy = side == "NEED"
    user = asked(mission, side, member_of(mission) if needy else person_of(mission))
    held = mission.need.organisation if needy else mission.offer.organisation
    Organisation.objects.filter(pk=held.pk).update(status=OrganisationStatus.SUSPENDED)
    assert ASKED not in home(client, mission, user)
    Organisation.objects.filter(pk=held.pk).update(status=OrganisationStatus.ACCEPTED)
    assert ASKED in home(client, mission, user)


def test_on_ones_own_time_one_is_asked_wherever_one_works(client):
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(-8))
    assert ASKED in home(client, mission, asked(mission, "OFFER", mission.offer.person))


@pytest.mark.parametrize("alone", [False, True])
def test_whoever_was_asked_leaves_their_answer_to_the_others_though_they_have_left(
    client, mission, alone
):
    """Who spoke for the structure has left it, and coordinates now."""
    leaver = asked(mission, "NEED", mission.need.organisation.members.get())
    row = FollowUp.objects.get()
    followups.answer(row, answer=FollowUp.Answer.HELP, words="On ne nous répond plus.")
    mission.need.organisation.memberships.all().delete()
    make_organisation(Organisation.Kind.OPERATOR, pole=mission.need.pole, member=leaver)
    if not alone:
        make_coordinator(mission.need.pole)
    client.force_login(leaver)
    door = reverse("follow-up-settle", args=[row.pk])
    assert (door in client.get(mission.get_absolute_url()).text) is alone
    client.post(door)
    row.refresh_from_db()
    assert bool(row.settled_at) is alone
    case = Case.objects.get()
    client.post(reverse("case-close", args=[case.pk]), {"outcome": "SOLVED"})
    case.refresh_from_db()
    row.refresh_from_db()
    assert (bool(case.closed_at), bool(row.settled_at)) == (alone, alone)
