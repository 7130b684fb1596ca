"""What an employer could try that runs the provider of its sign-in, and reads the mailboxes of its domains."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import addresses, arrivals, invitations, join_links
from accounts.models import AddressChange, Membership, Organisation, User
from accounts.scope import Scope
from marketplace.actions.market import skill_edits
from marketplace.models import Side, Time
from marketplace.rules import ask_limits, permissions
from marketplace.rules.mission_roles import NEED, OFFER
from marketplace.rules.mission_roles import Reader as MissionReader
from notifications.models import Notification
from tests.accounts.at_work_people import (
    DOMAIN,
    by_sign_in,
    lea,
    open_domain,
    own_offer,
    sign_in,
)
from tests.accounts.domain_people import with_address
from tests.accounts.sign_in_people import an_identity, come, open_house, provider
from tests.factories import (
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents.document_desk import make_mission

pytestmark = pytest.mark.django_db
__all__ = ["provider", "sign_in", "lea", "own_offer"]
OTHER_DOMAIN = "verreries-du-nord.com"


def move_to(person, email):
    person.email = email
    person.save()
    person.emailaddress_set.update(email=email)


# --- the mailboxes of the house --------------------------------------------------------------
def test_ones_own_stays_shut_at_an_address_of_any_domain_of_the_house(
    as_, lea, head, boss, own_offer
):
    """It keeps the mailboxes of all of them, not those alone by which its provider names people."""
    open_domain(head, boss, OTHER_DOMAIN)
    move_to(lea, f"lea.roux@{OTHER_DOMAIN}")
    assert own_offer.title not in as_(lea).get(reverse("offers")).text


def test_an_address_of_another_domain_of_the_house_is_not_ones_own(head, boss, sign_in, lea):
    open_domain(head, boss, OTHER_DOMAIN)
    lea.set_unusable_password()
    lea.save()
    move_to(lea, f"lea.roux@{DOMAIN}")
    answer = by_sign_in(lea, sign_in).post("/votre-temps/", {"email": f"lea@{OTHER_DOMAIN}"})
    assert "est une adresse professionnelle chez" in answer.text
    assert not lea.emailaddress_set.filter(email=f"lea@{OTHER_DOMAIN}").exists()


def test_the_domains_of_a_house_without_a_link_shut_nothing(as_, lea, head, boss, own_offer):
    open_domain(head, boss, OTHER_DOMAIN)
    move_to(lea, f"lea.roux@{OTHER_DOMAIN}")
    lea.socialaccount_set.all().delete()
    assert own_offer.title in as_(lea).get(reverse("offers")).text


def leave_the_house(person, before=f"lea.roux@{DOMAIN}"):
    """The account moves from this address to one of their own."""
    addresses.changed(person, before=before, now=timezone.now())
    return Notification.objects.filter(address=before)


@pytest.mark.parametrize("domain", [DOMAIN, OTHER_DOMAIN])
def test_nothing_that_the_house_reads_leads_back_to_the_account(head, boss, lea, domain):
    """Their own time, written since, would be read by whoever keeps that mailbox."""
    open_domain(head, boss, OTHER_DOMAIN)
    letters = leave_the_house(lea, f"lea.roux@{domain}")
    assert [letter.kind for letter in letters] == ["address_set"]
    assert "adresse-precedente" not in letters.get().text
    assert "administrateur du site" not in letters.get().text
    assert lea.email not in letters.get().text
    assert AddressChange.objects.get().open_until <= timezone.now()


def test_whoever_has_no_link_takes_their_account_back(lea):
    lea.socialaccount_set.all().delete()
    assert [letter.kind for letter in leave_the_house(lea)] == ["address_changed"]
    assert AddressChange.objects.get().open_until > timezone.now()


# --- what a session at work tells of the rest --------------------------------------------------
@pytest.fixture
def at_work(lea, sign_in):
    return by_sign_in(lea, sign_in)


@pytest.fixture
def elsewhere(lea, pole):
    """An organisation of which the employer knows nothing."""
    return make_organisation(name="Le Jardin des Rames", pole=pole, administrator=lea)


def test_the_new_needs_of_another_organisation_of_theirs_are_shown_as_to_anybody(
    as_, at_work, lea, elsewhere
):
    """Left out of the list, they would tell whose they are. With one's own password they are."""
    need = make_need(elsewhere, title="Tenir la caisse")
    assert need.title in at_work.get("/").text
    assert need.title not in as_(lea).get("/").text


def test_their_membership_elsewhere_is_as_a_stranger_s(as_, at_work, lea, elsewhere):
    """403 would say that it is theirs."""
    theirs = elsewhere.memberships.get(user=lea)
    for page in ("membership-role", "membership-remove"):
        assert at_work.get(reverse(page, args=[theirs.pk])).status_code == 404
    assert as_(lea).get(reverse("membership-leave", args=[theirs.pk])).status_code == 200


def test_a_link_of_another_company_of_theirs_is_as_a_stranger_s(at_work, lea, pole):
    other = make_organisation(Organisation.Kind.COMPANY, name="Fonderie", pole=pole)
    other.memberships.create(user=lea, role=Membership.Role.ADMINISTRATOR)
    made = join_links.make(
        other, label="", ends_on=timezone.localdate(), places=9, by=lea, now=timezone.now()
    )
    assert at_work.get(made.get_absolute_url()).status_code == 404


def test_who_invites_them_elsewhere_is_not_told_at_work(
    as_, at_work, lea, elsewhere, administrator
):
    there = make_organisation(name="Les Ruches", administrator=administrator)
    invitations.invite(there, email=lea.email, role="MEMBER", by=administrator, now=timezone.now())
    page = reverse("organisations")
    assert "Les Ruches" not in at_work.get(page).text
    assert "Les Ruches" in as_(lea).get(page).text


def test_what_waits_on_their_own_time_takes_no_room_at_work(lea, head, pole, own_offer):
    """How many applications are left is told at work."""
    offer = make_offer(organisation=head, person=lea, pole=pole, time=Time.WORK)
    before = ask_limits.applications_left(offer)
    make_proposal(make_need(), own_offer)
    assert ask_limits.applications_left(offer) == before
    assert ask_limits.applications_left(own_offer) == before - 1
    make_proposal(make_need(), offer)
    assert ask_limits.applications_left(offer) == before - 1


def test_the_skills_that_they_have_missed_are_their_own(as_, at_work, lea):
    skill_edits.propose("Taille de la vigne", by=lea)
    page = reverse("skill-proposals")
    assert "Taille de la vigne" not in at_work.get(page).text
    assert "Taille de la vigne" in as_(lea).get(page).text


# --- where the sign-in is required -------------------------------------------------------------
def test_what_was_written_at_work_is_not_left_behind_while_it_is_shut(
    as_, head, lea, sign_in, pole
):
    offer = make_offer(organisation=head, person=lea, pole=pole, time=Time.WORK)
    thread = make_proposal(make_need(), offer).thread
    thread.messages.create(author=lea, text="Rendez-vous mardi", sent_key="k")
    sign_in.required_at = timezone.now()
    sign_in.save()
    assert "Rendez-vous mardi" not in as_(lea).get(reverse("missions-done")).text


def test_nobody_changes_sides_by_the_way_in(head, lea, elsewhere, pole, sign_in):
    """Who answers for the structure doesn't answer for the company, because the session shows the company alone."""
    Membership.objects.filter(user=lea, organisation=head).update(
        role=Membership.Role.ADMINISTRATOR
    )
    colleague = make_user()
    head.memberships.create(user=colleague, role=Membership.Role.EMPLOYEE)
    offer = make_offer(organisation=head, person=colleague, pole=pole, time=Time.WORK)
    proposal = make_proposal(make_need(elsewhere), offer)
    assert permissions.side_of(lea, proposal) == Side.NEED
    lea.scope = Scope(own=False, only=head.pk)
    assert permissions.side_of(lea, proposal) is None
    lea.scope = Scope(shut=frozenset({head.pk}))
    assert permissions.side_of(lea, proposal) == Side.NEED


def test_nor_in_what_waits_for_them(head, lea, elsewhere, pole):
    """The same answer for many missions at once."""
    Membership.objects.filter(user=lea, organisation=head).update(
        role=Membership.Role.ADMINISTRATOR
    )
    mission = make_mission(structure=elsewhere, company=head)
    rows = list(lea.memberships.with_poles().select_related("organisation"))
    assert NEED in MissionReader.of(lea, rows).roles(mission)
    lea.scope = Scope(own=False, only=head.pk)
    at_work = [row for row in rows if row.organisation_id == head.pk]
    assert not {NEED, OFFER} & MissionReader.of(lea, at_work).roles(mission)


def test_who_coordinates_is_asked_for_a_second_factor_at_an_address_of_the_house_too(
    as_, lea, pole
):
    """By their own password they coordinate, even while what is their own stays shut."""
    make_organisation("OPERATOR", pole=pole, member=lea)
    move_to(lea, f"lea.roux@{DOMAIN}")
    User.objects.filter(pk=lea.pk).update(
        second_factor_asked_at=timezone.now() - timedelta(days=100)
    )
    browser = as_(lea)
    assert browser.get(reverse("missions"))["Location"] == reverse("mfa_index")
    assert browser.get(reverse("mfa_index")).status_code in {200, 302}


# --- what is typed into an address -------------------------------------------------------------
@pytest.mark.parametrize(
    "way_on", ["bureau", "//ailleurs.example", "https://ailleurs.example/", "\0"]
)
def test_a_way_on_that_is_no_page_of_ours_leads_home(as_, lea, way_on):
    answer = as_(lea).get("/votre-temps/", {"next": way_on})
    assert (answer.status_code, answer.get("Location")) == (302, "/")


def test_nor_after_the_provider(as_, head, boss, coordinator, provider):
    row = open_house(head, boss, coordinator)
    lea = with_address()
    arrivals.link(row, an_identity(), user=lea, now=timezone.now())
    assert come(as_(lea), row, next="bureau")["Location"] == "/"
