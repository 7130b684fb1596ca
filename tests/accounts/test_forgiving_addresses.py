"""An e-mail address is taken as people write it, wherever one is asked."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from accounts.forms.addresses import AddressInput
from accounts.models import Invitation, User
from tests.factories import make_organisation, make_user, verify

AS_TYPED = [" ana@exemple.example.org ", "ana@exemple.example,org", "ana@exemple.example.org;"]
MEANT = "ana@exemple.example.org"
PASSWORD = "une phrase assez longue"


@pytest.mark.parametrize("typed", AS_TYPED)
def test_one_signs_up(client, typed):
    said = {"first_name": "Ana", "last_name": "Roy", "email": typed, "password1": PASSWORD}
    client.post(reverse("account_signup"), said | {"terms": "on"})
    assert User.objects.get().email == MEANT


@pytest.mark.parametrize("typed", AS_TYPED)
def test_one_logs_in(client, typed):
    verify(make_user(email=MEANT, password=PASSWORD))
    client.post(reverse("account_login"), {"login": typed, "password": PASSWORD})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("typed", AS_TYPED)
def test_one_asks_for_a_link(client, typed):
    verify(make_user(email=MEANT, password=PASSWORD))
    client.post(reverse("account_reset_password"), {"email": typed})
    from notifications.models import Notification

    assert Notification.objects.filter(address=MEANT).exists() or mail.outbox


@pytest.mark.parametrize("typed", AS_TYPED)
def test_one_invites_a_colleague(client, typed):
    boss = verify(make_user())
    ours = make_organisation(administrator=boss)
    client.force_login(boss)
    said = {"email": typed, "role": "MEMBER"}
    client.post(reverse("members", args=[ours.pk]), said)
    assert Invitation.objects.get().email == MEANT


def test_what_is_no_address_is_refused_beside_the_field_and_stays(client):
    page = client.post(reverse("account_signup"), {"email": "ana chez exemple"})
    assert page.context["form"]["email"].errors
    assert 'value="ana chez exemple"' in page.text
    assert not EmailAddress.objects.exists()


def test_two_addresses_are_not_made_into_one():
    box = AddressInput()
    both = "ana@exemple.example.org, bob@exemple.example.org"
    assert box.value_from_datadict({"email": both}, {}, "email") == both
