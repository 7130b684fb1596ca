"""What an organisation may do is said in one table, and asked there by everybody."""

import re

import pytest

from accounts import capabilities
from accounts.capabilities import Capability
from accounts.models import Organisation
from tests.factories import make_organisation
from tests.test_house import ROOT, tracked

KIND = re.compile(
    r"""\bOrganisation\.Kind\.|\borganisation\.Kind\b|organisation__kind\b(?!__in)|\b(organisation|company|structure|operator)\.kind (==|!=|in)|kind=["'](ESS|COMPANY|AUTHORITY|OPERATOR)"""
)
# Where an organisation gets its kind, or it is known that it has none yet.
GIVE_A_KIND = {
    "accounts/authorities.py",
    "accounts/forms/organisations.py",
    "accounts/actions/seats.py",
    "accounts/management/commands/create_pole.py",
    "accounts/views/organisations.py",
    "accounts/models/organisations.py",
    "marketplace/actions/desk/authorities.py",
    "marketplace/actions/desk/behalf.py",
    "marketplace/demo/people.py",
    "marketplace/rules/record_cells.py",
    "marketplace/views/desk/behalf.py",  # records that were said to be of a company
    "marketplace/forms/market/directory.py",  # a filter by what one is
    "marketplace/models/gatherings/gatherings.py",  # an audience by what one is
    "marketplace/personal_data/people.py",  # others are called by what theirs is
}


def test_the_table_knows_every_kind():
    assert {kind for one in Capability for kind in capabilities.kinds_that(one)} == set(
        Organisation.Kind.values
    )
    for kind in Organisation.Kind.values:
        assert capabilities.of(kind)


def test_nobody_asks_for_the_kind_of_an_organisation():
    asking = [
        str(path.relative_to(ROOT))
        for path in tracked("accounts/*.py", "marketplace/*.py")
        if "migrations" not in path.parts and KIND.search(path.read_text(encoding="utf-8"))
    ]
    assert set(asking) == GIVE_A_KIND


@pytest.mark.parametrize("capability", Capability)
def test_a_row_and_the_database_give_the_same_answer(capability):
    for kind in Organisation.Kind.values:
        make_organisation(kind)
    rows = Organisation.objects.all()
    assert {row for row in rows if row.may_do(capability)} == set(rows.that_may(capability))
