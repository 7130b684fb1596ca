"""A convention to sign, and an address that the employer gives."""

import pytest
from django.urls import reverse

from marketplace.models import (
    Kind,
    SigningAddress,
)
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.signing.links import LEA, confirming, newest_link
from tests.marketplace.documents.test_documents import make


@pytest.fixture
def document():
    return make(make_mission(), Kind.CONVENTION_SERVICE)


@pytest.fixture
def boss(document):
    """Signs for the employer."""
    return head_of(document.mission.offer.organisation)


@pytest.fixture
def given(client, document, boss):
    """The employer's director says who signs without an account."""
    client.force_login(boss)
    client.post(reverse("document-address", args=[document.pk]), LEA)
    client.logout()
    return SigningAddress.objects.get()


@pytest.fixture
def page(client, given):
    """Confirmed by its owner; then followed from the letter that came."""
    client.post(confirming())
    return newest_link()
