"""An invitation from the letter to the membership, and everything that can happen on the way."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations
from accounts.actions.refusals import Refusal
from accounts.models import Invitation, User
from notifications.models import Notification
from notifications.models.letters import Status
from tests.factories import make_organisation, make_user, verify

GUEST = "nora@example.org"


def page(structure):
    return reverse("members", args=[structure.pk])


@pytest.fixture
def invited(structure, administrator):
    """An invitation on its way to Nora, who has no account; `.link` is what stands in her letter."""
    invitation, secret = invitations.invite(
        structure, email=GUEST, role="MEMBER", by=administrator, now=timezone.now()
    )
    invitation.secret, invitation.link = secret, reverse("invitation", args=[secret])
    return invitation


@pytest.fixture
def nora():
    return verify(make_user(first_name="Nora", email=GUEST))


def resend(invitation):
    return reverse("invitation-resend", args=[invitation.pk])


def withdraw(invitation):
    return reverse("invitation-withdraw", args=[invitation.pk])


def long_ago(invitation, **ago):
    then = timezone.now() - timedelta(**ago)
    Invitation.objects.filter(pk=invitation.pk).update(
        sent_at=then, expires_at=then + timedelta(days=14)
    )
    invitation.refresh_from_db()


# --- sending -------------------------------------------------------------------------------
def test_an_administrator_invites_and_a_letter_leaves(as_, structure, administrator):
    as_(administrator).post(page(structure), {"email": "Nora@Example.org", "role": "ADMINISTRATOR"})
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == (GUEST, "ADMINISTRATOR")
    assert timedelta(days=14) < invitation.expires_at - timezone.now() < timedelta(days=15)
    letter = Notification.objects.get(address=GUEST)
    assert "Paul Lefèvre vous invite à parler pour Les Ateliers du Fil" in letter.text
    link = re.search(r"http://testserver(/invitation/\S+/)", letter.text)[1]
    assert "Rejoindre Les Ateliers du Fil" in as_(None).get(link).content.decode()


@pytest.mark.parametrize("who", ["member", "coordinator", "stranger"])
def test_only_administrators_invite(as_, request, structure, who):
    browser = as_(request.getfixturevalue(who))
    assert browser.post(page(structure), {"email": GUEST, "role": "MEMBER"}).status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": "pas-une-adresse", "role": "MEMBER"}, "adresse"),
        ({"email": "", "role": "MEMBER"}, "obligatoire"),
        ({"email": f"{'a' * 250}@example.org", "role": "MEMBER"}, "254"),
        ({"email": "no\0ra@example.org", "role": "MEMBER"}, ""),
        ({"email": GUEST, "role": "EMPEROR"}, "choix valide"),
    ],
)
def test_bad_input_is_said(as_, structure, administrator, typed, sentence):
    assert sentence in as_(administrator).post(page(structure), typed).content.decode()
    assert not Invitation.objects.exists()


def test_a_member_is_not_invited_again(as_, structure, administrator, member):
    answer = as_(administrator).post(
        page(structure), {"email": member.email.upper(), "role": "MEMBER"}
    )
    assert "fait déjà partie" in answer.content.decode()


def test_a_double_click_invites_once(as_, structure, administrator):
    browser = as_(administrator)
    browser.post(page(structure), {"email": GUEST, "role": "MEMBER"})
    again = browser.post(page(structure), {"email": GUEST, "role": "MEMBER"})
    assert "déjà invitée" in again.content.decode()
    assert Notification.objects.count() == 1


def test_an_expired_one_makes_room_for_another(as_, structure, administrator, invited):
    long_ago(invited, days=15)
    as_(administrator).post(page(structure), {"email": GUEST, "role": "MEMBER"})
    assert structure.invitations.shown().count() == 1
    assert structure.invitations.count() == 2


def test_an_organisation_that_nobody_has_verified_writes_to_few_strangers(as_, administrator):
    fresh = make_organisation(status="SUBMITTED", administrator=administrator)
    browser = as_(administrator)
    for number in range(6):
        answer = browser.post(page(fresh), {"email": f"n{number}@example.org", "role": "MEMBER"})
    assert "5 invitations attendent" in answer.content.decode()
    assert fresh.invitations.count() == 5


def test_an_accepted_organisation_invites_thirty_and_no_more_until_one_has_answered(
    structure, administrator
):
    now = timezone.now()
    who = {"role": "MEMBER", "by": administrator, "now": now}
    sent = [
        invitations.invite(structure, email=f"n{number}@example.org", **who)[0]
        for number in range(30)
    ]
    with pytest.raises(Refusal, match="30 invitations attendent"):
        invitations.invite(structure, email="n30@example.org", **who)
    invitations.withdraw(sent[0], now=now)
    who["now"] = now + timedelta(days=1, minutes=1)  # there is a bound for a day, too
    invitations.invite(structure, email="n30@example.org", **who)
    assert structure.invitations.pending(now).count() == 30


def the_newest_link():
    letter = Notification.objects.filter(address=GUEST).latest("pk")
    return re.search(r"http://testserver(/invitation/\S+/)", letter.text)[1]


def test_withdrawing_and_inviting_again_is_no_way_to_write_without_end(
    as_, structure, administrator, invited
):
    browser = as_(administrator)
    again = {"email": GUEST, "role": "MEMBER"}
    browser.post(withdraw(invited))
    assert "il y a quelques minutes" in browser.post(page(structure), again).text
    for _letter in range(10):
        Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1))
        browser.post(page(structure), again)
        browser.post(withdraw(Invitation.objects.latest("pk")))
    assert Invitation.objects.filter(email=GUEST).count() == invitations.LETTERS_TO_ONE


def test_nobody_writes_to_strangers_from_one_unverified_organisation_after_the_other(as_):
    somebody = verify(make_user())
    for n in range(3):
        ours = make_organisation(administrator=somebody, status="SUBMITTED")
        for m in range(4):
            said = {"email": f"inconnu{n}{m}@example.org", "role": "MEMBER"}
            answer = as_(somebody).post(page(ours), said)
        Invitation.objects.filter(organisation=ours).update(withdrawn_at=timezone.now())
    assert "continuez demain" in answer.text
    assert Invitation.objects.count() == invitations.AT_MOST_UNVERIFIED


def test_resending_sends_a_new_link_for_another_fortnight(as_, client, administrator, invited):
    long_ago(invited, days=15)
    before = invited.expires_at
    as_(administrator).post(resend(invited))
    invited.refresh_from_db()
    assert invited.expires_at > before
    assert Notification.objects.filter(address=GUEST).count() == 2
    assert the_newest_link() != invited.link
    assert "Rejoindre Les Ateliers du Fil" in client.get(the_newest_link()).content.decode()


def test_ten_minutes_are_left_to_a_letter_to_arrive(administrator, invited):
    sent = invited.sent_at
    with pytest.raises(Refusal, match="il y a quelques minutes"):
        invitations.resend(invited, by=administrator, now=sent + timedelta(minutes=9, seconds=59))
    invitations.resend(invited, by=administrator, now=sent + timedelta(minutes=10))
    invited.refresh_from_db()
    assert (invited.sent_count, invited.sent_at) == (2, sent + timedelta(minutes=10))


def test_the_link_before_opens_nothing_once_a_new_one_has_left(
    as_, client, structure, administrator, invited, nora
):
    long_ago(invited, days=1)
    as_(administrator).post(resend(invited))
    assert client.get(invited.link).status_code == 404
    assert as_(nora).post(invited.link).status_code == 404
    assert not nora.speaks_for(structure)


def test_a_letter_that_has_not_left_does_not_go_out_with_a_dead_link(as_, administrator, invited):
    long_ago(invited, days=1)
    as_(administrator).post(resend(invited))
    first, second = Notification.objects.filter(address=GUEST).order_by("pk")
    assert (first.status, second.status) == (Status.CANCELLED, Status.WAITING)


def test_whoever_reads_the_table_has_no_link(client, invited):
    assert invited.secret not in Invitation.objects.get().token
    kept = reverse("invitation", args=[Invitation.objects.get().token])
    assert client.get(kept).status_code == 404


def test_resending_at_once_sends_nothing(as_, administrator, invited):
    answer = as_(administrator).post(resend(invited), follow=True)
    assert "quelques minutes" in answer.content.decode()
    assert Notification.objects.filter(address=GUEST).count() == 1


def test_a_withdrawn_letter_that_has_not_left_stays_here(as_, administrator, invited):
    as_(administrator).post(withdraw(invited))
    assert Notification.objects.get(address=GUEST).status == Status.CANCELLED


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("stranger", 404), (None, 302)])
def test_only_administrators_resend_and_withdraw(as_, request, invited, who, status):
    browser = as_(who and request.getfixturevalue(who))
    assert browser.post(resend(invited)).status_code == status
    assert browser.post(withdraw(invited)).status_code == status
    invited.refresh_from_db()
    assert invited.withdrawn_at is None


def test_withdrawing_twice_is_a_sentence(as_, administrator, invited):
    browser = as_(administrator)
    browser.post(withdraw(invited))
    assert "a été retirée" in browser.post(withdraw(invited), follow=True).content.decode()


# --- accepting -----------------------------------------------------------------------------
def test_opening_the_link_does_nothing(as_, structure, invited, nora):
    answer = as_(nora).get(invited.link)
    assert "Rejoindre Les Ateliers du Fil" in answer.content.decode()
    assert not nora.speaks_for(structure)


def test_the_invited_person_joins_with_the_button(as_, structure, administrator, invited, nora):
    browser = as_(nora)
    browser.post(invited.link)
    assert nora.speaks_for(structure)
    assert not nora.administers(structure)
    assert browser.session["acting_for"] == structure.pk
    assert "Nora" in Notification.objects.get(recipient=administrator).subject


def test_a_letter_that_was_forwarded_opens_nothing(as_, structure, invited, stranger):
    answer = as_(stranger).post(invited.link)
    assert answer.status_code == 403
    assert "Cette invitation est pour nora@example.org" in answer.content.decode()
    assert not stranger.speaks_for(structure)


def test_an_address_that_is_not_verified_is_not_enough(as_, structure, invited):
    unverified = make_user(email=GUEST)
    assert as_(unverified).post(invited.link).status_code == 403
    assert not unverified.speaks_for(structure)


def test_accepting_twice_joins_once(as_, structure, invited, nora):
    browser = as_(nora)
    browser.post(invited.link)
    again = browser.post(invited.link, follow=True).content.decode()
    assert "a déjà servi" in again
    assert "vous êtes déjà membre" in again
    assert structure.memberships.filter(user=nora).count() == 1


def test_someone_who_is_already_there_keeps_their_role(as_, structure, invited, nora):
    structure.memberships.create(user=nora, role="ADMINISTRATOR")
    as_(nora).post(invited.link)
    assert nora.administers(structure)


def test_an_expired_link_is_a_sentence(as_, structure, invited, nora):
    long_ago(invited, days=15)
    browser = as_(nora)
    assert "Elle a expiré le" in browser.get(invited.link).content.decode()
    assert "a expiré" in browser.post(invited.link, follow=True).content.decode()
    assert not nora.speaks_for(structure)


def test_a_withdrawn_link_is_a_sentence(as_, structure, administrator, invited, nora):
    as_(administrator).post(withdraw(invited))
    browser = as_(nora)
    assert "Elle a été retirée" in browser.get(invited.link).content.decode()
    browser.post(invited.link)
    assert not nora.speaks_for(structure)


def test_a_used_link_is_a_sentence_for_a_visitor(as_, client, invited, nora):
    as_(nora).post(invited.link)
    assert "Elle a déjà servi" in client.get(invited.link).content.decode()


@pytest.mark.parametrize("token", ["nimporte-quoi", "a" * 300])
def test_an_unknown_link_finds_nothing(client, token):
    assert client.get(reverse("invitation", args=[token])).status_code == 404


def test_an_organisation_that_has_gone_takes_nobody(as_, structure, invited, nora):
    type(structure).objects.update(status="CLOSED")
    as_(nora).post(invited.link)
    assert not nora.speaks_for(structure)


def test_an_account_with_the_invited_address_finds_it_without_the_letter(
    as_, structure, invited, nora
):
    browser = as_(nora)
    mine = reverse("organisations")
    assert invited.get_absolute_url() in browser.get(mine).content.decode()
    page = browser.get(invited.get_absolute_url()).content.decode()
    assert "Rejoindre Les Ateliers du Fil" in page
    browser.post(invited.get_absolute_url())
    assert nora.speaks_for(structure)
    assert invited.get_absolute_url() not in browser.get(mine).content.decode()
    again = browser.post(invited.get_absolute_url(), follow=True).content.decode()
    assert "a déjà servi" in again


@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 404), ("stranger", 404), (None, 302)]
)
def test_nobody_else_opens_it_without_the_letter(as_, request, structure, invited, who, status):
    browser = as_(who and request.getfixturevalue(who))
    assert browser.get(invited.get_absolute_url()).status_code == status
    assert browser.post(invited.get_absolute_url()).status_code == status
    assert structure.memberships.count() == 2


def test_an_address_that_somebody_has_written_down_and_not_shown_to_be_theirs_finds_nothing(
    as_, structure, invited
):
    claims = verify(make_user(email="ailleurs@example.org"))
    EmailAddress.objects.create(user=claims, email=GUEST, verified=False)
    browser = as_(claims)
    assert browser.get(invited.get_absolute_url()).status_code == 404
    assert browser.post(invited.get_absolute_url()).status_code == 404
    assert not claims.speaks_for(structure)


# --- with a new account --------------------------------------------------------------------
def test_signing_up_through_the_letter_needs_no_second_letter(client, structure, invited):
    url = client.post(reverse("invitation-sign-up", args=[invited.secret])).url
    page = client.get(url).content.decode()
    assert GUEST in page
    assert "votre compte est ouvert aussitôt" in page
    assert "Nous vous écrivons ensuite" not in page
    assert 'name="comes_for"' not in page, "the invitation says what for"
    form = {"first_name": "Nora", "last_name": "Benali", "email": GUEST, "terms": "on"}
    answer = client.post(url, form | {"password1": "un-long-secret-42", "next": invited.link})
    assert answer.url == invited.link
    client.post(answer.url)
    assert User.objects.get(email=GUEST).speaks_for(structure)


def test_with_another_address_the_letter_proves_nothing(client, structure, invited):
    url = client.post(reverse("invitation-sign-up", args=[invited.secret])).url
    form = {"first_name": "Eve", "last_name": "Autre", "email": "eve@example.org", "terms": "on"}
    answer = client.post(url, form | {"password1": "un-long-secret-42"})
    assert not User.objects.get(email="eve@example.org").emailaddress_set.filter(email=GUEST)
    assert answer.url.startswith(reverse("account_email_verification_sent"))
    assert not User.objects.get(email="eve@example.org").emailaddress_set.get().verified


def test_a_dead_link_opens_no_account_without_verification(client, invited):
    long_ago(invited, days=15)
    answer = client.post(reverse("invitation-sign-up", args=[invited.secret]))
    assert answer.url == invited.link
    assert "invitation_letter" not in client.session


def test_who_signs_up_by_themselves_is_taken_to_their_invitation(client, invited):
    form = {"first_name": "Nora", "last_name": "Benali", "email": GUEST, "terms": "on"}
    client.post(reverse("account_signup"), form | {"password1": "un-long-secret-42"})
    letter = Notification.objects.filter(address=GUEST).exclude(kind="invitation").get()
    link = re.search(r"http://testserver(/compte/confirm-email/\S+/)", letter.text)[1]
    assert client.post(link, follow=True).request["PATH_INFO"] == invited.get_absolute_url()
