"""An invitation is as good as its sender's word today: who no longer administers lets nobody in."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.actions import addresses, invitations, memberships, organisations
from accounts.actions.invitations import A_DAY
from accounts.actions.refusals import Refusal
from accounts.models import AddressChange, Invitation, Membership, User
from accounts.models.addresses import FORGOTTEN_AFTER
from marketplace.actions.market import people
from notifications.models import Notification
from tests.factories import make_user, verify

GUEST = "nora@example.org"


@pytest.fixture
def second(structure):
    """Another administrator: the first may go."""
    other = verify(make_user(first_name="Karim"))
    Membership.objects.create(user=other, organisation=structure, role="ADMINISTRATOR")
    return other


@pytest.fixture
def nora():
    return verify(make_user(first_name="Nora", email=GUEST))


@pytest.fixture
def secret(structure, administrator, second):
    return invitations.invite(
        structure, email=GUEST, role="ADMINISTRATOR", by=administrator, now=timezone.now()
    )[1]


def leave(administrator, second, coordinator):
    people.leave(administrator.memberships.get(), now=timezone.now())


def be_removed(administrator, second, coordinator):
    people.remove(administrator.memberships.get(), by=second, now=timezone.now())


def become_a_member(administrator, second, coordinator):
    memberships.change_role(administrator.memberships.get(), "MEMBER", by=second)


def close_the_account(administrator, second, coordinator):
    User.objects.filter(pk=administrator.pk).update(is_active=False)


def be_suspended(administrator, second, coordinator):
    structure = administrator.memberships.get().organisation
    organisations.suspend(structure, reason="À voir.", by=coordinator)


@pytest.mark.parametrize(
    "go", [leave, be_removed, become_a_member, close_the_account, be_suspended]
)
def test_the_link_lets_nobody_in_any_more(
    as_, structure, administrator, second, coordinator, nora, secret, go
):
    go(administrator, second, coordinator)
    link = reverse("invitation", args=[secret])
    assert "ne peut plus inviter" in as_(nora).get(link).text
    as_(nora).post(link)
    mine = reverse("my-invitation", args=[Invitation.objects.get().pk])
    as_(nora).post(mine)
    assert not nora.speaks_for(structure)
    assert not nora.belongs_to(structure)
    assert "signup" not in as_(None).post(f"{link}compte/")["Location"]
    assert invitations.pending_for(nora) == []


def test_it_opens_while_its_sender_administers(as_, structure, nora, secret):
    as_(nora).post(reverse("invitation", args=[secret]))
    assert nora.administers(structure)


def test_another_administrator_sees_why_and_sends_it_again(
    as_, structure, administrator, second, nora, secret
):
    invitation = Invitation.objects.get()
    people.remove(administrator.memberships.get(), by=second, now=timezone.now())
    Invitation.objects.update(sent_at=invitation.sent_at - invitations.RESEND_AFTER)
    assert "à renvoyer" in as_(second).get(reverse("members", args=[structure.pk])).text
    as_(second).post(reverse("invitation-resend", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.invited_by == second
    assert invitation.is_backed
    assert Notification.objects.filter(kind="invitation", status="WAITING").count() == 1


def test_who_is_shown_out_doesnt_come_back_by_a_letter_to_a_second_address_of_theirs(
    as_, structure, administrator, second, nora, secret
):
    EmailAddress.objects.create(user=nora, email="nora@bureau.example.org", verified=True)
    again = invitations.invite(
        structure,
        email="nora@bureau.example.org",
        role="MEMBER",
        by=second,
        now=timezone.now(),
    )[1]
    others = invitations.invite(
        structure, email="paul@example.org", role="MEMBER", by=second, now=timezone.now()
    )[0]
    as_(nora).post(reverse("invitation", args=[secret]))
    people.remove(nora.memberships.get(), by=second, now=timezone.now())
    as_(nora).post(reverse("invitation", args=[again]))
    assert not nora.belongs_to(structure)
    waiting = Invitation.objects.pending(timezone.now())
    assert list(waiting) == [others], "whoever else was invited still is"
    letter = Notification.objects.filter(address="nora@bureau.example.org").get()
    assert letter.status == "CANCELLED", "a letter that hasn't left stays here"


def show_out(nora, second):
    people.remove(nora.memberships.get(), by=second, now=timezone.now())


def go_by_themselves(nora, second):
    people.leave(nora.memberships.get(), now=timezone.now())


@pytest.mark.parametrize("go", [show_out, go_by_themselves])
def test_who_has_gone_doesnt_come_back_by_a_letter_to_an_address_of_before(
    as_, structure, second, nora, go
):
    """Invited where they no longer read, then where they do; once out, they take the old address again."""
    own = "nora@bureau.example.org"
    secret = invitations.invite(structure, email=GUEST, role="ADMINISTRATOR", by=second, now=timezone.now())[1]  # fmt: skip
    have(nora, own)
    addresses.changed(nora, before=GUEST, now=timezone.now())
    Membership.objects.create(user=nora, organisation=structure)
    go(nora, second)
    have(nora, GUEST)
    as_(nora).post(reverse("invitation", args=[secret]))
    assert not nora.belongs_to(structure)


def test_nor_with_another_account_that_they_open_with_it(as_, structure, second, nora):
    secret = invitations.invite(structure, email=GUEST, role="ADMINISTRATOR", by=second, now=timezone.now())[1]  # fmt: skip
    have(nora, "nora@bureau.example.org")
    addresses.changed(nora, before=GUEST, now=timezone.now())
    Membership.objects.create(user=nora, organisation=structure)
    other = verify(make_user(email=GUEST))
    show_out(nora, second)
    as_(other).post(reverse("invitation", args=[secret]))
    assert not other.belongs_to(structure)


def test_a_second_mailbox_of_a_member_is_sent_no_letter(structure, second, nora):
    have(nora, "nora@bureau.example.org")
    Membership.objects.create(user=nora, organisation=structure)
    EmailAddress.objects.create(user=nora, email=GUEST, verified=True)
    with pytest.raises(Refusal, match="déjà partie"):
        invitations.invite(structure, email=GUEST, role="MEMBER", by=second, now=timezone.now())


@pytest.mark.parametrize("reader", ["nobody yet", "another account"])
def test_a_mailbox_that_a_member_gave_up_may_be_invited_but_they_dont_come_back_by_it(
    as_, structure, second, nora, reader
):
    """It may be the treasurer's who comes after them. The day they are removed, their change would be forgotten."""
    Membership.objects.create(user=nora, organisation=structure)
    have(nora, "nora@bureau.example.org")
    start = timezone.now()
    change = addresses.changed(nora, before=GUEST, now=start - FORGOTTEN_AFTER + A_DAY)
    other = verify(make_user(email=GUEST)) if reader == "another account" else None
    secret = invitations.invite(structure, email=GUEST, role="ADMINISTRATOR", by=second, now=start)[1]  # fmt: skip
    addresses.forget_old(start + 2 * A_DAY)
    show_out(nora, second)
    as_(other or verify(make_user(email=GUEST))).post(reverse("invitation", args=[secret]))
    assert not structure.memberships.filter(user__email=GUEST).exists()
    addresses.forget_old(start + invitations.INVITATION_LASTS + A_DAY)
    assert not AddressChange.objects.filter(pk=change.pk).exists()


def withdrawn(invitation, second):
    invitations.withdraw(invitation, now=timezone.now())


def sent_again(invitation, second):
    at = timezone.now() + invitations.RESEND_AFTER
    invitations.resend(invitation, by=second, now=at)


@pytest.mark.parametrize("ends", [withdrawn, sent_again])
def test_a_letter_that_is_over_opens_no_account_in_the_browser_that_had_it(
    as_, structure, second, secret, ends
):
    """It was handed to somebody else: with an account in the invited name they would find the next invitation."""
    browser = as_(None)
    url = browser.post(f"{reverse('invitation', args=[secret])}compte/")["Location"]
    ends(Invitation.objects.get(), second)
    form = {"first_name": "Eve", "last_name": "Autre", "email": GUEST, "terms": "on"}
    browser.post(url, form | {"password1": "un-long-secret-42"})
    assert not EmailAddress.objects.filter(email=GUEST, verified=True).exists()
    browser.post(Invitation.objects.get().get_absolute_url())
    assert not structure.memberships.filter(user__email=GUEST).exists()


def have(person, email):
    person.email = email
    person.save()
    EmailAddress.objects.filter(user=person).update(email=email)
