"""What can't be renewed, said by its page before anything is filled in; what doesn't start without the other side, and what its
sheet begins from."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import missions, renewals
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Side
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission

pytestmark = pytest.mark.django_db


def test_what_has_not_begun_shows_no_form_to_renew_it_and_says_why(client):
    """By its address the form opened, and was refused once it was filled in."""
    mission = make_mission(status=MissionStatus.FRAMING)
    renewal = {"starts_on": in_days(30), "ends_on": in_days(40), "hours": 5}
    client.force_login(mission.need.created_by)
    for answer in (
        client.get(reverse("mission-renew", args=[mission.pk]), follow=True),
        client.post(reverse("mission-renew", args=[mission.pk]), renewal, follow=True),
    ):
        assert answer.redirect_chain[-1][0] == mission.get_absolute_url()
        assert "Seule une mission qui a commencé peut être reconduite" in answer.text
    assert Mission.objects.count() == 1


@pytest.mark.parametrize("says", ["starts it", "agrees to the sheet"])
def test_a_structure_goes_on_with_a_volunteer_by_its_own_will(says):
    """The letter asked for its yes, and the volunteer who had renewed it started it alone."""
    mission = make_mission(status=MissionStatus.CLOSED)
    structure, person = mission.need.created_by, mission.offer.person
    following = renewals.renew(
        mission, starts_on=in_days(100), ends_on=in_days(190), hours=30, by=person
    )
    now = timezone.now()
    with pytest.raises(NotYet, match="n’a pas encore dit oui à cette reconduction"):
        missions.start(following, by=person, now=now)
    if says == "agrees to the sheet":
        missions.agree(following, read=1, side=Side.NEED, by=structure)
    missions.start(following, by=structure if says == "starts it" else person, now=now)
    following.refresh_from_db()
    assert following.status == MissionStatus.RUNNING


def test_the_first_version_of_a_renewal_is_from_the_sheet_of_what_it_renews(client):
    """“From the need and the offer” was said of words that neither holds."""
    mission = make_mission(status=MissionStatus.CLOSED)
    by = mission.need.created_by
    following = renewals.renew(
        mission, starts_on=in_days(100), ends_on=in_days(190), hours=30, by=by
    )
    client.force_login(by)
    renews, drawn = "tirée de la fiche de la mission que celle-ci reconduit", "tirée du besoin"
    for one, said, unsaid in ((following, renews, drawn), (mission, drawn, renews)):
        page = client.get(reverse("mission-versions", args=[one.pk])).text
        assert said in page
        assert unsaid not in page


@pytest.mark.parametrize("work", [True, False])
def test_no_agreement_of_an_employer_is_announced_to_who_comes_on_their_own_time(client, work):
    mission = make_mission(work=work, status=MissionStatus.CLOSED)
    client.force_login(mission.need.created_by)
    page = client.get(reverse("mission-renew", args=[mission.pk])).text
    assert ("nouveaux accords et nouveaux documents" in page) is work
    assert ("nouvelle lettre de mission" in page) is not work
