"""A link in a letter is for the mailbox that it was sent to: another address of the account ends it."""

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from marketplace.actions.market import consents, freshness
from marketplace.actions.missions import followups
from marketplace.models import ConsentKind, ConsentRequest, FollowUp, Mission, Side
from marketplace.states import MissionStatus
from tests.factories import make_mission, make_need, make_offer, make_organisation, make_user

OWN, EVIL = "ana@example.org", "evil@example.org"


@pytest.fixture
def ana():
    return make_user("Ana", "Petit", email=OWN)


def consent_link(ana):
    company = make_organisation("COMPANY", legal_form="SAS", member=ana)
    bob = make_user("Bob")
    company.memberships.create(user=bob, role="ADMINISTRATOR")
    offer = make_offer(ana, organisation=company, created_by=bob)
    asked = consents.ask(ana, ConsentKind.OFFER, offer, by=bob, now=timezone.now())
    old = signing.Signer(salt=consents.SALT).sign_object([asked.pk, ana.pk])
    return (lambda: consents.link(asked)), reverse("consent-answer", args=[old])


def still_true_link(ana):
    need = make_need(make_organisation(member=ana))
    old = signing.dumps(["need", need.pk, ana.pk], salt=freshness.SALT)
    return (lambda: freshness.link(need, ana)), reverse("still-true", args=[old])


def follow_up_link(ana):
    need = make_need(make_organisation(member=ana))
    mission = make_mission(need=need, status=MissionStatus.DELIVERED)
    Mission.objects.filter(pk=mission.pk).update(
        delivered_at=timezone.localtime() - timedelta(days=2)
    )
    followups.ask_due(timezone.localdate())
    asked = FollowUp.objects.get(side=Side.NEED, kind=FollowUp.Kind.REVIEW)
    assert asked.asked == ana
    old = signing.Signer(salt=followups.SALT).sign(str(asked.pk))
    return (
        lambda: followups.link(FollowUp.objects.get(pk=asked.pk)),
        reverse("follow-up", args=[old]),
    )


def have(ana, email):
    User.objects.filter(pk=ana.pk).update(email=email)
    ana.refresh_from_db()


LINKS = pytest.mark.parametrize("made", [consent_link, still_true_link, follow_up_link])


@LINKS
def test_a_link_sent_to_another_address_of_the_account_opens_no_more(client, ana, made):
    link, _old = made(ana)
    have(ana, EVIL)
    sent = link()
    have(ana, OWN)
    for answer in (client.get(sent), client.post(sent, {"answer": "YES"})):
        assert answer.status_code == 410
        assert "autre adresse de courriel" in answer.text
    assert client.post(sent, {"answer": "pause"}).status_code == 410
    assert not ConsentRequest.objects.exclude(answer="").exists()
    assert client.get(link()).status_code == 200, "a link to the address of today opens"


@LINKS
def test_the_same_mailbox_written_otherwise_opens_it(client, ana, made):
    link, _old = made(ana)
    sent = link()
    have(ana, OWN.upper())
    assert client.get(sent).status_code == 200


@LINKS
def test_a_link_that_names_no_mailbox_opens_no_more(client, ana, made):
    _link, old = made(ana)
    assert client.get(old).status_code == client.post(old, {"answer": "YES"}).status_code == 410
    assert not ConsentRequest.objects.exclude(answer="").exists()


@LINKS
def test_it_holds_while_the_former_key_of_the_site_is_there(client, ana, made, settings):
    link, _old = made(ana)
    sent = link()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-site-" * 3
    assert client.get(sent).status_code == 200
