"""A link that signs one version, once, without an account: whose it is, and each way it can go wrong."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.tokens import digest
from marketplace.actions.documents import signing_links
from marketplace.actions.market import people
from marketplace.actions.missions import missions, sheets
from marketplace.actions.refusals import NotYet
from marketplace.documents import facts
from marketplace.models import (
    Duty,
    Kind,
    Mission,
    Party,
    Side,
    Signature,
    SigningAddress,
    SigningLink,
)
from marketplace.models.documents.signing_links import masked
from marketplace.rules import letters_a_day
from notifications.models import Notification
from tests.factories import make_coordinator, make_pole, make_user
from tests.marketplace.documents.document_desk import duty, head_of, make_mission
from tests.marketplace.documents.signing.links import LEA, YES, confirming, newest_link, words
from tests.marketplace.documents.test_documents import make, sign


def test_the_page_shows_the_document_and_one_click_signs_it(client, document, page):
    shown = client.get(page)
    assert shown.status_code == 200
    assert shown["X-Robots-Tag"] == "noindex"
    assert "Léa Roux" in words(shown)
    assert client.get(page + "document.pdf").content.startswith(b"%PDF")
    assert not document.signatures.exists(), "opening it changes nothing: mail scanners open links"
    assert client.post(page, {"read": document.sha256} | YES).status_code == 200
    signature = document.signatures.get()
    kept = (signature.name, signature.capacity, signature.email, signature.how, signature.sha256)
    assert kept == ("Léa Roux", "DRH", "lea@example.org", Signature.How.LINK, document.sha256)
    assert signature.ip


def test_the_letter_and_the_page_say_who_asks_for_whom_and_with_whom(client, document, page):
    link = SigningLink.objects.get()
    letter = Notification.objects.get(address="lea@example.org", kind="signing_link")
    mission = document.mission
    for read in (letter.text, words(client.get(page))):
        assert str(link.sent_by) in read
        assert f"pour {mission.offer.organisation}, avec {mission.need.organisation}" in read


def test_used_twice_it_says_so_and_signs_once(client, document, page):
    for _click in range(2):
        answer = client.post(page, {"read": document.sha256} | YES)
    assert answer.status_code == 410
    assert "Ce lien a déjà servi" in words(answer)
    assert client.get(page).status_code == client.get(page + "document.pdf").status_code == 410
    assert document.signatures.count() == 1


def test_too_old_it_says_whom_to_ask(client, document, page):
    SigningLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (client.get(page), client.post(page, {"read": document.sha256} | YES)):
        assert answer.status_code == 410
        assert "n’est plus valable" in words(answer) or "expiré" in words(answer)
    assert not document.signatures.exists()


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "x" * len(t), lambda t: t.swapcase()]
)
def test_tampered_with_it_opens_nothing(client, document, page, change):
    token = page.strip("/").rpartition("/")[2]
    answer = client.get(reverse("sign-by-link", args=[change(token)]))
    assert answer.status_code == 410
    assert document.mission.need.title not in words(answer)


def test_the_box_has_to_be_ticked(client, document, page):
    assert client.post(page, {"read": document.sha256}).status_code == 200
    assert not document.signatures.exists()
    assert client.get(page).status_code == 200


def test_what_was_not_on_the_screen_is_not_signed(client, document, page):
    answer = client.post(page, {"read": "0" * 64} | YES)
    assert "a changé depuis que vous l’avez ouvert" in words(answer)
    assert not document.signatures.exists()
    assert client.get(page).status_code == 200, "the refusal hasn't used the link"


def test_a_stale_version_is_said_before_it_is_read(client, document, page):
    mission = document.mission
    head = head_of(mission.need.organisation)
    sheets.change(mission, {"hours": 80}, read=1, side=Side.NEED, by=head)
    for answer in (client.get(page), client.post(page, {"read": document.sha256} | YES)):
        assert answer.status_code == 410
        assert "n’est plus valable" in words(answer)
    assert not document.signatures.exists()


def test_dates_that_moved_make_it_stale_too(client, document, page):
    Mission.objects.filter(pk=document.mission_id).update(
        ends_on=document.mission.ends_on + timedelta(days=9)
    )
    answer = client.post(page, {"read": document.sha256} | YES)
    assert answer.status_code == 410
    assert "La mission a changé" in words(answer)


def test_signed_meanwhile_by_somebody_of_the_house_it_says_so(client, document, page):
    sign(document, Party.EMPLOYER, by=head_of(document.mission.offer.organisation))
    assert "déjà signé" in words(client.get(page))


def test_a_newer_link_kills_the_former_one(client, document, page):
    lea = SigningAddress.objects.get()
    signing_links.send(document, party=Party.EMPLOYER, to=lea, by=lea.given_by, now=timezone.now())
    assert client.get(page).status_code == 410
    assert client.get(newest_link()).status_code == 200


def test_the_link_isn_t_sent_without_end(client, document, boss):
    """Anybody of the side may have it sent: whoever signs had a letter for each click."""
    client.force_login(boss)
    said = {"party": "EMPLOYER", "to": f"account-{boss.pk}"}
    for _click in range(letters_a_day.MOST + 2):
        answer = client.post(reverse("document-link", args=[document.pk]), said, follow=True)
    assert "continuez demain" in words(answer)
    assert SigningLink.objects.count() == letters_a_day.MOST


def test_a_byte_changed_on_the_disk_is_signed_by_nobody(client, document, page):
    path = document.file.path
    with open(path, "r+b") as kept:
        kept.seek(100)
        kept.write(b"!")
    answer = client.post(page, {"read": document.sha256} | YES)
    assert answer.status_code == 410
    assert "n’est pas celui qui a été établi" in words(answer)
    assert not document.signatures.exists()


def test_the_link_rests_as_a_fingerprint(page):
    token = page.strip("/").rpartition("/")[2]
    link = SigningLink.objects.get()
    assert token not in link.token
    assert link.token == digest(token)


# --- a link --------------------------------------------------------------------------------
def send(client, document, person, to, party="EMPLOYER"):
    client.force_login(person)
    said = {"party": party, "to": to}
    return client.post(reverse("document-link", args=[document.pk]), said)


def _coordinator_of(structure):
    """They belong to the structure, and somebody else coordinates the pôle too."""
    make_coordinator(structure.pole)
    person = make_coordinator(structure.pole)
    Membership.objects.create(user=person, organisation=structure)
    return person


@pytest.mark.parametrize(
    "who",
    [
        "the other side",
        "the employee",
        "a colleague",
        "elsewhere",
        "a coordinator of the other side",
    ],
)
def test_nobody_sends_the_link_of_another_side(client, document, boss, given, who):
    mission = document.mission
    client.post(confirming())
    SigningLink.objects.all().delete()
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=mission.offer.organisation)
    person = {
        "the other side": head_of(mission.need.organisation),
        "the employee": mission.offer.person,
        "a colleague": colleague,
        "elsewhere": make_coordinator(make_pole("Ailleurs", ["02"])),
        "a coordinator of the other side": _coordinator_of(mission.need.organisation),
    }[who]
    for to in (f"account-{boss.pk}", f"address-{given.pk}"):
        assert send(client, document, person, to).status_code in (403, 404)
    with pytest.raises(NotYet):
        signing_links.send(document, party="EMPLOYER", to=boss, by=person, now=timezone.now())
    assert not SigningLink.objects.exists()


@pytest.mark.parametrize("who", ["the side itself", "a coordinator"])
def test_a_link_goes_to_an_account_that_signs(client, document, boss, who):
    coordinator = make_coordinator(document.mission.need.pole)
    send(client, document, boss if who == "the side itself" else coordinator, f"account-{boss.pk}")
    link = SigningLink.objects.get()
    assert (link.user, link.email) == (boss, boss.email)
    client.logout()
    url = Notification.objects.get(recipient=boss, kind="signing_link").url
    client.post(url, {"read": document.sha256} | YES)
    signature = document.signatures.get()
    assert (signature.user, signature.how) == (boss, Signature.How.LINK)


def test_a_link_goes_to_nobody_who_isn_t_of_the_side(client, document, boss, given):
    mission = document.mission
    head, stranger = head_of(mission.need.organisation), make_user()
    for to in (head, stranger, mission.offer.person):
        answer = send(client, document, boss, f"account-{to.pk}")
        assert "Sélectionnez un choix valide" in words(answer)
        with pytest.raises(NotYet):
            signing_links.send(document, party="EMPLOYER", to=to, by=boss, now=timezone.now())
    answer = send(client, document, boss, f"address-{given.pk}")
    assert "Sélectionnez un choix valide" in words(answer), "it isn't confirmed"
    assert send(client, document, boss, "x", party="PAPE").status_code == 403
    assert not SigningLink.objects.exists()


def test_a_confirmed_address_of_one_organisation_is_nobody_else_s(client, document, page):
    other = make(make_mission(), Kind.CONVENTION_SERVICE)
    lea = SigningAddress.objects.get()
    boss = head_of(other.mission.offer.organisation)
    with pytest.raises(NotYet):
        signing_links.send(other, party="EMPLOYER", to=lea, by=boss, now=timezone.now())


def test_the_side_s_people_are_told_at_once_and_stop_it(client, document, boss, given):
    coordinator = make_coordinator(document.mission.need.pole)
    client.post(confirming())
    send(client, document, coordinator, f"address-{given.pk}")
    link, url = SigningLink.objects.first(), newest_link()
    told = Notification.objects.get(recipient=boss, kind="signing_link_sent", key__contains=link.pk)
    assert "l…a@example.org" in told.text
    other = SigningLink.objects.get(pk=link.pk)
    other.pk, other.token, other.document = None, "0" * 64, make(make_mission(), document.kind)
    other.save()
    head = head_of(document.mission.need.organisation)
    stop = reverse("document-link-stop", args=[document.pk, link.pk])
    client.force_login(head)
    assert client.post(stop).status_code == 403, "the other side stops nothing"
    client.force_login(boss)
    assert stop in words(client.get(document.get_absolute_url()))
    client.post(stop)
    client.logout()
    for answer in (client.get(url), client.post(url, {"read": document.sha256} | YES)):
        assert answer.status_code == 410
        assert "arrêté par quelqu’un de votre côté" in words(answer)
    assert not document.signatures.exists()
    client.force_login(boss)
    assert "déjà été arrêté" in words(client.post(stop, follow=True))
    assert not SigningLink.objects.get(pk=other.pk).stopped_at


def sender_left(document, link):
    Membership.objects.filter(user=link.sent_by).delete()


def organisation_suspended(document, link):
    company = document.mission.offer.organisation
    type(company).objects.filter(pk=company.pk).update(status="SUSPENDED")


def address_removed(document, link):
    signing_links.remove_address(link.address, by=link.sent_by, now=timezone.now())


def sent_under_the_former_rule(document, link):
    SigningLink.objects.filter(pk=link.pk).update(address=None)


def called_off(document, link):
    head = head_of(document.mission.need.organisation)
    missions.interrupt(document.mission, reason="On arrête.", by=head, now=timezone.now())


CHANGES = [sender_left, organisation_suspended, address_removed, sent_under_the_former_rule]


@pytest.mark.parametrize("happens", [*CHANGES, called_off])
def test_asked_again_when_it_opens(client, document, page, happens):
    happens(document, SigningLink.objects.get())
    for answer in (client.get(page), client.post(page, {"read": document.sha256} | YES)):
        assert answer.status_code == 410
    assert not document.signatures.exists()


def test_no_account_signs_for_a_mission_that_was_called_off(client, document, boss):
    called_off(document, None)
    client.force_login(boss)
    assert 'name="read"' not in words(client.get(document.get_absolute_url()))
    said = {"party": "EMPLOYER", "read": document.sha256, "capacity": "DRH"} | YES
    assert client.post(reverse("document-sign", args=[document.pk]), said).status_code == 403
    with pytest.raises(NotYet):
        sign(document)
    with pytest.raises(NotYet):
        make(document.mission)


def test_an_account_that_no_longer_signs_signs_no_more_by_its_link(client, document, boss):
    send(client, document, make_coordinator(document.mission.need.pole), f"account-{boss.pk}")
    url = Notification.objects.get(recipient=boss, kind="signing_link").url
    keeper = make_user()
    company = document.mission.offer.organisation
    Membership.objects.create(user=keeper, organisation=company, role="ADMINISTRATOR")
    people.leave(boss.memberships.get(), now=timezone.now())
    client.logout()
    assert client.get(url).status_code == 410


def test_a_link_to_an_account_s_former_mailbox_signs_no_more(client, document, boss):
    """Whoever had the account for a day keeps nothing of it once its owner has the address back."""
    own = boss.email
    User.objects.filter(pk=boss.pk).update(email="evil@example.org")
    boss.refresh_from_db()
    send(client, document, make_coordinator(document.mission.need.pole), f"account-{boss.pk}")
    url = Notification.objects.get(recipient=boss, kind="signing_link").url
    client.logout()
    User.objects.filter(pk=boss.pk).update(email="EVIL@example.org")
    assert client.get(url).status_code == 200, "the same mailbox"
    User.objects.filter(pk=boss.pk).update(email=own)
    for answer in (client.get(url), client.post(url, {"read": document.sha256} | YES)):
        assert answer.status_code == 410
        assert "n’est plus celle de votre compte" in words(answer)
    assert not document.signatures.exists()


def giver_demoted(giver, company):
    Duty.objects.filter(membership__user=giver).delete()
    giver.memberships.filter(organisation=company).update(role=Membership.Role.REPRESENTATIVE)


def giver_removed(giver, company):
    membership = giver.memberships.get(organisation=company)
    boss = company.memberships.administrators().exclude(user=giver).get().user
    people.remove(membership, by=boss, now=timezone.now())


@pytest.mark.parametrize("happens", [giver_demoted, giver_removed])
def test_an_address_signs_no_more_once_its_giver_no_longer_signs(
    client, document, boss, given, happens
):
    """One’s own second mailbox would sign in one’s stead."""
    company, coordinator = (
        document.mission.offer.organisation,
        make_coordinator(document.mission.need.pole),
    )
    keeper = make_user()
    Membership.objects.create(user=keeper, organisation=company, role="ADMINISTRATOR")
    duty(keeper, company, Duty.Kind.SIGNATORY)
    client.post(confirming())
    send(client, document, coordinator, f"address-{given.pk}")
    url = newest_link()
    happens(boss, company)
    client.logout()
    for answer in (client.get(url), client.post(url, {"read": document.sha256} | YES)):
        assert answer.status_code == 410
    assert not document.signatures.exists()
    many = SigningLink.objects.count()
    answer = send(client, document, coordinator, f"address-{given.pk}")
    assert "Sélectionnez un choix valide" in words(answer)
    for by in (coordinator, keeper):
        with pytest.raises(NotYet):
            signing_links.send(document, party="EMPLOYER", to=given, by=by, now=timezone.now())
    assert SigningLink.objects.count() == many
    client.force_login(keeper)
    client.post(reverse("document-address", args=[document.pk]), LEA)
    client.post(confirming())
    client.logout()
    assert client.get(newest_link()).status_code == 200, "given again by whoever signs now"


# --- what the paper says -------------------------------------------------------------------
def test_the_page_of_signatures_masks_the_address_and_says_how_it_was_confirmed(
    client, document, page
):
    client.post(page, {"read": document.sha256} | YES)
    client.force_login(head_of(document.mission.need.organisation))
    mine = {"party": "STRUCTURE", "capacity": "présidente", "read": document.sha256}
    client.post(reverse("document-sign", args=[document.pk]), mine | YES)
    said = {row["name"]: row["address"] for row in facts.signatures(document)}
    lea = said["Léa Roux"]
    assert lea.startswith("l…a@example.org, adresse donnée par Paul Delattre le ")
    assert "confirmée depuis celle-ci le" in lea
    assert "lea@" not in lea
    assert "adresse de son compte" in said["Inès Marchal"]


def test_a_short_address_is_masked_too():
    assert masked("ab@example.org") == "a…@example.org"
    assert masked("a@example.org") == "a…@example.org"
