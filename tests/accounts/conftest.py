"""The people that most of these tests are about."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import place_files
from accounts.actions import groups, places
from marketplace.actions.market import groups as market
from tests.accounts.register_server import Register
from tests.factories import make_coordinator, make_organisation, make_pole, make_user, verify


@pytest.fixture
def pole():
    return make_pole()


@pytest.fixture
def coordinator(pole):
    return make_coordinator(pole, first_name="Inès", last_name="Morel")


@pytest.fixture
def administrator():
    return verify(make_user(first_name="Paul", last_name="Lefèvre"))


@pytest.fixture
def member():
    return verify(make_user(first_name="Amina", last_name="Haddad"))


@pytest.fixture
def stranger():
    return verify(make_user(first_name="Luc", last_name="Petit"))


@pytest.fixture
def structure(pole, administrator, member):
    """A verified association with an administrator and a member."""
    return make_organisation(
        name="Les Ateliers du Fil", pole=pole, administrator=administrator, member=member
    )


# --- a group: the structure says that it belongs to that of a company
@pytest.fixture
def boss():
    return verify(make_user(first_name="Hugo", last_name="Marin"))


@pytest.fixture
def colleague():
    return verify(make_user(first_name="Zoé", last_name="Blin"))


@pytest.fixture
def head(pole, boss, colleague):
    return make_organisation(
        "COMPANY", name="Fonderie du Nord", pole=pole, siren="732829320", siret="73282932000074",
        administrator=boss, member=colleague,
    )  # fmt: skip


@pytest.fixture
def asked(structure, head, administrator):
    return groups.ask(structure, head, by=administrator, now=timezone.now())


@pytest.fixture
def agreed(asked, boss):
    market.agree(asked, by=boss, now=timezone.now())
    asked.refresh_from_db()
    return asked


@pytest.fixture
def as_():
    """`as_(user)` is a browser in which this person is logged in; `as_(None)` is a visitor's."""

    def logged_in(user) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return logged_in


@pytest.fixture(autouse=True)
def _letters_in_the_outbox(settings):
    """Django's test runner puts a mailbox of its own in the way: here the real one carries."""
    settings.MAILERS = {"default": {"BACKEND": "notifications.backend.OutboxBackend"}}


@pytest.fixture(scope="module")
def france(django_db_setup, django_db_blocker):
    """All the communes that come with the site, in a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        places.load_departments(place_files.our_departments())
        places.load_communes(place_files.our_communes())
        if connection.vendor == "postgresql":  # it looks at what is new by itself, a minute later
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def running_register():
    with Register() as server:
        yield server


@pytest.fixture
def register(running_register, settings):
    running_register.forget()
    settings.OPENID_LOOPBACK, settings.PUBLIC_REGISTER = True, running_register.url
    return running_register
