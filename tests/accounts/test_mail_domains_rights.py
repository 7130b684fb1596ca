"""Joining without an administrator's yes: the record, the coordinators' yes, and what the clock does with both."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts import dns
from accounts.actions import domain_rights, join_requests, mail_domains
from accounts.actions.refusals import Refusal
from accounts.dns import Seen
from accounts.models import MailDomain
from common import txt_records
from notifications.models import Notification
from tests.accounts.domain_people import (
    DOMAIN,
    agreed,
    asked,
    named,
    proven,
    shown,
    with_address,
)
from tests.dns_server import DnsServer
from tests.factories import make_coordinator, make_organisation, make_pole, make_user, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(txt_records, "LIFETIME", 1)
    with DnsServer() as running:
        settings.DNS_SERVERS = [running.address]
        yield running


@pytest.fixture
def seen(monkeypatch):
    """What the DNS says, without one: `seen.append(…)` changes it."""
    said = [Seen.FOUND]
    monkeypatch.setattr(dns, "look", lambda _domain, _value: said[-1])
    return said


def letters(kind):
    return Notification.objects.filter(kind=kind)


def desk(row):
    return reverse("mail-domain-answer", args=[row.pk])


def again(row):
    return MailDomain.objects.select_related("organisation").get(pk=row.pk)


def in_days(days):
    return time_machine.travel(timezone.now() + timedelta(days=days, minutes=5), tick=False)


def a_day_passes():
    with in_days(1):
        return domain_rights.follow(timezone.now())


def each_day(days):
    """The clock looks each day, for so many days; the last one is the day after them."""
    began = timezone.now()
    for day in range(1, days + 1):
        with time_machine.travel(began + timedelta(days=day, minutes=5 * day), tick=False):
            domain_rights.follow(timezone.now())


# --- the record -----------------------------------------------------------------------------
def test_the_record_is_looked_for_at_a_click(as_, server, head, boss):
    row, browser = named(head, boss), as_(boss)
    page = browser.post(row.get_absolute_url(), {"verb": "check"}, follow=True)
    assert "n’existe pas encore" in page.text
    assert not again(row).found_at
    assert (
        "demi-minute" in browser.post(row.get_absolute_url(), {"verb": "check"}, follow=True).text
    )
    assert len(server.asked) == 1, "we aren't made to ask endlessly"
    server.says(row.record_name, row.record_value)
    with in_days(0):
        page = browser.post(row.get_absolute_url(), {"verb": "check"}, follow=True)
    assert "L’enregistrement est en place" in page.text
    assert "Demander à la coordination" in page.text
    assert again(row).found_at


@pytest.mark.parametrize(
    ("mood", "sentence"),
    [
        ("servfail", "répondent par une erreur"),
        ("never", "n’ont pas répondu à temps"),
        ("garbage", "n’ont pas répondu à temps"),
        ("nothing", "n’existe pas encore"),
    ],
)
def test_each_bad_answer_is_said(as_, server, head, boss, mood, sentence):
    row = named(head, boss)
    server.says(row.record_name, row.record_value, mood=mood)
    page = as_(boss).post(row.get_absolute_url(), {"verb": "check"}, follow=True)
    assert sentence in page.text
    assert not again(row).found_at


def test_anothers_record_proves_nothing(server, head, boss, structure):
    other = named(structure, structure.memberships.administrators().get().user)
    row = named(head, boss)
    server.says(row.record_name, other.record_value)
    assert mail_domains.check(row, by=boss, now=timezone.now()).seen == Seen.OTHER
    assert not again(row).found_at


# --- the question ---------------------------------------------------------------------------
def test_the_coordinators_are_asked_by_letter_and_on_their_desk(as_, head, boss, coordinator):
    row = proven(head, boss)
    browser = as_(boss)
    browser.post(row.get_absolute_url(), {"verb": "ask"})
    browser.post(row.get_absolute_url(), {"verb": "ask"})
    letter = letters("domain_asked").get()
    assert letter.recipient == coordinator
    assert desk(row) in letter.text
    page = as_(coordinator).get(reverse("desk")).text
    assert DOMAIN in page
    assert desk(row) in page
    assert "L’enregistrement est en place" in as_(coordinator).get(desk(row)).text


def test_nothing_is_asked_before_the_record_is_found(as_, head, boss):
    row = shown(head, boss)
    page = as_(boss).post(row.get_absolute_url(), {"verb": "ask"}, follow=True).text
    assert "Il faut d’abord que l’enregistrement soit trouvé" in page
    assert not letters("domain_asked").exists()


def test_a_yes_opens_joining_alone_for_a_year(as_, head, boss, coordinator):
    row = asked(head, boss)
    assert not row.opens_alone(timezone.now())
    as_(coordinator).post(desk(row), {"answer": "yes"})
    row = again(row)
    assert row.opens_alone(timezone.now())
    assert not row.opens_alone(timezone.now() + timedelta(days=366))
    assert "on vous rejoint" in letters("domain_answered").get(recipient=boss).subject.lower()
    page = as_(boss).get(row.get_absolute_url()).text
    assert "La coordination a dit oui" in page
    assert "ne demandent plus" in page
    assert "peuvent demander" not in page
    with pytest.raises(Refusal, match="Trop tard"):
        domain_rights.agree(row, by=coordinator, now=timezone.now())


def test_a_no_says_why_and_rests_a_month(as_, head, boss, coordinator):
    row, browser = asked(head, boss), as_(coordinator)
    page = browser.post(desk(row), {"answer": "no", "reason": " "})
    assert "Dites pourquoi" in page.text
    browser.post(desk(row), {"answer": "no", "reason": "Des intérimaires y ont aussi une adresse."})
    row = again(row)
    assert not row.opens_alone(timezone.now())
    assert "intérimaires" in letters("domain_answered").get(recipient=boss).text
    assert "intérimaires" in as_(boss).get(row.get_absolute_url()).text
    with pytest.raises(Refusal, match="un mois"):
        mail_domains.ask_coordinators(row, by=boss, now=timezone.now())
    later = timezone.now() + timedelta(days=31)
    mail_domains.ask_coordinators(row, by=boss, now=later)


def test_an_answer_that_is_neither_changes_nothing(as_, head, boss, coordinator):
    row = asked(head, boss)
    assert as_(coordinator).post(desk(row), {"answer": "x"}).status_code == 200
    assert as_(coordinator).post(desk(row), {"answer": "no", "reason": "\0"}).status_code == 200
    assert again(row).asked_at


def test_a_coordinator_who_belongs_to_it_leaves_the_answer_to_another(
    as_, head, boss, coordinator, pole
):
    other = make_coordinator(pole)
    head.memberships.create(user=coordinator, role="MEMBER")
    row = asked(head, boss)
    assert [one.recipient for one in letters("domain_asked")] == [other]
    assert as_(coordinator).get(desk(row)).status_code == 200
    assert as_(coordinator).post(desk(row), {"answer": "yes"}).status_code == 403
    assert desk(row) not in as_(coordinator).get(reverse("desk")).text
    with pytest.raises(Refusal, match="autre personne"):
        domain_rights.agree(row, by=coordinator, now=timezone.now())
    assert again(row).agreed_at is None


@pytest.mark.parametrize("who", ["boss", "colleague", "stranger"])
def test_nobody_else_answers(as_, request, head, boss, who):
    row = asked(head, boss)
    assert as_(request.getfixturevalue(who)).post(desk(row), {"answer": "yes"}).status_code == 403
    assert as_(None).get(desk(row)).status_code == 302
    far = make_coordinator(make_pole("Ailleurs", ("62",)))
    assert as_(far).get(desk(row)).status_code == 404


def test_a_yes_waits_while_the_record_is_away(head, boss, coordinator):
    row = asked(head, boss)
    mail_domains.note(row, Seen.NOTHING, now=timezone.now())
    with pytest.raises(Refusal, match="plus trouvé"):
        domain_rights.agree(row, by=coordinator, now=timezone.now())


@pytest.mark.parametrize("status", ["SUSPENDED", "CLOSED"])
def test_no_yes_for_an_organisation_that_is_not_verified(head, boss, coordinator, status):
    row = asked(head, boss)
    head.status = status
    head.save()
    assert not MailDomain.objects.waiting().exists()
    with pytest.raises(Refusal):
        domain_rights.agree(row, by=coordinator, now=timezone.now())


# --- a domain taken by its owner ------------------------------------------------------------
def test_the_owner_takes_what_others_had_only_shown(head, boss, coordinator, structure):
    administrator = structure.memberships.administrators().get().user
    theirs = shown(structure, administrator)
    lea = with_address()
    join_requests.ask(structure, by=lea, now=timezone.now())
    agreed(head, boss, coordinator)
    assert again(theirs).ended_why == "OWNER"
    letter = letters("domain_taken").get()
    assert letter.recipient == administrator
    assert head.name not in letter.text
    assert letters("join_answered").get().recipient == lea
    assert [way.organisation for way in join_requests.ways_in(lea, now=timezone.now())] == [head]


def test_those_of_its_group_keep_it(boss, administrator, coordinator, request):
    tie = request.getfixturevalue("agreed")
    sister = shown(tie.member, administrator)
    agreed(tie.head, boss, coordinator)
    assert again(sister).ended_at is None
    assert not letters("domain_taken").exists()


def test_what_is_proven_and_agreed_is_nobodys_to_take(head, boss, coordinator, structure):
    agreed(head, boss, coordinator)
    administrator = structure.memberships.administrators().get().user
    row = proven(structure, administrator)
    with pytest.raises(Refusal, match="autre organisation"):
        mail_domains.ask_coordinators(row, by=administrator, now=timezone.now())
    MailDomain.objects.filter(pk=row.pk).update(asked_at=timezone.now())
    with pytest.raises(Refusal, match="autre organisation"):
        domain_rights.agree(row, by=coordinator, now=timezone.now())
    assert again(row).agreed_at is None


# --- the clock ------------------------------------------------------------------------------
def test_a_record_that_is_there_is_looked_for_once_a_day(seen, head, boss, coordinator):
    row = agreed(head, boss, coordinator)
    assert domain_rights.follow(timezone.now()) == 0
    assert a_day_passes() == 1
    assert again(row).opens_alone(timezone.now())


def test_after_seven_days_without_the_record_people_ask_again(seen, head, boss, coordinator):
    row = agreed(head, boss, coordinator)
    seen.append(Seen.NOTHING)
    each_day(7)
    assert again(row).opens_alone(timezone.now()), "it may come back"
    assert not letters("domain_fell_back").exists()
    each_day(9)
    row = again(row)
    assert not row.opens_alone(timezone.now())
    assert (row.agreed_at, row.found_at) == (None, None)
    assert row.is_claimed, "an administrator goes on saying yes or no"
    assert [one.recipient for one in letters("domain_fell_back")] == [boss]
    each_day(12)
    assert letters("domain_fell_back").count() == 1


def test_it_has_fallen_back_even_before_the_clock_has_looked(head, boss, coordinator):
    row = agreed(head, boss, coordinator)
    row = mail_domains.note(row, Seen.SILENT, now=timezone.now())
    assert row.opens_alone(timezone.now() + timedelta(days=6))
    late = timezone.now() + timedelta(days=7, minutes=1)
    assert not row.opens_alone(late)
    assert not MailDomain.objects.opening_alone(late).exists()


def test_a_record_that_is_back_in_time_changes_nothing(seen, head, boss, coordinator):
    row = agreed(head, boss, coordinator)
    seen.append(Seen.BROKEN)
    each_day(3)
    assert again(row).lost_at
    seen.append(Seen.FOUND)
    with in_days(4):
        domain_rights.follow(timezone.now())
    assert again(row).lost_at is None
    assert again(row).opens_alone(timezone.now())


def test_a_month_before_the_end_the_coordinators_are_asked_again(seen, head, boss, coordinator):
    row = agreed(head, boss, coordinator)
    with in_days(334):
        domain_rights.follow(timezone.now())
        assert not again(row).asked_at
    with in_days(336):
        domain_rights.follow(timezone.now())
        assert again(row).asked_at
        assert again(row).opens_alone(timezone.now()), "it goes on meanwhile"
        assert letters("domain_ending").get().recipient == boss
        assert letters("domain_asked").count() == 2
        domain_rights.agree(again(row), by=coordinator, now=timezone.now())
    with in_days(400):
        assert again(row).opens_alone(timezone.now())


def test_without_an_answer_it_ends_with_the_year_by_a_letter(seen, head, boss, coordinator):
    row = agreed(head, boss, coordinator)
    with in_days(340):
        domain_rights.follow(timezone.now())
    with in_days(366):
        assert not again(row).opens_alone(timezone.now()), "at once, whatever the clock does"
        domain_rights.follow(timezone.now())
        assert letters("domain_fell_back").get().recipient == boss
        assert again(row).agreed_until is None
        assert again(row).asked_at, "the question still waits"
    with in_days(368):
        domain_rights.follow(timezone.now())
    assert letters("domain_fell_back").count() == 1


def test_a_suspended_organisation_opens_nothing_and_nobody_is_asked(seen, head, boss, coordinator):
    row = agreed(head, boss, coordinator)
    head.status = "SUSPENDED"
    head.save()
    assert not again(row).opens_alone(timezone.now())
    with in_days(340):
        domain_rights.follow(timezone.now())
    assert letters("domain_asked").count() == 1


def test_what_has_ended_or_closed_is_looked_for_no_more(seen, head, boss, coordinator, structure):
    row = agreed(head, boss, coordinator)
    mail_domains.end(row, by=boss, now=timezone.now())
    proven(structure, structure.memberships.administrators().get().user, "fil.fr")
    structure.status = "CLOSED"
    structure.save()
    assert a_day_passes() == 0


def test_no_transaction_is_open_while_the_dns_is_asked(monkeypatch, head, boss):
    """A question may take five seconds: nobody waits for a lock meanwhile."""
    from django.db import connection

    row, open_ones = proven(head, boss), []
    depth = len(connection.savepoint_ids)

    def look(_domain, _value):
        open_ones.append(len(connection.savepoint_ids) - depth)
        return Seen.FOUND

    monkeypatch.setattr(dns, "look", look)
    a_day_passes()
    with in_days(2):
        mail_domains.check(row, by=boss, now=timezone.now())
    assert open_ones == [0, 0]


def test_a_domain_ended_during_a_check_stays_ended(monkeypatch, head, boss):
    row = named(head, boss)

    def look(_domain, _value):
        mail_domains.end(row, by=boss, now=timezone.now())
        return Seen.FOUND

    monkeypatch.setattr(dns, "look", look)
    mail_domains.check(row, by=boss, now=timezone.now())
    assert again(row).ended_at
    assert not MailDomain.objects.open().exists()


def test_two_administrators_of_another_company_are_no_nearer(as_, head, boss):
    row, other = asked(head, boss), verify(make_user())
    make_organisation("COMPANY", administrator=other)
    for verb in ("check", "ask", "mail", "own"):
        assert as_(other).post(row.get_absolute_url(), {"verb": verb}).status_code == 404
