"""Whatever is typed or clicked wrong on a mission is answered in a sentence, on the page, and changes nothing."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import CompanyYear, Document, HourCost, HoursEntry
from marketplace.states import MissionStatus
from tests.marketplace.documents.document_desk import (
    duty,
    give_hours,
    head_of,
    make_mission,
    make_receivable,
)

YEAR = timezone.localdate().year
FIGURES = [
    ("-1", "ne peut pas être négatif"),
    ("1000000000000", "trop grand"),
    ("mille", "par exemple 1234,56"),
    ("1,234", "deux chiffres après la virgule"),
    ("NaN", "par exemple 1234,56"),
]


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").replace("\u202f", " ").split())


# --- hours ---------------------------------------------------------------------------------
@pytest.fixture
def running():
    return make_mission(status=MissionStatus.RUNNING)


def write_hours(client, mission, day, written):
    client.force_login(mission.offer.person)
    monday = day - timedelta(days=day.weekday())
    url = reverse("mission-hours", args=[mission.pk])
    said = {f"hours_{day:%Y%m%d}": written, f"what_{day:%Y%m%d}": "Atelier"}
    return client.post(f"{url}?semaine={monday}", said)


def test_hours_beyond_the_mission(client, running):
    running.sheet.hours = 10
    running.sheet.save()
    give_hours(running, 8, confirmed=False)
    said = words(write_hours(client, running, timezone.localdate(), "3,5"))
    assert "prévue pour 10 heures, et cela en ferait 11,5" in said
    assert HoursEntry.objects.total() == 8


def test_a_date_before_the_start(client, running):
    said = words(write_hours(client, running, running.starts_on - timedelta(days=1), "3,5"))
    assert "avant le début de la mission" in said
    assert not HoursEntry.objects.exists()


@pytest.mark.parametrize("written", ["-2", "25", "1000000000000", "trois", "3,5,5"])
def test_hours_that_are_no_hours(client, running, written):
    said = words(write_hours(client, running, timezone.localdate(), written))
    assert "à corriger" in said or "heures" in said
    assert not HoursEntry.objects.exists()


# --- receipts ------------------------------------------------------------------------------
def receipt_page(client, mission, **said):
    client.force_login(head_of(mission.need.organisation))
    url = reverse("mission-receipt", args=[mission.pk])
    return client.post(url, {"capacity": "présidente"} | said)


def test_no_eligibility(client):
    mission = make_receivable(eligibility=False)
    assert "reçus fiscaux" in words(receipt_page(client, mission))
    assert not Document.objects.exists()


def test_an_eligibility_that_has_run_out(client):
    mission = make_receivable()
    mission.need.organisation.eligibilities.update(
        valid_until=timezone.localdate() - timedelta(days=1)
    )
    assert "n’est plus valable depuis" in words(receipt_page(client, mission))
    assert not Document.objects.exists()


@pytest.mark.parametrize(("typed", "sentence"), FIGURES)
def test_counterparts_that_are_no_amount(client, typed, sentence):
    said = words(receipt_page(client, make_receivable(), counterparts=typed))
    assert sentence.lower() in said.lower()
    assert not Document.objects.exists()


def test_counterparts_beyond_a_quarter_ask_first_and_the_whole_gift_is_refused(client):
    mission = make_receivable()
    assert "25 % du don" in words(receipt_page(client, mission, counterparts="1 000,50"))
    whole = receipt_page(client, mission, counterparts="2 261,70", warned="on")
    assert "ce ne serait plus un don" in words(whole)
    assert not Document.objects.exists()
    assert receipt_page(client, mission, counterparts="1 000,50", warned="on").status_code == 302
    assert Document.objects.get().counterparts == D("1000.50")


# --- cost and value ------------------------------------------------------------------------
@pytest.mark.parametrize(("typed", "sentence"), FIGURES)
def test_a_cost_that_is_no_amount(client, typed, sentence):
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    boss = head_of(mission.offer.organisation)
    duty(boss, mission.offer.organisation, "HR")
    client.force_login(boss)
    said = {"gross": typed, "charges": "1", "aids": "", "hours": "1"}
    answer = client.post(reverse("mission-cost", args=[mission.pk]), said)
    assert sentence.lower() in words(answer).lower()
    assert not HourCost.objects.exists()


@pytest.mark.parametrize(("typed", "sentence"), FIGURES)
def test_a_turnover_that_is_no_amount(client, typed, sentence):
    company = make_receivable().offer.organisation
    client.force_login(head_of(company))
    url = reverse("company-year", args=[company.pk, YEAR])
    assert sentence.lower() in words(client.post(url, {"turnover": typed})).lower()
    assert not CompanyYear.objects.exists()


def test_people_in_difficulty_can_t_have_more_than_all_the_gifts(client):
    company = make_receivable().offer.organisation
    client.force_login(head_of(company))
    url = reverse("company-year", args=[company.pk, YEAR])
    said = {"turnover": "1 000 000,00", "other_gifts": "100", "in_difficulty": "200,50"}
    answer = client.post(url, said)
    assert answer.status_code == 200
    assert "ne peut pas dépasser" in words(answer)


@pytest.mark.parametrize("typed", ["-1", "0", "1000000000000", "quinze", ""])
def test_a_rate_that_is_no_amount(client, typed):
    structure = make_receivable().need.organisation
    client.force_login(head_of(structure))
    url = reverse("organisation-entries", args=[structure.pk, YEAR, "csv"])
    answer = client.get(url, {"rate": typed}, follow=True)
    assert "Indiquez ce que vaut une heure de bénévolat" in words(answer)


@pytest.mark.parametrize("year", ["0", "1999", "2101", "99999", "-1"])
def test_a_year_that_is_none(client, year):
    mission = make_receivable()
    for side, page in ((mission.need, "recus"), (mission.offer, "dons")):
        client.force_login(head_of(side.organisation))
        assert (
            client.get(f"/organisations/{side.organisation_id}/{page}/{year}/").status_code == 404
        )
