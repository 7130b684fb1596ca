"""While a colleague is asked to take a mission over: who reads what, whom it waits for, and when it begins."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from common.dates import spoken
from marketplace.actions.market import proposals
from marketplace.desk.ranks import OTHERS
from marketplace.models import Departure, HoursEntry, Mission, Proposal, Regime, Transfer
from marketplace.rules import readings
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_organisation, make_user
from tests.marketplace.desk.desk_people import lines_of
from tests.marketplace.missions.leavers import asked, goes, says, transfer_proposal

pytestmark = pytest.mark.django_db


@dataclass
class People:
    boss: User
    head: User
    colleague: User
    coordinator: User


@pytest.fixture
def people():
    return People(make_user(), make_user(), make_user(trade="développeuse"), make_user())


@pytest.fixture
def mission(people):
    """Six hours of seventy were given; then the person was removed, ten days ago."""
    company = make_organisation(
        Organisation.Kind.COMPANY, administrator=people.boss, legal_form="SAS"
    )
    Membership.objects.create(user=people.colleague, organisation=company)
    running = make_mission(
        work=True, company=company, member=people.head, status=MissionStatus.RUNNING,
        regime=Regime.LOAN, starts_on=in_days(-30), agreed_version=1, agreed_hours=40,
    )  # fmt: skip
    HoursEntry.objects.create(
        mission=running, person=running.offer.person, day=in_days(-12), hours=6
    )
    people.coordinator = make_coordinator(running.need.pole)
    return goes(running, ago=10)


def test_the_day_beside_a_colleague_s_answer_is_said_to_be_that_of_the_question(
    client, mission, people
):
    """“Amélie Gossart 23 novembre 2026 – a dit oui”: she was asked on the 23rd, and answered later."""
    transfer = asked(mission, people.colleague, people.boss)
    says(client, transfer, "YES", people.colleague)
    client.force_login(people.boss)
    page = client.get(reverse("mission-left", args=[mission.pk])).text
    day = spoken(timezone.localdate(transfer.asked_at), "j F Y")
    assert f"demande faite le {day}</span> – a dit oui" in page


def test_the_word_to_the_colleague_is_read_by_nobody_of_the_structure(client, mission, people):
    transfer = asked(mission, people.colleague, people.boss)
    client.force_login(people.colleague)
    assert "Tu veux ?" in client.get(reverse("transfer", args=[transfer.pk])).text
    says(client, transfer, "YES", people.colleague)
    proposal = transfer_proposal(transfer)
    letter = Notification.objects.get(kind="transfer_proposed", recipient=people.head)
    assert "Tu veux" not in letter.text
    client.force_login(people.head)
    assert "Tu veux" not in client.get(proposal.get_absolute_url()).text
    Proposal.objects.filter(pk=proposal.pk).update(word="Tu veux ?")  # as it was kept before
    assert "Tu veux" not in client.get(proposal.get_absolute_url()).text


@pytest.mark.parametrize(("days", "urgency"), [(4, "soon"), (6, "late")])
def test_whoever_is_asked_to_go_on_is_late_by_the_day_they_were_asked(
    client, mission, people, days, urgency
):
    """And not by that of the departure: “n’a pas répondu depuis 10 jours”, asked four days ago."""
    ago = timezone.now() - timedelta(days=days)
    transfer = asked(mission, people.colleague, people.boss)
    Transfer.objects.filter(pk=transfer.pk).update(asked_at=ago)
    [line] = lines_of(people.coordinator)
    assert (line.since, line.urgency, line.place) == (ago, urgency, OTHERS)
    says(client, transfer, "YES", people.colleague)
    [line] = lines_of(people.coordinator)
    assert (line.since, line.urgency) == (transfer_proposal(transfer).created_at, "soon")


@pytest.mark.parametrize("urgency", ["soon", "late"])
def test_the_structure_has_as_many_days_as_its_page_promises(client, mission, people, urgency):
    """“En retard, attendu sous 5 jours”, of an answer that both sides read as expected six days later."""
    transfer = asked(mission, people.colleague, people.boss)
    says(client, transfer, "YES", people.colleague)
    last = readings.Bounds.of(7, timezone.localdate()).soon
    at = last + timedelta(minutes=1) if urgency == "soon" else last
    Proposal.objects.filter(transfer=transfer).update(created_at=at)
    [line] = [one for one in lines_of(people.coordinator) if one.kind == "mission"]
    assert (line.since, line.urgency, line.place) == (at, urgency, OTHERS)
    assert line.expected == "attendu sous 7 jours ouvrés"


def test_the_colleague_reads_what_their_programme_doesnt_give_before_they_answer(
    client, mission, people
):
    programme = mission.offer.organisation.programmes.create(
        name="Un jour par an", days_per_year=1, starts_on=in_days(-400)
    )
    url = reverse("transfer", args=[asked(mission, people.colleague, people.boss).pk])
    client.force_login(people.colleague)
    said = "heures restent sur 7"
    assert said in client.get(url).text
    type(programme).objects.update(days_per_year=200)
    assert said not in client.get(url).text


def test_the_desk_waits_for_whoever_is_asked_and_not_for_the_coordinators(client, mission, people):
    client.force_login(people.coordinator)

    def line():
        page = client.get(reverse("desk")).text
        return page.partition(f'id="mission-{mission.pk}"')[2].partition("</li>")[0]

    yours = "une réponse de vous"
    assert yours in line()
    transfer = asked(mission, people.colleague, people.boss)
    assert yours not in line()
    assert "Le ou la collègue n’a pas dit" in line()
    says(client, transfer, "YES", people.colleague)
    client.force_login(people.coordinator)
    assert yours not in line()
    assert "La structure n’a pas répondu" in line()
    assert "Relancer" in line()


def test_the_value_is_asked_for_once_the_hours_of_whoever_left_can_no_more_be_written(
    client, mission, people
):
    says(client, asked(mission, people.colleague, people.boss), "YES", people.colleague)
    proposals.accept(transfer_proposal(Transfer.objects.get()), side="NEED", by=people.head)
    mission.hours.update(confirmed_at=timezone.now())
    Departure.objects.update(person=mission.offer.person, last_on=in_days(-10))

    def tasks():
        return [
            act.task for act in next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
        ]

    assert "déclarer la valeur de ce qui a été donné" not in tasks()
    Departure.objects.update(last_on=in_days(-15))
    assert "déclarer la valeur de ce qui a été donné" in tasks()


def test_what_a_colleague_takes_over_leaves_time_for_its_papers(client, mission, people):
    transfer = asked(mission, people.colleague, people.boss)
    says(client, transfer, "YES", people.colleague)
    following = proposals.accept(transfer_proposal(transfer), side="NEED", by=people.head)
    assert following.starts_on == in_days(7)
    assert following.ends_on >= in_days(14)
