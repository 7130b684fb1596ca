"""Who led a gathering, steps back and leads it again; and a session that the clock calls off: one session, one mission."""

from datetime import timedelta

import pytest
from django.forms import modelform_factory
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.gatherings import gathering_clock, gatherings
from marketplace.actions.market import proposals
from marketplace.actions.missions import missions
from marketplace.models import Gathering, Mission, Need, Side
from marketplace.states import MissionStatus, NeedStatus
from tests.factories import make_offer, make_organisation, make_user
from tests.marketplace.gatherings.people import again, host_of, letters
from tests.marketplace.gatherings.test_leading import asked, led, typed, url

pytestmark = pytest.mark.django_db


def agreed(gathering):
    return proposals.accept(asked(gathering), side=Side.OFFER, by=gathering.trainer.person)


def begun(gathering):
    """The mission of whoever leads it, which has begun: the session is prepared."""
    mission = agreed(gathering)
    missions.start(mission, by=gathering.trainer.person, now=timezone.now())
    return again(mission)


def steps_back(gathering):
    fresh = again(gathering)
    person = fresh.trainer.person
    gatherings.answer_as_trainer(fresh, yes=False, by=person, now=timezone.now())


def leads(gathering, offer):
    """The host names that offer, and its person says yes."""
    type(gathering).objects.filter(pk=gathering.pk).update(trainer=offer)
    gatherings.answer_as_trainer(again(gathering), yes=True, by=offer.person, now=timezone.now())
    return again(gathering)


def test_who_leads_it_again_goes_on_with_the_mission_that_has_begun(client):
    gathering = led()
    mission = begun(gathering)
    for _twice in range(2):
        steps_back(gathering)
        assert again(gathering).need is None
        assert again(mission).status == MissionStatus.RUNNING, "only they end what has begun"
        assert leads(gathering, mission.offer).need == mission.need
    client.force_login(host_of(gathering))
    page = client.get(gathering.get_absolute_url()).text
    assert mission.get_absolute_url() in page
    assert reverse("gathering-hours", args=[gathering.pk]) not in page
    assert client.post(url(gathering), typed()).status_code == 302
    assert Mission.objects.get() == mission
    assert Need.objects.count() == 1


def test_of_one_that_had_not_begun_another_is_made():
    gathering = led()
    mission = agreed(gathering)
    steps_back(gathering)
    assert again(mission).status == MissionStatus.INTERRUPTED
    another = agreed(leads(gathering, mission.offer))
    assert another.need != mission.need
    assert Mission.objects.exclude(status=MissionStatus.INTERRUPTED).get() == another


def test_somebody_else_leads_meanwhile_with_a_mission_of_their_own():
    gathering = led()
    first = begun(gathering)
    steps_back(gathering)
    other = make_offer(make_user("Idir", "Haddad"), skills=("tableur",))
    meanwhile = leads(gathering, other)
    assert meanwhile.need is None
    second = agreed(meanwhile)
    assert second.offer == other
    steps_back(gathering)
    assert again(second).status == MissionStatus.INTERRUPTED
    assert leads(gathering, first.offer).need == first.need
    assert again(first).status == MissionStatus.RUNNING


def test_a_mission_that_was_stopped_meanwhile_counts_no_more_and_another_may_be_made():
    gathering = led()
    first = begun(gathering)
    steps_back(gathering)
    missions.interrupt(first, reason="Fini.", by=first.offer.person, now=timezone.now())
    assert leads(gathering, first.offer).need is None
    assert agreed(again(gathering)).need != first.need


def test_who_hosts_it_and_writes_themselves_down_again_finds_it_too():
    """Their yes is the saving of the form."""
    gathering = led()
    first = begun(gathering)
    steps_back(gathering)
    nora = first.offer.person
    Membership.objects.create(user=nora, organisation=gathering.host, role="ADMINISTRATOR")
    fresh = again(gathering)
    form = modelform_factory(Gathering, fields=["trainer"])(
        {"trainer": first.offer_id}, instance=fresh
    )
    assert form.is_valid()
    gatherings.write(fresh, form, fresh.skills.all(), by=nora, now=timezone.now())
    assert again(gathering).need == first.need


def test_by_another_offer_at_work_the_employer_learns_nothing_of_the_mission_at_home():
    nora = make_user("Nora", "Cherif")
    gathering = led(make_offer(nora, skills=("tableur",)))
    first = begun(gathering)
    steps_back(gathering)
    house = make_organisation(name="Chtimi", kind=Organisation.Kind.COMPANY, member=make_user())
    at_work = make_offer(nora, organisation=house, skills=("tableur",), time="WORK")
    assert leads(gathering, at_work).need is None
    assert again(first).status == MissionStatus.RUNNING


# --- called off by the clock -----------------------------------------------------------------
@pytest.mark.parametrize("why", [OrganisationStatus.SUSPENDED, OrganisationStatus.CLOSED])
def test_called_off_by_the_clock_the_mission_ends_and_each_is_told_once(why):
    gathering = led(days=1)
    mission = agreed(gathering)
    Organisation.objects.filter(pk=gathering.host_id).update(status=why)
    for _twice in range(2):
        gathering_clock.sweep(timezone.now() + timedelta(minutes=1))
    assert again(gathering).is_cancelled
    assert again(mission).status == MissionStatus.INTERRUPTED
    assert again(mission.need).status == NeedStatus.WITHDRAWN
    assert again(gathering).need is None
    for person in (gathering.trainer.person, host_of(gathering)):
        (letter,) = letters("mission_interrupted", person)
        assert gathering.title in letter.text
    assert mission.steps.get(after=MissionStatus.INTERRUPTED).by is None


def test_called_off_by_the_clock_what_has_begun_goes_on():
    gathering = led(days=1)
    mission = begun(gathering)
    Organisation.objects.filter(pk=gathering.host_id).update(status=OrganisationStatus.SUSPENDED)
    gathering_clock.sweep(timezone.now())
    assert again(gathering).is_cancelled
    assert again(mission).status == MissionStatus.RUNNING
    assert letters("mission_interrupted") == []


def test_who_may_not_lead_it_any_more_leaves_no_mission_that_waits():
    gathering = led()
    mission = agreed(gathering)
    nora = gathering.trainer.person
    type(nora).objects.filter(pk=nora.pk).update(is_active=False)
    for _twice in range(2):
        gathering_clock.sweep(timezone.now())
    assert again(gathering).trainer is None
    assert again(mission).status == MissionStatus.INTERRUPTED
    assert len(letters("mission_interrupted", host_of(gathering))) == 1
