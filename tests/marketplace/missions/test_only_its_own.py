"""After the employer’s no the sheet changes first; and a mission’s page points at what is its own."""

from django.urls import reverse

from marketplace.actions.missions import renewals
from marketplace.models import Employee, Mission, MissionSheet, Regime
from marketplace.states import MissionStatus
from tests.factories import make_mission
from tests.marketplace.missions.test_employer_agreement import MANAGER, ask, link
from tests.marketplace.missions.test_mission_course import renewal


def test_after_a_no_the_sheet_changes_before_the_mission_goes_on(client):
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)
    company, person = mission.offer.organisation, mission.offer.person
    employee = Employee.objects.create(organisation=company, person=person, **MANAGER)
    number = mission.sheet.number
    MissionSheet.objects.filter(mission=mission).update(need_agreed=number, offer_agreed=number)
    Mission.objects.filter(pk=mission.pk).update(agreed_version=None)
    ask(mission, employee)
    client.post(link(), {"answer": "NO", "reason": "Une période chargée."})
    client.force_login(mission.need.created_by)
    page = client.get(reverse("mission-sheet", args=[mission.pk])).text
    assert reverse("mission-go-on", args=[mission.pk]) not in page
    assert "n’est pas d’accord" in page
    refused = client.post(reverse("mission-go-on", args=[mission.pk]), follow=True).text
    assert "n’est pas d’accord" in refused
    mission.refresh_from_db()
    assert mission.status == MissionStatus.FRAMING


def test_the_page_of_a_mission_that_was_renewed_points_at_its_own_hours(client):
    """“The hours” of the first mission led to those of its renewal, which has none."""
    first = make_mission(status=MissionStatus.RUNNING)
    renewals.renew(first, **renewal(), by=first.need.created_by)
    client.force_login(first.need.created_by)
    page = client.get(first.get_absolute_url()).text
    assert f'value="hours:{first.pk}"' in page
    thread = first.proposal.thread
    sent = {"text": "Voici nos heures", "about": f"hours:{first.pk}", "sent_key": "k" * 22}
    client.post(reverse("thread", args=[thread.pk]), sent)
    assert thread.messages.get(text="Voici nos heures").about == f"hours:{first.pk}"
