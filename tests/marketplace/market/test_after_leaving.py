"""What is one's own stays one's own: hours for two weeks, papers signed, what was said until then."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.missions import departures, hours, missions
from marketplace.models import (
    Document,
    HoursEntry,
    Kind,
    Message,
    Mission,
    Regime,
    Signature,
    SigningLink,
)
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission, make_offer, make_organisation, make_user
from tests.marketplace.documents import document_desk
from tests.marketplace.documents.test_documents import make
from tests.marketplace.missions.leavers import back, goes

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user(first_name="Paul", last_name="Delattre")


@pytest.fixture
def company(boss):
    return make_organisation(
        Organisation.Kind.COMPANY, administrator=boss, name="Fonderie des Hauts", legal_form="SAS"
    )


@pytest.fixture
def head():
    return make_user(first_name="Aline", last_name="Moreau")


@pytest.fixture
def mission(company, head):
    return make_mission(
        work=True, company=company, member=head, status=MissionStatus.RUNNING,
        regime=Regime.PRESTATION, starts_on=in_days(-30),
    )  # fmt: skip


# --- hours ---------------------------------------------------------------------------------
def written(client, mission, day, page="mission-done", amount="3"):
    monday = day - timedelta(days=day.weekday())
    url = reverse(page, args=[mission.pk]) + f"?semaine={monday}"
    return client.post(url, {f"hours_{day:%Y%m%d}": amount}, follow=True)


def test_whoever_left_writes_hours_up_to_their_last_day_for_two_weeks(client, mission):
    after = goes(mission, ago=14)
    client.force_login(after.offer.person)
    written(client, after, in_days(-14))
    entry = after.hours.get()
    assert (entry.person, entry.written_by) == (after.offer.person, None)
    page = written(client, after, in_days(-13)).content.decode()
    assert "dernier jour chez l’employeur" in page
    assert after.hours.count() == 1


def test_after_two_weeks_it_is_the_companys_to_write(client, mission, boss, head):
    after = goes(mission, ago=15)
    person = after.offer.person
    client.force_login(person)
    assert written(client, after, in_days(-15)).status_code == 403
    for user, status in ((head, 403), (make_user(), 404), (boss, 200)):
        client.force_login(user)
        assert written(client, after, in_days(-15), page="mission-hours").status_code == status
    entry = after.hours.get()
    assert (entry.person, entry.written_by) == (person, boss)
    written(client, after, in_days(-14), page="mission-hours")
    assert after.hours.count() == 1, "nothing after the last day"


def test_within_two_weeks_the_company_writes_nothing_for_them(client, mission, boss):
    after = goes(mission, ago=3)
    client.force_login(boss)
    assert written(client, after, in_days(-4), page="mission-hours").status_code == 403


def test_hours_may_still_be_written_once_the_mission_has_ended_for_it(client, mission, head):
    after = goes(mission, ago=3)
    missions.interrupt(after, reason=".", by=head, now=timezone.now())
    client.force_login(after.offer.person)
    written(client, after, in_days(-4))
    client.force_login(head)
    newest = after.hours.get().pk
    client.post(reverse("hours-confirm", args=[after.pk]), {"newest": newest})
    assert after.hours.get().is_confirmed


def test_a_mission_that_never_ran_counts_no_hours(client, mission):
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DOCUMENTS, started_at=None)
    after = goes(mission)
    client.force_login(after.offer.person)
    assert written(client, after, in_days(0)).status_code == 403


# --- what stays theirs ---------------------------------------------------------------------
def says(mission, author, text, ago):
    at = timezone.localtime() - timedelta(days=ago)
    thread = mission.proposal.thread
    return Message.objects.create(
        thread=thread, author=author, text=text, sent_key=text, created_at=at
    )


def test_their_page_shows_their_own_and_nothing_written_since(client, mission, head):
    person = mission.offer.person
    says(mission, head, "Bonjour avant", ago=8)
    HoursEntry.objects.create(mission=mission, person=person, day=in_days(-9), hours=3, what="tri")
    after = goes(mission, ago=5)
    says(after, head, "Parlons-en sans lui", ago=1)
    client.force_login(person)
    assert client.get(reverse("home")).content.decode().count(reverse("missions-done")) == 1
    assert mission.need.title in client.get(reverse("missions-done")).content.decode()
    page = client.get(reverse("mission-done", args=[mission.pk])).content.decode()
    assert "Bonjour avant" in page
    assert "tri" in page
    assert "Parlons-en sans lui" not in page
    for name in ("mission", "mission-hours", "mission-documents", "mission-sheet"):
        led = client.get(reverse(name, args=[mission.pk]))
        assert led["Location"] == reverse("mission-done", args=[mission.pk]), name
    assert client.get(reverse("mission-left", args=[mission.pk])).status_code == 404
    thread = client.get(reverse("thread", args=[mission.proposal.thread.pk]))
    assert thread["Location"] == reverse("mission-done", args=[mission.pk])


def test_their_page_is_nobody_elses(client, mission, boss, head):
    url = reverse("mission-done", args=[mission.pk])
    client.force_login(mission.offer.person)
    assert client.get(url).status_code == 404, (
        "while they are of the company, the mission's own page"
    )
    goes(mission)
    for user in (boss, head, make_user()):
        client.force_login(user)
        assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_what_they_signed_stays_theirs_and_nobody_signs_while_it_waits(client):
    mission = document_desk.make_mission(Regime.LOAN)
    document = make(mission, Kind.AMENDMENT)
    person, head = mission.offer.person, document_desk.head_of(mission.need.organisation)
    link = SigningLink.objects.create(
        document=document, party="PERSON", name="N", capacity="c", email=person.email, token="t",
        sent_by=head, expires_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    said = {"read": document.sha256, "capacity": "salarié", "agreed": "on"}
    client.force_login(person)
    client.post(reverse("document-sign", args=[document.pk]), said | {"party": "PERSON"})
    assert Signature.objects.get().user == person
    goes(mission)
    link.refresh_from_db()
    assert link.expires_at <= timezone.now()
    assert Document.objects.visible_to(person).get() == document
    page = client.get(reverse("document", args=[document.pk])).content.decode()
    assert reverse("missions-done") in page
    assert reverse("mission-documents", args=[mission.pk]) not in page
    client.force_login(head)
    client.post(reverse("document-sign", args=[document.pk]), said | {"party": "STRUCTURE"})
    assert Signature.objects.count() == 1


def test_days_away_count_no_hours_even_after_the_return(mission, head):
    after = goes(mission, ago=5)
    back(after)
    departures.resume(after, by=head, now=timezone.now())
    after.refresh_from_db()
    person, today = after.offer.person, timezone.localdate()
    for ago, counts in ((0, True), (1, False), (4, False), (5, True)):
        days = {today - timedelta(days=ago): (Decimal(2), "")}
        if counts:
            hours.write(after, days, person=person, today=today)
        else:
            with pytest.raises(hours.WrongDay):
                hours.write(after, days, person=person, today=today)


@pytest.mark.parametrize("door", ["membership-leave", "membership-remove"])
def test_an_association_says_nothing_of_working_time_to_whoever_leaves_it(
    client, company, boss, door
):
    """Most of its people have offered none; of those who have, the sentence is said."""
    structure, lends = make_organisation(administrator=boss), make_organisation(administrator=boss)
    for organisation, said in ((company, True), (structure, False), (lends, True)):
        member = organisation.memberships.create(user=make_user())
        if organisation == lends:
            make_offer(member.user, organisation=lends)
        client.force_login(member.user if door == "membership-leave" else boss)
        page = client.get(reverse(door, args=[member.pk])).text
        assert ("temps de travail faites" in page) == said
