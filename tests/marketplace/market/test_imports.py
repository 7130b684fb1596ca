"""A list of people to bring in: read, looked at, carried out, taken back."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations, joining, memberships
from accounts.models import Invitation, Membership
from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.models import Employee, Import, InvitedEmployee
from notifications.models import Notification
from notifications.models.letters import OPEN, Status
from tests.factories import make_organisation, make_user, verify

EMPLOYEE = Membership.Role.EMPLOYEE
FILE = (
    "Nom;Prénom;Adresse e-mail;Équipe;Manager;Contrat;Date d'entrée\n"
    "Cissé;Nora;nora@example.org;Fusion;paul@example.org;CDI;12/03/2021\n"
    "Roux;Paul;paul@example.org;Fusion;;CDI;\n"
    "Brun;Zoé;zoe@example;Fusion;;CDI;\n"
    "Abel;Ines;ines@example.org;;Nora Cissé;Freelance;\n"
    "Cissé;Nora;nora@example.org;;;;\n"
)


@pytest.fixture
def head():
    return verify(make_user("Hélène", "Roux", email="helene@example.org"))


@pytest.fixture
def company(head):
    return make_organisation("COMPANY", administrator=head, name="Verreries du Nord")


def now():
    return timezone.now()


def work(table):
    """What the worker does."""
    imports.carry_on(Import.objects.get(pk=table.pk), now=now())
    return Import.objects.get(pk=table.pk)


def sent(company, head, words=FILE, kind="EMPLOYEES", **more):
    table, _new = imports.receive(company, kind, content=words.encode(), by=head, now=now(), **more)
    return work(table)


def started(company, head, words=FILE, kind="EMPLOYEES"):
    table = sent(company, head, words, kind)
    imports.start(table, by=head, now=now())
    return work(table)


def outcomes(table):
    return [(line.number, line.outcome, line.note) for line in table.lines.all()]


def wrong(line):
    return [(name, code) for name, code, _said in line.faults]


def letters(**which):
    return Notification.objects.filter(kind="invitation", **which)


# --- what is found ---------------------------------------------------------------------------
def test_before_anything_is_done_each_line_says_what_it_will_do(company, head):
    table = sent(company, head)
    assert table.state == Import.State.READ
    assert outcomes(table) == [
        (2, "MAKE", ""),
        (3, "MAKE", ""),
        (4, "FAULT", ""),
        (5, "MAKE", ""),
        (6, "LEAVE", "said-above"),
    ]
    assert wrong(table.lines.get(number=4)) == [("email", "bad-address")]
    assert wrong(table.lines.get(number=5)) == [("contract", "bad-contract")]
    assert table.lines.get(number=5).said["manager_email"] == "nora@example.org", "by her name"
    assert table.total == 3
    assert table.content is None
    assert not Invitation.objects.exists()
    assert not Notification.objects.exists()


def test_who_is_there_or_invited_already_is_left_or_changes(company, head):
    nora = make_user("Nora", "Cissé", email="nora@example.org")
    company.memberships.create(user=nora, role=EMPLOYEE)
    invitations.invite(company, email="paul@example.org", role=EMPLOYEE, by=head, now=now())
    words = "E-mail;Équipe\nNORA@example.org;Fusion\npaul@example.org;\nhelene@example.org;\n"
    table = sent(company, head, words)
    assert outcomes(table) == [
        (2, "CHANGE", "member"),
        (3, "LEAVE", "invited"),
        (4, "LEAVE", "member"),
    ]


def test_somebody_who_has_left_is_invited_again_and_it_says_so(company, head):
    nora = make_user("Nora", "Cissé", email="nora@example.org")
    membership = company.memberships.create(user=nora, role=EMPLOYEE)
    memberships.remove(membership, by=head)
    assert outcomes(sent(company, head, "E-mail\nnora@example.org\n")) == [(2, "MAKE", "had-left")]


def test_an_address_in_two_companies_is_invited_by_each_and_neither_learns_of_the_other(
    client, company, head
):
    other = make_organisation("COMPANY", administrator=make_user(), name="Ailleurs")
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    other.memberships.create(user=nora, role=EMPLOYEE)
    Employee.objects.create(organisation=other, person=nora, team="Secrète")
    table = started(company, head)
    line = table.lines.get(number=2)
    assert (line.outcome, line.membership, line.before) == ("MAKE", None, {})
    client.force_login(head)
    page = client.get(table.get_absolute_url()).text
    assert "Ailleurs" not in page
    assert "Secrète" not in page
    invitations.accept(Invitation.objects.get(email=nora.email), by=nora, now=now())
    assert Employee.objects.get(organisation=other).team == "Secrète"
    assert Employee.objects.get(organisation=company).team == "Fusion"


def test_two_who_bear_the_manager_s_name_are_to_be_told_apart(company, head):
    words = (
        "E-mail;Nom;Manager\na@example.org;Jean Petit;\nb@example.org;Jean Petit;\n"
        "c@example.org;Ali Ben;Jean Petit\n"
    )
    line = sent(company, head, words).lines.get(number=4)
    assert wrong(line) == [("manager_name", "homonyms")]
    assert line.outcome == "MAKE"
    assert "manager_email" not in line.said


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "empty"),
        ("Nom;Prénom\nCissé;Nora\n", "no-address-column"),
        ("Nom;E-mail\n", "empty"),
        ("E-mail\n" + "a@example.org\n" * 10_001, "too-long"),
        ("\x00\x01\x02\x03\x04\x05\x06\x07", "not-a-table"),
    ],
)
def test_what_is_no_list_of_people_is_refused_with_a_sentence(
    client, company, head, words, problem
):
    table = sent(company, head, words)
    assert (table.state, table.problem) == (Import.State.UNREADABLE, problem)
    client.force_login(head)
    answer = client.get(table.get_absolute_url())
    assert "Cette liste ne peut pas être lue" in answer.text
    assert not table.lines.exists()


def test_the_same_list_sent_twice_is_one(client, company, head):
    client.force_login(head)
    for _turn in range(2):
        answer = client.post(
            reverse("imports", args=[company.pk]),
            {"sent": SimpleUploadedFile("rh.csv", FILE.encode())},
            follow=True,
        )
    assert Import.objects.count() == 1
    assert "deux fois" in answer.text


def test_carried_out_twice_nobody_is_invited_twice(company, head):
    table = started(company, head)
    work(table)
    with pytest.raises(NotYet):
        imports.start(table, by=head, now=now())
    again = sent(company, head, FILE + "\n;;;;;;\n")
    assert again.pk != table.pk
    assert again.total == 0
    assert Invitation.objects.count() == letters().count() == 3


def test_sent_again_after_a_fortnight_the_same_list_invites_those_who_have_not_joined(
    company, head
):
    started(company, head)
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    invitations.accept(Invitation.objects.get(email=nora.email), by=nora, now=now())
    Invitation.objects.update(
        sent_at=now() - timedelta(days=15), expires_at=now() - timedelta(days=1)
    )
    Import.objects.update(sent_at=now() - timedelta(days=15))
    again = started(company, head)
    assert outcomes(again)[0] == (2, "LEAVE", "member")
    assert list(again.lines.exclude(refused="")) == []
    assert Invitation.objects.pending(now()).count() == 2


# --- carried out -----------------------------------------------------------------------------
def test_the_letters_leave_an_hour_later_and_not_all_at_once(company, head):
    table = started(company, head)
    assert table.state == Import.State.DONE
    assert table.done == table.total == 3
    dues = [letter.due_at for letter in letters().order_by("due_at")]
    assert dues[0] >= table.started_at + timedelta(hours=1)
    assert dues[-1] > dues[0]
    assert all(one.by_list and one.role == EMPLOYEE for one in Invitation.objects.all())


def test_a_letter_that_waits_isn_t_sent_again_and_the_page_says_when_it_leaves(
    client, company, head
):
    table = started(company, head)
    client.force_login(head)
    invitation = Invitation.objects.get(email="nora@example.org")
    hour = timezone.localtime(invitation.sent_at).strftime("%H:%M")
    answer = client.post(reverse("invitation-resend", args=[invitation.pk]), follow=True)
    assert f"il part à {hour}" in answer.text
    listed = client.get(reverse("employees", args=[company.pk]), {"etat": "invite", "q": "cisse"})
    assert f"courriel qui part à {hour}" in listed.text
    assert "Nora Cissé" in listed.text
    assert "paul@example.org" not in listed.text
    assert table.lines.exists()


def test_nobody_reads_of_their_invitation_before_its_letter_leaves(client, company, head):
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    started(company, head)
    client.force_login(nora)
    for page in ("home", "organisations"):
        assert company.name not in client.get(reverse(page)).text
    Invitation.objects.update(sent_at=now())
    for page in ("home", "organisations"):
        assert company.name in client.get(reverse(page)).text


def test_what_the_list_says_is_the_employee_s_once_they_join(company, head):
    started(company, head)
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    invitation = Invitation.objects.get(email="nora@example.org")
    assert (invitation.first_name, invitation.last_name) == ("Nora", "Cissé")
    invitations.accept(invitation, by=nora, now=now())
    known = Employee.objects.get(organisation=company, person=nora)
    assert (known.team, known.contract, known.hired_on, known.manager_email) == (
        "Fusion",
        "PERMANENT",
        date(2021, 3, 12),
        "paul@example.org",
    )
    assert Membership.objects.get(user=nora).came_by == Membership.How.LIST
    assert not InvitedEmployee.objects.filter(invitation=invitation).exists()
    assert not Notification.objects.filter(kind="invitation_accepted").exists(), "a letter a day"


def test_who_joins_another_way_needs_the_invitation_no_more_and_keeps_what_the_list_said(
    company, head
):
    started(company, head)
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    joining.join(company, user=nora, role=EMPLOYEE, came_by=Membership.How.LINK, now=now())
    assert Employee.objects.get(person=nora).team == "Fusion"
    assert not Invitation.objects.pending(now()).filter(email=nora.email).exists()
    assert letters(address=nora.email).get().status == Status.CANCELLED
    assert letters(status__in=OPEN).count() == 2


def test_a_line_changes_what_is_said_of_somebody_who_is_there(company, head):
    nora = make_user("Nora", "Cissé", email="nora@example.org")
    company.memberships.create(user=nora, role=EMPLOYEE)
    Employee.objects.create(organisation=company, person=nora, team="Taille", contract="FIXED_TERM")
    started(company, head, "E-mail;Équipe;Contrat\nnora@example.org;Fusion;\n")
    known = Employee.objects.get(person=nora)
    assert (known.team, known.contract) == ("Fusion", "FIXED_TERM"), "an empty cell changes nothing"


def test_a_list_goes_on_from_where_its_worker_stopped(company, head, monkeypatch):
    table = sent(company, head)
    imports.start(table, by=head, now=now())
    first = table.lines.filter(outcome="MAKE").first()
    first.table = Import.objects.get(pk=table.pk)
    imports._carry_out(imports.KINDS["EMPLOYEES"], first)
    Import.objects.filter(pk=table.pk).update(done=1, seen_at=now())
    assert work(table).state == Import.State.RUNNING, "its worker has just spoken"
    Import.objects.filter(pk=table.pk).update(seen_at=now() - timedelta(minutes=5))
    assert imports.sweep(now()) == [table.pk]
    assert work(table).state == Import.State.DONE
    assert Invitation.objects.count() == 3


def test_one_bad_line_doesn_t_hold_the_others(company, head, monkeypatch):
    table = sent(company, head)
    imports.start(table, by=head, now=now())
    real = invitations.invite_listed

    def breaks(house, *, email, **more):
        if email.startswith("paul"):
            raise ZeroDivisionError
        return real(house, email=email, **more)

    monkeypatch.setattr(invitations, "invite_listed", breaks)
    table = work(table)
    assert table.state == Import.State.DONE
    assert Invitation.objects.count() == 2
    assert "panne du site" in table.lines.get(number=3).refused


def test_whoever_has_lost_the_role_meanwhile_invites_nobody(company, head):
    other = make_user()
    company.memberships.create(user=other, role="ADMINISTRATOR")
    table = sent(company, head)
    imports.start(table, by=head, now=now())
    Membership.objects.filter(user=head).update(role="MEMBER")
    assert work(table).state == Import.State.DONE
    assert not Invitation.objects.exists()
    assert "ne pouvez plus" in table.lines.get(number=2).refused


# --- taken back ------------------------------------------------------------------------------
def test_within_the_hour_nobody_ever_heard_of_it(company, head):
    table = started(company, head)
    imports.undo(table, by=head, now=now())
    assert work(table).state == Import.State.UNDONE
    assert not letters(status__in=OPEN).exists()
    assert not Invitation.objects.shown().exists()
    # And the corrected list may follow at once.
    again = started(company, head, FILE.replace("zoe@example;", "zoe@example.org;"))
    assert list(again.lines.exclude(refused="")) == []
    assert Invitation.objects.shown().count() == 4


def test_a_link_that_has_left_says_that_its_list_was_taken_back(client, company, head):
    table = started(company, head)
    letter = letters(address="nora@example.org").get()
    letters().update(status=Status.SENT, sent_at=now(), closed_at=now())
    link = letter.text.split("/invitation/")[1].split("/")[0]
    imports.undo(table, by=head, now=now())
    work(table)
    answer = client.get(reverse("invitation", args=[link]))
    assert "liste envoyée par erreur" in answer.text.replace("\xa0", " ")
    assert "rien à faire" in answer.text


def test_whoever_has_joined_stays_and_what_was_touched_since_too(company, head):
    paul = make_user("Paul", "Roux", email="paul@example.org")
    ali = make_user("Ali", "Ben", email="ali@example.org")
    for one in (paul, ali):
        company.memberships.create(user=one, role=EMPLOYEE)
        Employee.objects.create(organisation=company, person=one, team="Taille")
    table = started(
        company,
        head,
        "E-mail;Équipe\npaul@example.org;Fusion\nali@example.org;Fusion\nnora@example.org;Fusion\n",
    )
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    invitations.accept(Invitation.objects.get(email=nora.email), by=nora, now=now())
    Employee.objects.filter(person=ali).update(team="Polissage")
    imports.undo(table, by=head, now=now())
    work(table)
    assert Employee.objects.get(person=paul).team == "Taille"
    assert Employee.objects.get(person=ali).team == "Polissage"
    assert Membership.objects.filter(user=nora, organisation=company).exists()


def test_a_list_is_taken_back_within_a_day_and_not_later(company, head):
    table = started(company, head)
    Import.objects.update(started_at=now() - timedelta(hours=25))
    with pytest.raises(NotYet):
        imports.undo(table, by=head, now=now())
    assert Invitation.objects.shown().count() == 3


def test_a_list_taken_back_half_way_stops_there(company, head):
    table = sent(company, head)
    imports.start(table, by=head, now=now())
    line = table.lines.filter(outcome="MAKE").first()
    line.table = Import.objects.get(pk=table.pk)
    imports._carry_out(imports.KINDS["EMPLOYEES"], line)
    running = Import.objects.get(pk=table.pk)
    imports.undo(running, by=head, now=now())
    imports.carry_on(running, now=now())  # the worker of before, which knows nothing of it
    assert work(table).state == Import.State.UNDONE
    assert Invitation.objects.count() == 1
    assert not Invitation.objects.shown().exists()
