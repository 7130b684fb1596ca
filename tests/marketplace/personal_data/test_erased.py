"""What is left of somebody in the database once their account is closed, by construction: a canary in each text of each row that
leads to them, and each text of each table read."""

import re

import pytest
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.desk import left_names
from marketplace.actions.desk.retention_lines import table
from marketplace.actions.market import people
from marketplace.models import LeftName, Task
from marketplace.personal_data import kept
from marketplace.personal_data.part import NEVER
from notifications.models import Notification, Status
from tests.factories import make_organisation, make_user, verify
from tests.marketplace.personal_data.canaries import Aviary, parts_of, unchecked
from tests.marketplace.personal_data.everything import columns_by_table, where

FIRST, LAST = "Ottoline", "Zwingmann"
EMAIL, PHONE = "ozw@canaris.example", "0698765432"
NAME = f"{FIRST} {LAST}"
WHOLE = re.compile(r"serin\d+[x@]")  # not what a short column has cut


class NamingAviary(Aviary):
    """The texts of rows that lead to the owner also name them, as others would; not what only machines read."""

    is_theirs = False

    def row(self, part, way):
        self.is_theirs = True
        super().row(part, way)
        self.is_theirs = False

    def stub(self, model):
        was, self.is_theirs = self.is_theirs, False
        there = super().stub(model)
        self.is_theirs = was
        return there

    def _text(self, field, of):
        text = super()._text(field, of)
        said = f"{text} {NAME}"
        is_free = type(field).__name__ in ("CharField", "TextField") and not field.choices
        is_words = f"{field.model._meta.label}.{field.name}" not in left_names.RANDOM
        names = self.is_theirs and is_free and field.name not in left_names.MACHINES | NEVER
        return said if names and is_words and len(said) <= (field.max_length or 1000) else text


@pytest.fixture
def ottoline():
    return verify(make_user(FIRST, LAST, email=EMAIL, phone="06 98 76 54 32"))


@pytest.fixture
def aviary(ottoline):
    filled = NamingAviary(ottoline, make_user("Autre", "Personne"))
    filled.shared[Organisation] = make_organisation()
    return filled


def closed(person):
    people.close_account(person, now=timezone.now(), anew=True)
    left_names.carry_on(timezone.now())
    Notification.objects.update(
        status=Status.SENT, sent_at=timezone.now()
    )  # those that told others of it
    left_names.carry_on(timezone.now())
    assert not LeftName.objects.exists()


@pytest.mark.both
def test_nothing_but_the_declared_list_is_left_of_somebody_in_any_text_of_the_database(
    ottoline, aviary
):
    with unchecked():
        aviary.fill(parts_of(ottoline))
        assert len(where(LAST)) > 80
        Task.objects.update(operator=aviary.shared[Organisation])  # a task is an operator’s
        closed(ottoline)
    proofs, others = kept.columns(kept.NAMED), kept.columns(kept.UNNAMED)
    last_letter = {"notifications.Notification.address"}  # that the account is closed
    assert where(LAST, EMAIL, PHONE) - proofs - last_letter == set()
    canaries = {
        text.split()[0] for found in aviary.canaries.values() for text in found if WHOLE.match(text)
    }
    of_models = {column for table in columns_by_table().values() for column in table.values()}
    assert (where(*canaries) & of_models) - proofs - others == set()


@pytest.mark.parametrize("one", [*kept.NAMED, *kept.UNNAMED], ids=lambda one: one.line)
def test_each_thing_that_stays_has_its_reason_its_columns_and_its_time(one):
    there = {column for table in columns_by_table().values() for column in table.values()}
    assert one.labels <= there
    assert len(str(one.why)) > 15
    assert one.line in {line.code for line in table()}


def test_nothing_stays_both_with_the_name_and_without():
    assert not kept.columns(kept.NAMED) & kept.columns(kept.UNNAMED)
