"""A need ends because somebody of its structure came to a gathering and said that it served."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.gatherings import serving
from marketplace.figures import reckoning
from marketplace.models import Attendance, Need
from marketplace.models.desk.figures import slice_of
from marketplace.rules import gatherings as rules
from marketplace.states import NeedStatus
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_skill,
    make_user,
)
from tests.marketplace.gatherings.people import again, be_over, letters, make_gathering, put_down

pytestmark = pytest.mark.django_db


@pytest.fixture
def learnt():
    """A member of a structure came in its name and said that it served; the structure has a need."""
    member = make_user("Aline", "Moreau")
    house = make_organisation(name="ACEPP", member=member)
    gathering = make_gathering()
    seat = put_down(gathering, member, house)
    be_over(gathering)
    Attendance.objects.update(status="CAME")
    serving.say(again(seat), serves=True, by=member, now=timezone.now())
    return again(seat), make_need(house, member=member, skills=("tableur",))


def end(client, need, seat):
    return client.post(reverse("need-served", args=[need.pk]), {"attendance": seat.pk})


def test_the_structure_ends_its_need_and_who_waits_is_told(client, learnt):
    seat, need = learnt
    proposal = make_proposal(need, make_offer(make_user("Noé", "Lambert")))
    client.force_login(seat.person)
    assert "Oui, grâce à" in client.get(need.get_absolute_url()).content.decode()
    for _ in range(2):  # the second is too late, and no error
        end(client, need, seat)
    assert again(need).status == NeedStatus.SERVED_BY_GATHERING
    assert not again(proposal).is_open
    assert len(letters("proposal_closed", proposal.offer.person)) == 1
    assert "Oui, grâce à" not in client.get(need.get_absolute_url()).content.decode()


def test_the_page_of_the_gathering_leads_from_it_served_to_the_need_that_ends(client, learnt):
    seat, need = learnt
    client.force_login(seat.person)
    page, button = seat.gathering.get_absolute_url(), reverse("need-served", args=[need.pk])
    assert f'action="{button}"' in client.get(page).text
    assert again(need).is_published, "nothing ends by reading"
    end(client, need, seat)
    assert f'action="{button}"' not in client.get(page).text


@pytest.mark.parametrize("why", ["who only works there", "has left", "it didn’t serve"])
def test_the_page_asks_nobody_else_what_ends(client, learnt, why):
    seat, need = learnt
    if why == "who only works there":
        need.organisation.memberships.update(role="EMPLOYEE")
    if why == "has left":
        need.organisation.memberships.all().delete()
    if why == "it didn’t serve":
        Attendance.objects.update(serves=False)
    client.force_login(seat.person)
    page = client.get(seat.gathering.get_absolute_url())
    assert reverse("need-served", args=[need.pk]) not in page.text


def test_what_a_gathering_may_end_is_the_same_asked_from_either_end(learnt):
    seat, need = learnt
    house = need.organisation
    for status in NeedStatus.values:
        for skills in (("tableur",), ("site-web",), ("site-web", "tableur"), ()):
            make_need(house, skills=skills, status=status, ranked=False)
    make_need(make_organisation(), skills=("tableur",), ranked=False)
    for taught in (("tableur",), ("tableur", "compta"), ()):
        seat.gathering.skills.set([make_skill(code) for code in taught])
        asked = {
            one.pk
            for one in Need.objects.all()
            if one.may(NeedStatus.SERVED_BY_GATHERING)
            and Attendance.objects.that_served(one).filter(pk=seat.pk).exists()
        }
        assert {one.pk for one in rules.needs_it_may_end(seat)} == asked != set()


@pytest.mark.parametrize("who", ["stranger", "coordinator", "has left", "nobody"])
def test_nobody_else_ends_it(client, learnt, who):
    seat, need = learnt
    if who == "has left":
        need.organisation.memberships.all().delete()
    people = {"stranger": make_user, "coordinator": lambda: make_coordinator(need.pole)}
    if who != "nobody":
        client.force_login(people[who]() if who in people else seat.person)
    assert end(client, need, seat).status_code in {302, 403, 404}
    assert again(need).is_published


@pytest.mark.parametrize("changed", [{"status": "MISSED"}, {"serves": False}, {"serves": None}])
def test_only_what_served_somebody_who_came_ends_it(client, learnt, changed):
    seat, need = learnt
    Attendance.objects.update(**changed)
    client.force_login(seat.person)
    assert end(client, need, seat).status_code == 404
    assert again(need).is_published


def test_what_served_another_structure_or_oneself_ends_nothing(client, learnt):
    seat, need = learnt
    Attendance.objects.update(organisation=make_organisation())
    client.force_login(seat.person)
    assert end(client, need, seat).status_code == 404
    Attendance.objects.update(organisation=None)
    assert end(client, need, seat).status_code == 404


def test_what_taught_something_else_ends_nothing_and_what_teaches_no_skill_may(client, learnt):
    seat, need = learnt
    client.force_login(seat.person)
    seat.gathering.skills.set([make_skill("site-web")])
    assert "Oui, grâce à" not in client.get(need.get_absolute_url()).content.decode()
    assert end(client, need, seat).status_code == 404
    seat.gathering.skills.clear()
    end(client, need, seat)
    assert again(need).status == NeedStatus.SERVED_BY_GATHERING


def test_it_is_counted_beside_the_missions(client, learnt):
    seat, need = learnt
    need.steps.create(before="DRAFT", after="SUBMITTED", by=seat.person)
    client.force_login(seat.person)
    end(client, need, seat)
    made = reckoning.reckon(need.pole, now=timezone.now()).slices
    # The session was yesterday, perhaps in the month before.
    counted = [one for (name, _month), one in made.items() if name == slice_of()]
    assert sum(one.posted for one in counted) == sum(one.taught for one in counted) == 1
    assert sum(one.agreed for one in counted) == 0


def test_the_figures_of_the_pole_tell_sessions_seats_and_structures(client, learnt):
    seat, _need = learnt
    pole = seat.gathering.pole
    put_down(make_gathering(seat.gathering.host))  # to come: not counted
    type(seat.gathering).objects.filter(pk=seat.gathering_id).update(status="TOOK_PLACE")
    client.force_login(make_coordinator(pole))
    held = client.get(reverse("figures")).context["held"]
    assert (held.sessions, held.seats, held.came) == (1, 12, 1)
    assert (held.structures, held.served) == (1, 1)
    client.force_login(make_coordinator(make_pole("Pôle du Lac", ("74",))))
    assert client.get(reverse("figures")).context["held"] is None
