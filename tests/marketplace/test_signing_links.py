"""A link that signs one version, once, without an account: each way it can go wrong says so."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions import sheets, signatures
from marketplace.models import Kind, Mission, Party, Side, Signature, SigningLink
from marketplace.models.agreements import digest
from notifications.models import Notification
from tests.marketplace.paper_desk import head_of, make_mission
from tests.marketplace.test_papers import make, sign

YES = {"agreed": "on"}


@pytest.fixture
def document():
    return make(make_mission(), Kind.CONVENTION_SERVICE)


@pytest.fixture
def page(client, document):
    """Asked for on the document's page, then followed from the letter."""
    head = head_of(document.mission.need.organisation)
    client.force_login(head)
    said = {"party": "EMPLOYER", "name": "Léa Roux", "capacity": "DRH", "email": "lea@example.org"}
    client.post(reverse("document-link", args=[document.pk]), said)
    client.logout()
    return newest_link()


def newest_link() -> str:
    letter = Notification.objects.filter(address="lea@example.org", kind="signing_link").latest(
        "pk"
    )
    return letter.url


def words(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


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
    by = head_of(document.mission.need.organisation)
    signatures.send_link(document, party=Party.EMPLOYER, name="Léa Roux", capacity="DRH",
                         email="lea@example.org", by=by, now=timezone.now())  # fmt: skip
    assert client.get(page).status_code == 410
    assert client.get(newest_link()).status_code == 200


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


def test_nobody_is_sent_the_link_of_another_side(client, document):
    mission = document.mission
    head, boss = head_of(mission.need.organisation), head_of(mission.offer.organisation)
    client.force_login(head)
    said = {"party": "EMPLOYER", "name": "Léa Roux", "capacity": "DRH"}
    employee = mission.offer.person
    for email in (head.email, head.email.upper(), employee.email):
        answer = client.post(
            reverse("document-link", args=[document.pk]), said | {"email": email}, follow=True
        )
        assert "ne signe pas pour cette partie" in words(answer), email
        assert "Léa Roux" in words(answer), "what was typed is kept"
    assert not SigningLink.objects.exists()
    client.post(reverse("document-link", args=[document.pk]), said | {"email": boss.email})
    assert SigningLink.objects.get().email == boss.email
