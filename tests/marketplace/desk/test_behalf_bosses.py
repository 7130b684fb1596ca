"""What was written for somebody is read by none of their bosses who coordinate."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import behalf as acts
from marketplace.models import Behalf
from notifications.models import Notification
from tests.factories import make_coordinator, make_organisation, make_user, verify
from tests.marketplace.desk.behalf_people import ADDRESS, an_offer, desk, page_of


@pytest.fixture
def them():
    return desk()


def test_a_boss_who_coordinates_reads_nothing_of_their_own_employee(client, them):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=them.colleague, pole=them.pole)  # fmt: skip
    employee = make_user(email=ADDRESS)
    Membership.objects.create(user=employee, organisation=company, role="EMPLOYEE")
    row = an_offer(them)
    client.force_login(them.colleague)
    assert client.get(page_of(row)).status_code == 404
    assert "comptabilité" not in client.get(reverse("behalf-first")).content.decode()


def test_nor_once_it_is_theirs_nor_at_another_of_their_mailboxes(client, them):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=them.colleague, pole=them.pole)  # fmt: skip
    employee = verify(make_user("Noé", "Lambert"))
    Membership.objects.create(user=employee, organisation=company, role="EMPLOYEE")
    EmailAddress.objects.create(user=employee, email=ADDRESS, verified=True)
    row = an_offer(them)
    third = make_coordinator(them.pole, first_name="Sonia")
    them.writer.memberships.all().delete()
    client.force_login(them.colleague)
    assert client.get(page_of(row)).status_code == 404
    acts.claim(Behalf.objects.get(), by=employee, now=timezone.now())
    assert client.get(page_of(row)).status_code == 404
    told = Notification.objects.filter(kind="behalf_claimed")
    assert [one.recipient for one in told] == [third]
