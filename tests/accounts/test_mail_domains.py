"""An organisation names the domain of its addresses, and shows by a letter that it is its own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import groups, mail_domains, memberships
from accounts.actions.refusals import Refusal
from accounts.models import MailDomain
from notifications.models import Notification
from tests.accounts.domain_people import DOMAIN, named, proven, shown, with_address
from tests.factories import make_organisation, make_user, verify

pytestmark = pytest.mark.django_db


def index(organisation):
    return reverse("mail-domains", args=[organisation.pk])


def letter():
    return Notification.objects.get(kind="domain_mailbox")


def write(row, by, mailbox=f"contact@{DOMAIN}", now=None):
    return mail_domains.write_to(row, mailbox, by=by, now=now or timezone.now())


def link(secret):
    return reverse("mail-domain-mailbox", args=[secret])


# --- naming it -----------------------------------------------------------------------------
def test_an_administrator_names_a_domain_and_nothing_opens(as_, head, boss):
    page = as_(boss).post(index(head), {"domain": f" @{DOMAIN.upper()}. "}, follow=True)
    row = MailDomain.objects.get()
    assert (row.domain, row.organisation, row.added_by) == (DOMAIN, head, boss)
    assert not row.is_claimed
    assert "rien pour l’instant" in page.text
    assert row.record_name in page.text
    assert row.record_value in page.text
    assert DOMAIN in as_(boss).get(reverse("gathering", args=[head.pk])).text


def test_a_double_click_names_it_once(as_, head, boss):
    browser = as_(boss)
    browser.post(index(head), {"domain": DOMAIN})
    browser.post(index(head), {"domain": DOMAIN})
    assert MailDomain.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("gmail.com", "N’importe qui peut ouvrir une boîte"),
        ("univ-lille.fr", "écoles et des universités"),
        ("nord.gouv.fr", "Plusieurs organisations"),
        ("github.io", "Plusieurs organisations"),
        ("192.0.2.1", "adresse d’une machine"),
        ("<script>", "ce qui suit le @"),
        ("", "obligatoire"),
        ("a" * 254, "253"),
        ("\0", ""),
    ],
)
def test_what_cannot_be_named_is_said_beside_the_field_and_kept(as_, head, boss, typed, sentence):
    page = as_(boss).post(index(head), {"domain": typed})
    assert page.status_code == 200
    assert sentence in page.text
    assert 'aria-invalid="true"' in page.text
    assert "<script>" not in typed or 'value="&lt;script&gt;"' in page.text
    assert not MailDomain.objects.exists()


def test_an_organisation_has_ten_domains_at_most(as_, head, boss):
    for n in range(mail_domains.MOST):
        named(head, boss, f"verreries{n}.fr")
    page = as_(boss).post(index(head), {"domain": DOMAIN})
    assert "10 domaines au plus" in page.text
    assert head.mail_domains.count() == mail_domains.MOST


@pytest.mark.parametrize("who", ["colleague", "coordinator", "stranger", "employee"])
def test_only_administrators_see_these_pages(as_, request, head, boss, who):
    row = named(head, boss)
    person = verify(make_user()) if who == "employee" else request.getfixturevalue(who)
    if who == "employee":
        head.memberships.create(user=person, role="EMPLOYEE")
    browser = as_(person)
    assert browser.get(index(head)).status_code == 403
    assert browser.post(index(head), {"domain": "autre.fr"}).status_code == 403
    hidden = 403 if who == "colleague" else 404
    for page in ("mail-domain", "mail-domain-end"):
        address = reverse(page, args=[row.pk])
        assert browser.get(address).status_code == hidden
        assert browser.post(address, {"verb": "check"}).status_code == hidden
    assert as_(None).get(index(head)).status_code == 302
    assert MailDomain.objects.count() == 1


@pytest.mark.parametrize("status", ["SUBMITTED", "SUSPENDED", "CLOSED"])
def test_an_organisation_that_is_not_verified_names_none(as_, head, boss, status):
    head.status = status
    head.save()
    assert as_(boss).post(index(head), {"domain": DOMAIN}).status_code == 403
    with pytest.raises(Refusal):
        mail_domains.add(head, DOMAIN, by=boss, now=timezone.now())


def test_whoever_has_left_meanwhile_names_none(head, boss, colleague):
    head.memberships.filter(user=colleague).update(role="ADMINISTRATOR")
    memberships.leave(head.memberships.get(user=boss))
    with pytest.raises(Refusal):
        mail_domains.add(head, DOMAIN, by=boss, now=timezone.now())


# --- by one's own address -----------------------------------------------------------------
def test_an_administrator_with_a_confirmed_address_there_has_shown_it(head, boss):
    assert not named(head, boss).shown_at
    admin = with_address()
    head.memberships.create(user=admin, role="ADMINISTRATOR")
    mail_domains.show_by_own_address(head.mail_domains.get(), by=admin, now=timezone.now())
    assert head.mail_domains.get().shown_at
    other = named(head, with_address_of(head, "paul@verreries.com"), "verreries.com")
    assert other.shown_at, "at once, when whoever names it has one"


def with_address_of(organisation, email):
    person = with_address(email)
    organisation.memberships.create(user=person, role="ADMINISTRATOR")
    return person


@pytest.mark.parametrize(
    "email",
    [
        f"lea@x.{DOMAIN}",
        f"lea@evil-{DOMAIN}",
        f"lea@{DOMAIN}.evil.org",
        f'"lea@{DOMAIN}"@evil.org',
    ],
)
def test_an_address_that_only_looks_like_it_shows_nothing(head, email):
    admin = with_address_of(head, email)
    row = named(head, admin)
    assert not row.shown_at
    with pytest.raises(Refusal, match="aucune adresse confirmée"):
        mail_domains.show_by_own_address(row, by=admin, now=timezone.now())


def test_an_address_that_is_not_confirmed_shows_nothing(head):
    admin = with_address(verified=False)
    head.memberships.create(user=admin, role="ADMINISTRATOR")
    assert not named(head, admin).shown_at


# --- by a letter --------------------------------------------------------------------------
def test_the_letters_link_has_a_button_and_its_page_alone_shows_nothing(as_, head, boss):
    row, browser = named(head, boss), as_(boss)
    said = browser.post(
        row.get_absolute_url(), {"verb": "mail", "mailbox": f"contact@{DOMAIN}"}, follow=True
    )
    assert f"contact@{DOMAIN}" in said.text
    assert letter().address == f"contact@{DOMAIN}"
    assert "Hugo Marin" in letter().text
    (address,) = [one for one in letter().text.split() if "/domaines/boite/" in one]
    assert address.split("/")[-2] not in said.text, "the secret is in the letter alone"
    path = address[address.index("/domaines/") :]
    page = browser.get(path)
    assert "Permettre à mes collègues de demander" in page.text
    row.refresh_from_db()
    assert not row.shown_at, "mail programs open links"
    browser.post(path)
    row.refresh_from_db()
    assert row.shown_at
    assert browser.get(path).status_code == 404, "it has been used"


@pytest.mark.parametrize(
    "mailbox",
    [
        "contact@autre.fr",
        f"contact@x.{DOMAIN}",
        f"contact@{DOMAIN}.evil.org",
        f"{DOMAIN}",
        "",
        "\0",
    ],
)
def test_a_letter_goes_to_addresses_of_the_domain_only(as_, head, boss, mailbox):
    row = named(head, boss)
    page = as_(boss).post(row.get_absolute_url(), {"verb": "mail", "mailbox": mailbox})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.text
    assert not Notification.objects.filter(kind="domain_mailbox").exists()


@pytest.mark.parametrize("who", ["stranger", "colleague", "coordinator"])
def test_the_link_is_for_administrators_alone(as_, request, head, boss, who):
    """Whoever reads the mailbox and isn't one can't give the domain, nor learn whose it is."""
    row = named(head, boss)
    secret = write(row, boss)
    browser = as_(request.getfixturevalue(who))
    page = browser.get(link(secret))
    assert page.status_code == 404
    assert head.name not in page.text or who == "colleague"
    browser.post(link(secret))
    assert not MailDomain.objects.get().shown_at
    assert as_(None).get(link(secret)).status_code == 302


def test_the_link_works_for_three_days(as_, head, boss):
    row, now = named(head, boss), timezone.now()
    secret = write(row, boss, now=now - timedelta(days=4))
    assert "trois jours" in as_(boss).get(link(secret)).text
    with pytest.raises(Refusal, match="trois jours"):
        mail_domains.show_by_letter(row, secret, by=boss, now=now)
    assert not MailDomain.objects.get().shown_at


def test_a_newer_letter_replaces_the_one_before(as_, head, boss):
    row, now = named(head, boss), timezone.now()
    first = write(row, boss, now=now - timedelta(hours=1))
    second = write(row, boss)
    assert as_(boss).get(link(first)).status_code == 404
    with pytest.raises(Refusal, match="plus récent"):
        mail_domains.show_by_letter(row, first, by=boss, now=now)
    mail_domains.show_by_letter(row, second, by=boss, now=now)
    assert MailDomain.objects.get().shown_at


def test_few_letters_leave(head, boss):
    row, now = named(head, boss), timezone.now()
    write(row, boss, now=now)
    with pytest.raises(Refusal, match="quelques minutes"):
        write(row, boss, now=now)
    row.refresh_from_db()
    row.mailed_count, row.mailed_at = mail_domains.LETTERS_A_DAY, now - timedelta(hours=1)
    row.save()
    with pytest.raises(Refusal, match="demain"):
        write(named(head, boss, "verreries.com"), boss, "a@verreries.com", now=now)


def test_the_link_is_dead_once_the_domain_has_ended_or_the_administrator_has_left(
    as_, head, boss, colleague
):
    row = named(head, boss)
    secret = write(row, boss)
    head.memberships.filter(user=colleague).update(role="ADMINISTRATOR")
    memberships.leave(head.memberships.get(user=boss))
    assert as_(boss).post(link(secret)).status_code == 404
    mail_domains.end(row, by=colleague, now=timezone.now())
    assert as_(colleague).post(link(secret)).status_code == 404
    assert not MailDomain.objects.get().shown_at


# --- another's domain ---------------------------------------------------------------------
def test_what_another_has_shown_is_opened_by_the_record_only(as_, head, boss, structure):
    administrator = structure.memberships.administrators().get().user
    shown(structure, administrator)
    row = named(head, boss)
    page = as_(boss).get(row.get_absolute_url()).text
    assert "Une autre organisation a déjà nommé ce domaine" in page
    assert structure.name not in page, "whose it is isn't told"
    with pytest.raises(Refusal, match="autre organisation"):
        write(row, boss)
    admin = with_address_of(head, f"paul@{DOMAIN}")
    with pytest.raises(Refusal, match="autre organisation"):
        mail_domains.show_by_own_address(row, by=admin, now=timezone.now())
    assert proven(head, boss).is_claimed


def test_what_another_has_only_named_blocks_nobody(head, boss, structure):
    named(structure, structure.memberships.administrators().get().user)
    row = named(head, boss)
    secret = write(row, boss)
    mail_domains.show_by_letter(row, secret, by=boss, now=timezone.now())
    assert MailDomain.objects.get(organisation=head).shown_at


def test_the_letter_of_one_comes_too_late_when_another_has_shown_it_meanwhile(
    head, boss, structure
):
    row = named(head, boss)
    secret = write(row, boss)
    shown(structure, structure.memberships.administrators().get().user)
    with pytest.raises(Refusal, match="autre organisation"):
        mail_domains.show_by_letter(row, secret, by=boss, now=timezone.now())


def test_organisations_of_one_group_share_a_domain(agreed, administrator, boss):
    shown(agreed.member, administrator)
    row = named(agreed.head, boss)
    secret = write(row, boss)
    mail_domains.show_by_letter(row, secret, by=boss, now=timezone.now())
    assert MailDomain.objects.claimed().count() == 2
    groups.end(agreed, by=boss, now=timezone.now())
    assert mail_domains.held_by_others(row).exists()


def test_what_a_closed_organisation_had_is_free(head, boss, structure):
    shown(structure, structure.memberships.administrators().get().user)
    structure.status = "CLOSED"
    structure.save()
    assert not mail_domains.held_by_others(named(head, boss)).exists()


# --- ending it ----------------------------------------------------------------------------
def test_its_administrators_end_it_after_a_question(as_, head, boss):
    row, browser = shown(head, boss), as_(boss)
    address = reverse("mail-domain-end", args=[row.pk])
    assert "Les personnes qui ont rejoint l’organisation restent" in browser.get(address).text
    assert MailDomain.objects.live().exists()
    browser.post(address)
    assert not MailDomain.objects.live().exists()
    assert browser.post(address, follow=True).status_code == 200
    assert named(head, boss).pk != row.pk, "it may be named again"
    assert "terminé" in browser.get(row.get_absolute_url()).text
    with pytest.raises(Refusal, match="terminé"):
        write(row, boss)


def test_a_verb_that_is_none_is_no_page(as_, head, boss):
    row = named(head, boss)
    assert as_(boss).post(row.get_absolute_url(), {"verb": "x"}).status_code == 404


def test_another_organisations_domain_is_not_ones_own(as_, head, boss):
    other = verify(make_user())
    make_organisation("COMPANY", administrator=other)
    row = named(head, boss)
    for page in ("mail-domain", "mail-domain-end"):
        assert as_(other).post(reverse(page, args=[row.pk])).status_code == 404
    with pytest.raises(Refusal):
        mail_domains.end(row, by=other, now=timezone.now())


def test_no_letter_makes_a_link_of_a_domain_that_somebody_has_typed(head, boss):
    row = named(head, boss, "verreries-du-nord.com")
    write(row, boss, "contact@verreries-du-nord.com")
    assert "@verreries-du-nord.com" in letter().html
    assert 'href="http://verreries' not in letter().html
    assert 'href="https://verreries' not in letter().html
