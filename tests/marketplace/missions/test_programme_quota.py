"""What a company programme still gives somebody: the hours of a year, for whom, and the sentence that refuses."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Organisation
from marketplace.models import CompanyProgramme, Employee
from marketplace.rules import programme_quota

TWO_DAYS = {"days_per_year": Decimal(2), "hours_per_day": Decimal(7)}
BEGINS = date(2026, 3, 31)


def quota(*, asked="7", taken="0", programme=None, employee=None, kind="COMPANY"):
    return programme_quota.check(
        CompanyProgramme(organisation=Organisation(kind=kind), **TWO_DAYS | (programme or {})),
        Employee(**employee or {}),
        year=2026,
        asked=Decimal(asked),
        taken=Decimal(taken),
        starts_on=BEGINS,
    )


def test_hours_shared_out_by_days_never_exceed_a_quota_by_a_rounding():
    asked = programme_quota.share_of_year(Decimal(28), date(2026, 12, 1), date(2027, 1, 30), 2026)
    assert asked == Decimal("14.2"), "by days, of 28 hours that are 14 a year to everybody"
    assert quota(asked=asked).is_enough
    beyond = quota(asked="14.5")
    assert not beyond.is_enough
    assert "14,5" in beyond.too_much
    assert beyond.refusals == [beyond.too_much]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "counted"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), "10.0"),  # the first day of the year
        (date(2026, 12, 31), date(2026, 12, 31), "10.0"),  # and its last
        (date(2025, 12, 31), date(2026, 1, 1), "5.0"),
        (date(2026, 12, 31), date(2027, 1, 1), "5.0"),
        (date(2025, 7, 1), date(2025, 12, 31), "0"),
        (date(2027, 1, 1), date(2027, 6, 30), "0"),
        (date(2025, 12, 31), date(2027, 1, 1), "9.9"),  # 365 days of 367
    ],
)
def test_a_mission_counts_in_each_year_by_its_days(starts_on, ends_on, counted):
    assert programme_quota.share_of_year(Decimal(10), starts_on, ends_on, 2026) == Decimal(counted)


def test_what_other_missions_took_is_no_longer_there():
    assert quota(asked="7", taken="7").is_enough
    said = quota(asked="8", taken="7")
    assert (said.left, said.is_enough) == (Decimal(7), False)
    assert "14 heures par an\xa0: il en reste 7 en 2026" in said.too_much
    assert "en demande 8" in said.too_much
    assert said.said.startswith("7 heures restent sur 14 en 2026")
    assert quota(taken="20").left == 0, "never less than none"
    assert not quota(asked="0.5", taken="14").is_enough
    assert quota(asked="0.4", taken="14").is_enough, "a rounding"


@pytest.mark.parametrize(
    ("programme", "employee", "sentence"),
    [
        ({"contracts": ["PERMANENT"]}, {"contract": "PERMANENT"}, ""),
        ({"contracts": []}, {"contract": "FIXED_TERM"}, ""),  # open to everybody
        (
            {"contracts": ["PERMANENT"]},
            {"contract": "FIXED_TERM"},
            "ouvert à : contrat à durée indéterminée (CDI) ; ici, le contrat est : ",
        ),
        ({"contracts": ["PERMANENT"]}, {"contract": ""}, "Dites de quel contrat"),
        # The months are over on the very day that the mission begins.
        ({"seniority_months": 3}, {"hired_on": date(2025, 12, 31)}, ""),
        ({"seniority_months": 3}, {"hired_on": date(2026, 1, 1)}, "3 mois d’ancienneté"),
        ({"seniority_months": 3}, {"hired_on": None}, "dites depuis quand"),
        ({"seniority_months": 0}, {"hired_on": None}, ""),
        ({"months_before_retirement": 12}, {"retires_on": date(2027, 3, 31)}, ""),
        ({"months_before_retirement": 12}, {"retires_on": date(2027, 4, 1)}, "12 derniers mois"),
        ({"months_before_retirement": 12}, {"retires_on": None}, "quand la retraite est prévue"),
        ({"months_before_retirement": None}, {"retires_on": None}, ""),
    ],
)
def test_a_condition_of_the_programme_refuses_with_its_own_sentence(programme, employee, sentence):
    refusals = quota(programme=programme, employee=employee).refusals
    assert len(refusals) == bool(sentence)
    assert sentence in "".join(refusals).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("ticked", "contract", "sentence"),
    [
        ([], "PUBLIC", ""),
        ([], "FIXED_TERM", "ouvert à : fonctionnaire ; ici, le contrat est : "),
        ([], "", "ouvert à : fonctionnaire. Dites de quel contrat"),
        (["PUBLIC"], "", "ouvert à : fonctionnaire. Dites de quel contrat"),
        (["FIXED_TERM"], "FIXED_TERM", ""),  # recorded before
    ],
)
def test_a_local_authority_s_is_for_its_civil_servants(ticked, contract, sentence):
    """The law leaves out staff on contracts: law n° 2022-217, article 209."""
    facts = {"programme": {"contracts": ticked}, "employee": {"contract": contract}}
    found = quota(kind="AUTHORITY", **facts)
    assert len(found.conditions) == bool(sentence)
    assert sentence in "".join(found.refusals).replace("\xa0", " ")


def test_all_that_stands_in_the_way_is_said_at_once():
    conditions = {"contracts": ["PUBLIC"], "seniority_months": 6, "months_before_retirement": 24}
    refusals = quota(asked="15", programme=conditions).refusals
    assert len(refusals) == 4
