"""What whoever runs the site opens in its administration is told to whom it is about, as what coordinators read."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core.management import call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from marketplace.models import JournalEntry, JournalKind
from marketplace.models.market.skills import SkillProposal
from marketplace.rules.opened_rows import ABOUT, UNTOLD
from tests.factories import a_pole, make_organisation, make_user, verify
from tests.marketplace.desk.test_data_copies import made, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora():
    return verify(make_user("Nora", "Cherif"))


@pytest.fixture
def house(nora):
    return make_organisation(member=nora, name="Les Bottines")


@pytest.fixture
def runs(client):
    """Whoever runs the site, logged in."""
    person = make_user("Root", "Delmas", is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def change(row, what="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{what}", args=[row.pk])


def told():
    return list(JournalEntry.objects.filter(kind=JournalKind.STAFF_READ).order_by("pk"))


def test_each_row_that_the_administration_opens_is_told_or_says_why_not():
    opened = {model._meta.label for model in admin.site._registry}
    assert not set(ABOUT) & set(UNTOLD)
    assert {*ABOUT, *UNTOLD} == opened


def test_a_person_reads_that_their_account_was_opened(client, runs, nora, house):
    assert client.get(change(nora)).status_code == 200
    [line] = told()
    assert (line.subject, line.by, line.organisation, line.pole) == (nora, runs, None, house.pole)
    client.force_login(nora)
    page = client.get(reverse("who-read")).text
    assert "Root Delmas, qui fait fonctionner ce site" in page
    assert "a ouvert ce que le site garde de vous, dans son administration" in page
    assert "a ouvert" in client.get(reverse("who-read"), {"acte": "lu"}).text


def test_its_history_and_its_address_too_and_an_organisation_reads_its_own(
    client, runs, nora, house
):
    address = EmailAddress.objects.get(user=nora)
    for way in (change(nora, "history"), change(nora, "delete"), change(address), change(house)):
        assert client.get(way).status_code == 200, way
    assert [(line.subject, line.house) for line in told()] == [
        (nora, None), (nora, None), (nora, None), (None, house),
    ]  # fmt: skip
    client.force_login(nora)
    page = client.get(reverse("who-read"), {"pour": house.pk}).text
    assert "a ouvert ce que le site garde de l’organisation" in page


def test_ones_own_a_list_and_what_isnt_there_note_nothing(client, runs, nora):
    client.get(change(runs))
    client.get(reverse("admin:accounts_user_changelist"), {"q": "Cherif"})
    client.get(reverse("admin:accounts_user_change", args=[987654]))
    client.get(reverse("admin:accounts_user_change", args=["x_2Fy"]))
    assert told() == []


def test_the_words_with_which_somebody_asked_for_a_skill_are_told(client, runs, nora, house):
    asked = SkillProposal.objects.create(text="Tricot", proposed_by=nora)
    assert client.get(change(asked)).status_code == 200
    assert [line.subject for line in told()] == [nora]


def test_nobody_else_opens_it_and_nothing_is_noted(client, nora):
    for person in (nora, make_user(is_staff=True)):
        client.force_login(person)
        assert client.get(change(nora)).status_code in (302, 403)
    assert told() == []


def test_no_line_no_page(client, runs, nora, house, monkeypatch):
    def full(*_args, **_said):
        raise OperationalError("the disk is full")

    monkeypatch.setattr(JournalEntry.objects, "create", full)
    client.raise_request_exception = False
    assert client.get(change(nora)).status_code == 503


def test_whoever_no_longer_runs_the_site_is_named_no_more(client, runs, nora, house):
    client.get(change(nora))
    type(runs).objects.filter(pk=runs.pk).update(is_staff=False, is_superuser=False)
    client.force_login(nora)
    page = client.get(reverse("who-read")).text
    assert "Delmas" not in page
    assert "Quelqu’un qui faisait fonctionner ce site" in page


def test_who_is_of_no_pole_is_told_too_and_their_copy_says_it(client, runs):
    alone = make_user("Ada", "Morel", commune=None)
    pole = a_pole()
    assert client.get(change(alone)).status_code == 200
    [line] = told()
    assert (line.subject, line.pole) == (alone, pole)
    assert "qui fait fonctionner ce site" in "".join(said(made(alone)).values())


def test_who_read_knows_it(client, runs, nora, house, capsys):
    client.get(change(nora))
    today = timezone.localdate().isoformat()
    call_command("who_read", "--what", f"person:{nora.pk}", "--since", today)
    assert runs.email in capsys.readouterr().out
