"""A refusal is read where it was caused: beside the day, the box, the programme, the amount."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.forms.fields import EurosField
from marketplace.forms.missions.agreements import AgreementAnswerForm, EmployeeForm
from marketplace.forms.missions.missions import RenewForm
from marketplace.models import (
    Agreement,
    CompanyProgramme,
    Duty,
    Employee,
    HoursEntry,
    Kind,
    Regime,
    SigningAddress,
)
from marketplace.rules.mission_roles import COMPANY, Reader
from marketplace.states import MissionStatus
from tests.factories import make_user
from tests.marketplace.documents.document_desk import (
    give_hours,
    head_of,
    make_mission,
    make_receivable,
)
from tests.marketplace.documents.test_documents import make


def test_a_day_that_can_t_be_says_so_beside_it(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    day = timezone.localdate()
    client.force_login(mission.offer.person)
    week = f"?semaine={day - timedelta(days=day.weekday())}"
    said = {f"hours_{day:%Y%m%d}": "30", f"what_{day:%Y%m%d}": "Atelier"}
    answer = client.post(reverse("mission-hours", args=[mission.pk]) + week, said)
    assert list(answer.context["form"].errors) == [f"hours_{day:%Y%m%d}"]
    assert not HoursEntry.objects.exists()


def test_a_day_to_come_isn_t_offered_and_nothing_is_kept_of_it(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    day = timezone.localdate() + timedelta(days=1)
    client.force_login(mission.offer.person)
    week = f"?semaine={day - timedelta(days=day.weekday())}"
    client.post(reverse("mission-hours", args=[mission.pk]) + week, {f"hours_{day:%Y%m%d}": "3,5"})
    assert not HoursEntry.objects.exists()


def test_a_signature_without_its_box_keeps_what_was_typed(client):
    document = make(make_mission())
    client.force_login(head_of(document.organisation))
    told = {"party": "STRUCTURE", "read": document.sha256, "capacity": "trésorière"}
    answer = client.post(reverse("document-sign", args=[document.pk]), told)
    [(_party, form)] = answer.context["sign_forms"]
    assert list(form.errors) == ["agreed"]
    assert 'value="trésorière"' in answer.content.decode()
    assert not document.signatures.exists()


def test_an_address_that_is_none_says_so_in_the_form_that_stays_open(client):
    document = make(make_mission())
    client.force_login(head_of(document.mission.offer.organisation))
    told = {"party": "EMPLOYER", "name": "Léa", "capacity": "directrice", "email": "lea@"}
    answer = client.post(reverse("document-address", args=[document.pk]), told)
    forms = dict(answer.context["address_forms"])
    assert list(forms["EMPLOYER"].errors) == ["email"]
    assert '<details class="more" open>' in answer.content.decode()
    assert not SigningAddress.objects.exists()


def test_a_programme_that_gives_less_says_so_beside_it(client):
    mission = make_mission(status=MissionStatus.AGREEMENT)
    company = mission.offer.organisation
    programme = CompanyProgramme.objects.create(
        organisation=company, name="Un jour", days_per_year=1,
        starts_on=timezone.localdate() - timedelta(days=30),
    )  # fmt: skip
    client.force_login(mission.offer.person)
    told = {
        "manager_name": "Dominique",
        "manager_email": "d@example.org",
        "programme": programme.pk,
    }
    answer = client.post(reverse("mission-agreement", args=[mission.pk]), told)
    assert list(answer.context["form"].errors) == ["programme"]
    years = range(mission.starts_on.year, mission.ends_on.year + 1)
    [(_programme, quotas, _refusals, _declared)] = answer.context["left"]
    assert [quota.year for quota in quotas] == list(years)


def test_the_company_s_refusal_without_a_reason_says_so_beside_it(client):
    mission = make_mission(status=MissionStatus.AGREEMENT)
    boss = head_of(mission.offer.organisation)
    asked = Agreement.objects.create(
        mission=mission, asked="COMPANY", name="Fonderie", sheet_version=1, asked_by=boss
    )
    client.force_login(boss)
    said = {"answer": "NO", "question": asked.pk}
    answer = client.post(reverse("agreement-company", args=[mission.pk]), said)
    assert list(answer.context["answer_form"].errors) == ["reason"]


def test_too_much_in_return_asks_beside_the_amount_and_only_then(client):
    mission = make_receivable()
    page = reverse("mission-receipt", args=[mission.pk])
    client.force_login(head_of(mission.need.organisation))
    first = client.get(page)
    assert 'type="checkbox"' not in first.text.split("</main>")[0]
    assert 'value="présidente"' in first.content.decode()
    answer = client.post(page, {"capacity": "présidente", "counterparts": "1 000"})
    assert list(answer.context["form"].errors) == ["counterparts"]
    assert 'type="checkbox"' in answer.content.decode()


def test_what_can_t_be_made_yet_is_said_and_has_no_button(client):
    mission = make_mission(Regime.LOAN)
    client.force_login(head_of(mission.need.organisation))
    page = client.get(reverse("mission-documents", args=[mission.pk])).content.decode()
    assert "la mission n’a pas encore commencé" in page
    assert reverse("document-make", args=[mission.pk, Kind.HOURS_CERTIFICATE]) not in page
    assert reverse("document-make", args=[mission.pk, Kind.CONVENTION_LOAN]) in page


def test_a_figure_is_shown_as_it_may_be_typed():
    field = EurosField()
    shown = field.prepare_value(Decimal("3400000.5"))
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == "3 400 000,50"
    assert field.clean(shown) == Decimal("3400000.50")


def test_human_resources_are_asked_for_the_value_but_not_for_the_company_s_yes():
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    person = make_user()
    membership = Membership.objects.create(user=person, organisation=mission.offer.organisation)
    Duty.objects.create(membership=membership, kind=Duty.Kind.HR, given_by=person)
    reader = Reader.of(person, [membership])
    assert COMPANY in reader.roles(mission)
    mission.status = MissionStatus.AGREEMENT
    assert COMPANY not in reader.roles(mission)


def in_days(count: int) -> str:
    return (timezone.localdate() + timedelta(days=count)).isoformat()


PERIODS = [
    ("2010-01-01", in_days(30), "starts_on"),
    (in_days(5), "9999-12-31", "ends_on"),
    (in_days(5), in_days(4), "ends_on"),
]


@pytest.mark.parametrize(("starts_on", "ends_on", "beside"), PERIODS)
def test_other_dates_that_nobody_can_mean_are_said_beside_them(starts_on, ends_on, beside):
    told = {"answer": "OTHER_DATES", "starts_on": starts_on, "ends_on": ends_on}
    assert list(AgreementAnswerForm(told).errors) == [beside]
    ignored = AgreementAnswerForm(told | {"answer": "YES"})
    assert ignored.is_valid()
    assert ignored.cleaned_data["ends_on"] is None


@pytest.mark.parametrize(("starts_on", "ends_on", "beside"), PERIODS)
def test_a_renewal_that_nobody_can_mean_is_said_beside_its_dates(starts_on, ends_on, beside):
    told = {"starts_on": starts_on, "ends_on": ends_on, "hours": "20"}
    assert list(RenewForm(told).errors) == [beside]


def test_an_employee_of_another_century_is_said_beside_the_day():
    mission = make_mission()
    employee = Employee(organisation=mission.offer.organisation, person=mission.offer.person)
    told = {"manager_name": "Dominique", "manager_email": "d@example.org", "contract": "PERMANENT"}
    for dates, beside in (
        ({"hired_on": "0001-01-01"}, ["hired_on"]),
        ({"hired_on": "1925-01-01"}, ["hired_on"]),
        ({"retires_on": in_days(-1)}, ["retires_on"]),
        ({"hired_on": "1990-01-01", "retires_on": in_days(40)}, []),
    ):
        assert list(EmployeeForm(told | dates, instance=employee).errors) == beside, dates
