"""A message that somebody began is forgotten after two months, and with their account."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace import tasks
from marketplace.actions.market import people
from marketplace.actions.talk import messages
from marketplace.models import Draft
from tests.factories import make_need, make_offer, make_proposal, make_user, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def noe():
    return verify(make_user("Noé"))


@pytest.fixture
def draft(noe):
    thread = make_proposal(make_need(), make_offer(noe)).thread
    return messages.keep_draft(thread, by=noe, text="Bonjour", sent_key="1")


def test_it_is_forgotten_after_two_months(draft):
    tasks.sweep_vault()
    assert Draft.objects.exists()
    Draft.objects.update(saved_at=timezone.localtime() - timedelta(days=61))
    tasks.sweep_vault()
    assert not Draft.objects.exists()


def test_it_goes_with_the_account(draft, noe):
    people.close_account(noe, now=timezone.now())
    assert not Draft.objects.exists()
