"""A copy of an organisation's data: for its administrators of today, each for themselves."""

import io
import json
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import data_copies
from marketplace.models import DataCopy, JournalEntry
from tests.factories import make_coordinator, make_organisation, make_user
from tests.marketplace.desk.test_data_copies import PASSWORD, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire():
    return make_user("Claire", "Hermant", password=PASSWORD)


@pytest.fixture
def house(claire):
    return make_organisation(
        Organisation.Kind.COMPANY, administrator=claire, name="Verreries du Nord"
    )


def test_its_administrator_asks_for_the_copy_of_an_organisation(house, claire, client):
    client.force_login(claire)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("organisation-data-ask", args=[house.pk]))
    copy = DataCopy.objects.get(organisation=house)
    data_copies.carry_on(copy, now=timezone.now())
    answer = client.post(reverse("organisation-data-take", args=[house.pk]))
    box = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    data = json.loads(box.read("donnees.json"))
    assert data["tables"]["accounts.organisation"][0]["name"] == "Verreries du Nord"
    assert any(name.startswith("papiers/index") for name in box.namelist())
    [line] = JournalEntry.objects.filter(organisation=house)
    assert (line.kind, line.by) == ("DATA", claire)


@pytest.mark.parametrize("end", ["", "demander/", "copie/", "supprimer/"])
def test_nobody_else_of_it_does(house, client, end):
    noe = make_user("Noé", password=PASSWORD)
    Membership.objects.create(user=noe, organisation=house, role=Membership.Role.REPRESENTATIVE)
    stranger = make_user("Aline", password=PASSWORD)
    coordinator = make_coordinator(house.pole, password=PASSWORD)
    for person, status in ((noe, 403), (stranger, (403, 404)), (coordinator, 403)):
        client.force_login(person)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        url = f"/organisations/{house.pk}/donnees/{end}"
        answer = client.post(url) if end else client.get(url)
        assert answer.status_code in (status if isinstance(status, tuple) else (status,)), person


def test_each_administrator_takes_their_own(house, claire):
    other = make_user("Rosa")
    Membership.objects.create(user=other, organisation=house, role=Membership.Role.ADMINISTRATOR)
    copy = made(house, by=claire)
    assert copy in DataCopy.objects.visible_to(claire)
    assert copy not in DataCopy.objects.visible_to(other)


def test_whoever_no_longer_administers_it_has_no_copy_any_more(house, claire):
    copy = made(house, by=claire)
    house.memberships.filter(user=claire).update(role=Membership.Role.REPRESENTATIVE)
    assert copy not in DataCopy.objects.visible_to(claire)
    again, _new = data_copies.ask(house, by=claire, now=timezone.now())
    data_copies.carry_on(again, now=timezone.now())
    again.refresh_from_db()
    assert again.state == DataCopy.State.GONE
