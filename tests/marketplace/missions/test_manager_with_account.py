"""The manager's link, when its reader has an account: it dies when they leave the company."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.actions import addresses
from accounts.models import Membership, User
from accounts.models.addresses import FORGOTTEN_AFTER, WAY_BACK_LASTS
from marketplace.actions.market import people
from marketplace.actions.missions import agreements, missions
from marketplace.models import Agreement, Employee, Mission, Regime
from marketplace.rules import letters_a_day
from marketplace.states import MissionStatus
from notifications import rules
from notifications.models import Notification
from tests.factories import make_mission, make_user, verify
from tests.marketplace.missions.amending import propose, signed_mission

MAILBOX = "dominique@example.org"


@pytest.fixture
def mission():
    return make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)


@pytest.fixture
def company(mission):
    return mission.offer.organisation


@pytest.fixture
def url(mission, company):
    """Sent to the manager's address."""
    employee = Employee.objects.create(
        organisation=company, person=mission.offer.person,
        manager_name="Dominique Lefebvre", manager_email=MAILBOX,
    )  # fmt: skip
    person = mission.offer.person
    agreements.ask_manager(
        mission, employee=employee, programme=None, by=person, now=timezone.now()
    )
    letter = Notification.objects.get(kind="agreement_asked")
    return re.search(r"/accord/[\w-]+/", letter.text).group()


def of_the_company(company, email) -> User:
    manager = make_user(email=email)
    Membership.objects.create(user=manager, organisation=company)
    boss = make_user()
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    return manager


def is_refused(client, url) -> bool:
    answers = client.get(url), client.post(url, {"answer": "YES"})
    assert {answer.status_code for answer in answers} == {410}
    return not Agreement.objects.exclude(answer="").exists()


def removed(manager, company):
    boss = company.memberships.filter(role="ADMINISTRATOR").exclude(user=manager).last().user
    people.remove(manager.memberships.get(), by=boss, now=timezone.now())


def account_shut(manager, company):
    User.objects.filter(pk=manager.pk).update(is_active=False)


def left(manager, company):
    people.leave(manager.memberships.get(), now=timezone.now())


def account_closed(manager, company):
    people.close_account(manager, now=timezone.now())


ANY_WAY = [removed, left, account_shut, account_closed]
GOES = pytest.mark.parametrize("goes", ANY_WAY)


@GOES
def test_it_opens_no_more_once_its_reader_has_left_the_company(client, company, url, goes):
    manager = of_the_company(company, MAILBOX.upper())
    goes(manager, company)
    assert is_refused(client, url)


@GOES
def test_a_second_verified_address_of_the_account_is_its_reader_s_too(client, company, url, goes):
    manager = of_the_company(company, "d.lefebvre@example.org")
    EmailAddress.objects.create(user=manager, email=MAILBOX, verified=True)
    assert client.get(url).status_code == 200
    goes(manager, company)
    assert is_refused(client, url)


@pytest.mark.parametrize("opens_another", [False, True])
@GOES
def test_the_address_before_a_change_is_its_reader_s_too(client, company, url, goes, opens_another):
    """Who is about to go gives their account their own address first, and opens another account with the former."""
    manager = of_the_company(company, "d.lefebvre@example.org")
    addresses.changed(manager, before=MAILBOX, now=timezone.now())
    if opens_another:
        verify(make_user(email=MAILBOX))
    assert client.get(url).status_code == 200
    goes(manager, company)
    assert is_refused(client, url)


def test_an_address_that_is_a_colleague_s_by_now_stays_theirs(client, company, url):
    manager = of_the_company(company, "d.lefebvre@example.org")
    addresses.changed(manager, before=MAILBOX, now=timezone.now())
    of_the_company(company, MAILBOX)
    removed(manager, company)
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("goes", [removed, left, account_closed])
def test_a_manager_who_has_gone_weeks_after_a_change_of_address_answers_no_reminder(
    client, company, url, goes
):
    """The site forgets the address before after two weeks; a reminder's link lasts longer."""
    manager, now = of_the_company(company, "d.lefebvre@example.org"), timezone.now()
    addresses.changed(manager, before=MAILBOX, now=now)
    agreements.remind_silent(now + agreements.REMIND_AFTER)
    told = Notification.objects.filter(kind="agreement_asked").latest("pk")
    assert told.address == MAILBOX, "as long as the change may be taken back"
    people.follow_changed_addresses(now + WAY_BACK_LASTS)
    assert Employee.objects.get().manager_email == manager.email
    addresses.forget_old(now + FORGOTTEN_AFTER + timedelta(days=1))
    goes(manager, company)
    assert is_refused(client, re.search(r"/accord/[\w-]+/", told.text).group())
    assert not Employee.objects.exclude(manager_email="").exists()


def test_the_question_leaves_the_mailbox_that_its_reader_has_given_up(client, company, url):
    """Whoever reads it by now finds a link that has run out; the new one is in the mailbox of today."""
    manager, now = of_the_company(company, "d.lefebvre@example.org"), timezone.now()
    addresses.changed(manager, before=MAILBOX, now=now)
    people.follow_changed_addresses(now + WAY_BACK_LASTS)
    told = Notification.objects.filter(kind="agreement_asked").latest("pk")
    assert told.address == manager.email
    answers = client.get(url), client.post(url, {"answer": "YES"})
    assert {answer.status_code for answer in answers} == {410}
    assert client.get(re.search(r"/accord/[\w-]+/", told.text).group()).status_code == 200


def test_no_question_goes_to_an_address_that_is_taken_back_later(company, url):
    """The change before it stands already, when whoever had got into the account is shut out."""
    manager, now = of_the_company(company, "dominique@chez-moi.example.org"), timezone.now()
    addresses.changed(manager, before=MAILBOX, now=now)
    User.objects.filter(pk=manager.pk).update(email="intrus@example.org")
    last = addresses.changed(manager, before=manager.email, now=now + timedelta(days=6))
    people.follow_changed_addresses(now + WAY_BACK_LASTS)
    addresses.restore(last, now=now + timedelta(days=8))
    people.follow_changed_addresses(now + timedelta(days=13))
    assert Employee.objects.get().manager_email == manager.email
    told = Notification.objects.filter(kind="agreement_asked").latest("pk")
    assert told.address == manager.email


def test_an_address_that_was_taken_back_is_written_to_as_before(company, url):
    """Whoever had got into the account asked for it."""
    manager, now = of_the_company(company, "intrus@example.org"), timezone.now()
    change = addresses.changed(manager, before=MAILBOX, now=now)
    people.follow_changed_addresses(now + timedelta(days=2))
    addresses.restore(change, now=now + timedelta(days=3))
    people.follow_changed_addresses(now + WAY_BACK_LASTS + timedelta(days=1))
    agreements.remind_silent(now + WAY_BACK_LASTS + timedelta(days=1))
    assert Employee.objects.get().manager_email == MAILBOX
    letters = Notification.objects.filter(kind="agreement_asked")
    assert set(letters.values_list("address", flat=True)) == {MAILBOX}


@pytest.mark.parametrize("more", [(), ("encore@example.org",)])
def test_the_mailboxes_from_which_an_account_was_taken_back_end_with_the_membership(
    client, company, url, more
):
    """They had been shown to be its own: the site forgot them as it gave back the one before."""
    manager, now = of_the_company(company, MAILBOX), timezone.now()
    first = addresses.changed(manager, before="d.lefebvre@example.org", now=now)
    for n, address in enumerate(more, start=1):
        User.objects.filter(pk=manager.pk).update(email=address)
        addresses.changed(manager, before=MAILBOX, now=now + timedelta(minutes=n))
    addresses.restore(first, now=now + timedelta(hours=1))
    people.follow_changed_addresses(now + timedelta(hours=2))
    assert client.get(url).status_code == 200
    removed(User.objects.get(pk=manager.pk), company)
    assert is_refused(client, url)


def test_the_question_leaves_the_mailbox_from_which_an_account_was_taken_back(company, url):
    manager, now = of_the_company(company, MAILBOX), timezone.now()
    change = addresses.changed(manager, before="d.lefebvre@example.org", now=now)
    addresses.restore(change, now=now + timedelta(hours=1))
    people.follow_changed_addresses(now + WAY_BACK_LASTS + timedelta(hours=2))
    told = Notification.objects.filter(kind="agreement_asked").latest("pk")
    assert told.address == Employee.objects.get().manager_email == "d.lefebvre@example.org"


def test_a_manager_of_another_company_keeps_the_mailbox_that_somebody_had(client, company, url):
    other = of_the_company(make_mission(work=True).offer.organisation, "autre@example.org")
    addresses.changed(other, before=MAILBOX, now=timezone.now() - WAY_BACK_LASTS)
    people.follow_changed_addresses(timezone.now())
    assert Employee.objects.get().manager_email == MAILBOX
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("goes", [removed, left, account_shut])
def test_the_letter_that_waits_is_not_sent_to_a_manager_who_has_gone(company, url, goes):
    """The mail server was away when the employee asked: it tells of somebody's mission."""
    letter = Notification.objects.get(kind="agreement_asked")
    manager = of_the_company(company, MAILBOX)
    assert rules.why_moot(letter) == ""
    goes(manager, company)
    assert rules.why_moot(letter)


@pytest.mark.parametrize("goes", ["nowhere", "to the structure"])
def test_why_the_employer_says_no_is_not_told_to_who_has_gone_over_to_the_structure(
    client, mission, company, url, goes
):
    """The structure never reads it; the letter may wait a week for its summary."""
    client.post(url, {"answer": "NO", "reason": "Nous préparons un plan social."})
    letter = Notification.objects.get(kind="agreement_refused", recipient=mission.offer.person)
    assert "plan social" in letter.text
    if goes == "to the structure":
        people.leave(mission.offer.person.memberships.get(), now=timezone.now())
        mission.need.organisation.memberships.create(user=mission.offer.person)
    assert bool(rules.why_moot(letter)) is (goes == "to the structure")


@pytest.mark.parametrize("has_run_out", [False, True])
@pytest.mark.parametrize("goes", [removed, left])
def test_the_letter_is_not_sent_again_to_a_manager_who_has_left(
    client, mission, company, url, goes, has_run_out
):
    if has_run_out:
        Agreement.objects.update(expires_at=timezone.now() - timedelta(days=1))
    goes(of_the_company(company, MAILBOX), company)
    client.force_login(mission.offer.person)
    page = reverse("mission-agreement", args=[mission.pk])
    assert "Renvoyer le courriel" not in client.get(page).text
    said = client.post(reverse("agreement-send-again", args=[mission.pk]), follow=True).text
    assert "a quitté son employeur" in said
    agreements.remind_silent(timezone.now() + agreements.REMIND_AFTER)
    assert Notification.objects.filter(kind="agreement_asked").count() == 1
    given = {"manager_name": "Alix Roy", "manager_email": "alix@example.org"}
    client.post(page, given)
    assert (
        Notification.objects.filter(kind="agreement_asked").latest("pk").address
        == "alix@example.org"
    )


@pytest.mark.parametrize("goes", [removed, left])
def test_nobody_is_asked_of_a_change_because_they_managed_once(goes):
    mission = signed_mission()
    company = mission.offer.organisation
    goes(of_the_company(company, MAILBOX), company)
    propose(mission, hours=90)
    assert {asked.asked for asked in Agreement.objects.waiting()} == {Agreement.Asked.COMPANY}


def test_the_letter_is_not_sent_again_to_an_account_that_is_closed(client, mission, company, url):
    account_shut(of_the_company(company, MAILBOX), company)
    client.force_login(mission.offer.person)
    client.post(reverse("agreement-send-again", args=[mission.pk]))
    assert agreements.remind_silent(timezone.now() + agreements.REMIND_AFTER) == 0
    assert Notification.objects.filter(kind="agreement_asked").count() == 1


def test_a_mission_that_is_over_is_agreed_to_no_more(client, mission, url):
    """Paused, asked about anew, then in disagreement and delivered as it was: the question is left over."""
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DISPUTED)
    mission.refresh_from_db()
    assert client.get(url).status_code == 200
    missions.deliver(mission, by=mission.offer.person, now=timezone.now())
    assert is_refused(client, url)
    assert "Cette mission est terminée" in client.get(url).text
    mission.refresh_from_db()
    assert mission.agreed_version is None


@pytest.mark.parametrize("which", ["second", "former"])
def test_nobody_is_their_own_manager_by_another_address(client, mission, which):
    person = mission.offer.person
    if which == "second":
        EmailAddress.objects.create(user=person, email="moi@example.org", verified=True)
    else:
        addresses.changed(person, before="moi@example.org", now=timezone.now())
    client.force_login(person)
    given = {"manager_name": "Moi", "manager_email": "Moi@example.org"}
    client.post(reverse("mission-agreement", args=[mission.pk]), given)
    assert not Agreement.objects.exists()


def test_it_opens_for_a_manager_who_belongs_to_the_company(client, company, url):
    of_the_company(company, MAILBOX)
    client.post(url, {"answer": "YES"})
    assert Agreement.objects.get(asked="MANAGER").answer == "YES"


@pytest.mark.parametrize("own", [MAILBOX, "someone@example.org"])
def test_an_address_that_somebody_only_claims_changes_nothing(client, url, own):
    EmailAddress.objects.create(user=make_user(email=own), email=MAILBOX, verified=False)
    client.post(url, {"answer": "YES"})
    assert Agreement.objects.get(asked="MANAGER").answer == "YES"


def test_a_manager_whose_account_was_never_the_company_s_answers_as_before(client, url):
    """They came for themselves, as a volunteer, with the same address."""
    make_user(email=MAILBOX)
    client.post(url, {"answer": "YES"})
    assert Agreement.objects.get(asked="MANAGER").answer == "YES"


@pytest.mark.parametrize("today", [MAILBOX, "d.lefebvre@example.org"])
def test_a_manager_who_is_of_the_structure_gives_no_employer_s_yes(client, mission, url, today):
    """Nor by the address that they have just given up for another."""
    manager = of_the_company(mission.offer.organisation, today)
    if today != MAILBOX:
        addresses.changed(manager, before=MAILBOX, now=timezone.now())
    Membership.objects.create(user=manager, organisation=mission.need.organisation)
    assert is_refused(client, url)
    client.force_login(mission.offer.person)
    page = client.post(
        reverse("mission-agreement", args=[mission.pk]),
        {"manager_name": "Dominique Lefebvre", "manager_email": MAILBOX},
    )
    assert "quelqu’un de la structure" in page.text
    assert mission.agreements.count() == 1


# --- what is asked from the page -----------------------------------------------------------
def test_the_company_answers_the_question_that_it_has_read(client, mission, company, url):
    """The sheet changed while its page was open, and the manager has agreed to the new version."""
    client.post(url, {"answer": "YES"})
    boss = make_user()
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    client.force_login(boss)
    seen = client.get(reverse("mission-agreement", args=[mission.pk])).text
    question = re.search(r'name="question" value="(\d+)"', seen).group(1)
    agreements.void(mission)
    mission.sheet.number += 1
    mission.sheet.save()
    employee = Employee.objects.get()
    again = agreements.ask_manager(
        mission, employee=employee, programme=None, by=employee.person, now=timezone.now()
    )
    agreements.answer(again, answer=Agreement.Answer.YES, now=timezone.now())
    door, said = reverse("agreement-company", args=[mission.pk]), {"answer": "YES"}
    answer = client.post(door, said | {"question": question}, follow=True)
    assert "La question a changé" in answer.text
    waiting = Agreement.objects.filter(asked="COMPANY", answer="").order_by("pk")
    assert waiting.count() == 2
    client.post(door, said | {"question": waiting.last().pk})
    mission.refresh_from_db()
    assert mission.agreed_version == mission.sheet.number


def test_nobody_s_mailbox_is_filled_from_the_page_of_the_agreement(client, mission, url):
    client.force_login(mission.offer.person)
    again = reverse("agreement-send-again", args=[mission.pk])
    for _click in range(20):
        answer = client.post(again, follow=True)
    assert "continuez demain" in answer.text
    other = {"manager_name": "Dominique", "manager_email": "inconnu@example.org"}
    page = client.post(reverse("mission-agreement", args=[mission.pk]), other)
    assert "continuez demain" in page.text
    letters = Notification.objects.filter(kind="agreement_asked")
    assert letters.count() == letters_a_day.MOST
