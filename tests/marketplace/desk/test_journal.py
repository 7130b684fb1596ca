"""The journal: written once, in one name, and forgotten after twelve months."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import journal
from marketplace.models import JournalEntry, JournalKind
from tests.factories import a_pole, make_organisation, make_user


@pytest.fixture
def claire():
    return make_user("Claire", "Haddad")


@pytest.fixture
def company(claire):
    return make_organisation(Organisation.Kind.COMPANY, administrator=claire)


def noted(company, claire, *, days_ago=0, **said):
    now = timezone.now() - timedelta(days=days_ago)
    return journal.note(JournalKind.PEOPLE, by=claire, organisation=company, now=now, **said)


def test_a_line_says_who_what_how_many_and_why(company, claire):
    entry = noted(company, claire, rows=312, form="xlsx", why="  pour le\ncomité  social ")
    entry.refresh_from_db()
    assert (entry.by, entry.organisation, entry.rows) == (claire, company, 312)
    assert entry.why == "pour le comité social"
    assert str(entry.did) == "a emporté la liste des personnes"


def test_what_is_typed_too_long_is_cut_and_not_refused(company, claire):
    entry = noted(company, claire, why="é" * 5000, words="\0" + "x" * 900)
    assert (len(entry.why), len(entry.words)) == (200, 300)


def test_it_is_written_in_one_name(company, claire):
    with pytest.raises(IntegrityError), transaction.atomic():
        journal.note(JournalKind.PEOPLE, by=claire, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        journal.note(
            JournalKind.PEOPLE, by=claire, organisation=company, pole=a_pole(), now=timezone.now()
        )
    assert journal.note(JournalKind.PEOPLE, by=claire, pole=a_pole(), now=timezone.now()).pk


def test_a_line_is_neither_changed_nor_deleted(company, claire):
    entry = noted(company, claire, days_ago=300)
    for change in ({"why": "autre"}, {"at": timezone.now() - timedelta(days=500)}, {"rows": 1}):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            JournalEntry.objects.update(**change)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        entry.delete()


def test_it_is_forgotten_after_twelve_months_and_not_before(company, claire, monkeypatch):
    monkeypatch.setattr(journal, "A_PIECE", 2)
    for _time in range(5):
        noted(company, claire, days_ago=366)
    kept = noted(company, claire, days_ago=364)
    assert journal.forget(timezone.now()) == 5
    assert journal.forget(timezone.now()) == 0, "twice is once"
    assert list(JournalEntry.objects.all()) == [kept]


def test_a_line_of_a_person_whose_account_is_closed_stays(company, claire):
    entry = noted(company, claire)
    Membership.objects.filter(user=claire).delete()
    assert JournalEntry.objects.of(company).get() == entry


def test_the_database_itself_keeps_it(company, claire):
    """Not by our own code alone."""
    noted(company, claire)
    with (
        pytest.raises(DatabaseError, match="written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM marketplace_journalentry")
