"""A mission is planned in whole hours: a half hour that is left is taken over by nobody."""

from django.urls import reverse

from accounts.models import Membership, Organisation
from marketplace.models import HoursEntry, Mission, Regime
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission, make_organisation, make_user
from tests.marketplace.missions.leavers import asked, goes


def test_a_colleague_reads_the_hours_that_their_mission_will_have(client):
    boss, colleague = make_user(), make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    Membership.objects.create(user=colleague, organisation=company)
    mission = make_mission(
        work=True, company=company, status=MissionStatus.RUNNING, regime=Regime.LOAN,
        starts_on=in_days(-30), agreed_version=1, agreed_hours=40,
    )  # fmt: skip
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=in_days(-12), hours="6.5"
    )
    goes(mission, by=boss)
    mission = Mission.objects.get(pk=mission.pk)
    client.force_login(boss)
    page = client.get(reverse("mission-left", args=[mission.pk])).text
    assert "Il reste 33,5 heures." in page
    assert "Une mission se compte en heures entières" in page
    assert "33 sont demandées." in page
    transfer = asked(mission, colleague, boss)
    client.force_login(colleague)
    page = client.get(transfer.get_absolute_url()).text
    assert "33 heures restantes" in page
    assert "33,5" not in page
