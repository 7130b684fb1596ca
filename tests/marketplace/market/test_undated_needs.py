"""A need without dates takes place whenever it suits, is fresh for three months, and is asked about before it rests."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from common.dates import add_months, spoken
from marketplace.actions.market import freshness, needs, proposals
from marketplace.actions.missions import missions
from marketplace.models import Need, Side
from marketplace.rules import deductions
from marketplace.states import NeedStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_cause,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
    verify,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))
FRESH_UNTIL = date(2026, 6, 2)
ASKED_ON = date(2026, 5, 20)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def aline():
    return verify(make_user("Aline"))


@pytest.fixture
def need(clock, aline):
    """Published on the 2nd of March."""
    return undated(member=aline)


def undated(organisation=None, **fields):
    made = make_need(organisation, is_undated=True, **fields)
    made.freshen(timezone.localdate())
    made.save()
    return made


def letters(kind):
    return Notification.objects.filter(kind=kind)


def awake(clock, day):
    clock.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=MONDAY.tzinfo))
    freshness.ask_still_true(timezone.now())


def link_in(letter):
    return next(word for word in letter.text.split() if "/toujours-vrai/" in word).split("?")[0]


def now(need):
    return Need.objects.get(pk=need.pk)


# --- what it says ---------------------------------------------------------------------------
def test_every_page_says_whenever_and_none_says_a_date_that_nobody_said(client, aline):
    structure = make_organisation(member=aline)
    need = undated(structure, place="BOTH")
    until = spoken(need.ends_on, "j F Y")
    page = client.get(need.get_absolute_url()).text
    assert f"À convenir ensemble, demande fraîche jusqu’au {until}" in page
    assert '"validThrough"' in page
    assert "jobStartDate" not in page
    client.force_login(aline)
    for address in (reverse("needs"), reverse("my-needs")):
        shown = client.get(address).text
        assert "à convenir ensemble" in shown
        assert f"avant le {until}" not in shown


def test_the_card_of_a_dated_one_counts_its_last_day_as_its_page_does(client, aline):
    """The card said “avant le 18 mars 2027”, and the page “du 8 décembre 2026 au 18 mars 2027”."""
    need = make_need(make_organisation(member=aline))
    client.force_login(aline)
    last = spoken(need.ends_on, "j F Y")
    for address in (reverse("needs"), reverse("my-needs")):
        shown = client.get(address).text
        assert f"jusqu’au {last}" in shown
        assert f"avant le {last}" not in shown


def test_what_isn_t_online_is_said_to_be_neither_fresh_nor_stale():
    for status in (NeedStatus.DRAFT, NeedStatus.PAUSED, NeedStatus.FILLED, NeedStatus.CLOSED):
        assert undated(status=status).when_words == "à convenir ensemble"


def test_the_coordinators_list_says_it_and_so_does_what_they_take_out(client):
    client.force_login(verify(make_coordinator()))
    need = undated()
    columns = {"tout": "1", "colonnes": "titre.debut.fin"}
    page = client.get(reverse("lists", args=["besoins"]), columns)
    assert "à convenir ensemble" in page.text
    assert spoken(need.ends_on, "j F Y") not in page.text
    address = reverse("lists-export", args=["besoins", "csv"]) + "?colonnes=titre.debut.fin"
    file = client.post(address, {"why": "x"}).getvalue().decode("utf-8-sig")
    assert "à convenir ensemble" in file
    assert need.ends_on.strftime("%d/%m/%Y") not in file
    assert need.ends_on.isoformat() not in file


def test_it_is_found_by_whoever_isn_t_free_before_a_day_on_which_it_is_fresh(client):
    need, dated = undated(), make_need(title="Daté")
    page = reverse("needs")
    for days, found in ((60, True), (120, False)):
        shown = client.get(page, {"since": in_days(days).isoformat()}).text
        assert (need.title in shown, dated.title in shown) == (found, False)
    shown = client.get(page, {"when": "month"}).text
    assert need.title in shown


# --- how it is written ----------------------------------------------------------------------
def on_one_page(need, **said):
    return {
        "title": need.title,
        "context": need.context,
        "deliverable": need.deliverable,
        "cause": need.cause_id,
        "place": need.place,
        "commune": "Lille",
        "commune-code": "59350",
        "length": "QUARTER",
        "places": "1",
        "time": "BOTH",
        "skills": ["site-web"],
        "starts_on": "",
        "ends_on": "",
        "save": "yes",
    } | said


@pytest.fixture
def draft(client, aline):
    client.force_login(aline)
    return make_need(member=aline, status=NeedStatus.DRAFT)


def test_dates_are_said_and_taken_back_on_the_page_of_a_draft(client, draft):
    page = reverse("need-edit", args=[draft.pk])
    client.post(page, on_one_page(draft))
    assert now(draft).is_undated
    form = client.get(page).context["form"]
    assert not any(form[name].value() for name in ("starts_on", "ends_on"))
    client.post(page, on_one_page(draft, ends_on=in_days(40).isoformat()))
    said = now(draft)
    assert (said.is_undated, said.starts_on, said.ends_on) == (False, in_days(0), in_days(40))
    client.post(page, on_one_page(draft))
    assert (now(draft).is_undated, now(draft).ends_on) == (True, add_months(in_days(0), 3))


@pytest.mark.parametrize(
    "said",
    [
        {"ends_on": "2019-01-01"},
        {"starts_on": "bientôt"},
        {"starts_on": "9999-12-31"},
        {"starts_on": in_days, "ends_on": "x" * 5_000},
    ],
)
def test_a_date_that_isn_t_one_is_said_beside_its_field_and_what_was_typed_stays(
    client, draft, said
):
    said = {
        name: value(3).isoformat() if callable(value) else value for name, value in said.items()
    }
    page = client.post(
        reverse("need-edit", args=[draft.pk]), on_one_page(draft, submit="yes", **said)
    )
    assert page.status_code == 200
    assert {"starts_on", "ends_on"} & set(page.context["form"].errors)
    for value in said.values():
        assert value in page.text
    assert now(draft).status == NeedStatus.DRAFT


def test_it_is_fresh_from_the_day_it_is_published_and_writing_it_anew_makes_it_no_fresher(
    client, clock, aline
):
    need = undated(member=aline, status=NeedStatus.SUBMITTED)
    coordinator = verify(make_coordinator())
    clock.move_to(MONDAY + timedelta(days=30))
    needs.publish(need, by=coordinator)
    assert now(need).ends_on == date(2026, 7, 1)
    clock.move_to(MONDAY + timedelta(days=40))
    client.force_login(coordinator)
    client.post(reverse("need-edit", args=[need.pk]), on_one_page(need, title="Autrement dit"))
    assert (now(need).title, now(need).ends_on) == ("Autrement dit", date(2026, 7, 1))


# --- still true? ----------------------------------------------------------------------------
def test_it_is_asked_about_once_a_fortnight_before_and_rests_the_day_after(clock, need, aline):
    for day in (date(2026, 5, 2), ASKED_ON - timedelta(days=1)):
        awake(clock, day)
        assert not letters("still_true").exists(), "sixty days are for what has dates"
    for day in (ASKED_ON, ASKED_ON + timedelta(days=1), FRESH_UNTIL):
        awake(clock, day)
    assert letters("still_true").get().recipient == aline
    assert "mercredi 3 juin" in letters("still_true").get().text
    assert now(need).status == NeedStatus.PUBLISHED
    for days in (1, 2, 30):
        awake(clock, FRESH_UNTIL + timedelta(days=days))
        assert now(need).status == NeedStatus.PAUSED
    assert letters("fell_asleep").count() == 1


def test_where_the_clock_was_down_a_fortnight_is_left_to_answer(clock, need):
    late = FRESH_UNTIL + timedelta(days=20)
    awake(clock, late)
    assert letters("still_true").count() == 1
    awake(clock, late + timedelta(days=13))
    assert now(need).status == NeedStatus.PUBLISHED
    awake(clock, late + timedelta(days=14))
    assert now(need).status == NeedStatus.PAUSED


def test_what_is_said_to_be_true_while_the_clock_goes_round_isn_t_put_to_sleep(
    clock, need, aline, monkeypatch
):
    """Both were read together; the second is confirmed as the first falls asleep."""
    second = undated(need.organisation)
    awake(clock, ASKED_ON)
    genuine = freshness.letters.fell_asleep

    def confirmed_meanwhile(row, **said):
        genuine(row, **said)
        freshness.confirm(now(second), by=aline)

    monkeypatch.setattr(freshness.letters, "fell_asleep", confirmed_meanwhile)
    awake(clock, FRESH_UNTIL + timedelta(days=1))
    assert (now(need).status, now(second).status) == (NeedStatus.PAUSED, NeedStatus.PUBLISHED)


def test_yes_makes_it_fresh_for_three_more_months_and_opening_the_link_nothing(client, clock, need):
    awake(clock, ASKED_ON)
    link = link_in(letters("still_true").get())
    page = client.get(f"{link}?answer=yes").text
    assert "Oui, toujours d’actualité" in page
    assert "Non, le clore" in page
    assert now(need).ends_on == FRESH_UNTIL
    done = client.post(link, {"answer": "yes"}).text
    assert "fraîche jusqu’au 20 août 2026" in done
    client.post(link, {"answer": "yes"})
    assert now(need).ends_on == date(2026, 8, 20)
    awake(clock, FRESH_UNTIL + timedelta(days=1))
    assert now(need).status == NeedStatus.PUBLISHED
    awake(clock, date(2026, 8, 10))
    assert letters("still_true").count() == 2, "another silence, another letter"


def test_no_closes_it_tells_who_waited_and_is_never_pressed_by_a_script(client, clock, need):
    proposal = make_proposal(need)
    awake(clock, ASKED_ON)
    link = link_in(letters("still_true").get())
    page = client.get(f"{link}?answer=close").text
    assert "data-one-click" not in page
    assert now(need).status == NeedStatus.PUBLISHED
    done = client.post(link, {"answer": "close"}).text
    assert "C’est clos" in done
    proposal.refresh_from_db()
    assert (now(need).status, proposal.status) == (NeedStatus.WITHDRAWN, ProposalStatus.CLOSED)
    assert client.post(link, {"answer": "close"}).status_code == 200
    assert client.post(link, {"answer": "yes"}).status_code == 200
    assert now(need).status == NeedStatus.WITHDRAWN


def test_with_people_at_work_no_closes_it_and_they_go_on(client, clock, need, aline):
    Need.objects.update(places=2)
    mission = make_mission(need=now(need))
    awake(clock, ASKED_ON)
    client.post(link_in(letters("still_true").get()), {"answer": "close"})
    mission.refresh_from_db()
    assert (now(need).status, mission.is_live) == (NeedStatus.CLOSED, True)


def test_no_is_for_what_has_no_dates_and_is_still_open(client, clock, need, aline):
    dated = make_need(need.organisation)
    link = freshness.link(dated, aline)
    client.post(link, {"answer": "close"})
    assert now(dated).status == NeedStatus.PUBLISHED
    link = freshness.link(need, aline)
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.FILLED)
    client.post(link, {"answer": "close"})
    assert now(need).status == NeedStatus.FILLED


def test_the_link_is_dead_for_who_has_left_and_of_a_suspended_structure_nobody_is_asked(
    client, clock, need
):
    Organisation.objects.update(status=OrganisationStatus.SUSPENDED)
    awake(clock, ASKED_ON)
    assert not letters("still_true").exists()
    Organisation.objects.update(status=OrganisationStatus.ACCEPTED)
    awake(clock, ASKED_ON + timedelta(days=1))
    link = link_in(letters("still_true").get())
    need.organisation.memberships.all().delete()
    for answer in ("yes", "close"):
        assert client.post(link, {"answer": answer}).status_code == 410
    assert now(need).status == NeedStatus.PUBLISHED


def test_what_rests_is_online_again_by_one_click_and_fresh(client, clock, need, aline):
    awake(clock, ASKED_ON)
    awake(clock, FRESH_UNTIL + timedelta(days=1))
    link = link_in(letters("fell_asleep").get())
    clock.move_to(MONDAY + timedelta(days=120))
    client.post(link, {"answer": "yes"})
    assert now(need).status == NeedStatus.PUBLISHED
    assert now(need).ends_on == add_months(timezone.localdate(), 3)
    awake(clock, timezone.localdate() + timedelta(days=1))
    assert now(need).status == NeedStatus.PUBLISHED


def test_one_proposed_privately_and_one_somebody_is_asked_for_are_asked_about_too(
    clock, need, aline
):
    make_proposal(need)
    undated(need.organisation, is_listed=False)
    awake(clock, ASKED_ON)
    assert letters("still_true").filter(recipient=aline).count() == 2


def test_one_that_is_no_longer_fresh_may_still_be_agreed_about(clock, need, aline):
    offer = make_offer(ends_on=date(2027, 1, 1))
    proposal = make_proposal(need, offer)
    clock.move_to(MONDAY + timedelta(days=100))
    mission = proposals.accept(proposal, side=Side.NEED, by=aline)
    assert not mission.has_dates
    assert mission.ends_on >= timezone.localdate()


def test_a_place_that_is_free_again_makes_it_fresh(clock, need, aline):
    mission = make_mission(need=now(need))
    assert now(need).status == NeedStatus.FILLED
    clock.move_to(MONDAY + timedelta(days=200))
    missions.interrupt(mission, reason="Elle déménage.", by=aline, now=timezone.now())
    assert now(need).status == NeedStatus.PUBLISHED
    assert now(need).ends_on == add_months(timezone.localdate(), 3)


def test_what_is_deduced_of_an_empty_draft_is_no_date(aline):
    make_cause()
    structure = make_organisation(member=aline)
    need = Need(organisation=structure, pole=structure.pole, created_by=aline, title="Un site")
    deductions.complete(need, timezone.localdate())
    assert need.is_undated
    assert need.ends_on == add_months(timezone.localdate(), 3)
