"""Lines of one's home: who is asked to do what, and since when."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from common.dates import midnight
from marketplace.actions.market import offers
from marketplace.models import ConsentRequest, Mission, Offer, Regime
from marketplace.states import MissionStatus, OfferStatus
from tests.factories import in_days, make_mission, make_offer, make_organisation, make_user
from tests.marketplace.home_lines import lines_of

pytestmark = pytest.mark.django_db


def line(person, what, missions=()):
    found = [
        one for one in lines_of(person, person.memberships.all(), missions) if one.what == what
    ]
    return found[0] if found else None


@pytest.fixture
def company():
    return make_organisation("COMPANY", administrator=make_user("Claire", "Hermant"))


@pytest.fixture
def offer(company):
    """Written by Claire in the name of a colleague, who is asked for their yes."""
    found = make_offer(
        make_user("Basile", "Duval"), organisation=company, agrees=False,
        status=OfferStatus.DRAFT, created_by=company.members.first(), title="Tenir un budget",
    )  # fmt: skip
    offers.publish(found, by=found.created_by)
    return found


def test_an_offer_that_waits_for_the_yes_of_its_person_is_no_draft_to_finish(offer):
    writer = line(offer.created_by, "Tenir un budget")
    assert writer.is_theirs, "nothing of it is the writer's to do"
    assert "Basile Duval" in writer.why
    assert line(offer.person, "Tenir un budget") is None, "it is asked under “In your name” alone"


def test_once_the_link_has_run_out_the_writer_may_ask_again(offer):
    long_ago = timezone.now() - ConsentRequest.LASTS - timedelta(hours=1)
    ConsentRequest.objects.update(asked_at=long_ago, expires_at=timezone.now() - timedelta(hours=1))
    writer = line(offer.created_by, "Tenir un budget")
    assert not writer.is_theirs
    assert writer.act == "Demander de nouveau"


def test_an_offer_whose_days_are_over_waits_since_they_are():
    over = make_offer(starts_on=in_days(-30), ends_on=in_days(-2), title="Relire des statuts")
    Offer.objects.update(updated_at=timezone.now() - timedelta(days=40))
    offers.expire(over)
    found = line(over.person, "Relire des statuts")
    assert found.since > timezone.now() - timedelta(minutes=5), "not since it was written"


def test_a_last_day_that_has_passed_waits_since_that_day():
    mission = make_mission(status=MissionStatus.RUNNING)
    last = in_days(-3)
    Mission.objects.update(
        starts_on=in_days(-60), ends_on=last, started_at=timezone.now() - timedelta(days=60),
        moved_at=timezone.now() - timedelta(days=60),
    )  # fmt: skip
    coming = mission.offer.person
    found = line(coming, mission.need.title, Mission.objects.with_course())
    assert found.since == midnight(last + timedelta(days=1))


def test_on_working_time_the_employer_is_named_beside_whoever_comes(client, company):
    mission = make_mission(
        work=True, company=company, status=MissionStatus.FRAMING, regime=Regime.LOAN
    )
    client.force_login(mission.need.organisation.members.first() or mission.need.created_by)
    page = client.get(mission.get_absolute_url()).text
    assert f"{mission.offer.person.get_full_name()} ou {company}" in page


def test_a_mission_that_waits_for_its_first_day_waits_since_that_day():
    mission = make_mission(status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING)
    Mission.objects.update(
        starts_on=in_days(-1), ends_on=in_days(20), moved_at=timezone.now() - timedelta(days=11)
    )
    found = line(mission.offer.person, mission.need.title, Mission.objects.with_course())
    assert found.since == midnight(in_days(-1))


def test_before_that_day_the_home_says_of_no_time_that_it_has_waited(client):
    mission = make_mission(status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING)
    client.force_login(mission.offer.person)
    for first_in, said in ((10, False), (-2, True)):
        Mission.objects.update(
            starts_on=in_days(first_in),
            ends_on=in_days(30),
            moved_at=timezone.now() - timedelta(days=6),
        )
        row = re.search(
            rf">{re.escape(str(mission.need.title))}<.*?</li>", client.get("/").text, re.S
        )
        assert ("depuis " in row[0]) == said, first_in


def test_whoever_the_sheet_names_is_among_the_people_while_they_speak_for_the_employer(
    client, company
):
    mission = make_mission(
        work=True, company=company, status=MissionStatus.AGREEMENT, regime=Regime.LOAN
    )
    reader = mission.need.organisation.members.first() or mission.need.created_by
    referent = make_user("Martine", "Dassonville")
    membership = company.memberships.create(user=referent, role="MEMBER")
    mission.sheet.offer_referent = referent
    mission.sheet.save()
    client.force_login(reader)

    def people():
        page = client.get(mission.get_absolute_url()).text
        return page.partition("Les personnes</h2>")[2].partition("</section>")[0]

    assert "Martine Dassonville" in people()
    membership.delete()
    assert "Martine Dassonville" not in people(), "she has left"
    page = client.get(mission.get_absolute_url()).text
    assert f"{mission.offer.person.get_full_name()} ou {company}" in page, "either asks the manager"
