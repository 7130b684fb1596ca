"""How an organisation enters the directory and leaves it: told before, one click, and by a person's own yes where it
bears their name."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations, organisations
from accounts.actions.directory import announce
from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import directory, own_name, people
from marketplace.models import Consent, ConsentKind
from notifications.models import Notification
from tests.factories import make_coordinator, make_organisation, make_user, verify
from tests.poison import poisoned

pytestmark = pytest.mark.django_db
SOLE = Organisation.LegalForm.SOLE_TRADER


def url(organisation) -> str:
    return reverse("organisation-listing", args=[organisation.pk])


def told(organisation) -> list[str]:
    rows = Notification.objects.filter(kind="directory_opens", url=url(organisation))
    return sorted(rows.values_list("recipient__email", flat=True))


@pytest.fixture
def boss():
    return make_user(first_name="Aline", last_name="Moreau")


@pytest.fixture
def structure(boss):
    return make_organisation(name="Les Échoppes", administrator=boss)


def again(organisation) -> Organisation:
    return Organisation.objects.get(pk=organisation.pk)


# --- told before ---------------------------------------------------------------------------
def test_those_verified_before_are_told_once_thirty_days_ahead(structure, boss):
    structure.memberships.create(user=make_user(first_name="Simple", last_name="Membre"))
    today = timezone.localdate()
    assert announce(today) == 1
    assert announce(today + timedelta(days=1)) == 0
    assert again(structure).listed_from == today + timedelta(days=30)
    assert told(structure) == [boss.email]
    letter = Notification.objects.get(kind="directory_opens")
    assert url(structure) in letter.url


def test_whoever_has_left_it_is_not_told(structure, boss):
    gone = make_user()
    Membership.objects.create(user=gone, organisation=structure, role="ADMINISTRATOR").delete()
    announce(timezone.localdate())
    assert told(structure) == [boss.email]


def test_one_bad_row_holds_no_other(structure):
    other = make_organisation(name="Autre", administrator=make_user())
    with poisoned("UPDATE", Organisation, f"NEW.id = {structure.pk}"):
        assert announce(timezone.localdate()) == 1
    assert again(other).listed_from
    assert again(structure).listed_from is None


@pytest.mark.parametrize(
    "fields",
    [
        {"status": OrganisationStatus.SUBMITTED},
        {"status": OrganisationStatus.SUSPENDED},
        {"status": OrganisationStatus.CLOSED},
        {"unlisted_at": timezone.now()},
        {"legal_form": SOLE},
        {"name": "Cabinet Moreau"},
        {"name": "MOREAU & fils"},
    ],
)
def test_nobody_else_is_told_nor_listed(boss, fields):
    structure = make_organisation(administrator=boss, **fields)
    assert announce(timezone.localdate()) == 0
    assert again(structure).listed_from is None


def test_a_word_that_only_holds_the_name_names_nobody(boss):
    make_organisation(name="Les Moreaux", administrator=boss)
    assert announce(timezone.localdate()) == 1


# --- verified from now on ------------------------------------------------------------------
def test_one_that_is_verified_is_in_it_that_day_and_its_letter_says_so(boss):
    structure = make_organisation(status=OrganisationStatus.SUBMITTED, administrator=boss)
    organisations.accept(structure, by=make_coordinator(structure.pole))
    assert again(structure).listed_from == timezone.localdate()
    assert (
        "l’annuaire public dès aujourd’hui"
        in Notification.objects.get(kind="organisation_accepted").text
    )


def test_one_that_bears_a_name_is_not_and_its_letter_says_so(boss):
    structure = make_organisation(
        name="Cabinet Moreau", status=OrganisationStatus.SUBMITTED, administrator=boss
    )
    organisations.accept(structure, by=make_coordinator(structure.pole))
    assert again(structure).listed_from is None
    assert (
        "n’est pas dans l’annuaire" in Notification.objects.get(kind="organisation_accepted").text
    )


def test_a_suspension_that_ends_brings_nobody_back_who_had_left(structure, boss):
    directory.leave(structure, by=boss)
    coordinator = make_coordinator(structure.pole)
    organisations.suspend(again(structure), reason="À voir.", by=coordinator)
    organisations.restore(again(structure), by=coordinator)
    assert again(structure).listed_from is None


# --- one click -----------------------------------------------------------------------------
def test_an_administrator_leaves_and_comes_back_in_one_click(client, structure, boss):
    announce(timezone.localdate())
    client.force_login(boss)
    assert (
        "Tout le monde pourra" in client.get(url(structure)).text
        or "pourra trouver" in client.get(url(structure)).text
    )
    page = client.post(url(structure), {"act": "leave"}, follow=True)
    assert "ne paraîtra pas dans l’annuaire" in page.text
    assert again(structure).listed_from is None
    client.post(url(structure), {"act": "leave"})
    assert announce(timezone.localdate()) == 0
    page = client.post(url(structure), {"act": "enter"}, follow=True)
    assert "est dans l’annuaire" in page.text
    assert again(structure).listed_from == timezone.localdate()
    page = client.post(url(structure), {"act": "leave"}, follow=True)
    assert "n’est plus dans l’annuaire" in page.text
    assert not Consent.objects.exists()


@pytest.mark.parametrize("act", ["enter", "leave", "x", ""])
def test_who_may_not_decide_changes_nothing(client, structure, act):
    Organisation.objects.filter(pk=structure.pk).update(listed_from=date(2020, 1, 1))
    member, stranger = make_user(first_name="Simple"), make_user(first_name="Étrange")
    structure.memberships.create(user=member)
    gone = make_user(first_name="Parti")
    Membership.objects.create(user=gone, organisation=structure, role="ADMINISTRATOR").delete()
    elsewhere = make_user(first_name="Ailleurs")
    make_organisation(administrator=elsewhere)
    for user in (member, stranger, gone, elsewhere, make_coordinator(structure.pole)):
        client.force_login(user)
        assert client.post(url(structure), {"act": act}).status_code == 403
    client.logout()
    assert client.post(url(structure), {"act": act}).status_code == 302
    assert again(structure).listed_from == date(2020, 1, 1)


def test_a_member_reads_how_it_is_and_has_no_button(client, structure):
    member = make_user(first_name="Simple")
    structure.memberships.create(user=member)
    client.force_login(member)
    page = client.get(url(structure)).text
    assert "n’est pas dans l’annuaire public" in page
    assert 'name="act"' not in page


def test_a_suspended_one_may_leave_and_not_enter(client, structure, boss):
    Organisation.objects.filter(pk=structure.pk).update(
        status=OrganisationStatus.SUSPENDED, listed_from=date(2020, 1, 1)
    )
    client.force_login(boss)
    client.post(url(structure), {"act": "leave"})
    assert again(structure).listed_from is None
    assert client.post(url(structure), {"act": "enter"}).status_code == 403


# --- by a person's own yes -----------------------------------------------------------------
@pytest.fixture
def cabinet(boss):
    return make_organisation(name="Cabinet Moreau", administrator=boss)


def test_a_persons_own_yes_shows_it_and_is_kept(client, cabinet, boss):
    client.force_login(boss)
    assert "porte mon nom" in client.get(url(cabinet)).text
    client.post(url(cabinet), {"act": "enter"})
    assert again(cabinet).listed_from == timezone.localdate()
    consent = Consent.objects.get(person=boss, kind=ConsentKind.LISTED, about=cabinet.pk)
    assert consent.stands


def test_nobody_says_yes_for_whoever_it_is_named_after(client, cabinet):
    other = make_user(first_name="Paul", last_name="Petit")
    Membership.objects.create(user=other, organisation=cabinet, role="ADMINISTRATOR")
    client.force_login(other)
    assert client.post(url(cabinet), {"act": "enter"}).status_code == 403
    assert again(cabinet).listed_from is None
    assert 'value="enter"' not in client.get(url(cabinet)).text


def test_a_yes_taken_back_takes_it_out(cabinet, boss):
    directory.enter(cabinet, by=boss)
    own_name.take_back(Consent.objects.get(person=boss), by=boss)
    assert again(cabinet).listed_from is None
    assert not Consent.objects.standing(boss).exists()


def test_taken_out_by_the_page_the_yes_ends_too(client, cabinet, boss):
    directory.enter(cabinet, by=boss)
    client.force_login(boss)
    client.post(url(cabinet), {"act": "leave"})
    assert not Consent.objects.standing(boss).exists()


def test_whoever_closes_their_account_takes_it_with_them(cabinet, boss):
    Membership.objects.create(user=make_user(), organisation=cabinet, role="ADMINISTRATOR")
    directory.enter(cabinet, by=boss)
    directory.leave_all_of(boss)
    assert again(cabinet).listed_from is None


def test_the_page_of_ones_consents_leads_to_it(client, cabinet, boss):
    directory.enter(cabinet, by=boss)
    client.force_login(boss)
    page = client.get(reverse("consents")).text
    assert cabinet.get_absolute_url() in page


# --- what comes to bear a name later -------------------------------------------------------
LATER = timezone.localdate() + timedelta(days=20)


@pytest.fixture
def petit():
    return make_user(first_name="Paul", last_name="Petit")


@pytest.fixture
def bakery(petit):
    """Named after somebody who isn't of it; told, and not shown before `LATER`."""
    return make_organisation(name="Cabinet Moreau", administrator=petit, listed_from=LATER)


def joins(client, user, organisation, by) -> None:
    sent = {"email": verify(user).email, "role": "MEMBER", "by": by, "now": timezone.now()}
    _invitation, secret = invitations.invite(organisation, **sent)
    client.force_login(user)
    page = client.post(reverse("invitation", args=[secret]), follow=True)
    assert user.belongs_to(organisation)
    assert ("porte votre nom" in page.text) is (user.last_name in organisation.name)


@pytest.mark.parametrize("since", [LATER, date(2026, 1, 1)], ids=["told", "shown"])
def test_whoever_joins_what_bears_their_name_is_asked_first(client, bakery, petit, boss, since):
    Organisation.objects.filter(pk=bakery.pk).update(listed_from=since)
    joins(client, make_user(first_name="Zoé", last_name="Roux"), bakery, petit)
    assert again(bakery).listed_from == since
    joins(client, boss, bakery, petit)
    assert again(bakery).listed_from is None
    client.force_login(petit)
    assert client.post(url(bakery), {"act": "enter"}).status_code == 403
    client.force_login(boss)
    client.post(url(bakery), {"act": "enter"})
    assert again(bakery).listed_from == timezone.localdate()


def test_who_takes_its_name_is_asked_too_and_who_had_agreed_is_not_asked_again(client, cabinet):
    zoe = make_user(first_name="Zoé", last_name="Roux")
    elsewhere = make_organisation(name="Atelier Moreau", member=zoe, listed_from=LATER)
    directory.enter(cabinet, by=cabinet.members.get())
    cabinet.memberships.create(user=zoe)
    client.force_login(zoe)
    said = {"first_name": "Zoé", "last_name": "Moreau", "commune": cabinet.commune_id}
    page = client.post(reverse("profile"), said | {"language": "fr"}, follow=True)
    assert "Votre profil est à jour" in page.text
    assert again(elsewhere).listed_from is None
    assert again(cabinet).listed_from == timezone.localdate()


@pytest.mark.parametrize("fields", [{"name": "Cabinet Moreau"}, {"legal_form": SOLE}])
def test_one_that_is_corrected_to_a_name_is_shown_by_that_persons_yes(structure, fields):
    Organisation.objects.filter(pk=structure.pk).update(listed_from=LATER)
    organisation = again(structure)
    before = organisation.identity
    organisation.purpose = "Réparer."
    organisations.edit(organisation, before=before, by=make_coordinator(structure.pole))
    assert again(structure).listed_from == LATER
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisations.edit(organisation, before=before, by=make_coordinator(structure.pole))
    assert again(structure).listed_from is None


# --- whoever has left ----------------------------------------------------------------------
@pytest.mark.parametrize("how", ["leaves", "is removed"])
def test_the_yes_of_whoever_leaves_ends_with_their_belonging(cabinet, boss, petit, how):
    Membership.objects.create(user=petit, organisation=cabinet, role="ADMINISTRATOR")
    directory.enter(cabinet, by=boss)
    goes = boss.memberships.get(organisation=cabinet)
    if how == "leaves":
        people.leave(goes, now=timezone.now())
    else:
        people.remove(goes, by=petit, now=timezone.now())
    assert again(cabinet).listed_from is None
    assert not Consent.objects.standing(boss).exists()


@pytest.mark.parametrize("how", ["takes it back", "closes their account"])
@pytest.mark.parametrize("why", ["has left", "isn't named any more"])
def test_whoever_it_is_no_longer_about_takes_it_from_nobody(cabinet, boss, petit, how, why):
    Membership.objects.create(user=petit, organisation=cabinet, role="ADMINISTRATOR")
    directory.enter(cabinet, by=boss)
    if why == "has left":
        boss.memberships.all().delete()
    else:
        Organisation.objects.filter(pk=cabinet.pk).update(name="Les Échoppes")
    if how == "takes it back":
        own_name.take_back(Consent.objects.get(person=boss), by=boss)
    else:
        people.close_account(boss, now=timezone.now())
    assert again(cabinet).listed_from == timezone.localdate()
    assert not Consent.objects.standing(boss).exists()


def test_taking_the_yes_back_says_that_it_leaves_the_directory(client, cabinet, boss):
    directory.enter(cabinet, by=boss)
    client.force_login(boss)
    given = Consent.objects.get(person=boss)
    page = client.get(reverse("consent-take-back", args=[given.pk])).text
    assert "Cabinet Moreau quitte aussitôt l’annuaire public" in page
    assert "rien n’en change" not in page
    assert "est terminé" not in page


def test_who_said_yes_reads_that_an_administrator_took_it_out(client, cabinet, boss):
    other = make_user(first_name="Paul", last_name="Petit")
    Membership.objects.create(user=other, organisation=cabinet, role="ADMINISTRATOR")
    directory.enter(cabinet, by=boss)
    client.force_login(other)
    client.post(url(cabinet), {"act": "leave"})
    assert Consent.objects.get(person=boss).ended_because == Consent.Ended.ORGANISATION


# --- what its page says --------------------------------------------------------------------
def test_what_is_not_shown_yet_is_not_said_to_have_been_taken_out(client, structure, boss):
    announce(timezone.localdate())
    client.force_login(boss)
    assert "La retirer de l’annuaire" not in client.get(url(structure)).text
    page = client.post(url(structure), {"act": "leave"}, follow=True).text
    assert "n’est plus dans l’annuaire" not in page
    assert "retirée de l’annuaire" not in page
    assert "Les Échoppes ne paraîtra pas dans l’annuaire" in page


def test_a_suspended_one_is_not_said_to_come_back_when_it_wants(client, structure, boss):
    Organisation.objects.filter(pk=structure.pk).update(
        status=OrganisationStatus.SUSPENDED, listed_from=date(2020, 1, 1)
    )
    client.force_login(boss)
    page = client.get(url(structure)).text
    assert 'value="leave"' in page
    assert "à tout moment" not in page
    assert "Sa propre page reste" not in page


def test_what_is_read_there_says_all_that_its_card_says(client, structure, boss):
    client.force_login(boss)
    page = client.get(url(structure)).text
    assert "les domaines" in page
    assert "avec combien d’organisations" in page
    announce(timezone.localdate())
    letter = Notification.objects.get(kind="directory_opens").text
    assert "les domaines" in letter
    assert "avec combien d’organisations" in letter


def test_one_that_bears_a_name_is_not_said_to_show_no_name(client, cabinet, boss):
    client.force_login(boss)
    page = client.get(url(cabinet)).text
    assert "le nom de qui que ce soit" not in page
    assert "demande et propose" in page


def test_one_that_isn_t_in_it_has_nothing_to_leave(client, boss):
    """Otherwise its verification, which lists it that day, would fail."""
    waits = make_organisation(
        name="Les Semis", status=OrganisationStatus.SUBMITTED, administrator=boss
    )
    client.force_login(boss)
    client.post(url(waits), {"act": "leave"})
    organisations.accept(again(waits), by=make_coordinator(waits.pole))
    assert again(waits).listed_from == timezone.localdate()
