"""When whoever sent invitations no longer administers, another administrator stands behind them, in one click."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations
from accounts.models import Invitation, Membership, Organisation
from notifications.models import Notification
from tests.factories import make_organisation, make_user, verify

EMPLOYEE = Membership.Role.EMPLOYEE


@pytest.fixture
def head():
    return make_user("Hélène", "Roux")


@pytest.fixture
def heir():
    return make_user("Ali", "Ben")


@pytest.fixture
def company(head, heir):
    house = make_organisation("COMPANY", administrator=head, name="Verreries du Nord")
    house.memberships.create(user=heir, role="ADMINISTRATOR")
    now = timezone.now()
    for email, role in (("nora@example.org", EMPLOYEE), ("chef@example.org", "ADMINISTRATOR")):
        invitations.invite(house, email=email, role=role, by=head, now=now)
    house.memberships.filter(user=head).delete()
    return house


def take_over(client, person, company):
    client.force_login(person)
    return client.post(reverse("invitations-take-over", args=[company.pk]), follow=True)


def test_the_links_that_were_sent_open_again_and_no_letter_leaves(client, company, heir):
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    invitation = Invitation.objects.get(email=nora.email)
    assert not invitation.is_backed
    client.force_login(heir)
    listed = client.get(reverse("employees", args=[company.pk]), {"etat": "invite"})
    assert "Une invitation n’ouvre plus rien" in listed.text
    letters = Notification.objects.count()
    assert "1 invitation ouvre de nouveau" in take_over(client, heir, company).text
    assert Notification.objects.count() == letters
    invitations.accept(Invitation.objects.get(pk=invitation.pk), by=nora, now=timezone.now())
    assert nora.belongs_to(company)


def test_an_invitation_to_administer_isn_t_taken_over_with_the_others(client, company, heir):
    take_over(client, heir, company)
    assert not Invitation.objects.get(email="chef@example.org").is_backed


def test_one_that_has_expired_or_is_another_house_s_stays_as_it_is(client, company, heir, head):
    elsewhere = make_organisation("COMPANY", administrator=make_user())
    Invitation.objects.filter(email="chef@example.org").update(
        organisation=elsewhere, role=EMPLOYEE
    )
    Invitation.objects.filter(email="nora@example.org").update(
        expires_at=timezone.now() - timedelta(days=1)
    )
    take_over(client, heir, company)
    assert set(Invitation.objects.values_list("invited_by", flat=True)) == {head.pk}


@pytest.mark.parametrize("who", ["employee", "representative", "elsewhere", "gone", "suspended"])
def test_nobody_else_takes_them_over(client, company, heir, head, who):
    person = {"gone": head, "suspended": heir}.get(who) or make_user()
    if who == "elsewhere":
        make_organisation("COMPANY", administrator=person)
    elif who in ("employee", "representative"):
        role = "MEMBER" if who == "representative" else EMPLOYEE
        company.memberships.create(user=person, role=role)
    elif who == "suspended":
        Organisation.objects.filter(pk=company.pk).update(status="SUSPENDED")
    assert take_over(client, person, company).status_code in (403, 404)
    assert not Invitation.objects.filter(invited_by=heir).exists()
