"""What the tests of an organisation's own sign-in are about: a company that has one, and sessions that it has opened."""

import secrets
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.test import Client
from django.utils import timezone

from accounts import opening
from accounts.models import MailDomain, Membership, SignIn
from marketplace.models import Time
from tests.factories import make_offer, make_user, verify

DOMAIN = "verreries-du-nord.fr"
ISSUER = "https://idp.verreries-du-nord.fr"


def open_domain(organisation, by, domain=DOMAIN):
    """One by which people join without a yes: proven, and agreed by a coordinator."""
    now = timezone.now()
    return MailDomain.objects.create(
        organisation=organisation,
        domain=domain,
        txt=secrets.token_urlsafe(32),
        added_by=by,
        found_at=now,
        agreed_at=now,
        agreed_until=now + timedelta(days=300),
    )


def sign_in_of(organisation, by, **fields):
    """A sign-in that works: tried, and opened to all."""
    if not organisation.mail_domains.opening_alone(timezone.now()).exists():
        open_domain(organisation, by)
    app = SocialApp.objects.create(
        provider="openid_connect",
        provider_id=secrets.token_urlsafe(9),
        name="Verreries",
        client_id="trait-d-union",
        secret="not-a-secret",
        settings={"server_url": ISSUER},
    )
    now = timezone.now()
    done = {"tried_at": now, "tried_by": by, "opened_at": now}
    return SignIn.objects.create(
        organisation=organisation, app=app, issuer=ISSUER, added_by=by, **(done | fields)
    )


def link(person, sign_in, email=""):
    return SocialAccount.objects.create(
        user=person,
        provider=sign_in.app.provider_id,
        uid=f"sub-{person.pk}",
        extra_data={"email": email or person.email},
    )


def by_sign_in(person, sign_in, *, since=timedelta(0)) -> Client:
    """A browser in which this person has come in by their organisation's sign-in, and nothing else."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    session = client.session
    session[opening.MARK] = {
        "pk": sign_in.pk,
        "user": person.pk,
        "at": (timezone.now() - since).timestamp(),
        "own": False,
    }
    session.save()
    return client


@pytest.fixture
def sign_in(head, boss):
    return sign_in_of(head, boss)


@pytest.fixture
def lea(head, sign_in):
    """An employee whose account is linked to the sign-in, and who has an address and a password of her own."""
    person = verify(make_user("Léa", "Roux", email="lea@example.org"))
    head.memberships.create(user=person, role=Membership.Role.EMPLOYEE)
    link(person, sign_in, f"lea.roux@{DOMAIN}")
    return person


@pytest.fixture
def at_work(lea, sign_in):
    return by_sign_in(lea, sign_in)


@pytest.fixture
def own_offer(lea, pole):
    return make_offer(person=lea, pole=pole, title="Bricolage du dimanche", time=Time.OWN)
