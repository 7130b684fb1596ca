"""Three coordinators of one operator, and their pôle."""

import pytest

from tests.factories import make_coordinator
from tests.marketplace.desk.desk_people import make_colleague


@pytest.fixture
def nadia():
    return make_coordinator(first_name="Nadia", last_name="Berger")


@pytest.fixture
def karim(nadia):
    return make_colleague(nadia, first_name="Karim", last_name="Benali")


@pytest.fixture
def sonia(nadia):
    return make_colleague(nadia, first_name="Sonia", last_name="Lopez")


@pytest.fixture
def pole(nadia):
    return nadia.organisations.get().pole
