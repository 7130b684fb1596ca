"""A row that is made the first time a form is sent: sent twice at once, it is made once and nobody meets an error."""

from datetime import time
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.missions import agreements
from marketplace.models import CompanyYear, Employee, Promises, Regime
from marketplace.states import MissionStatus
from notifications.models import Habits
from tests.at_once import together
from tests.factories import a_pole, make_coordinator, make_mission, make_organisation, make_user

TIMES = 8


def send_at_once(user, url, said):
    """From as many windows; the status of each answer."""
    clients = [Client(raise_request_exception=False) for _window in range(TIMES)]
    answers = []
    for client in clients:
        client.force_login(user)
    together(
        *(
            partial(lambda one: answers.append(one.post(url, said).status_code), one)
            for one in clients
        )
    )
    return set(answers)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_turnover_of_a_year():
    boss = make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    url = reverse("company-year", args=[company.pk, timezone.localdate().year])
    assert send_at_once(boss, url, {"turnover": "1000"}) == {302}
    assert CompanyYear.objects.get().turnover == 1000


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_promises_of_a_pole():
    user, figures = make_coordinator(), Promises(pole=a_pole())
    said = {field.name: field.value_from_object(figures) for field in Promises._meta.fields}
    said = {name: value for name, value in said.items() if isinstance(value, int)}
    url = reverse("promises-edit", args=[a_pole().pk])
    assert send_at_once(user, url, said | {"read_within": 3}) == {302}
    assert Promises.objects.get().read_within == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_how_somebody_wants_their_letters():
    user, url = make_user(), reverse("letter-habits")
    page = Client()
    page.force_login(user)
    form = page.get(url).context["form"]
    said = {name: form[name].initial or "" for name in form.fields}
    said |= {"quiet_from": "20:00", "quiet_until": "08:00"}
    assert send_at_once(user, url, said) == {302}
    assert Habits.objects.get().quiet_from == time(20)


def test_what_a_company_knows_of_who_comes():
    """The second click was on a page opened before the first had been kept."""
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)
    who = {"organisation": mission.offer.organisation, "person": mission.offer.person}
    for name in ("Dominique Lefebvre", "Dominique Roy"):
        employee = Employee(**who, manager_name=name, manager_email="d@example.org")
        agreements.ask_manager(
            mission, employee=employee, programme=None, by=mission.offer.person, now=timezone.now()
        )
    assert Employee.objects.get().manager_name == "Dominique Roy"
