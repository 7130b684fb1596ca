"""What a line says of its day: how long somebody has waited, and nothing of the sort of what is only to be done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import tasks
from marketplace.models import Visit
from tests.factories import make_coordinator
from tests.marketplace.desk.desk_people import lines_of, submitted
from tests.marketplace.desk.visiting import People, an_agreed_one

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "à faire aujourd’hui"), (1, "était à faire hier"), (3, "était à faire il y a 3 jours")],
)
def test_a_task_says_its_day_and_that_nobody_waits_for_an_answer(client, days, said):
    maelle = make_coordinator()
    tasks.write(
        None,
        pole=maelle.organisations.get().pole,
        what="Préparer le comité",
        due_on=timezone.localdate() - timedelta(days=days),
        assignee=maelle,
        by=maelle,
    )
    client.force_login(maelle)
    page = client.get(reverse("desk")).text
    assert f'<div class="line-when">{said}</div>' in page
    assert "une réponse de vous</div>" not in page


def test_a_need_to_be_read_says_since_when_an_answer_is_awaited(client):
    maelle = make_coordinator()
    submitted(days=3)
    client.force_login(maelle)
    assert "attend depuis 3 jours une réponse de vous" in client.get(reverse("desk")).text


def test_a_visit_of_today_says_today_and_one_that_has_been_since_when():
    them = People()
    visit = an_agreed_one(them)
    now = timezone.now()
    later = min(now + timedelta(hours=1), now.replace(hour=22, minute=55))
    Visit.objects.filter(pk=visit.pk).update(begins_at=max(later, now + timedelta(seconds=30)))
    (line,) = lines_of(them.awa)
    assert (line.day, line.expected, line.waits_for_you) == ("aujourd’hui", "", False)
    Visit.objects.filter(pk=visit.pk).update(begins_at=now - timedelta(days=2))
    (line,) = lines_of(them.awa)
    assert (line.day, line.waits_for_you) == ("", False)
    assert line.expected == "attendu sous 5 jours"


def test_a_visit_to_come_to_which_nobody_comes_says_when_it_is():
    them = People()
    colleague = them.colleague
    visit = an_agreed_one(them)
    Visit.objects.filter(pk=visit.pk).update(coordinator=None)
    (line,) = lines_of(colleague)
    assert line.act == "Y aller à sa place"
    assert "10:00" in line.day


def test_a_visit_that_has_been_while_nobody_came_isn_t_to_be_gone_to():
    them = People()
    colleague = them.colleague
    visit = an_agreed_one(them)
    yesterday = timezone.now() - timedelta(days=1)
    Visit.objects.filter(pk=visit.pk).update(coordinator=None, begins_at=yesterday)
    (line,) = lines_of(colleague)
    assert line.act == "Dire comment elle s’est passée"
