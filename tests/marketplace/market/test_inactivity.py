"""Nobody is closed without two letters: told at 23 months, closed at 24, never sooner than told, never with something open."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.states import OrganisationStatus
from common.dates import add_months
from marketplace.actions.documents import documents as papers
from marketplace.actions.documents import receipts
from marketplace.actions.market import freshness, inactivity
from marketplace.forms.desk.promises import PromisesForm
from marketplace.models import Inactivity, Kind, Message, Promises, Thread
from marketplace.states import MissionStatus
from notifications import delivery
from notifications.models import Notification
from tests.factories import (
    a_pole,
    make_coordinator,
    make_mission,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.documents import document_desk

START = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))
ADDRESS = "noe.lambert@example.org"


@pytest.fixture
def clock(db):
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def noe(clock):
    return make_user("Noé", "Lambert", email=ADDRESS, phone="0612345678")


def night(clock, months, days=0):
    """The act of the clock, so many months after the beginning."""
    day = add_months(START.date(), months) + timedelta(days=days)
    clock.move_to(datetime.combine(day, START.timetz()))
    inactivity.follow(timezone.now())


def live_through(clock, months, nights=5):
    """Every fifth night of so many months, each of the last ten."""
    end = add_months(START.date(), months)
    day = timezone.localdate()
    while day < end:
        is_near = day + timedelta(days=10 + nights) >= end
        day += timedelta(days=1 if is_near else nights)
        clock.move_to(datetime.combine(day, START.timetz()))
        inactivity.follow(timezone.now())


def told(kind="account_unused"):
    return Notification.objects.filter(kind=kind)


def is_closed(person):
    return User.objects.get(pk=person.pk).closed_at is not None


# --- a year and two years --------------------------------------------------------------------
def test_two_years_are_lived(clock, noe):
    make_offer(noe)
    here = make_user("Ana")
    live_through(clock, 12, nights=1)
    assert not Inactivity.objects.exists(), "a year of silence is nobody's business"
    User.objects.seen(here.pk, timezone.localdate())
    live_through(clock, 23, nights=1)
    (letter,) = told()
    assert letter.recipient == noe
    assert "2 mars 2028" in letter.text
    live_through(clock, 24, nights=1)
    assert told().count() == 0, "one's letters go with the account"
    assert is_closed(noe)
    assert not is_closed(here)
    noe.refresh_from_db()
    assert (noe.first_name, noe.phone) == ("", "")
    assert not Notification.objects.filter(text__contains="Lambert").exists()
    (last,) = told("account_closed")
    assert last.address == ADDRESS
    assert "personne ne l’utilise" in last.text


def test_they_are_told_once_and_once_again_a_week_before(clock, noe):
    night(clock, 22, days=28)
    assert not told().exists()
    for day in range(3):
        night(clock, 23, days=day)
    assert told().count() == 1
    night(clock, 24, days=-8)
    assert not told("account_closes").exists()
    night(clock, 24, days=-7)
    night(clock, 24, days=-1)
    assert told("account_closes").count() == 1
    assert not is_closed(noe)


def test_a_clock_that_was_down_takes_nobody_by_surprise(clock, noe):
    night(clock, 30)
    silence = Inactivity.objects.get()
    assert silence.closes_on == add_months(START.date(), 31)
    night(clock, 32)
    assert not is_closed(noe), "the last letter first"
    night(clock, 32, days=6)
    assert not is_closed(noe)
    night(clock, 32, days=7)
    assert is_closed(noe)


# --- a sign of them --------------------------------------------------------------------------
def test_a_page_opened_signed_in_is_a_sign_written_once_a_day(clock, noe, client):
    clock.move_to(START + timedelta(days=700))
    client.force_login(noe)
    client.get(reverse("profile"))
    assert User.objects.get(pk=noe.pk).seen_on == timezone.localdate()
    assert not User.objects.seen(noe.pk, timezone.localdate()), "nothing is written twice in a day"


def test_who_comes_back_in_between_is_kept(clock, noe, client):
    night(clock, 23)
    client.force_login(noe)
    client.get(reverse("profile"))
    live_through(clock, 25)
    assert not is_closed(noe)
    assert Inactivity.objects.get().is_kept
    assert not told("account_closes").exists()


def test_one_click_in_the_letter_keeps_the_account_and_a_scanner_presses_nothing(clock, noe):
    night(clock, 23)
    page = told().get().url
    scanner = Client()
    assert scanner.get(page).status_code == scanner.head(page).status_code == 200
    assert Inactivity.objects.get().end == ""
    for _twice in range(2):
        answer = scanner.post(page)
        assert "Votre compte est conservé" in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "sessionid" not in scanner.cookies, "it opens nothing"
    live_through(clock, 25)
    assert not is_closed(noe)
    night(clock, 46)
    assert told().count() == 2, "another silence, another letter"


def test_an_answer_by_mail_a_step_by_a_link_and_hours_are_signs(clock, noe):
    proposal = make_proposal(offer=make_offer(noe), created_by=noe)
    clock.move_to(START + timedelta(days=400))
    thread, _made = Thread.objects.get_or_create(proposal=proposal)
    Message.objects.create(thread=thread, author=noe, text="Oui", sent_key="mail:1")
    night(clock, 23)
    assert not Inactivity.objects.filter(person=noe).exists()
    noe.refresh_from_db()
    assert noe.seen_on == (START + timedelta(days=400)).date()


def test_still_true_answered_in_a_letter_is_a_sign(clock, noe):
    offer = make_offer(noe)
    clock.move_to(START + timedelta(days=60))
    freshness.confirm(offer, by=noe)
    noe.refresh_from_db()
    assert noe.seen_on == timezone.localdate()


def test_what_is_done_by_a_link_after_the_letter_keeps_too(clock, noe):
    offer = make_offer(noe)
    night(clock, 23)
    clock.move_to(timezone.now() + timedelta(days=3))
    offer.note(by=noe, reason="par un lien")
    night(clock, 24)
    assert not is_closed(noe)
    assert Inactivity.objects.get().is_kept


def test_a_link_for_another_address_or_cut_or_of_a_closed_account_keeps_nothing(clock, noe):
    night(clock, 23)
    page = told().get().url
    assert Client().get(page[:-5] + "/").status_code == 404
    User.objects.filter(pk=noe.pk).update(email="autre@example.org")
    assert Client().post(page).status_code == 410
    assert Inactivity.objects.get().end == ""
    live_through(clock, 24)
    answer = Client().post(page)
    assert answer.status_code == 410
    assert "fermé" in answer.text
    assert is_closed(noe)


# --- those that must not be ------------------------------------------------------------------
def test_never_with_a_live_mission(clock, noe):
    make_mission(offer=make_offer(noe), status=MissionStatus.RUNNING)
    live_through(clock, 25)
    assert not Inactivity.objects.filter(person=noe).exists()
    assert not is_closed(noe)


def test_a_mission_that_somebody_reopens_after_the_letter_holds_the_closing(clock, noe):
    night(clock, 23)
    night(clock, 24, days=-7)
    mission = make_mission(offer=make_offer(noe), status=MissionStatus.RUNNING)
    mission.offer.steps.all().delete()
    night(clock, 24)
    assert not is_closed(noe)
    assert Inactivity.objects.get().end == Inactivity.End.HELD
    type(mission)._base_manager.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    night(clock, 25)
    assert told().filter(recipient=noe).count() == 2, "told anew, with a month of their own"
    assert not is_closed(noe)


def test_never_with_a_paper_that_waits_for_a_signature(clock):
    mission = document_desk.make_mission()
    person = mission.offer.person
    papers.make(
        Kind.CONVENTION_SERVICE, mission, by=document_desk.head_of(mission.need.organisation),
        now=timezone.now(),
    )  # fmt: skip
    type(mission)._base_manager.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    live_through(clock, 25)
    assert not is_closed(person)


def test_never_the_last_administrator_while_others_are_there_the_coordinators_are_told(clock):
    coordinator, boss, member = make_coordinator(), make_user("Inès"), make_user("Max")
    house = make_organisation(administrator=boss, member=member)
    for person in (coordinator, member):
        User.objects.filter(pk=person.pk).update(seen_on=START.date() + timedelta(days=690))
    live_through(clock, 25)
    assert not is_closed(boss)
    assert not Inactivity.objects.filter(person=boss).exists()
    (letter,) = told("administrator_silent")
    assert letter.recipient == coordinator
    assert house.name in letter.subject


def test_an_organisation_with_nobody_active_closes_with_its_last_account_its_coordinators_first(
    clock,
):
    coordinator, boss = make_coordinator(), make_user("Inès")
    house = make_organisation(administrator=boss)
    User.objects.filter(pk=coordinator.pk).update(seen_on=START.date() + timedelta(days=690))
    night(clock, 23)
    first, second = Notification.objects.filter(
        kind__in=["administrator_silent", "account_unused"]
    ).order_by("pk")
    assert (first.recipient, second.recipient) == (coordinator, boss)
    assert house.name in second.text
    live_through(clock, 24)
    assert is_closed(boss)
    house.refresh_from_db()
    assert house.status == OrganisationStatus.CLOSED


def test_never_with_a_receipt_whose_reduction_is_still_carried(clock):
    mission = document_desk.make_receivable()
    receipts.issue(
        mission, by=document_desk.head_of(mission.need.organisation), capacity="présidente",
        now=timezone.now(),
    )  # fmt: skip
    type(mission)._base_manager.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    company = mission.offer.organisation
    boss = document_desk.head_of(company)
    Membership.objects.filter(organisation=company).exclude(user=boss).delete()
    live_through(clock, 25)
    assert not is_closed(boss)


def test_whoever_runs_the_site_is_left_alone(clock):
    make_user(is_staff=True, is_superuser=True)
    live_through(clock, 24)
    assert not Inactivity.objects.exists()


# --- the settings of a pôle ------------------------------------------------------------------
def test_a_setting_changed_after_the_telling_shortens_nothing(clock, noe):
    make_organisation(member=noe)
    make_organisation(administrator=make_user(), pole=a_pole())
    night(clock, 23)
    before = Inactivity.objects.get(person=noe).closes_on
    Promises.objects.create(pole=a_pole(), inactive_told=12, inactive_closed=13)
    night(clock, 24, days=-2)
    assert not is_closed(noe)
    assert Inactivity.objects.get(person=noe).closes_on == before


def test_of_two_poles_the_one_that_leaves_most_time_counts(clock, noe):
    here, other = a_pole(), make_pole("Pôle du Sud", departments=("34",))
    for pole, (first, then) in ((here, (12, 13)), (other, (30, 36))):
        make_organisation(member=noe, administrator=make_user(), pole=pole)
        Promises.objects.create(pole=pole, inactive_told=first, inactive_closed=then)
    assert inactivity.terms_of(noe) == (30, 36)


def test_a_pole_sets_its_months_and_tells_before_it_closes(client, db):
    coordinator = make_coordinator()
    client.force_login(coordinator)
    page = reverse("promises-edit", args=[a_pole().pk])
    said = {name: getattr(Promises(), name) for name in PromisesForm.Meta.fields}
    assert client.post(page, said | {"inactive_told": 24, "inactive_closed": 24}).status_code == 200
    assert not Promises.objects.exists()
    assert client.post(page, said | {"inactive_told": 35, "inactive_closed": 36}).status_code == 302
    assert Promises.objects.get().inactive_closed == 36


# --- the letter as it leaves -----------------------------------------------------------------
def test_a_letter_that_waits_is_not_sent_to_who_has_come_back(clock, noe, client):
    night(clock, 23)
    client.force_login(noe)
    client.get(reverse("profile"))
    night(clock, 23, days=1)
    delivery.deliver_due()
    assert told().get().status == "CANCELLED"
