"""What is handed in is read within the working days that the pôle promises: said everywhere, worked to, measured."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace import desk
from marketplace.actions.desk import figures, readings
from marketplace.actions.market import needs
from marketplace.desk import board
from marketplace.desk.scope import Scope
from marketplace.figures.counts import Counts
from marketplace.models import MonthFigures, Need, NeedStep, Promises
from marketplace.rules import working_days
from marketplace.rules.readings import Bounds, in_words_for
from marketplace.states import NeedStatus
from notifications.models import Notification
from notifications.settled import is_settled
from tests.factories import (
    a_pole,
    make_coordinator,
    make_need,
    make_organisation,
    make_pole,
    make_user,
)

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=PARIS)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def at(day: int, hour: int = 10, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=PARIS)


def handed_in(since: datetime = MONDAY, **fields) -> Need:
    return make_need(
        fields.pop("structure", None) or make_organisation(member=make_user()),
        status=NeedStatus.SUBMITTED,
        submitted_at=since,
        **fields,
    )


def waiting(since: datetime = MONDAY, **fields) -> Organisation:
    status = OrganisationStatus.SUBMITTED
    return make_organisation(status=status, member=make_user(), created_at=since, **fields)


def lines_of(coordinator):
    memberships = coordinator.memberships.select_related("organisation")
    return desk.read(Scope.of(coordinator, memberships, timezone.now())).lines


# --- what is late ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("since", "now", "urgency"),
    [
        (at(2), at(3), "calm"),
        (at(2), at(4), "soon"),  # Wednesday is the last day promised
        (at(2), at(5), "late"),
        (at(5), at(7), "soon"),  # a Saturday: Monday is the last day
        (at(4), at(7), "late"),  # Friday was
        (at(6), at(9), "calm"),  # asked on a Friday
        (at(3, month=4), at(7, month=4), "calm"),  # Easter Monday is no working day
        (at(3, month=4), at(9, month=4), "late"),
    ],
)
def test_late_begins_after_the_working_days_promised(since, now, urgency):
    assert Bounds.of(2, now.date()).urgency(since) == urgency
    days = working_days.passed(since.date(), now.date())
    assert (days > 2) == (urgency == "late")


def test_the_desk_works_to_the_pole_s_own_promise(clock):
    coordinator = make_coordinator()
    need, organisation = handed_in(), waiting()
    clock.move_to(at(5))
    told = {line.number: (line.urgency, line.expected) for line in lines_of(coordinator)}
    assert told[need.pk] == told[organisation.pk] == ("late", "attendu sous 2 jours ouvrés")
    Promises.objects.create(pole=a_pole(), read_within=4)
    told = {line.number: (line.urgency, line.expected) for line in lines_of(coordinator)}
    assert told[need.pk] == told[organisation.pk] == ("calm", "attendu sous 4 jours ouvrés")


def test_whoever_coordinates_two_poles_works_to_the_promise_of_each(clock):
    our_pole, other = a_pole(), make_pole("Ailleurs", ("62",))
    coordinator = make_coordinator(our_pole)
    make_organisation(Organisation.Kind.OPERATOR, pole=other, member=coordinator)
    Promises.objects.create(pole=other, read_within=10)
    ours, theirs = (
        handed_in(structure=make_organisation(pole=pole, member=make_user()))
        for pole in (our_pole, other)
    )
    clock.move_to(at(5))
    told = {line.number: line.urgency for line in lines_of(coordinator) if line.kind == "need"}
    assert told == {ours.pk: "late", theirs.pk: "calm"}


def test_an_organisation_that_has_answered_waits_since_it_did(clock):
    coordinator = make_coordinator()
    organisation = waiting()
    clock.move_to(at(16))
    organisations.ask_for_more(organisation, reason="Et le RNA ?", by=coordinator)
    clock.move_to(at(20))
    organisations.resubmit(organisation, word="Le voici.", by=organisation.members.get())
    (line,) = lines_of(coordinator)
    assert (line.urgency, line.since) == ("calm", timezone.now())


def test_the_board_says_too_long_when_the_promise_is_broken(clock):
    coordinator = make_coordinator()
    handed_in()
    scope = Scope.of(coordinator, coordinator.memberships.select_related("organisation"), MONDAY)
    for day, ageing in ((3, "calm"), (4, "soon"), (5, "late")):
        scope = Scope(scope.user, scope.poles, scope.operators, at(day))
        (card,) = board.needs(scope)[0].cards
        assert card.ageing == ageing


# --- chasing -----------------------------------------------------------------------------------
def reminders():
    return Notification.objects.filter(kind="reading_due")


def remind(clock, day: int, hour: int = 10) -> None:
    clock.move_to(at(day, hour))
    readings.remind(timezone.now())


def test_who_is_in_charge_is_reminded_on_the_last_day_and_everybody_once_it_is_late(clock):
    mine, other = make_coordinator(), make_coordinator()
    need = handed_in(coordinator=mine)
    remind(clock, 3)
    assert not reminders().exists()
    for hour in (10, 18):
        remind(clock, 4, hour)
    assert [letter.recipient for letter in reminders()] == [mine]
    assert need.title in reminders().get().subject
    for hour in (10, 18):
        remind(clock, 5, hour)
    late = reminders().filter(key__endswith=":late")
    assert {letter.recipient for letter in late} == {mine, other}
    assert "mercredi 4 mars" in late[0].text


def test_an_organisation_that_waits_is_told_to_all_the_coordinators(clock):
    coordinator = make_coordinator()
    organisation = waiting()
    remind(clock, 4)
    letter = reminders().get()
    assert letter.recipient == coordinator
    assert reverse("organisation-verify", args=[organisation.pk]) in letter.text


@pytest.mark.parametrize("why", ["refused", "asked for more", "suspended"])
def test_a_need_whose_structure_has_to_answer_first_is_asked_of_nobody(client, clock, why):
    """Its structure was refused: all the coordinators read each day that the promise was broken, with a button to
    publish that refused; and the structure read that they were late."""
    aline, judge = make_user("Aline"), make_coordinator()
    status = OrganisationStatus.ACCEPTED if why == "suspended" else OrganisationStatus.SUBMITTED
    structure = make_organisation(administrator=aline, status=status)
    need = handed_in(structure=structure)
    act = {
        "refused": organisations.refuse,
        "asked for more": organisations.ask_for_more,
        "suspended": organisations.suspend,
    }[why]
    act(structure, reason="Le SIREN n’est pas le vôtre.", by=judge)
    clock.move_to(at(20))
    readings.remind(timezone.now())
    assert not Notification.objects.filter(kind="reading_due").exists()
    client.force_login(judge)
    assert reverse("need-qualify", args=[need.pk]) not in client.get(reverse("desk")).text
    client.force_login(aline)
    for page in (reverse("home"), need.get_absolute_url()):
        shown = client.get(page).text
        assert "tarde" not in shown, page
        assert "Personne ne" in shown, page
    structure.refresh_from_db()
    if why == "refused":
        organisations.resubmit(structure, word="", by=aline)
        client.force_login(judge)
        assert reverse("need-qualify", args=[need.pk]) in client.get(reverse("desk")).text


def test_nobody_is_reminded_on_a_sunday_nor_of_what_is_answered(clock):
    coordinator = make_coordinator()
    need = handed_in(at(5))
    remind(clock, 8)
    assert not reminders().exists()
    needs.publish(need, by=coordinator)
    remind(clock, 9)
    assert not reminders().exists()


def test_after_an_outage_it_is_told_once(clock):
    make_coordinator()
    handed_in()
    remind(clock, 12)
    remind(clock, 13)
    assert reminders().count() == 1


def test_a_reminder_written_before_the_answer_makes_no_sense_after_it(clock):
    coordinator = make_coordinator()
    need, organisation = handed_in(), waiting()
    remind(clock, 4)
    letters = list(reminders())
    assert [is_settled(letter) for letter in letters] == [False, False]
    needs.publish(need, by=coordinator)
    organisations.accept(organisation, by=coordinator)
    assert all(is_settled(letter) for letter in letters)


# --- said everywhere ---------------------------------------------------------------------------
def test_every_page_that_says_it_says_the_pole_s_own_number(client):
    Promises.objects.create(pole=a_pole(), read_within=4)
    member = make_user()
    structure = make_organisation(member=member)
    draft, sent = make_need(structure, status="DRAFT"), handed_in(structure=structure)
    Need.objects.filter(pk=sent.pk).update(submitted_at=timezone.now())  # it isn't late
    asked = waiting()
    client.force_login(member)
    pages = [
        client.get(draft.get_absolute_url()),
        client.get(sent.get_absolute_url()),
        client.get(reverse("home")),
        client.get(reverse("organisation-new-kind", args=["structure"])),
        client.get(reverse("promises")),
        client.post(reverse("need-submit", args=[draft.pk]), follow=True),
    ]
    client.force_login(asked.members.get())
    pages.append(client.get(asked.get_absolute_url()))
    client.force_login(make_coordinator())
    pages.append(client.get(reverse("organisations-to-verify")))
    for page in pages:
        assert "sous 4 jours ouvrés" in page.text, page.request["PATH_INFO"]


def test_the_letter_says_the_pole_s_own_number():
    make_coordinator()
    Promises.objects.create(pole=a_pole(), read_within=1)
    organisation = waiting()
    organisation.begin(by=organisation.members.get())
    organisations.ask_for_more(organisation, reason="?", by=None)
    organisations.resubmit(organisation, word="Voilà.", by=organisation.members.get())
    letter = Notification.objects.get(kind="organisation_submitted")
    assert "une réponse sous 1 jour ouvré." in letter.text


def test_poles_that_promise_differently_are_said_together_while_it_is_not_known_which():
    ours = a_pole()
    Promises.objects.create(pole=ours, read_within=3)
    make_pole("Ailleurs", ("62",))
    assert in_words_for() == "sous 2 à 3 jours ouvrés, selon le pôle"
    assert in_words_for([ours.pk]) == "sous 3 jours ouvrés"


def test_no_page_and_no_letter_has_a_number_of_its_own():
    for folder in ("templates", "marketplace", "accounts"):
        for path in Path(settings.BASE_DIR, folder).rglob("*.*"):
            if path.suffix in {".html", ".txt", ".py"}:
                assert "within two working days" not in path.read_text(), path


# --- measured ----------------------------------------------------------------------------------
def counted(pole) -> Counts:
    figures.refresh(pole, now=timezone.now())
    found = MonthFigures.objects.filter(pole=pole, slice="", month=date(2026, 3, 1))
    return Counts.from_json(found.get().counts)


def read_after(days: int, *, number: int = 1) -> None:
    for _ in range(number):
        need = handed_in()
        NeedStep.objects.filter(need=need).delete()
        need.steps.create(before="DRAFT", after="SUBMITTED", at=MONDAY)
        answered = MONDAY + timedelta(days=days)
        need.steps.create(before="SUBMITTED", after="PUBLISHED", at=answered)


def test_what_was_read_in_time_is_counted_over_all_that_was_due(clock):
    pole = a_pole()
    read_after(1, number=3)
    read_after(3)
    waits = handed_in()
    waits.steps.create(before="DRAFT", after="SUBMITTED", at=MONDAY)
    organisation = waiting()
    organisation.steps.create(before="", after="SUBMITTED", at=MONDAY)
    organisation.steps.create(before="SUBMITTED", after="SUBMITTED", at=at(4))  # a correction
    organisation.steps.create(before="SUBMITTED", after="MORE_ASKED", at=at(4))
    clock.move_to(at(4))
    assert counted(pole).read_within(2) == (4, 5)  # one still waits, and isn't late
    clock.move_to(at(6))
    assert counted(pole).read_within(2) == (4, 6)
    assert counted(pole).read_within(4) == (5, 5)


def test_what_the_structure_took_back_had_not_to_be_answered(clock):
    read_after(1)
    need = handed_in()
    need.steps.create(before="DRAFT", after="SUBMITTED", at=MONDAY)
    need.steps.create(before="SUBMITTED", after="WITHDRAWN", at=at(20))
    clock.move_to(at(24))
    assert counted(a_pole()).read_within(2) == (1, 1)


@pytest.mark.parametrize(
    ("in_time", "late", "said"),
    [(4, 0, None), (5, 0, "100 %"), (50, 1, "98 %"), (1, 4, "20 %")],
)
def test_the_promise_is_said_with_how_it_was_kept_when_there_is_enough_to_count(
    client, clock, in_time, late, said
):
    make_coordinator()
    read_after(1, number=in_time)
    read_after(9, number=late)
    clock.move_to(at(20))
    figures.refresh(a_pole(), now=timezone.now())
    cache.clear()
    page = client.get(reverse("promises")).text
    assert ("Sur les douze derniers mois" in page) == (said is not None)
    if said:
        assert f"{said} ont eu leur réponse à temps" in page.replace("\u00a0", " ")


def test_the_figures_show_it_beside_the_promise(client, clock):
    client.force_login(make_coordinator())
    read_after(1, number=5)
    clock.move_to(at(20))
    figures.refresh(a_pole(), now=timezone.now())
    page = client.get(reverse("figures")).text
    assert "Réponses à temps" in page
    assert "dans les 2 jours ouvrés promis" in page


def test_a_promise_that_has_passed_is_said_to_be_late_to_whoever_waits(client):
    """“Vous répond sous 2 jours ouvrés” stood beside “depuis 8 jours”."""
    need = make_need(status=NeedStatus.SUBMITTED, member=make_user())
    client.force_login(need.organisation.members.get())
    pages = (reverse("home"), need.get_absolute_url())
    for page in pages:
        assert "sous 2 jours ouvrés" in client.get(page).text
    Need.objects.filter(pk=need.pk).update(submitted_at=timezone.now() - timedelta(days=12))
    for page in pages:
        told = client.get(page).text
        assert "sous 2 jours ouvrés" not in told
        assert "promise pour le" in told


@pytest.mark.parametrize("days", [0, 12])
def test_an_organisation_reads_that_its_verification_is_late(client, days):
    organisation = make_organisation(member=make_user(), status=OrganisationStatus.SUBMITTED)
    organisation.begin(by=organisation.members.get())
    organisation.steps.update(at=timezone.now() - timedelta(days=days))
    client.force_login(organisation.members.get())
    page = client.get(organisation.get_absolute_url()).text
    assert ("sous 2 jours ouvrés" in page) == (days == 0)
    assert ("promise pour le" in page) == (days == 12)
