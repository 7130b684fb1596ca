"""Joining an organisation by a link: who may, who may not any more, and what nobody gets by trying."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as house_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.actions import invitations, join_links, memberships, people
from accounts.actions.refusals import Refusal
from accounts.models import JoinLink, Membership, PastMembership, User
from notifications.models import Notification
from tests.factories import in_days, make_organisation, make_pole, make_user, verify

PASSWORD = "un-long-secret-42"
SIGN_UP = reverse("account_signup")


def make_link(house, by, **fields):
    said = {"label": "Affiche", "ends_on": in_days(30), "places": 50} | fields
    return join_links.make(house, **said, by=by, now=timezone.now())


@pytest.fixture
def link(head, boss):
    return make_link(head, boss)


def details(**changes):
    said = {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@example.org", "terms": "on"}
    return said | {"password1": PASSWORD} | changes


def membership_of(person, house):
    return house.memberships.filter(user=person).first()


# --- joining -------------------------------------------------------------------------------
def test_opening_the_link_does_nothing_and_its_button_makes_an_employee(as_, head, link, stranger):
    browser = as_(stranger)
    assert "Rejoindre Fonderie du Nord" in browser.get(link.path).text
    assert membership_of(stranger, head) is None
    assert browser.post(link.path).url == reverse("home")
    made = membership_of(stranger, head)
    assert (made.role, made.came_by, made.link) == ("EMPLOYEE", "LINK", link)
    link.refresh_from_db()
    assert link.used == 1
    assert browser.session["acting_for"] == head.pk


def test_what_is_sent_along_gives_no_other_role(as_, head, link, stranger):
    as_(stranger).post(link.path, {"role": "ADMINISTRATOR", "came_by": "INVITATION"})
    assert membership_of(stranger, head).role == "EMPLOYEE"


def test_nobody_is_told_of_each_one(as_, link, stranger):
    as_(stranger).post(link.path)
    assert not Notification.objects.exists()


def test_a_visitor_reads_what_it_is_and_joins_by_nothing(client, head, link):
    page = client.get(link.path).text
    assert "n’est jamais montré à votre employeur" in page
    assert "Créer mon compte" in page
    assert client.post(link.path).status_code == 200
    assert link.label not in page, "it is for the administrators alone"
    assert head.memberships.count() == 2


def test_an_address_that_is_not_verified_is_not_enough(as_, head, link):
    unverified = make_user()
    browser = as_(unverified)
    assert "Confirmez d’abord votre adresse" in browser.get(link.path).text
    assert "Confirmez d’abord" in browser.post(link.path, follow=True).text
    assert membership_of(unverified, head) is None


def test_joining_twice_counts_once(as_, head, link, stranger):
    browser = as_(stranger)
    browser.post(link.path)
    assert "déjà membre" in browser.post(link.path, follow=True).text
    link.refresh_from_db()
    assert (link.used, head.memberships.filter(user=stranger).count()) == (1, 1)


def test_who_administers_keeps_their_role(as_, head, link, boss):
    browser = as_(boss)
    assert "déjà membre" in browser.get(link.path).text
    browser.post(link.path)
    assert membership_of(boss, head).is_administrator


# --- when it no longer does ----------------------------------------------------------------
def close(link, boss):
    join_links.close(link, by=boss, now=timezone.now())


def suspend(link, boss):
    type(link.organisation).objects.filter(pk=link.organisation_id).update(status="SUSPENDED")


def fill(link, boss):
    JoinLink.objects.filter(pk=link.pk).update(used=link.places)


def end(link, boss):
    JoinLink.objects.filter(pk=link.pk).update(ends_on=in_days(-1))


def leave_alone(link, boss):
    """Whoever made it is a representative now."""
    other = verify(make_user())
    link.organisation.memberships.create(user=other, role="ADMINISTRATOR")
    memberships.change_role(membership_of(boss, link.organisation), "MEMBER", by=other)


WAYS = [
    (close, "Ce lien a été fermé"),
    (suspend, "n’accueille personne"),
    (fill, "autant de personnes que prévu"),
    (end, "Le dernier jour de ce lien est passé"),
    (leave_alone, "n’administre plus"),
]


@pytest.mark.parametrize(("spoil", "sentence"), WAYS)
def test_each_end_has_its_sentence_and_lets_nobody_in(
    as_, head, link, boss, stranger, spoil, sentence
):
    spoil(link, boss)
    assert sentence in as_(None).get(link.path).text
    assert SIGN_UP + "?next" not in as_(None).get(link.path).text
    browser = as_(stranger)
    assert sentence in browser.get(link.path).text
    assert sentence in browser.post(link.path, follow=True).text
    assert membership_of(stranger, head) is None


def test_the_last_day_counts(as_, head, link, stranger):
    last = timezone.localtime().replace(hour=23, minute=59) + timedelta(days=30)
    join_links.join(link, by=stranger, now=last)
    with pytest.raises(Refusal, match="dernier jour"):
        join_links.join(link, by=verify(make_user()), now=last + timedelta(minutes=2))


def test_an_account_that_is_closed_backs_nothing(as_, head, link, boss):
    User.objects.filter(pk=boss.pk).update(is_active=False)
    assert "n’administre plus" in as_(None).get(link.path).text


@pytest.mark.parametrize("how", [memberships.leave, lambda one: memberships.remove(one, by=one.organisation.boss)])  # fmt: skip
def test_who_is_out_comes_back_by_no_link(as_, head, link, boss, stranger, how):
    browser = as_(stranger)
    browser.post(link.path)
    out = membership_of(stranger, head)
    out.organisation.boss = boss
    how(out)
    assert "vous inviter" in browser.get(link.path).text
    browser.post(link.path)
    assert membership_of(stranger, head) is None
    PastMembership.objects.update(left_at=timezone.now() - timedelta(days=366))
    browser.post(link.path)
    assert membership_of(stranger, head)


def test_who_has_left_another_organisation_comes_in(as_, head, link, stranger, structure):
    PastMembership.objects.create(
        user=stranger, organisation=structure, role="MEMBER", joined_at=timezone.now()
    )
    as_(stranger).post(link.path)
    assert membership_of(stranger, head)


# --- its key -------------------------------------------------------------------------------
def altered(key):
    return ("a" if key[0] != "a" else "b") + key[1:]


def test_no_other_key_opens_it(client, as_, head, link, stranger, boss):
    other = make_link(head, boss)
    key = tokens.join_key(link.pk, link.nonce)
    for wrong in (altered(key), key[:-1], key + "a", link.nonce, "x", "é", other.path.split("-")[1][:-1]):  # fmt: skip
        path = f"/rejoindre/{link.pk}-{wrong}/"
        assert as_(stranger).post(path).status_code == 404
        assert client.get(path).status_code == 404
    assert membership_of(stranger, head) is None


@pytest.mark.parametrize("path", ["12/", "12-/", "abc/", f"{'9' * 40}-abcd/", "0-abcd/"])
def test_a_link_that_is_cut_says_so(client, path):
    answer = client.get(f"/rejoindre/{path}")
    assert answer.status_code == 404
    assert "pas entier" in answer.text


def test_a_slash_that_is_lost_is_found_again(client, link):
    assert client.get(link.path.rstrip("/"), follow=True).status_code == 200


def test_the_table_alone_gives_nobody_a_link(link, settings):
    """The same row on another site, whose key is another, opens nothing here."""
    here = link.path
    settings.SECRET_KEY = "another"
    assert link.path != here
    assert tokens.join_key(link.pk, link.nonce) not in str(vars(link))


def test_a_poster_outlives_a_change_of_the_site_s_key(client, link, settings):
    printed = link.path
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [house_settings.SECRET_KEY]
    assert client.get(printed).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(printed).status_code == 404


def test_the_key_is_short_and_easily_typed(link):
    assert re.fullmatch(rf"/rejoindre/{link.pk}-[a-z2-7]{{16}}/", link.path)


# --- without an account --------------------------------------------------------------------
def letter_link(address="zoe@example.org"):
    letter = Notification.objects.filter(address=address).latest("pk")
    return re.search(r"http://testserver(/compte/confirm-email/\S+/)", letter.text)[1]


def sign_up(client, link):
    door = re.search(rf'href="({SIGN_UP}[?]next=[^"]+)"', client.get(link.path).text)[1]
    page = client.get(door).text
    assert "Vous rejoindrez ensuite Fonderie du Nord" in page
    assert 'name="comes_for"' not in page
    assert "Chez votre employeur" in page, "who reads this address, as the link's own page says"
    return client.post(SIGN_UP, details(next=link.path))


def test_signing_up_leads_back_to_the_button(client, head, link):
    sign_up(client, link)
    zoe = User.objects.get(email="zoe@example.org")
    assert (zoe.join_link, zoe.comes_for) == (link, "")
    assert membership_of(zoe, head) is None, "not before the address is confirmed"
    assert client.post(letter_link(), follow=True).request["PATH_INFO"] == link.path
    client.post(link.path)
    assert membership_of(zoe, head).link == link
    zoe.refresh_from_db()
    assert zoe.join_link is None
    assert people.first_step(zoe) is None


def test_who_confirms_on_a_phone_is_led_to_the_same_button(client, link):
    sign_up(client, link)
    phone = Client()
    phone.post(letter_link())
    answer = phone.post(
        reverse("account_login"), {"login": "zoe@example.org", "password": PASSWORD}
    )
    assert answer.url == link.path


@pytest.mark.parametrize(("spoil", "sentence"), WAYS)
def test_a_link_that_has_ended_meanwhile_leads_nobody_there(client, link, boss, spoil, sentence):
    sign_up(client, link)
    spoil(link, boss)
    assert people.first_step(User.objects.get(email="zoe@example.org")) is None


@pytest.mark.parametrize("next_page", ["/rejoindre/1-aaaaaaaaaaaaaaaa/", "/", "http://[", "\0", "x" * 5000])  # fmt: skip
def test_no_other_page_is_taken_for_a_link(client, link, next_page):
    client.post(SIGN_UP, details(next=next_page, comes_for="ESS"))
    zoe = User.objects.get(email="zoe@example.org")
    assert (zoe.join_link, zoe.comes_for) == (None, "ESS")


def test_a_link_that_is_shut_leads_nobody_to_sign_up_for_it(client, link, boss):
    close(link, boss)
    assert "Vous rejoindrez ensuite" not in client.get(SIGN_UP, {"next": link.path}).text


def test_an_account_that_is_closed_keeps_no_link(client, link):
    sign_up(client, link)
    zoe = User.objects.get(email="zoe@example.org")
    people.forget(zoe, now=timezone.now())
    zoe.refresh_from_db()
    assert zoe.join_link is None


def test_an_invitation_comes_first(client, head, link, boss):
    invitation, _secret = invitations.invite(
        head, email="zoe@example.org", role="MEMBER", by=boss, now=timezone.now()
    )
    sign_up(client, link)
    zoe = verify(User.objects.get(email="zoe@example.org"))
    assert people.first_step(zoe) == invitation.get_absolute_url()


# --- two houses, two pôles -----------------------------------------------------------------
def test_the_link_of_one_house_leads_to_no_other(as_, link, stranger):
    pole = make_pole("Ailleurs", ("62",))
    other = verify(make_user())
    elsewhere = make_organisation("COMPANY", pole=pole, administrator=other)
    theirs = make_link(elsewhere, other)
    key = tokens.join_key(theirs.pk, theirs.nonce)
    assert as_(stranger).post(f"/rejoindre/{link.pk}-{key}/").status_code == 404
    as_(stranger).post(theirs.path)
    assert [one.organisation for one in Membership.objects.of(stranger)] == [elsewhere]


def test_a_link_is_not_for_those_who_do_not_lend(structure, administrator, boss, head):
    with pytest.raises(Refusal, match="faire venir personne"):
        make_link(head, administrator)
    suspended = make_organisation("COMPANY", administrator=boss, status="SUBMITTED")
    with pytest.raises(Refusal, match="faire venir personne"):
        make_link(suspended, boss)


def test_it_ends_at_midnight_by_the_wall_s_clock(as_, head, boss):
    link = make_link(head, boss, ends_on=in_days(0))
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0) + timedelta(days=1)
    with time_machine.travel(midnight - timedelta(seconds=5), tick=False):
        assert link.why_shut(timezone.localdate()) is None
    with time_machine.travel(midnight + timedelta(seconds=5), tick=False):
        assert link.why_shut(timezone.localdate()) == JoinLink.Shut.ENDED
