"""A list of people who have left: who is found, what is done, and that their own time is neither shown nor touched."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations
from accounts.models import Invitation, Membership, PastMembership
from marketplace.models import Import, Offer, Time
from marketplace.states import MissionStatus, OfferStatus
from notifications.models import Notification
from tests.factories import make_mission, make_offer, make_organisation, make_user
from tests.marketplace.market.test_imports import outcomes, sent, started, wrong

EMPLOYEE = Membership.Role.EMPLOYEE


@pytest.fixture
def head():
    return make_user("Hélène", "Roux", email="helene@example.org")


@pytest.fixture
def company(head):
    return make_organisation("COMPANY", administrator=head, name="Verreries du Nord")


def hire(company, first, last, email):
    person = make_user(first, last, email=email)
    company.memberships.create(user=person, role=EMPLOYEE)
    return person


def leavers(company, head, words):
    return sent(company, head, words, "LEAVERS")


def test_each_is_found_by_the_address_or_by_a_name_that_nobody_else_bears(company, head):
    hire(company, "Nora", "Cissé", "nora@example.org")
    hire(company, "Paul", "Brun", "paul@example.org")
    table = leavers(
        company, head, "Nom;E-mail\n;NORA@example.org\nBRUN Paul;\nInconnue Zoé;\n;\n;x@\n"
    )
    assert outcomes(table) == [
        (2, "MAKE", ""),
        (3, "MAKE", ""),
        (4, "LEAVE", "unknown"),
        (6, "FAULT", ""),
    ]


def test_two_of_one_name_are_not_guessed(company, head):
    for at in "ab":
        hire(company, "Jean", "Petit", f"{at}@example.org")
    table = leavers(company, head, "Nom\nJean Petit\n")
    line = table.lines.get()
    assert (line.outcome, wrong(line)) == ("FAULT", [("last_name", "homonyms")])


def test_nobody_takes_themselves_out_nor_the_last_administrator(company, head):
    other = make_user("Ali", "Ben", email="ali@example.org")
    company.memberships.create(user=other, role="ADMINISTRATOR")
    line = leavers(company, head, "E-mail\nhelene@example.org\n").lines.get()
    assert wrong(line) == [("email", "oneself")]
    Membership.objects.filter(user=head).update(role=EMPLOYEE)
    table = Import.objects.get()
    Import.objects.filter(pk=table.pk).delete()
    Membership.objects.filter(user=head).update(role="ADMINISTRATOR")
    Membership.objects.filter(user=other).update(role=EMPLOYEE)
    again = leavers(company, other, "E-mail\nhelene@example.org\n").lines.get()
    assert wrong(again) == [("email", "last-administrator")]


def test_who_is_taken_out_is_told_their_missions_are_counted_and_their_own_time_is_not(
    client, company, head
):
    nora = hire(company, "Nora", "Cissé", "nora@example.org")
    at_work = make_mission(work=True, company=company, person=nora, status=MissionStatus.RUNNING)
    lent = make_offer(nora, organisation=company)
    own = make_offer(nora, time=Time.OWN, title="Chez moi")
    free = make_mission(person=nora, status=MissionStatus.RUNNING)
    table = leavers(company, head, "E-mail\nnora@example.org\n")
    client.force_login(head)
    page = client.get(table.get_absolute_url()).text
    assert "Une mission sur temps de travail est suspendue" in page
    assert "Chez moi" not in page
    client.post(reverse("import-start", args=[table.pk]))
    from tests.marketplace.market.test_imports import work

    assert work(table).state == Import.State.DONE
    assert not company.memberships.filter(user=nora).exists()
    assert PastMembership.objects.filter(user=nora).exists()
    assert Notification.objects.filter(kind="member_removed", recipient=nora).count() == 1
    assert Offer.objects.get(pk=own.pk).status == own.status
    at_work.refresh_from_db()
    assert at_work.status == MissionStatus.LEFT, "at once, as by hand"
    assert Offer.objects.get(pk=lent.pk).status == OfferStatus.PAUSED
    free.refresh_from_db()
    assert free.status == MissionStatus.RUNNING
    assert nora.is_active


def test_an_invitation_that_waits_is_withdrawn(company, head):
    invitations.invite(company, email="zoe@example.org", role=EMPLOYEE, by=head, now=timezone.now())
    started(company, head, "E-mail\nzoe@example.org\n", "LEAVERS")
    assert not Invitation.objects.shown().exists()


def test_it_can_t_be_taken_back_by_a_click(client, company, head):
    hire(company, "Nora", "Cissé", "nora@example.org")
    table = started(company, head, "E-mail\nnora@example.org\n", "LEAVERS")
    client.force_login(head)
    assert "Annuler la liste" not in client.get(table.get_absolute_url()).text
    client.post(reverse("import-undo", args=[table.pk]))
    assert Import.objects.get().state == Import.State.DONE


def test_somebody_of_another_house_is_nobody_here(company, head):
    elsewhere = make_organisation("COMPANY", administrator=make_user())
    hire(elsewhere, "Nora", "Cissé", "nora@example.org")
    table = leavers(company, head, "E-mail;Nom\nnora@example.org;\n;Nora Cissé\n")
    assert [note for _n, _o, note in outcomes(table)] == ["unknown", "unknown"]


def test_who_was_only_invited_doesn_t_leave_and_isn_t_written_to(client, company, head):
    invitations.invite(company, email="p@example.org", role=EMPLOYEE, by=head, now=timezone.now())
    client.force_login(head)
    alone = client.get(leavers(company, head, "E-mail\np@example.org\n").get_absolute_url()).text
    assert "Une invitation est retirée" in alone
    assert "quitte l’organisation" not in alone
    assert "l’apprend par une lettre" not in alone
    hire(company, "Nora", "Cissé", "nora@example.org")
    both = leavers(company, head, "E-mail\np@example.org\nnora@example.org\n")
    said = client.get(both.get_absolute_url()).text
    assert "Une personne quitte" in said
    assert "Une invitation est retirée." in said
