"""The hours of whoever leads a gathering: a mission with its host, made by the ways of all missions, or not counted."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.gatherings import gathering_clock, gatherings, leading
from marketplace.actions.market import proposals, waiters
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.figures import reckoning
from marketplace.models import Block, Mission, Need, NeedStep, Origin, Side
from marketplace.states import MissionStatus, NeedStatus, ProposalStatus
from tests.factories import (
    make_cause,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.gatherings.people import again, at, host_of, letters, make_gathering

pytestmark = pytest.mark.django_db


def led(offer=None, **fields):
    """A training of three hours in ten days, led by somebody who has said yes."""
    offer = offer or make_offer(make_user("Nora", "Cherif"), skills=("tableur",), trains_up_to=12)
    return make_gathering(trainer=offer, trainer_agreed_at=timezone.now(), **fields)


def asked(gathering, **said):
    said = {"hours": 5, "cause": make_cause()} | said
    return leading.count_hours(gathering, by=host_of(gathering), now=timezone.now(), **said)


def url(gathering):
    return reverse("gathering-hours", args=[gathering.pk])


def typed():
    return {"hours": "5", "cause": str(make_cause().pk)}


def test_the_host_proposes_a_mission_and_the_yes_of_who_leads_it_makes_it(client):
    gathering = led()
    client.force_login(host_of(gathering))
    assert url(gathering) in client.get(gathering.get_absolute_url()).content.decode()
    for _twice in range(2):
        assert client.post(url(gathering), typed()).status_code == 302
    need = Need.objects.get()
    assert (need.organisation, need.hours, need.places) == (gathering.host, 5, 1)
    assert not need.is_listed
    proposal = need.proposals.get()
    assert (proposal.offer, proposal.origin) == (gathering.trainer, Origin.INVITATION)
    nora = gathering.trainer.person
    mission = proposals.accept(proposal, side=Side.OFFER, by=nora)
    assert mission.regime, "on own time it is known at once"
    assert mission.sheet.hours == Decimal(5)
    for reader in (nora, host_of(gathering)):
        client.force_login(reader)
        page = client.get(gathering.get_absolute_url()).content.decode()
        assert mission.get_absolute_url() in page


def test_what_papers_will_quote_is_in_french_whatever_the_host_reads():
    with translation.override("en"):
        need = asked(led(commune=None, link="https://visio.example.org/x")).need
    assert ", de 14:00 à 17:00, à distance." in need.deliverable


def test_what_is_handed_over_is_the_gathering_led_and_not_a_date_alone():
    gathering = led()
    need = asked(gathering).need
    said = f"La rencontre « {gathering.title} » animée, "
    assert need.deliverable.startswith(said)
    assert str(gathering.commune) in need.deliverable


@pytest.mark.parametrize(("days", "said"), [(40, True), (5, False)])
def test_a_mission_whose_dates_aren_t_those_of_the_session_any_more_says_so(client, days, said):
    gathering = led()
    proposals.accept(asked(gathering), side=Side.OFFER, by=gathering.trainer.person)
    moved = {"starts_at": at(days), "ends_at": at(days, 17)}
    type(gathering).objects.filter(pk=gathering.pk).update(**moved)
    for reader in (gathering.trainer.person, host_of(gathering)):
        client.force_login(reader)
        page = client.get(gathering.get_absolute_url()).text
        assert ("La mission ne couvre plus ce jour" in page) == said


def test_on_working_time_the_employer_is_asked_as_for_any_mission():
    company = make_organisation(name="Chtimi", kind=Organisation.Kind.COMPANY, member=make_user())
    offer = make_offer(make_user("Nora", "Cherif"), organisation=company, skills=("tableur",))
    gathering = led(offer)
    proposal = asked(gathering)
    assert proposal.need.time == "WORK"
    mission = proposals.accept(proposal, side=Side.OFFER, by=offer.person)
    assert (mission.status, mission.regime) == (MissionStatus.FRAMING, "")
    assert not mission.is_own_time


def test_it_is_no_need_that_somebody_had_to_find():
    gathering = led()
    proposals.accept(asked(gathering), side=Side.OFFER, by=gathering.trainer.person)
    assert not NeedStep.objects.filter(after=NeedStatus.SUBMITTED).exists()
    (counts,) = {
        id(counts): counts
        for (choice, _month), counts in reckoning.reckon(
            gathering.pole, now=timezone.now()
        ).slices.items()
        if not choice
    }.values()
    assert (counts.posted, counts.missions) == (0, 1)


@pytest.mark.parametrize("who", ["stranger", "leader", "coordinator", "other pôle", "left", "off"])
def test_nobody_but_the_host_proposes_it(client, who):
    gathering = led()
    person = {
        "stranger": make_user,
        "leader": lambda: gathering.trainer.person,
        "coordinator": lambda: make_coordinator(gathering.pole),
        "other pôle": lambda: make_coordinator(make_pole("Pôle du Lac", ("74",))),
    }.get(who, lambda: host_of(gathering))()
    if who == "left":
        gathering.host.memberships.all().delete()
    if who == "off":
        Organisation.objects.filter(pk=gathering.host_id).update(
            status=OrganisationStatus.SUSPENDED
        )
    client.force_login(person)
    assert client.post(url(gathering), typed()).status_code in {403, 404}
    assert not Need.objects.exists()


def test_a_boss_reads_nothing_of_what_their_employee_leads_at_home(client):
    boss, nora = make_user(), make_user("Nora", "Cherif")
    company = make_organisation(kind=Organisation.Kind.COMPANY, member=boss)
    Membership.objects.filter(user=boss).update(role="ADMINISTRATOR")
    Membership.objects.create(user=nora, organisation=company, role="EMPLOYEE")
    host = make_organisation(name="Les Bottines", member=boss)
    gathering = led(make_offer(nora, skills=("tableur",)), host=host)
    client.force_login(boss)
    assert url(gathering) not in client.get(gathering.get_absolute_url()).content.decode()
    assert client.post(url(gathering), typed()).status_code == 403
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    "why", ["begun", "no offer", "no yes", "asks nobody", "own house", "paused", "leaves", "apart"]
)
def test_what_is_not_possible_is_said_and_nothing_is_written(client, why):
    gathering = led()
    offer, host = gathering.trainer, gathering.host
    if why == "begun":
        type(gathering).objects.filter(pk=gathering.pk).update(
            starts_at=at(0, 0) - timezone.timedelta(days=1), ends_at=at(1)
        )
    if why == "no offer":
        type(gathering).objects.filter(pk=gathering.pk).update(trainer=None, trainer_agreed_at=None)
    if why == "no yes":
        type(gathering).objects.filter(pk=gathering.pk).update(trainer_agreed_at=None)
    if why == "asks nobody":
        Organisation.objects.filter(pk=host.pk).update(kind=Organisation.Kind.COMPANY)
    if why == "own house":
        Membership.objects.create(user=offer.person, organisation=host, role="EMPLOYEE")
    if why == "paused":
        type(offer).objects.filter(pk=offer.pk).update(status="PAUSED")
    if why == "leaves":
        Organisation.objects.filter(pk=host.pk).update(leaves_on=timezone.localdate())
    if why == "apart":
        Block.objects.create(by=offer.person, organisation=host)
    with pytest.raises(NotYet):
        asked(again(gathering))
    assert not Need.objects.exists()
    client.force_login(host_of(gathering))
    answer = client.post(url(gathering), typed())
    assert answer.status_code in {200, 302, 403}
    assert not Need.objects.exists()


@pytest.mark.parametrize("hours", ["", "0", "-3", "101", "beaucoup", "9" * 400])
def test_hours_that_are_none_are_said_beside_them(client, hours):
    gathering = led()
    client.force_login(host_of(gathering))
    answer = client.post(url(gathering), typed() | {"hours": hours})
    assert "hours" in answer.context["form"].errors
    assert not Need.objects.exists()


def test_it_is_closed_to_everybody_else():
    gathering = led()
    need = asked(gathering).need
    other = make_offer(make_user(), skills=("tableur",))
    for put_forward in (proposals.apply, proposals.invite, proposals.propose):
        with pytest.raises(NotYet):
            put_forward(need, other, word="", by=other.person)
    proposals.accept(need.proposals.get(), side=Side.OFFER, by=gathering.trainer.person)
    with pytest.raises(NotYet):
        waiters.put_down(need, other, Side.OFFER, by=other.person, now=timezone.now())


def test_after_a_no_the_need_is_closed_by_the_clock_and_hours_count_nowhere():
    gathering = led()
    proposal = asked(gathering)
    gathering_clock.sweep(timezone.now())
    assert again(proposal.need).status == NeedStatus.PUBLISHED, "an answer is awaited"
    proposals.decline(proposal, side=Side.OFFER, reason="Non.", by=gathering.trainer.person)
    for _twice in range(2):
        gathering_clock.sweep(timezone.now())
    assert again(proposal.need).status == NeedStatus.WITHDRAWN
    assert again(gathering).trainer_agreed_at, "they lead it all the same"


STOPS = "s’arrête aussi, si elle n’a pas commencé."


def test_whoever_would_end_the_mission_by_it_is_told_so_first(client):
    gathering = led()
    nora, host = gathering.trainer.person, host_of(gathering)
    cancels = reverse("gathering-cancel", args=[gathering.pk])
    for written in (False, True):
        for reader, page in ((nora, gathering.get_absolute_url()), (host, cancels)):
            client.force_login(reader)
            assert (STOPS in client.get(page).text) == written
        if not written:
            asked(gathering)


def test_a_boss_who_cancels_isn_t_told_of_the_mission_of_their_employee_at_home(client):
    boss, nora = make_user(), make_user("Nora", "Cherif")
    company = make_organisation(kind=Organisation.Kind.COMPANY, member=boss)
    Membership.objects.filter(user=boss).update(role="ADMINISTRATOR")
    Membership.objects.create(user=nora, organisation=company, role="EMPLOYEE")
    host = make_organisation(name="Les Bottines", member=make_user())
    gathering = led(make_offer(nora, skills=("tableur",)), host=host)
    asked(gathering)
    Membership.objects.create(user=boss, organisation=host, role="ADMINISTRATOR")
    client.force_login(boss)
    page = client.get(reverse("gathering-cancel", args=[gathering.pk]))
    assert page.status_code == 200
    assert STOPS not in page.text


@pytest.mark.parametrize("how", ["cancelled", "steps back"])
@pytest.mark.parametrize("agreed", [True, False])
def test_when_it_is_off_or_they_step_back_the_mission_ends_too(how, agreed):
    gathering = led()
    proposal, nora = asked(gathering), gathering.trainer.person
    if agreed:
        proposals.accept(proposal, side=Side.OFFER, by=nora)
    now = timezone.now()
    if how == "cancelled":
        gatherings.cancel(gathering, word="", by=host_of(gathering), now=now)
    else:
        gatherings.answer_as_trainer(gathering, yes=False, by=nora, now=now)
    assert again(proposal.need).status == NeedStatus.WITHDRAWN
    assert again(proposal).status == (ProposalStatus.AGREED if agreed else ProposalStatus.CLOSED)
    stopped = Mission.objects.filter(status=MissionStatus.INTERRUPTED)
    assert stopped.count() == agreed
    assert again(gathering).need is None


def test_when_it_stops_nothing_is_said_to_open_again_but_the_offer(client):
    """“Le besoin et l’offre rouvrent”, of a need for whoever leads a gathering and for nobody else."""
    gathering = led()
    proposal, nora = asked(gathering), gathering.trainer.person
    proposals.accept(proposal, side=Side.OFFER, by=nora)
    mission = Mission.objects.get()
    client.force_login(host_of(gathering))
    page = client.get(reverse("mission-interrupt", args=[mission.pk])).text
    assert "Le besoin" not in page
    assert "L’offre rouvre si ses dates le permettent et si personne n’attend de place." in page
    missions.interrupt(mission, reason="Non.", by=host_of(gathering), now=timezone.now())
    (letter,) = letters("mission_interrupted", nora)
    assert "Le besoin" not in letter.text
    assert "L’offre est ouverte à d’autres." in letter.text


def test_the_need_of_who_leads_it_waits_for_nobody_and_teaches_nothing_of_itself(client):
    """“La liste d’attente”, and “Apprendre à le faire soi-même” at the very gathering that it is there to lead."""
    gathering = led()
    gathering.skills.set([gathering.trainer.held.get().skill])
    proposal = asked(gathering)
    proposals.accept(proposal, side=Side.OFFER, by=gathering.trainer.person)
    client.force_login(host_of(gathering))
    page = client.get(proposal.need.get_absolute_url()).text
    assert "La liste d’attente" not in page
    assert "Apprendre à le faire soi-même" not in page
    other = make_need(gathering.host, skills=("tableur",))
    assert "Apprendre à le faire soi-même" in client.get(other.get_absolute_url()).text
