"""What a list meets between the moment it is sent and the moment it is carried out, and what it can't be used for."""

from datetime import timedelta

import pytest

from accounts.actions import invitations, memberships
from accounts.models import Invitation, Membership
from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.models import Employee, Import
from tests.factories import make_organisation, make_user, verify
from tests.marketplace.market.test_imports import letters, now, sent, started, work

EMPLOYEE, ADMINISTRATOR = Membership.Role.EMPLOYEE, Membership.Role.ADMINISTRATOR


@pytest.fixture
def head():
    return verify(make_user("Hélène", "Roux", email="helene@example.org"))


@pytest.fixture
def company(head):
    return make_organisation("COMPANY", administrator=head, name="Verreries du Nord")


def of_the_house(house, email, first="Alix", last="Bonnet", role=EMPLOYEE):
    person = verify(make_user(first, last, email=email))
    return house.memberships.create(user=person, role=role)


def addresses(*names):
    return "E-mail\n" + "".join(f"{name}@example.org\n" for name in names)


# --- letters to strangers --------------------------------------------------------------------
def test_letters_that_have_left_count_though_their_list_is_taken_back(company, head, monkeypatch):
    monkeypatch.setattr(imports, "MOST_LINES", 3)
    table = started(company, head, addresses("a", "b", "c"))
    hours = timedelta(hours=2)
    Invitation.objects.update(sent_at=now() - hours / 2, created_at=now() - hours)
    imports.undo(table, by=head, now=now())
    assert work(table).state == Import.State.UNDONE
    with pytest.raises(NotYet):
        imports.start(sent(company, head, addresses("d")), by=head, now=now())


def test_lists_started_at_once_are_counted_before_their_letters_are_written(
    company, head, monkeypatch
):
    monkeypatch.setattr(imports, "MOST_LINES", 3)
    first, second = (sent(company, head, addresses(*names)) for names in ("ab", "cd"))
    imports.start(first, by=head, now=now())
    with pytest.raises(NotYet):
        imports.start(second, by=head, now=now())


def test_after_a_list_somebody_may_still_be_invited_by_hand(company, head):
    started(company, head, addresses(*(f"a{number}" for number in range(31))))
    invitations.invite(company, email="x@example.org", role=ADMINISTRATOR, by=head, now=now())
    assert letters(address="x@example.org").exists()


# --- who carries it out ----------------------------------------------------------------------
def test_who_no_longer_administers_withdraws_nobody_s_invitation_by_a_list(company, head):
    other = of_the_house(company, "al@example.org", role=ADMINISTRATOR)
    invitations.invite(company, email="p@example.org", role=EMPLOYEE, by=other.user, now=now())
    table = sent(company, head, addresses("p"), kind="LEAVERS")
    imports.start(table, by=head, now=now())
    company.memberships.filter(user=head).update(role=EMPLOYEE)
    line = work(table).lines.get()
    assert not Invitation.objects.get().withdrawn_at
    assert "n’administrez plus" in line.refused


def test_who_carries_out_another_s_list_isn_t_taken_out_by_it(company, head):
    other = of_the_house(company, "al@example.org", role=ADMINISTRATOR)
    nora = of_the_house(company, "nora@example.org", "Nora", "Cissé")
    table = sent(company, head, addresses("al", "nora"), kind="LEAVERS")
    imports.start(table, by=other.user, now=now())
    first, second = work(table).lines.order_by("position")
    assert company.memberships.filter(pk=other.pk).exists()
    assert first.refused
    assert second.done_at
    assert not company.memberships.filter(pk=nora.pk).exists()


# --- what has happened meanwhile -------------------------------------------------------------
def test_what_is_said_of_somebody_who_has_joined_meanwhile_is_kept_of_them(company, head):
    invitation, _secret = invitations.invite(
        company, email="nora@example.org", role=EMPLOYEE, by=head, now=now()
    )
    table = sent(company, head, "E-mail;Équipe\nnora@example.org;Fusion\n")
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    invitations.accept(invitation, by=nora, now=now())
    imports.start(table, by=head, now=now())
    work(table)
    assert Employee.objects.get(person=nora).team == "Fusion"
    imports.undo(table, by=head, now=now())
    work(table)
    assert Employee.objects.get(person=nora).team == ""


def test_an_invitation_withdrawn_meanwhile_is_not_changed_and_that_is_said(company, head):
    invitation, _secret = invitations.invite(
        company, email="nora@example.org", role=EMPLOYEE, by=head, now=now()
    )
    table = sent(company, head, "E-mail;Équipe\nnora@example.org;Fusion\n")
    invitations.withdraw(invitation, now=now())
    imports.start(table, by=head, now=now())
    assert work(table).lines.get().refused


# --- people choose their names themselves ----------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("EMPLOYEES", "E-mail;Nom;Manager\na@example.org;Jean Petit;Paul Roux\n"),
        ("LEAVERS", "Nom;Prénom\nRoux;Paul\n"),
    ],
)
def test_whoever_is_found_by_their_name_is_shown_with_their_address(
    client, company, head, kind, words
):
    of_the_house(company, "somebody.else@example.org", "Paul", "Roux")
    table = sent(company, head, words, kind=kind)
    client.force_login(head)
    assert "somebody.else@example.org" in client.get(table.get_absolute_url()).text


def test_an_address_that_somebody_uses_since_they_left_says_nothing_of_them(company, head):
    member = of_the_house(company, "nora@example.org", "Nora", "Cissé")
    nora = member.user
    memberships.remove(member, by=head)
    nora.email = "nora.at.home@example.com"
    nora.save()
    table = sent(company, head, "E-mail\nnora@example.org\nnora.at.home@example.com\n")
    assert [line.note for line in table.lines.order_by("position")] == ["had-left", ""]


def test_a_long_list_leaves_their_turn_to_others_and_is_gone_on_with(company, head, monkeypatch):
    monkeypatch.setattr(imports, "TURN", 2)
    monkeypatch.setattr(imports, "STEP", 2)
    rung = []
    monkeypatch.setattr(imports, "ring", lambda table: rung.append(table.pk))
    people = "E-mail\n" + "".join(f"p{n}@example.org\n" for n in range(5))
    table = sent(company, head, people)
    imports.start(table, by=head, now=now())
    done = [work(table).done for _turn in range(3)]
    assert done == [2, 4, 5]
    assert Import.objects.get().state == Import.State.DONE
    assert Invitation.objects.count() == 5
    assert len(rung) == 4, "sent, started, and twice left to the next"
