"""Who comes back from an organisation's sign-in: who comes in, who is asked for a yes, who joins, who is refused."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from accounts.actions import arrivals, groups, invitations, memberships, people
from accounts.actions.arrivals import AccountExists, What
from accounts.actions.refusals import Refusal
from accounts.models import Membership, User
from notifications.models import Notification
from tests.accounts.domain_people import DOMAIN, with_address
from tests.accounts.sign_in_people import an_identity, open_house
from tests.factories import make_organisation, make_user, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(head, boss, coordinator):
    return open_house(head, boss, coordinator)


def arrive(row, identity=None, now=None):
    return arrivals.arrive(row, identity or an_identity(), now=now or timezone.now())


def link(row, user, identity=None, now=None):
    return arrivals.link(row, identity or an_identity(), user=user, now=now or timezone.now())


def join(row, identity=None, **said):
    said = {"first_name": "Léa", "last_name": "Roux", "language": "fr"} | said
    return arrivals.newcomer(row, identity or an_identity(), **said, now=timezone.now())


def role_in(house, user):
    return house.memberships.get(user=user).role


# --- a newcomer -----------------------------------------------------------------------------
def test_a_newcomer_joins_as_an_employee_without_a_password(row, head):
    assert arrive(row).what == What.NEW
    lea = join(row, language="en")
    membership = head.memberships.get(user=lea)
    assert (membership.role, membership.came_by) == ("EMPLOYEE", Membership.How.SIGN_IN)
    assert not lea.has_usable_password()
    assert (lea.language, lea.comes_for, lea.get_full_name()) == ("en", "COMPANY", "Léa Roux")
    assert lea.terms_accepted_at
    address = EmailAddress.objects.get(user=lea)
    assert (address.email, address.verified, address.primary) == (lea.email, True, True)
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid) == (row.app.provider_id, "sub-lea")
    assert account.extra_data == {"email": lea.email}
    letter = Notification.objects.get(kind="sign_in_linked")
    assert letter.recipient == lea
    assert "an account was made for you" in letter.text
    assert arrive(row).user == lea


def test_a_double_click_makes_one_account(row):
    assert join(row) == join(row)
    assert User.objects.filter(email=an_identity().email).count() == 1


def test_an_account_that_is_not_active_is_refused(row):
    with_address(is_active=False)
    assert arrive(row).what == What.REFUSED
    with pytest.raises(Refusal):
        join(row)


def test_an_account_made_at_the_same_moment_is_one_that_exists(row, monkeypatch):
    """By the sign-up page, or by the sign-in of another organisation: no lock holds these."""
    with_address()
    monkeypatch.setattr(arrivals, "_owner_of", lambda email: None)
    with pytest.raises(AccountExists):
        join(row)
    assert User.objects.filter(email=an_identity().email).count() == 1
    assert not SocialAccount.objects.exists()


def test_two_at_once_with_one_address_make_one_account(row):
    join(row)
    with pytest.raises(AccountExists):
        join(row, an_identity("sub-autre"))
    assert SocialAccount.objects.count() == 1


def test_the_open_invitation_to_that_address_gives_what_it_says(row, head, boss):
    invitation, _secret = invitations.invite(
        head, email=an_identity().email, role="MEMBER", by=boss, now=timezone.now()
    )
    lea = join(row)
    assert role_in(head, lea) == "MEMBER"
    invitation.refresh_from_db()
    assert invitation.accepted_at


def test_an_invitation_behind_which_nobody_stands_gives_nothing(row, head, boss, colleague):
    invitations.invite(
        head, email=an_identity().email, role="ADMINISTRATOR", by=boss, now=timezone.now()
    )
    head.memberships.filter(user=colleague).update(role="ADMINISTRATOR")
    memberships.leave(head.memberships.get(user=boss))
    assert role_in(head, join(row)) == "EMPLOYEE"


def test_what_somebody_claims_beside_their_own_address_counts_for_nothing(row, stranger):
    EmailAddress.objects.create(user=stranger, email=an_identity().email, verified=False)
    assert arrive(row).what == What.NEW
    assert join(row) != stranger


def test_who_has_signed_up_with_the_address_and_not_confirmed_it_is_linked_by_nothing(row):
    squatter = with_address(verified=False)
    assert arrive(row).what == What.TO_LINK
    with pytest.raises(AccountExists):
        join(row)
    with pytest.raises(Refusal, match="confirmée"):
        link(row, squatter)
    assert not SocialAccount.objects.exists()


# --- an account that exists -----------------------------------------------------------------
def test_an_account_is_linked_by_its_owners_yes_and_joins(row, head):
    lea = with_address()
    arrived = arrive(row)
    assert (arrived.what, arrived.user) == (What.TO_LINK, lea)
    assert not SocialAccount.objects.exists(), "nothing before the yes"
    assert link(row, lea) == link(row, lea)
    assert role_in(head, lea) == "EMPLOYEE"
    letter = Notification.objects.get(kind="sign_in_linked")
    assert letter.recipient == lea
    assert "Votre temps à vous" in letter.text
    assert arrive(row).user == lea


def test_a_member_keeps_their_role(row, head):
    lea = with_address()
    head.memberships.create(user=lea, role="ADMINISTRATOR")
    link(row, lea)
    assert role_in(head, lea) == "ADMINISTRATOR"


def test_the_address_of_somebody_else_links_nobody(row, stranger):
    with_address()
    with pytest.raises(Refusal, match="confirmée"):
        link(row, stranger)


def test_the_letters_of_an_address_are_all_one(row):
    lea = with_address(f"Lea.Roux@{DOMAIN}")
    assert arrive(row).user == lea
    assert link(row, lea)


def test_a_person_has_one_link_to_a_provider_and_a_sub_one_account(row):
    """Who they are there changes when the site is declared anew: their own yes moves the link."""
    lea, paul = with_address(), with_address(f"paul@{DOMAIN}")
    link(row, lea)
    link(row, lea, an_identity("sub-2"))
    assert SocialAccount.objects.get(user=lea).uid == "sub-2"
    with pytest.raises(Refusal, match="un autre compte"):
        link(row, paul, an_identity("sub-2", email=paul.email))


def test_a_linked_person_whose_address_has_changed_there_comes_in_by_their_sub(row):
    lea = with_address()
    link(row, lea)
    married = an_identity(email=f"lea.martin@{DOMAIN}")
    assert arrive(row, married).user == lea


@pytest.mark.parametrize(
    "identity",
    [
        an_identity(email="lea@autre.fr"),
        an_identity(verified=False),
        an_identity(verified=None),
        an_identity(email=""),
    ],
)
def test_an_address_that_does_not_count_opens_nothing(row, identity):
    """Not even for somebody who is linked."""
    lea = with_address()
    link(row, lea)
    assert arrive(row, identity).what == What.REFUSED
    with pytest.raises(Refusal):
        link(row, lea, identity)
    with pytest.raises(Refusal):
        join(row, identity)


# --- who has left, is closed, is suspended ---------------------------------------------------
def refused_words(row):
    arrived = arrive(row)
    assert arrived.what == What.REFUSED
    return arrived.words


def test_who_has_left_is_refused_in_the_same_words_as_a_closed_account(row, head, boss):
    lea = with_address()
    link(row, lea)
    memberships.remove(head.memberships.get(user=lea), by=boss)
    left = refused_words(row)
    with pytest.raises(Refusal):
        link(row, lea)
    lea.is_active = False
    lea.save()
    assert refused_words(row) == left
    people.forget(lea, now=timezone.now())
    assert refused_words(row) == left
    with pytest.raises(Refusal):
        join(row)


def test_who_has_left_with_the_mailbox_does_not_come_back_by_a_second_account(row, head, boss):
    lea = with_address()
    link(row, lea)
    memberships.leave(head.memberships.get(user=lea))
    EmailAddress.objects.filter(user=lea).update(email="lea@example.org")
    User.objects.filter(pk=lea.pk).update(email="lea@example.org")
    assert refused_words(row)
    with pytest.raises(Refusal):
        join(row)


def test_who_has_left_comes_back_by_an_invitation_or_after_a_year(row, head, boss):
    lea, now = with_address(), timezone.now()
    link(row, lea)
    memberships.leave(head.memberships.get(user=lea))
    invitations.invite(head, email=lea.email, role="EMPLOYEE", by=boss, now=now)
    assert arrive(row).what == What.TO_LINK
    link(row, lea)
    assert head.memberships.get(user=lea).came_by == Membership.How.INVITATION
    memberships.leave(head.memberships.get(user=lea))
    head.past_memberships.update(left_at=now - timedelta(days=366))
    assert arrive(row).what == What.TO_LINK


def test_a_link_without_a_membership_opens_nothing(row, head):
    lea = with_address()
    link(row, lea)
    head.memberships.filter(user=lea).delete()
    assert arrive(row).what == What.REFUSED


@pytest.mark.parametrize("status", ["SUSPENDED", "CLOSED", "SUBMITTED"])
def test_nobody_comes_in_while_the_organisation_is_not_verified(row, head, status):
    lea = with_address()
    link(row, lea)
    head.status = status
    head.save()
    assert arrive(row).what == What.REFUSED
    with pytest.raises(Refusal):
        join(row, an_identity("sub-2", f"paul@{DOMAIN}"))


def test_nobody_comes_in_once_the_domain_has_fallen_back(row, head):
    lea = with_address()
    link(row, lea)
    head.mail_domains.update(agreed_until=timezone.now())
    assert arrive(row).what == What.REFUSED
    assert not arrivals.for_address(lea.email, now=timezone.now())


# --- several organisations -------------------------------------------------------------------
@pytest.fixture
def sister(row, head, boss, coordinator, pole):
    """Another company of the same group, with the same domain and a sign-in of its own."""
    chief = verify(make_user())
    company = make_organisation("COMPANY", name="Atelier du Nord", pole=pole, administrator=chief)
    tie = groups.ask(company, head, by=chief, now=timezone.now())
    groups.agree(tie, by=boss, now=timezone.now())
    return open_house(company, chief, coordinator)


def test_two_companies_of_a_group_share_a_domain_and_each_opens_its_own(row, sister):
    found = arrivals.for_address(f"qui.que.ce.soit@{DOMAIN}", now=timezone.now())
    assert list(found) == [sister, row], "by name"
    lea = join(row)
    assert arrive(sister).what == What.TO_LINK, "the same sub, of another provider"
    link(sister, lea)
    assert SocialAccount.objects.filter(user=lea, uid="sub-lea").count() == 2
    assert sister.organisation.memberships.filter(user=lea).exists()


def test_the_sub_of_one_provider_opens_nothing_of_another(row, sister):
    join(row)
    other = an_identity(email=f"autre@{DOMAIN}")
    assert arrive(sister, other).what == What.NEW


def test_a_domain_counts_for_its_own_organisation_alone(row, coordinator, pole):
    chief = verify(make_user())
    company = make_organisation("COMPANY", pole=pole, administrator=chief)
    elsewhere = open_house(company, chief, coordinator, "autre-maison.fr")
    assert arrive(elsewhere).what == What.REFUSED
    assert not arrivals.for_address("lea@autre.fr", now=timezone.now())
    assert not arrivals.for_address("lea", now=timezone.now())
