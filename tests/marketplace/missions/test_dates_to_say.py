"""A mission of a need without dates has none before somebody says them: its sheet asks, and no page, paper or calendar makes
any up."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.documents import documents
from marketplace.actions.market import proposals
from marketplace.actions.missions import missions, sheets
from marketplace.actions.refusals import NotYet
from marketplace.desk.calendar_feed import _missions as dates_of
from marketplace.models import Kind, Mission, Regime, Side
from marketplace.rules.next_acts.missions import acts
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_pole,
    make_user,
    verify,
)
from tests.marketplace.missions.leavers import asked, goes, says, transfer_proposal


def undated_mission(**fields):
    need = make_need(member=verify(make_user("Aline")), is_undated=True, ranked=False)
    return make_mission(need=need, **fields)


@pytest.fixture
def mission():
    return undated_mission()


@pytest.fixture
def aline(mission):
    return mission.need.organisation.members.get()


def door(mission):
    return reverse("mission-dates", args=[mission.pk])


def said(mission, **changes):
    days = {"starts_on": in_days(3).isoformat(), "ends_on": in_days(9).isoformat()}
    return {"read": mission.sheet.number} | days | changes


def transfer_page(client, transfer, reader):
    client.force_login(reader)
    return client.get(reverse("transfer", args=[transfer.pk])).text


def now(mission):
    return Mission.objects.get(pk=mission.pk)


def test_nothing_tells_a_date_that_nobody_said(client, mission, aline):
    assert not mission.has_dates
    client.force_login(aline)
    for name in ("mission", "mission-sheet"):
        page = client.get(reverse(name, args=[mission.pk])).text.replace("\xa0", " ")
        assert "du " + str(mission.starts_on.day) not in page
    assert "dates à convenir" in client.get(reverse("mission", args=[mission.pk])).text
    assert "dates à convenir" in client.get(reverse("missions")).text
    assert mission.sheet.versions.get().data["starts_on"] == ""
    days = (timezone.localdate() - timedelta(days=9), timezone.localdate() + timedelta(days=999))
    assert not list(dates_of(aline, days, timezone.now()))


def test_it_isn_t_started_and_no_paper_is_made_before(mission, aline):
    person = mission.offer.person
    with pytest.raises(NotYet, match="de quand à quand"):
        missions.start(mission, by=person, now=timezone.now())
    assert documents.refusal_of(Kind.MISSION_LETTER, mission) == documents.dates_are_missing()
    sheets.change(
        mission, {"starts_on": in_days(0), "ends_on": in_days(9)}, read=1, side=Side.NEED, by=aline
    )
    assert not documents.refusal_of(Kind.MISSION_LETTER, now(mission))
    missions.start(now(mission), by=person, now=timezone.now())
    assert now(mission).status == MissionStatus.RUNNING


def test_on_working_time_nobody_says_yes_to_a_sheet_without_dates():
    mission = undated_mission(work=True, regime=Regime.PRESTATION)
    aline = mission.need.organisation.members.get()
    with pytest.raises(NotYet, match="de quand à quand"):
        missions.agree(mission, read=mission.sheet.number, side=Side.NEED, by=aline)


def test_either_side_says_them_and_the_other_is_told(client, mission, aline):
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).text
    assert door(mission) in page
    form = client.get(door(mission)).context["form"]
    assert not any(form[name].value() for name in ("starts_on", "ends_on"))
    answer = client.post(door(mission), said(mission))
    assert answer.url == mission.get_absolute_url()
    dated = now(mission)
    assert (dated.has_dates, dated.starts_on, dated.ends_on) == (True, in_days(3), in_days(9))
    assert Notification.objects.filter(kind="sheet_changed", recipient=aline).exists()
    assert dated.sheet.versions.last().data["starts_on"]
    assert door(mission) not in client.get(mission.get_absolute_url()).text


def test_the_days_that_stood_there_may_be_said_too(client, mission, aline):
    client.force_login(aline)
    same = {"starts_on": mission.starts_on.isoformat(), "ends_on": mission.ends_on.isoformat()}
    client.post(door(mission), said(mission, **same))
    assert now(mission).has_dates
    assert now(mission).sheet.number == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": ""}, "ends_on"),
        ({"starts_on": "demain"}, "starts_on"),
        ({"ends_on": in_days}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
    ],
)
def test_what_isn_t_a_period_is_said_beside_the_field(client, mission, aline, wrong, field):
    client.force_login(aline)
    wrong = {name: one(1).isoformat() if callable(one) else one for name, one in wrong.items()}
    page = client.post(door(mission), said(mission, **wrong))
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert all(value in page.text for value in wrong.values())
    assert not now(mission).has_dates


def test_twice_or_on_an_old_page_nothing_is_lost(client, mission, aline):
    client.force_login(aline)
    old = said(mission)
    client.post(door(mission), old)
    again = client.post(door(mission), old | {"ends_on": in_days(20).isoformat()})
    assert again.url == reverse("mission-sheet", args=[mission.pk])
    assert now(mission).ends_on == in_days(9)
    other = undated_mission()
    client.force_login(other.need.organisation.members.get())
    stale = client.post(door(other), said(other) | {"read": 7})
    assert "Quelqu’un a changé la fiche" in stale.text
    client.post(reverse("mission-interrupt", args=[other.pk]), {"reason": "Non."})
    late = client.post(door(other), said(other))
    assert late.status_code == 302
    assert not now(other).has_dates


def test_whose_door_it_is(client, mission, aline):
    for user in (make_user(), make_coordinator(make_pole("Ailleurs", departments=("38",)))):
        client.force_login(verify(user))
        assert client.post(door(mission), said(mission)).status_code == 404
    client.logout()
    assert reverse("account_login") in client.post(door(mission), said(mission)).url
    Membership.objects.filter(user=aline).delete()
    client.force_login(aline)
    assert client.post(door(mission), said(mission)).status_code == 404
    assert not now(mission).has_dates


def test_it_is_what_comes_next_until_it_is_done(mission, aline):
    found = [act for act in acts(mission) if act.url == door(mission)]
    assert {act.who for act in found} == {"NEED", "OFFER"}


def test_a_dated_need_goes_on_as_before():
    mission = make_mission(need=make_need(member=make_user(), ends_on=date(2099, 1, 1)))
    assert mission.has_dates
    assert not [act for act in acts(mission) if act.url == door(mission)]


@pytest.mark.parametrize("days", [(-60, -1), (400, 430)])
def test_days_that_the_need_and_the_offer_dont_have_in_common_are_still_to_be_agreed(client, days):
    starts_on, ends_on = map(in_days, days)
    need = make_need(member=verify(make_user("Aline")), starts_on=starts_on, ends_on=ends_on)
    mission = make_mission(need=need)
    assert not mission.has_dates
    client.force_login(mission.offer.person)
    assert "dates à convenir" in client.get(mission.get_absolute_url()).text
    assert [act for act in acts(mission) if act.url == door(mission)]


def test_days_in_common_are_kept_to_though_they_are_few():
    """The need said “until Friday”, and its mission until the next Wednesday."""
    need = make_need(member=verify(make_user("Aline")), starts_on=in_days(1), ends_on=in_days(2))
    mission = make_mission(need=need)
    assert mission.has_dates
    assert (mission.starts_on, mission.ends_on) == (in_days(1), in_days(2))


def test_a_colleague_who_takes_over_is_asked_for_the_dates_too(client):
    boss, colleague = make_user("Paul", "Delattre"), make_user("Lina")
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss, legal_form="SAS")
    Membership.objects.create(user=colleague, organisation=company)
    mission = undated_mission(work=True, company=company, regime=Regime.PRESTATION)
    mission = goes(mission)
    transfer = asked(mission, colleague, boss)
    assert "dates à convenir" in transfer_page(client, transfer, colleague)
    says(client, transfer, "YES", colleague)
    aline = mission.need.organisation.members.get()
    following = proposals.accept(transfer_proposal(transfer), side=Side.NEED, by=aline)
    assert not following.has_dates


@pytest.mark.parametrize(("ends", "said"), [(-1, False), (6, False), (7, True)])
def test_a_colleague_reads_the_last_day_that_was_planned_where_it_is_to_come(client, ends, said):
    boss, colleague = make_user("Paul", "Delattre"), make_user("Lina")
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss, legal_form="SAS")
    Membership.objects.create(user=colleague, organisation=company)
    days = {"starts_on": in_days(-40), "ends_on": in_days(ends)}
    mission = make_mission(work=True, company=company, regime=Regime.PRESTATION, **days)
    transfer = asked(goes(mission), colleague, boss)
    page = transfer_page(client, transfer, colleague)
    assert ("comme il était prévu" in page, "dates à convenir" in page) == (said, not said)
    says(client, transfer, "YES", colleague)
    aline = mission.need.organisation.members.get()
    following = proposals.accept(transfer_proposal(transfer), side=Side.NEED, by=aline)
    assert following.has_dates is said
    assert (following.ends_on == mission.ends_on) is said
