"""A company whose Bob writes offers that name Ana."""

import pytest
from django.urls import reverse

from marketplace.models import (
    Offer,
)
from tests.factories import (
    a_pole,
    in_days,
    make_commune,
    make_need,
    make_offer,
    make_organisation,
    make_skill,
    make_user,
)


@pytest.fixture
def typed():
    a_pole()
    make_skill("site-web", "Site internet")
    return {
        "title": "Comptable", "about": "", "place": "BOTH", "commune": make_commune().insee,
        "radius_km": "30", "starts_on": in_days(0).isoformat(), "ends_on": in_days(120).isoformat(),
        "days": ["0", "2"], "volume": "20", "unit": "hours", "capacity": "2",
        "skills": ["site-web"], "time": "WORK",
    }  # fmt: skip


@pytest.fixture
def bob():
    return make_user("Bob", "Martin")


@pytest.fixture
def ana():
    return make_user("Ana", "Petit", email="ana@example.org")


@pytest.fixture
def company(ana, bob):
    company = make_organisation("COMPANY", legal_form="SAS", name="Fonderie", member=ana)
    company.memberships.create(user=bob, role="ADMINISTRATOR")
    company.memberships.create(user=make_user("Zoé"))
    return company


@pytest.fixture
def offer(client, company, typed, ana, bob):
    """Written by Bob, who pressed “Publish”; it names Ana."""
    client.force_login(bob)
    client.post(reverse("offer-new"), typed | {"person": ana.pk, "publish": "yes"})
    client.logout()
    return Offer.objects.get()


@pytest.fixture
def need():
    return make_need(member=make_user("Aline", "Moreau"))


@pytest.fixture
def shown(company, ana, bob):
    """Ana agrees to be put forward; Bob wrote the offer."""
    return make_offer(ana, organisation=company, created_by=bob)
