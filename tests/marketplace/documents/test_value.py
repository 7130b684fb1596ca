"""What a gift is worth: worked examples, and what must hold whatever the figures."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from marketplace.law import parameters
from marketplace.law.parameters import Parameter
from marketplace.law.value import (
    Carry,
    Impossible,
    MonthHours,
    ceiling,
    counterparts_allowed,
    employee_gift,
    hourly_cost,
    year_result,
)
from marketplace.law.words import said

money = st.decimals(min_value=0, max_value=D("5e7"), places=2)
rates = st.decimals(min_value=0, max_value=D(500), places=2)
hours = st.decimals(min_value=0, max_value=D(200), places=2)
carries = st.lists(
    st.builds(Carry, st.integers(2018, 2025), money, money), max_size=5, unique_by=lambda c: c.year
)


def test_an_hour_costs_pay_and_charges_less_aids_over_the_hours_paid():
    assert hourly_cost(D(42_000), D(18_000), D(1_200), D(1_820)) == D("32.31")


def test_no_hours_paid_is_answered_in_a_sentence():
    with pytest.raises(Impossible, match="heures payées"):
        hourly_cost(D(1), D(1), D(0), D(0))


@pytest.mark.parametrize(
    ("hours", "words"),
    [("1", "1 heure à"), ("1.5", "1,5 heure à"), ("2", "2 heures à")],
)
def test_one_hour_is_counted_as_one(hours, words):
    line = employee_gift(D("32.31"), [MonthHours(2026, 3, D(hours))]).lines[0]
    assert line.words.replace("\xa0", " ").startswith(words)


@pytest.mark.parametrize(
    ("unit", "one", "two"),
    [
        ("hours", "1 heure", "2 heures"),
        ("months", "1 mois", "2 mois"),
        ("employees", "1 personne", "2 personnes"),
        ("inhabitants", "1 habitant", "2 habitants"),
        ("times", "1 fois", "2 fois"),
        ("years", "1 an", "2 ans"),
    ],
)
def test_a_figure_of_the_law_is_counted_in_its_unit(unit, one, two):
    told = [said(Parameter("a", date(2026, 1, 1), D(n), unit, "")) for n in (1, 2)]
    assert told == [one, two]


def test_ten_days_of_a_developer_are_worth_their_cost():
    gift = employee_gift(D("32.31"), [MonthHours(2026, 3, D(70))])
    assert (gift.cost, gift.gift, gift.is_capped) == (D("2261.70"), D("2261.70"), False)


def test_the_cap_of_2026_is_12_015_euros_a_month():
    gift = employee_gift(D(100), [MonthHours(2026, 3, D("151.67"))])
    assert (gift.cost, gift.cap, gift.gift) == (D("15167.00"), D("12015.00"), D("12015.00"))


def test_the_cap_is_shown_by_hours_and_by_whole_months():
    gift = employee_gift(D(100), [MonthHours(2026, 3, D(70))])
    assert gift.cost == D("7000.00")
    assert (gift.cap, gift.gift) == (D("5545.26"), D("5545.26"))
    assert (gift.cap_full_months, gift.gift_full_months) == (D("12015"), D("7000.00"))
    assert any(line.to_check for line in gift.lines)


def test_each_month_has_its_own_cap_across_the_new_year():
    gift = employee_gift(
        D(100), [MonthHours(y, m, D("151.67")) for y, m in ((2025, 12), (2026, 1))]
    )
    assert gift.gift == D("11775.00") + D("12015.00")


def test_a_small_company_may_give_twenty_thousand_euros():
    assert ceiling(D(1_500_000), 2026) == D(20_000)
    assert ceiling(D(10_000_000), 2026) == D(50_000)


def test_sixty_percent_of_what_counts():
    result = year_result(2026, D(10_000), D(1_000_000))
    assert (result.used, result.reduction, result.carried) == (D(10_000), D("6000.00"), [])


def test_beyond_two_millions_of_gifts_the_rate_is_forty_percent():
    result = year_result(2026, D(3_000_000), D(1_000_000_000))
    assert result.reduction == D("1600000.00")


def test_gifts_for_people_in_difficulty_keep_the_full_rate():
    result = year_result(
        2026, D(3_000_000), D(1_000_000_000), for_people_in_difficulty=D(1_000_000)
    )
    assert result.reduction == D("1800000.00")


def test_the_excess_is_carried_and_the_oldest_is_used_first():
    result = year_result(2026, D(15_000), D(0), [Carry(2024, D(3_000)), Carry(2022, D(4_000))])
    assert result.used == D(20_000)
    assert result.carried == [Carry(2024, D(2_000))]


def test_what_is_older_than_five_years_is_lost_and_the_fifth_is_the_last_chance():
    lost = year_result(2026, D(0), D(0), [Carry(2020, D(500))])
    assert (lost.used, lost.expired) == (D(0), D(500))
    last = year_result(2026, D(20_000), D(0), [Carry(2021, D(500))])
    assert (last.carried, last.expired) == ([], D(500))


def test_a_quarter_of_the_gift_may_come_back():
    assert counterparts_allowed(D(4_000), 2026) == D("1000.00")


@pytest.mark.parametrize("figure", [D(-1), D(10) ** 12, D("NaN"), D("Infinity")])
def test_an_impossible_figure_is_answered_in_a_sentence(figure):
    with pytest.raises(Impossible):
        year_result(2026, figure, D(0))


def test_a_year_nobody_knows_yet_says_whose_figures_it_borrows():
    assert parameters.year_used(2031) == max(parameters.KNOWN_YEARS)
    gift = employee_gift(D(30), [MonthHours(2031, 1, D(7))])
    assert any("2031" in line.words and line.to_check for line in gift.lines)


def test_each_figure_says_its_name_and_where_it_was_read():
    for line in parameters.TABLE:
        assert line.source
        assert str(line.name)


def test_what_was_not_read_in_the_text_is_never_stated_as_certain():
    certain = {line.code for line in parameters.TABLE if line.checked}
    assert "hours_per_month" not in certain
    gift = employee_gift(D(100), [MonthHours(2025, 3, D(70))])
    assert all(line.to_check for line in gift.lines if "plafond" in line.words)


def test_both_rates_are_shown_each_on_its_line():
    lines = year_result(2026, D(3_000_000), D(1_000_000_000)).lines
    shown = {line.words: line.amount for line in lines if "Réduction" in line.words}
    assert list(shown.values()) == [D("1200000.00"), D("400000.00")]
    assert [("60" in words, "40" in words) for words in shown] == [(True, False), (False, True)]


def test_what_was_carried_from_earlier_years_has_a_line_of_its_own_when_there_is_some():
    def carried(*former):
        lines = year_result(2026, D(15_000), D(0), former).lines
        found = [line for line in lines if "Reporté des années précédentes" in line.words]
        return [(line.amount, line.to_check) for line in found]

    assert carried() == []
    assert carried(Carry(2024, D(3_000)), Carry(2022, D(4_000), D(50))) == [(D(7_050), True)]


def test_the_ceiling_says_what_it_was_reckoned_from():
    (words,) = [
        line.words
        for line in year_result(2026, D(0), D(8_000_000)).lines
        if "Plafond" in line.words
    ]
    words = words.replace("\u202f", " ").replace("\xa0", " ")
    assert "20 000,00 € ou 0,5 % de 8 000 000,00 €" in words


def test_a_figure_may_have_twelve_digits_before_the_comma():
    assert year_result(2026, D(10) ** 12 - 1, D(0)).used == D(20_000)


def test_what_is_lost_after_five_years_is_said():
    lines = year_result(2026, D(0), D(0), [Carry(2020, D(500))]).lines
    assert any("Perdu" in line.words and line.amount == D(500) for line in lines)


@given(rate=rates, done=st.lists(hours, min_size=1, max_size=12))
def test_a_gift_is_never_above_its_cost_nor_its_cap(rate, done):
    gift = employee_gift(rate, [MonthHours(2026, n + 1, h) for n, h in enumerate(done)])
    assert gift.gift <= min(gift.cost, gift.cap)
    assert gift.gift <= gift.gift_full_months <= gift.cost


@given(rate=rates, less=hours, more=hours)
def test_more_hours_are_never_worth_less(rate, less, more):
    less, more = sorted((less, more))
    few, many = (employee_gift(rate, [MonthHours(2026, 1, h)]).gift for h in (less, more))
    assert few <= many


@given(gifts=money, turnover=money, carried=carries)
def test_the_ceiling_holds_and_no_cent_is_made_or_lost(gifts, turnover, carried):
    result = year_result(2026, gifts, turnover, carried)
    assert result.used <= result.ceiling
    left = sum((carry.amount for carry in result.carried), D(0))
    given_in = gifts + sum((carry.amount for carry in carried), D(0))
    assert given_in == result.used + left + result.expired
    assert all(2022 <= carry.year <= 2026 for carry in result.carried)


@given(one=money, other=money, turnover=money, carried=carries)
def test_giving_more_never_brings_less(one, other, turnover, carried):
    less, more = sorted((one, other))
    before, after = (year_result(2026, gifts, turnover, carried) for gifts in (less, more))
    assert before.used <= after.used
    assert (
        D("0.4") * before.used - D("0.01") <= before.reduction <= D("0.6") * before.used + D("0.01")
    )


@given(gifts=st.lists(money, min_size=8, max_size=8), turnover=money)
def test_over_eight_years_every_euro_is_used_carried_or_lost(gifts, turnover):
    carried, used, lost = [], D(0), D(0)
    for year, gift in enumerate(gifts, start=2020):
        result = year_result(year, gift, turnover, carried)
        carried, used, lost = result.carried, used + result.used, lost + result.expired
    assert sum(gifts) == used + lost + sum(carry.amount for carry in carried)


# --- as each language counts -------------------------------------------------------------------
@pytest.mark.parametrize(("language", "words"), [("en", "1.5 hours at "), ("fr", "1,5 heure à ")])
def test_an_hour_and_a_half_is_counted_as_each_language_does(language, words):
    with override(language):
        first = employee_gift(D(30), [MonthHours(2026, 3, D("1.5"))]).lines[0].words
    assert first.startswith(words)


def test_so_is_a_figure_of_the_law():
    line = Parameter("some", date(2026, 1, 1), D("1.5"), "hours", "")
    with override("en"):
        assert said(line) == "1.5 hours"


@pytest.mark.parametrize(
    ("code", "published"),
    [
        ("agent_months", date(2022, 12, 28)),
        ("loan_years", date(2024, 4, 16)),
        ("non_profit_loan_years", date(2011, 7, 29)),
    ],
)
def test_a_text_is_in_force_the_day_after_it_is_published(code, published):
    """Public agents’ figures stood a day before their decree was in force."""
    tomorrow = published + timedelta(days=1)
    assert tomorrow in {line.since for line in parameters.TABLE if line.code == code}
    assert published not in {line.since for line in parameters.TABLE if line.code == code}
