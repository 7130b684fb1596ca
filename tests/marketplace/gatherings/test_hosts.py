"""A host that may not act any more: who comes is told once, nobody takes a seat meanwhile, nobody goes there in vain."""

from datetime import timedelta

import pytest
from django.forms import modelform_factory
from django.utils import timezone

from accounts.models import Organisation, Seat
from accounts.states import OrganisationStatus, SeatStatus
from marketplace.actions.gatherings import gathering_clock, gatherings
from marketplace.actions.refusals import NotYet
from marketplace.models import Gathering
from marketplace.states import GatheringStatus
from tests.factories import make_coordinator, make_offer, make_user
from tests.marketplace.gatherings.people import again, host_of, letters, make_gathering, put_down

pytestmark = pytest.mark.django_db


def be(host, status):
    Organisation.objects.filter(pk=host.pk).update(status=status)


def sweep(**later):
    gathering_clock.sweep(timezone.now() + timedelta(**later))


def told(kind="gathering_host"):
    return {one.recipient for one in letters(kind)}


def test_who_comes_waits_or_leads_is_told_once_and_again_when_the_host_is_back():
    offer = make_offer(make_user("Nora", "Cherif"), skills=("tableur",))
    gathering = make_gathering(seats=1, trainer=offer, trainer_agreed_at=timezone.now())
    people = {put_down(gathering).person, put_down(gathering).person, offer.person}
    be(gathering.host, OrganisationStatus.SUSPENDED)
    for _ in range(3):
        sweep()
    assert told() == people
    assert len(letters("gathering_host")) == 3
    with pytest.raises(NotYet):
        put_down(gathering)
    be(gathering.host, OrganisationStatus.ACCEPTED)
    for _ in range(3):
        sweep()
    assert len(letters("gathering_host")) == 6
    assert again(gathering).status == GatheringStatus.PUBLISHED
    assert again(gathering).host_paused_at is None


def test_suspended_again_it_is_told_again():
    gathering = make_gathering()
    put_down(gathering)
    for status in (OrganisationStatus.SUSPENDED, OrganisationStatus.ACCEPTED) * 2:
        be(gathering.host, status)
        sweep()
    assert len(letters("gathering_host")) == 4


def test_the_day_before_it_is_called_off_and_told_by_one_letter():
    gathering = make_gathering(days=10)
    seat = put_down(gathering)
    be(gathering.host, OrganisationStatus.SUSPENDED)
    sweep()
    for _ in range(2):
        sweep(days=9)
    assert again(gathering).status == GatheringStatus.CANCELLED
    assert len(letters("gathering_cancelled", seat.person)) == 1
    assert not letters("attendance_eve"), "nobody is asked whether they still come"


def test_of_a_host_suspended_the_day_before_one_letter_comes():
    gathering = make_gathering(days=1)
    seat = put_down(gathering)
    be(gathering.host, OrganisationStatus.SUSPENDED)
    for _ in range(2):
        sweep()
    assert len(letters("gathering_cancelled", seat.person)) == 1
    assert not letters("gathering_host")


def test_an_operator_that_coordinates_nowhere_any_more_hosts_nothing():
    operator = make_coordinator().organisations.get()
    gathering = make_gathering(operator)
    put_down(gathering)
    sweep()
    assert not letters("gathering_host")
    Seat.objects.filter(operator=operator).update(status=SeatStatus.ENDED)
    for _ in range(2):
        sweep()
    assert len(letters("gathering_host")) == 1


@pytest.mark.parametrize("which", ["draft", "over", "nobody comes"])
def test_where_there_is_nobody_to_tell_nothing_is_told(which):
    gathering = make_gathering(status="DRAFT" if which == "draft" else "PUBLISHED")
    if which == "over":
        put_down(gathering)
        Gathering.objects.filter(pk=gathering.pk).update(status=GatheringStatus.TOOK_PLACE)
    be(gathering.host, OrganisationStatus.SUSPENDED)
    sweep()
    assert not letters("gathering_host")


def test_what_the_clock_has_said_meanwhile_is_not_written_over_by_a_form():
    read_before, now = make_gathering(), timezone.now()
    Gathering.objects.filter(pk=read_before.pk).update(host_paused_at=now)
    form = modelform_factory(Gathering, fields=["title"])({"title": "Autre"}, instance=read_before)
    assert form.is_valid()
    gatherings.write(read_before, form, [], by=host_of(read_before), now=now)
    written = again(read_before)
    assert (written.title, written.host_paused_at) == ("Autre", now)
