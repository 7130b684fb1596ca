"""Two at once on what an employer keeps of somebody: PostgreSQL alone has locks to wait for."""

from datetime import date
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from marketplace.actions.market import employments
from marketplace.actions.market.employments import Facts
from marketplace.models import Employee
from tests.at_once import together
from tests.marketplace.market.programme_house import make_house, member

# SQLite has one writer at a time: the next one waits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_what_a_form_writes_while_several_are_confirmed_isnt_lost():
    house = make_house()
    hr, nora = member(house, "MEMBER", "HR"), member(house)
    row = Employee.objects.create(
        organisation=house, person=nora, contract="PERMANENT", hired_on=date(2020, 3, 2)
    )
    seen, written = {row.pk: Facts.of(row)}, Event()

    def writes():
        with transaction.atomic():
            Employee.objects.filter(pk=row.pk).update(position="Souffleuse de verre")
            written.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")

    def confirms():
        written.wait()
        employments.confirm_several(house, seen, by=hr, now=timezone.now())

    together(writes, confirms)
    row.refresh_from_db()
    assert (row.position, row.is_confirmed) == ("Souffleuse de verre", True)
