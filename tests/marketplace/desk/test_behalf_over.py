"""What the page of something written for somebody says once it has ended."""

import pytest
from django.utils import timezone

from marketplace.models import Behalf, Need
from marketplace.states import NeedStatus
from tests.marketplace.desk.behalf_people import a_sent_need, desk, row_of


@pytest.fixture
def them():
    return desk()


@pytest.fixture
def need(them):
    return a_sent_need(them)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (NeedStatus.SUBMITTED, "La coordination répond encore du besoin."),
        (NeedStatus.WITHDRAWN, "sont effacées, et le besoin est retiré."),
        (NeedStatus.CLOSED, "la personne et son adresse sont effacées.</p>"),
    ],
)
def test_once_ended_its_page_says_what_became_of_the_need(client, them, need, state, said):
    row = row_of(need)
    Need.objects.update(status=state)
    Behalf.objects.update(over_at=timezone.now(), email="", text="", person="")
    client.force_login(them.writer)
    assert said in client.get(row.get_absolute_url()).text
