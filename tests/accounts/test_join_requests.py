"""Joining by one's address: at once where that is open, otherwise with an administrator's yes."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.actions import join_requests, mail_domains, memberships, people
from accounts.actions.refusals import Refusal
from accounts.models import JoinRequest, Membership
from notifications.models import Notification
from tests.accounts.domain_people import DOMAIN, agreed, named, shown, with_address
from tests.factories import make_organisation, make_user, verify

pytestmark = pytest.mark.django_db
JOIN = reverse("join")


def page(organisation):
    return reverse("join-requests", args=[organisation.pk])


def ways(person):
    return join_requests.ways_in(person, now=timezone.now())


def ask(organisation, person):
    return join_requests.ask(organisation, by=person, now=timezone.now())


def letters(kind):
    return Notification.objects.filter(kind=kind)


# --- who is led there ------------------------------------------------------------------------
def test_whoever_signs_up_with_such_an_address_is_led_to_the_organisation(as_, head, boss):
    shown(head, boss)
    lea = with_address()
    assert people.first_step(lea) == JOIN
    browser = as_(lea)
    assert JOIN in browser.get("/").text
    seen = browser.get(JOIN).text
    assert head.name in seen
    assert "Demander à rejoindre" in seen
    browser.post(JOIN, {"verb": "later"})
    assert JOIN not in browser.get("/").text, "not now"


def test_a_domain_that_is_only_named_opens_nothing(as_, head, boss):
    named(head, boss)
    lea = with_address()
    assert ways(lea) == []
    assert people.first_step(lea) != JOIN
    assert "Aucune organisation" in as_(lea).get(JOIN).text
    with pytest.raises(Refusal):
        ask(head, lea)


@pytest.mark.parametrize(
    "email",
    [
        f"x@evil-{DOMAIN}",
        f"x@{DOMAIN}.evil.org",
        f"x@lille.{DOMAIN}",
        f'"x@{DOMAIN}"@evil.org',
        f"x@{DOMAIN.replace('e', 'é', 1)}",
    ],
)
def test_a_look_alike_opens_nothing(as_, head, boss, coordinator, email):
    agreed(head, boss, coordinator)
    thief = with_address(email)
    assert ways(thief) == []
    as_(thief).post(JOIN, {"verb": "join", "organisation": head.pk})
    with pytest.raises(Refusal):
        join_requests.join(head, by=thief, now=timezone.now())
    assert not thief.memberships.exists()


def test_an_address_that_is_not_confirmed_opens_nothing(as_, head, boss, coordinator):
    agreed(head, boss, coordinator)
    thief = with_address(verified=False)
    for verb in ("join", "ask"):
        as_(thief).post(JOIN, {"verb": verb, "organisation": head.pk})
    assert not thief.memberships.exists()
    assert not JoinRequest.objects.exists()


def test_an_address_that_was_given_up_opens_nothing(head, boss, coordinator):
    agreed(head, boss, coordinator)
    lea = with_address()
    EmailAddress.objects.filter(user=lea).update(email="lea@ailleurs.fr")
    assert ways(lea) == []


def test_a_domain_with_accents_is_the_same_in_an_address(head, boss):
    shown(head, boss, "verreries-été.fr")
    assert [way.organisation for way in ways(with_address("lea@verreries-été.fr"))] == [head]


# --- joining alone ---------------------------------------------------------------------------
def test_one_button_joins_as_an_employee(as_, head, boss, coordinator):
    agreed(head, boss, coordinator)
    lea = with_address()
    browser = as_(lea)
    assert not lea.memberships.exists()
    browser.get(JOIN)
    assert not lea.memberships.exists(), "reading a page joins nobody"
    said = browser.post(JOIN, {"verb": "join", "organisation": head.pk}, follow=True)
    assert head.name in said.text
    membership = lea.memberships.get()
    assert (membership.role, membership.came_by) == ("EMPLOYEE", Membership.How.DOMAIN)
    assert (
        "n’est plus ouverte"
        in browser.post(JOIN, {"verb": "join", "organisation": head.pk}, follow=True).text
    )
    assert lea.memberships.count() == 1
    with pytest.raises(Refusal, match="déjà membre"):
        join_requests.join(head, by=lea, now=timezone.now())


def test_a_domain_that_is_only_shown_lets_nobody_in_alone(as_, head, boss):
    shown(head, boss)
    lea = with_address()
    said = as_(lea).post(JOIN, {"verb": "join", "organisation": head.pk}, follow=True)
    assert "demandez à la rejoindre" in said.text
    assert not lea.memberships.exists()


@pytest.mark.parametrize("status", ["SUBMITTED", "SUSPENDED", "CLOSED", "REFUSED"])
def test_nobody_gets_into_an_organisation_that_is_not_verified(head, boss, coordinator, status):
    agreed(head, boss, coordinator)
    head.status = status
    head.save()
    lea = with_address()
    assert ways(lea) == []
    with pytest.raises(Refusal):
        join_requests.join(head, by=lea, now=timezone.now())


def test_nobody_gets_in_alone_after_the_end(head, boss, coordinator):
    row = agreed(head, boss, coordinator)
    lea, late = with_address(), timezone.now() + timedelta(days=366)
    with pytest.raises(Refusal, match="demandez"):
        join_requests.join(head, by=lea, now=late)
    mail_domains.end(row, by=boss, now=timezone.now())
    with pytest.raises(Refusal):
        join_requests.join(head, by=lea, now=timezone.now())
    assert not lea.memberships.exists()


def test_whoever_was_taken_out_within_the_year_needs_a_yes(head, boss, coordinator):
    agreed(head, boss, coordinator)
    lea = with_address()
    join_requests.join(head, by=lea, now=timezone.now())
    memberships.remove(lea.memberships.get(), by=boss)
    (way,) = ways(lea)
    assert not way.alone
    with pytest.raises(Refusal):
        join_requests.join(head, by=lea, now=timezone.now())
    ask(head, lea)
    later = timezone.now() + timedelta(days=366)
    lea.past_memberships.update(left_at=later - timedelta(days=367))
    head.mail_domains.update(agreed_until=later + timedelta(days=1))
    (way,) = join_requests.ways_in(lea, now=later)
    assert way.alone


def test_of_companies_of_one_group_the_employee_chooses(
    as_, request, administrator, boss, coordinator
):
    tie = request.getfixturevalue("agreed")
    agreed(tie.head, boss, coordinator)
    agreed(tie.member, administrator, coordinator)
    lea = with_address()
    seen = as_(lea).get(JOIN).text
    assert tie.head.name in seen
    assert tie.member.name in seen
    as_(lea).post(JOIN, {"verb": "join", "organisation": tie.member.pk})
    assert [one.organisation for one in lea.memberships.all()] == [tie.member]


def test_somebody_elses_pages_change_nothing(as_, head, boss):
    shown(head, boss)
    browser = as_(with_address())
    other = make_organisation("COMPANY")
    for number in (other.pk, "0", "x", "", "9" * 30):
        assert browser.post(JOIN, {"verb": "ask", "organisation": number}).status_code == 302
    assert not JoinRequest.objects.exists()
    assert as_(None).get(JOIN).status_code == 302


# --- asking ----------------------------------------------------------------------------------
def test_asking_tells_the_administrators_once(as_, head, boss, colleague):
    shown(head, boss)
    lea, browser = with_address(), None
    browser = as_(lea)
    for _click in range(2):
        said = browser.post(JOIN, {"verb": "ask", "organisation": head.pk}, follow=True)
    assert "l’administration vous répond" in said.text
    assert JoinRequest.objects.count() == 1
    letter = letters("join_asked").get()
    assert letter.recipient == boss
    assert page(head) in letter.text
    assert JOIN not in browser.get("/").text, "home leads there no more"


def test_six_hundred_who_ask_in_a_day_are_not_six_hundred_letters(head, boss):
    shown(head, boss)
    for n in range(3):
        ask(head, with_address(f"p{n}@{DOMAIN}"))
    assert letters("join_asked").count() == 1
    JoinRequest.objects.update(asked_at=timezone.now() - timedelta(days=2))
    ask(head, with_address())
    assert letters("join_asked").count() == 2


# --- answering -------------------------------------------------------------------------------
def test_a_yes_lets_them_in_and_tells_them(as_, head, boss):
    shown(head, boss)
    lea = with_address()
    row, browser = ask(head, lea), as_(boss)
    seen = browser.get(page(head)).text
    assert "Léa Roux" in seen
    assert lea.email in seen
    assert page(head) in browser.get(reverse("gathering", args=[head.pk])).text
    said = browser.post(page(head), {"yes": row.pk}, follow=True)
    assert "1 personne a rejoint" in said.text
    membership = lea.memberships.get()
    assert (membership.role, membership.came_by) == ("EMPLOYEE", Membership.How.ASKED)
    row.refresh_from_db()
    assert (row.accepted, row.answered_by) == (True, boss)
    assert "a dit oui" in letters("join_answered").get(recipient=lea).text
    assert "déjà été donnée" in browser.post(page(head), {"yes": row.pk}, follow=True).text


def test_a_no_is_kind_and_may_say_why(as_, head, boss):
    shown(head, boss)
    lea = with_address()
    row = ask(head, lea)
    as_(boss).post(page(head), {"no": row.pk, f"reason-{row.pk}": "D’abord les titulaires.\0"})
    letter = letters("join_answered").get(recipient=lea)
    assert "ne dit rien de vous" in letter.text
    assert "D’abord les titulaires." in letter.text
    assert not lea.memberships.exists()
    with pytest.raises(Refusal, match="moins d’un mois"):
        ask(head, lea)
    join_requests.ask(head, by=lea, now=timezone.now() + timedelta(days=31))


def test_one_yes_to_all_that_are_ticked(as_, head, boss):
    shown(head, boss)
    rows = [ask(head, with_address(f"p{n}@{DOMAIN}")) for n in range(3)]
    browser = as_(boss)
    assert "Personne n’est coché" in browser.post(page(head), {}, follow=True).text
    ticked = [rows[0].pk, rows[2].pk, "x", "999999"]
    said = browser.post(page(head), {"ticked": ticked}, follow=True)
    assert "2 personnes ont rejoint" in said.text
    assert JoinRequest.objects.open().get() == rows[1]


@pytest.mark.parametrize("who", ["colleague", "coordinator", "stranger"])
def test_only_its_administrators_answer(as_, request, head, boss, who):
    shown(head, boss)
    row = ask(head, with_address())
    browser = as_(request.getfixturevalue(who))
    assert browser.get(page(head)).status_code == 403
    assert browser.post(page(head), {"yes": row.pk}).status_code == 403
    assert as_(None).get(page(head)).status_code == 302
    with pytest.raises(Refusal):
        join_requests.accept(row, by=request.getfixturevalue(who), now=timezone.now())
    assert JoinRequest.objects.open().exists()


def test_nobody_answers_for_another_organisation(as_, head, boss):
    shown(head, boss)
    row, other = ask(head, with_address()), verify(make_user())
    theirs = make_organisation("COMPANY", administrator=other)
    browser = as_(other)
    for answer in ({"yes": row.pk}, {"no": row.pk}, {"yes": "x"}):
        assert browser.post(page(theirs), answer).status_code == 404
    browser.post(page(theirs), {"ticked": [row.pk]})
    assert JoinRequest.objects.open().exists()


def test_a_yes_comes_too_late_for_an_address_that_was_given_up(as_, head, boss):
    shown(head, boss)
    lea = with_address()
    row = ask(head, lea)
    EmailAddress.objects.filter(user=lea).update(email="lea@ailleurs.fr")
    browser = as_(boss)
    assert "n’a plus d’adresse" in browser.get(page(head)).text
    said = browser.post(page(head), {"yes": row.pk}, follow=True)
    assert "n’a plus d’adresse confirmée" in said.text
    assert not lea.memberships.exists()
    browser.post(page(head), {"no": row.pk})
    assert not JoinRequest.objects.open().exists()


@pytest.mark.parametrize("status", ["SUSPENDED", "CLOSED"])
def test_no_yes_while_the_organisation_is_not_verified(head, boss, status):
    shown(head, boss)
    lea = with_address()
    row = ask(head, lea)
    head.status = status
    head.save()
    with pytest.raises(Refusal):
        join_requests.accept(row, by=boss, now=timezone.now())
    assert not lea.memberships.exists()


def test_those_who_wait_are_told_when_the_domain_ends(head, boss):
    row = shown(head, boss)
    lea = with_address()
    ask(head, lea)
    mail_domains.end(row, by=boss, now=timezone.now())
    assert "fermé entre-temps" in letters("join_answered").get(recipient=lea).text
    assert not JoinRequest.objects.open().exists()


def test_whoever_comes_another_way_waits_no_more(head, boss, coordinator):
    shown(head, boss)
    lea = with_address()
    ask(head, lea)
    agreed(head, boss, coordinator)
    join_requests.join(head, by=lea, now=timezone.now())
    assert not JoinRequest.objects.open().exists()


def test_a_closed_account_leaves_no_question(head, boss):
    shown(head, boss)
    lea = with_address()
    ask(head, lea)
    people.forget(lea, now=timezone.now())
    assert not JoinRequest.objects.exists()
