"""Whoever joins a town by their address is an agent there: its pages and letters say so, as a company's say employee."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import join_requests
from notifications.models import Notification
from tests.accounts.domain_people import agreed, with_address
from tests.accounts.sign_in_people import tried
from tests.factories import make_authority, make_organisation

pytestmark = pytest.mark.django_db
AGENT, EMPLOYEE = "agent ou agente", "salarié ou salariée"


@pytest.fixture(params=[AGENT, EMPLOYEE])
def role(request):
    return request.param


@pytest.fixture
def house(role, pole, boss):
    make = make_authority if role == AGENT else make_organisation
    kind = () if role == AGENT else ("COMPANY",)
    return make(*kind, name="Maison du Nord", pole=pole, administrator=boss)


@pytest.fixture
def domain(house, boss, coordinator):
    return agreed(house, boss, coordinator)


def is_said(role, text):
    other = ({AGENT, EMPLOYEE} - {role}).pop()
    return f"avec le rôle «\xa0{role}\xa0»" in text and other not in text


def test_the_pages_by_which_people_join_name_their_role(
    as_, role, house, domain, boss, coordinator
):
    tried(house, boss)
    for reader, page, pk in (
        (boss, "join-requests", house.pk),
        (boss, "mail-domain", domain.pk),
        (boss, "sign-in-settings", house.pk),
        (coordinator, "mail-domain-answer", domain.pk),
    ):
        main = as_(reader).get(reverse(page, args=[pk])).text.split("<main")[1]
        assert is_said(role, main), page


def test_so_do_the_letters(role, house, domain, boss):
    house.mail_domains.update(agreed_until=timezone.now())
    join_requests.ask(house, by=with_address(), now=timezone.now())
    for kind in ("domain_asked", "domain_answered", "join_asked"):
        assert is_said(role, Notification.objects.get(kind=kind).text), kind
