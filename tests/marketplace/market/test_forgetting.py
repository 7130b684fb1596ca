"""What else goes with an account: what was held about its person beside it."""

import pytest
from django.utils import timezone

from accounts.models import Invitation, Organisation
from marketplace.actions.market import people
from marketplace.models.desk.records import PersonRecord, RefusedRecord
from tests.factories import make_coordinator, make_organisation, make_user, verify


@pytest.fixture
def nora():
    return verify(make_user("Nora", "Cherif", email="nora@cherif.example"))


@pytest.fixture
def record(nora):
    return PersonRecord.objects.create(
        pole=make_organisation().pole, operator=make_organisation(Organisation.Kind.OPERATOR),
        by=make_coordinator(), number="1", first_name="Nora", last_name="Cherif",
        email="Nora@Cherif.example",
    )  # fmt: skip


def test_what_a_pole_brought_in_goes_and_isnt_brought_in_again(nora, record):
    people.close_account(nora, now=timezone.now())
    assert not PersonRecord.objects.exists()
    assert RefusedRecord.objects.filter(pole=record.pole).exists()


def test_whom_the_clock_closes_has_refused_nothing(nora, record):
    people.close_account(nora, now=timezone.now(), unused=True)
    assert not PersonRecord.objects.exists()
    assert not RefusedRecord.objects.exists()


def test_an_address_that_isnt_shown_to_be_theirs_erases_nobodys_record(record):
    liar = make_user("Léo", "Menteur", email="leo@ailleurs.example")
    liar.emailaddress_set.create(email=record.email, verified=False)
    people.close_account(liar, now=timezone.now())
    assert PersonRecord.objects.exists()


def test_an_invitation_that_waits_goes_and_one_that_was_taken_up_has_no_name(nora):
    house, now = make_organisation(member=make_user()), timezone.now()
    common = {"email": nora.email, "first_name": "Nora", "last_name": "Cherif", "expires_at": now}
    taken = house.invitations.create(token="a", accepted_at=now, **common)
    other = make_organisation(name="Autre", member=make_user())
    other.invitations.create(token="b", **common)
    people.close_account(nora, now=now)
    [kept] = Invitation.objects.all()
    assert kept == taken
    assert (kept.first_name, kept.last_name) == ("", "")
    assert "nora" not in kept.email
