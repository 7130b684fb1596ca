"""An address that a side gives: it signs nothing before its owner has confirmed it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import addresses
from accounts.models import Membership, User
from accounts.models.addresses import FORGOTTEN_AFTER, WAY_BACK_LASTS
from marketplace.actions.documents import signing_links
from marketplace.actions.market import people
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Duty,
    Kind,
    Party,
    SigningAddress,
    SigningLink,
)
from marketplace.rules import letters_a_day
from marketplace.rules.parties import whose_address
from notifications import rules
from notifications.models import Notification
from tests.factories import make_coordinator, make_user, verify
from tests.marketplace.documents.document_desk import duty, head_of, make_mission
from tests.marketplace.documents.signing.links import LEA, YES, confirming, newest_link, words
from tests.marketplace.documents.test_documents import make


# --- an address ----------------------------------------------------------------------------
def test_an_address_signs_nothing_before_its_owner_has_confirmed_it(client, document, given):
    assert not SigningLink.objects.exists()
    shown = client.get(confirming())
    assert "Léa Roux, DRH, signe pour Fonderie Delattre" in words(shown)
    assert shown["X-Robots-Tag"] == "noindex"
    assert not SigningAddress.objects.confirmed().exists(), (
        "a scanner that opens it confirms nothing"
    )
    client.post(confirming())
    link = SigningLink.objects.get()
    assert (link.address, link.email, link.sent_by) == (given, "lea@example.org", given.given_by)
    assert client.post(confirming()).status_code == 410
    assert SigningLink.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["the other side", "the employee", "a coordinator", "a colleague", "a stranger"]
)
def test_only_whoever_signs_for_a_side_says_who_else_does(client, document, boss, who):
    mission = document.mission
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=mission.offer.organisation)
    assert mission.offer.person.speaks_for(mission.offer.organisation)
    person = {
        "the other side": head_of(mission.need.organisation),
        "the employee": mission.offer.person,
        "a coordinator": make_coordinator(mission.need.pole),
        "a colleague": colleague,
        "a stranger": make_user(),
    }[who]
    client.force_login(person)
    answer = client.post(reverse("document-address", args=[document.pk]), LEA)
    assert answer.status_code in (403, 404)
    with pytest.raises(NotYet):
        signing_links.give_address(document, by=person, now=timezone.now(), **LEA)
    assert not SigningAddress.objects.exists()
    assert not Notification.objects.filter(kind="signing_address").exists()


def test_nobody_s_mailbox_is_filled_from_the_page_of_a_document(client, document, boss):
    client.force_login(boss)
    for n in range(letters_a_day.MOST + 2):
        said = LEA | {"email": f"inconnu{n}@example.org"}
        answer = client.post(reverse("document-address", args=[document.pk]), said)
    assert "continuez demain" in words(answer)
    asked = Notification.objects.filter(kind="signing_address")
    assert asked.count() == letters_a_day.MOST


def test_nor_by_another_version_of_it_each_time(client, document, boss):
    client.force_login(boss)
    for n in range(letters_a_day.MOST + 2):
        said = LEA | {"email": f"inconnu{n}@example.org"}
        answer = client.post(reverse("document-address", args=[document.pk]), said)
        client.post(reverse("document-void", args=[document.pk]), {"reason": "Une coquille."})
        document = make(document.mission, Kind.CONVENTION_SERVICE)
    assert "continuez demain" in words(answer)
    asked = Notification.objects.filter(kind="signing_address")
    assert asked.count() == letters_a_day.MOST


def test_the_address_of_another_side_is_refused_and_what_was_typed_is_kept(client, document, boss):
    mission = document.mission
    client.force_login(boss)
    for email in (head_of(mission.need.organisation).email.upper(), mission.offer.person.email):
        answer = client.post(
            reverse("document-address", args=[document.pk]), LEA | {"email": email}
        )
        assert "ne signe pas pour cette partie" in words(answer), email
        assert "Léa Roux" in words(answer)
    answer = client.post(
        reverse("document-address", args=[document.pk]), LEA | {"email": boss.email}
    )
    assert "a un compte" in words(answer)
    assert not SigningAddress.objects.exists()


def test_those_who_sign_with_them_are_told_and_may_take_it_back(client, document, boss):
    company = document.mission.offer.organisation
    other = make_user("Odile")
    Membership.objects.create(user=other, organisation=company)
    duty(other, company, Duty.Kind.SIGNATORY, "présidente")
    client.force_login(boss)
    client.post(reverse("document-address", args=[document.pk]), LEA)
    told = Notification.objects.get(recipient=other, kind="signing_address_given")
    assert "l…a@example.org" in told.text
    client.force_login(other)
    given = SigningAddress.objects.get()
    page = client.get(document.get_absolute_url())
    remove = reverse("document-address-remove", args=[document.pk, given.pk])
    assert remove in words(page)
    client.post(remove)
    assert client.post(confirming()).status_code == 410
    assert not SigningAddress.objects.standing().exists()


def test_a_giver_who_no_longer_signs_confirms_nobody(client, document, given):
    Duty.objects.filter(membership__user=given.given_by).delete()
    keeper = make_user()
    company = document.mission.offer.organisation
    Membership.objects.create(user=keeper, organisation=company)
    duty(keeper, company, Duty.Kind.SIGNATORY)
    for answer in (client.get(confirming()), client.post(confirming())):
        assert answer.status_code == 410
        assert "ne signe plus pour Fonderie" in words(answer)


def test_an_address_confirmed_too_late_is_given_again(client, given):
    SigningAddress.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(confirming()).status_code == 410
    assert not SigningLink.objects.exists()


@pytest.mark.parametrize("when", ["before the link", "after the link"])
def test_an_address_of_one_mission_signs_no_other_where_its_owner_stands_for_the_other_side(
    client, document, boss, given, when
):
    """Confirmed for one paper, it stays on the organisation's list: each paper asks again."""
    client.post(confirming())
    company = document.mission.offer.organisation
    paper = make(make_mission(company=company), Kind.CONVENTION_SERVICE)
    to = {"party": "EMPLOYER", "to": f"address-{given.pk}"}
    client.force_login(boss)
    door = reverse("document-link", args=[paper.pk])
    if when == "after the link":
        client.post(door, to)
    lea = verify(make_user(email="lea@example.org"))
    Membership.objects.create(user=lea, organisation=paper.mission.need.organisation)
    if when == "before the link":
        assert "Sélectionnez un choix valide" in words(client.post(door, to))
        assert not SigningLink.objects.filter(document=paper).exists()
        return
    client.logout()
    answer = client.post(newest_link(), {"read": paper.sha256, "agreed": "on"})
    assert answer.status_code == 410
    assert not paper.signatures.exists()


def test_whoever_only_claims_an_address_keeps_nobody_from_signing_by_it(document):
    """One of the other side has typed it on their page of addresses, and never confirmed it."""
    claims = document.mission.need.organisation.members.first()
    EmailAddress.objects.create(user=claims, email="lea@example.org", verified=False)
    assert whose_address(document, Party.EMPLOYER, "Lea@example.org") is None
    EmailAddress.objects.filter(user=claims).update(verified=True)
    assert whose_address(document, Party.EMPLOYER, "Lea@example.org") == claims


@pytest.mark.parametrize("first", [Party.STRUCTURE, Party.EMPLOYER])
def test_nobody_signs_for_both_by_a_mailbox_that_they_give(client, document, boss, page, first):
    """The director signs for the structure too, and gives another mailbox of theirs for the company."""
    structure = document.mission.need.organisation
    Membership.objects.create(user=boss, organisation=structure)
    duty(boss, structure, Duty.Kind.SIGNATORY, "présidente")
    mine = {"party": Party.STRUCTURE, "read": document.sha256, "capacity": "présidente"} | YES
    client.force_login(boss)
    acts = [
        lambda: client.post(reverse("document-sign", args=[document.pk]), mine),
        lambda: Client().post(page, {"read": document.sha256, "capacity": "DRH"} | YES),
    ]
    for act in acts if first == Party.STRUCTURE else acts[::-1]:
        act()
    assert [one.party for one in document.signatures.all()] == [first]


# --- of somebody who is of the side, and goes ------------------------------------------------
def removed(lea, company):
    boss = company.memberships.administrators().get().user
    people.remove(lea.memberships.get(organisation=company), by=boss, now=timezone.now())


def left(lea, company):
    people.leave(lea.memberships.get(organisation=company), now=timezone.now())


def account_closed(lea, company):
    people.close_account(lea, now=timezone.now())


def account_shut(lea, company):
    User.objects.filter(pk=lea.pk).update(is_active=False)


@pytest.fixture
def lea(document, page):
    """Named as somebody outside, she has joined the company since."""
    lea = make_user(email=LEA["email"])
    verify(lea)
    Membership.objects.create(user=lea, organisation=document.mission.offer.organisation)
    return lea


@pytest.mark.parametrize("goes", [removed, left, account_closed, account_shut])
def test_a_mailbox_of_somebody_who_has_gone_signs_no_more(client, document, boss, page, lea, goes):
    goes(lea, document.mission.offer.organisation)
    for answer in (client.get(page), client.post(page, {"read": document.sha256} | YES)):
        assert answer.status_code == 410
    assert not document.signatures.exists()
    for given in SigningAddress.objects.all():  # an account that closes takes it along
        with pytest.raises(NotYet):
            signing_links.send(document, party="EMPLOYER", to=given, by=boss, now=timezone.now())


def gives_up(lea, *, opens_another=False):
    """Her account has another address from now on."""
    User.objects.filter(pk=lea.pk).update(email="lea.roux@example.org")
    EmailAddress.objects.filter(user=lea).update(email="lea.roux@example.org")
    if opens_another:
        verify(make_user(email=LEA["email"]))
    return addresses.changed(User.objects.get(pk=lea.pk), before=LEA["email"], now=timezone.now())


@pytest.mark.parametrize("opens_another", [False, True])
@pytest.mark.parametrize("goes", [removed, left, account_closed, account_shut])
def test_nor_does_the_one_that_they_had_just_given_up(
    client, document, page, lea, goes, opens_another
):
    """Another account that they open with it changes nothing."""
    gives_up(lea, opens_another=opens_another)
    goes(User.objects.get(pk=lea.pk), document.mission.offer.organisation)
    assert client.post(page, {"read": document.sha256} | YES).status_code == 410
    assert not document.signatures.exists()


def test_nobody_signs_for_those_they_face_by_the_mailbox_that_they_gave_up(
    client, document, page, lea
):
    """Of the structure by now; and the site soon forgets that the mailbox was hers."""
    lea.memberships.all().delete()
    lea.memberships.create(organisation=document.mission.need.organisation)
    change = gives_up(lea)
    assert client.post(page, {"read": document.sha256} | YES).status_code == 410
    people.follow_changed_addresses(change.changed_at + WAY_BACK_LASTS)
    addresses.forget_old(change.changed_at + FORGOTTEN_AFTER + timedelta(days=1))
    assert client.post(page, {"read": document.sha256} | YES).status_code == 410
    assert not document.signatures.exists()


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_mailbox_that_a_member_has_given_up_for_another_signs_no_more(
    client, document, page, lea, taken_back
):
    """The site soon forgets that it was hers: it would go on signing once she has been removed."""
    change = gives_up(lea)
    now = change.changed_at
    people.follow_changed_addresses(now + timedelta(days=2))
    assert client.get(page).status_code == 200, "as long as the change may be taken back"
    if taken_back:
        addresses.restore(change, now=now + timedelta(days=3))
    people.follow_changed_addresses(now + WAY_BACK_LASTS)
    assert client.get(page).status_code == (200 if taken_back else 410)


def test_nor_does_one_that_an_administrator_of_the_site_has_replaced(client, document, page, lea):
    """At once: it may be in others' hands."""
    now = timezone.now()
    lea.email = "lea.roux@example.org"
    lea.save()
    addresses.set_by_hand(lea, before=LEA["email"], session=None, now=now)
    people.follow_changed_addresses(now)
    assert client.get(page).status_code == 410


def test_a_mailbox_that_is_hers_again_goes_on_signing(client, document, page, lea):
    change = gives_up(lea)
    later = change.changed_at + timedelta(days=1)
    User.objects.filter(pk=lea.pk).update(email=LEA["email"])
    addresses.changed(User.objects.get(pk=lea.pk), before="lea.roux@example.org", now=later)
    people.follow_changed_addresses(later + WAY_BACK_LASTS)
    assert client.get(page).status_code == 200


def test_it_goes_on_signing_for_those_whom_she_has_not_left(client, document, page, lea):
    """Who leaves another organisation, or takes the company's own mailbox for theirs, stops nobody here."""
    structure = document.mission.need.organisation
    people.leave(structure.memberships.create(user=make_user()), now=timezone.now())
    assert client.post(page, {"read": document.sha256} | YES).status_code == 200


def test_an_address_taken_off_the_list_is_asked_to_confirm_no_more(client, document, boss, given):
    """The letter that was still waiting stays."""
    client.force_login(boss)
    client.post(reverse("document-address-remove", args=[document.pk, given.pk]))
    letter = Notification.objects.get(kind="signing_address")
    assert rules.why_moot(letter)


def test_whoever_reads_english_is_told_that_the_paper_is_in_french(client, document, page, boss):
    told = "This paper is in French only"
    english = {"accept-language": "en"}
    assert told in words(client.get(page, headers=english))
    assert told not in words(client.get(page))
    User.objects.filter(pk=boss.pk).update(language="en")
    client.force_login(boss)
    own = client.get(document.get_absolute_url(), headers=english)
    assert "Sign for" in words(own)
    assert told in words(own)


@pytest.mark.parametrize(
    ("house", "party"),
    [("need", Party.EMPLOYER), ("need", Party.PERSON), ("offer", Party.STRUCTURE)],
)
def test_nor_does_the_mailbox_of_somebody_who_is_of_the_other_side_and_speaks_for_nobody(
    document, house, party
):
    """Being of a side is being of its house, in whatever role: a role lowered a minute ago changes nothing."""
    theirs = verify(make_user(email="nora@example.org"))
    of_side = getattr(document.mission, house).organisation
    Membership.objects.create(user=theirs, organisation=of_side, role="EMPLOYEE")
    assert whose_address(document, party, "nora@example.org") == theirs


def test_a_link_that_one_sends_to_oneself_says_that_nobody_asks(client, document, boss):
    signing_links.send(document, party="EMPLOYER", to=boss, by=boss, now=timezone.now())
    letter = Notification.objects.get(recipient=boss, kind="signing_link")
    mission = document.mission
    for read in (letter.text, words(client.get(letter.url))):
        assert "demande" not in read.partition("Cette demande")[0]
        assert f"pour {mission.offer.organisation}, avec {mission.need.organisation}" in read
