"""A list is carried out while its organisation's people do other things: nobody waits for the other for ever."""

import contextlib
from functools import partial

import pytest
from django.utils import timezone

from accounts.actions import memberships
from accounts.actions.refusals import Refusal
from accounts.models import Membership
from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.models import Import
from tests.at_once import together
from tests.factories import make_organisation, make_user, verify
from tests.marketplace.market.test_imports import now, sent

ROUNDS = 8
PEOPLE = 10
# SQLite has one writer at a time: the next one waits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def head():
    return verify(make_user("Hélène", "Roux", email="helene@example.org"))


@pytest.fixture
def company(head):
    return make_organisation("COMPANY", administrator=head, name="Verreries du Nord")


def quietly(act):
    with contextlib.suppress(NotYet, Refusal):
        act()


def test_people_leave_while_the_list_that_names_them_is_carried_out(company, head):
    for turn in range(ROUNDS):
        members = [
            company.memberships.create(
                user=verify(make_user(email=f"p{turn}-{n}@example.org")),
                role=Membership.Role.EMPLOYEE,
            )
            for n in range(PEOPLE)
        ]
        rows = "".join(
            f"p{turn}-{n}@example.org;Fusion\nnew{turn}-{n}@example.org;Fusion\n"
            for n in range(PEOPLE)
        )
        table = sent(company, head, "E-mail;Équipe\n" + rows)
        imports.start(table, by=head, now=now())

        def leave(members=members):
            for member in members:
                quietly(partial(memberships.leave, member))

        carry_on = partial(imports.carry_on, Import.objects.get(pk=table.pk), now=timezone.now())
        again = partial(quietly, partial(imports.start, table, by=head, now=now()))
        together(carry_on, leave, again)
        table = Import.objects.get(pk=table.pk)
        assert table.state == Import.State.DONE
        faults = table.lines.filter(refused__contains="panne du site")
        assert not faults.exists(), faults.first().refused
