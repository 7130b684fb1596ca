"""Dates as people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.utils import formats, timezone, translation

from common.dates import add_months, end_of_day, midnight, spoken


@pytest.mark.parametrize(
    ("language", "day", "wording", "said"),
    [
        ("fr", date(2026, 11, 1), "j F Y", "1er novembre 2026"),
        ("fr", date(2026, 11, 11), "j F Y", "11 novembre 2026"),
        ("fr", date(2026, 2, 1), "l j F", "dimanche 1er février"),
        ("fr", date(2026, 2, 1), "Y-m-d", "2026-02-01"),
        ("en", date(2026, 11, 1), "j F Y", "1 November 2026"),
    ],
)
def test_the_first_of_the_month_is_said_as_the_reader_says_it(language, day, wording, said):
    with translation.override(language):
        assert spoken(day, wording) == said
        assert Template('{{ day|date:"' + wording + '" }}').render(Context({"day": day})) == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2026, 11, 25), date(2026, 12, 1), "25 novembre"),
        (date(2026, 11, 1), date(2027, 12, 1), "1er novembre 2026"),
    ],
)
def test_a_period_over_two_years_says_both(start, end, said):
    words = Template("{{ start|before:end }}").render(Context({"start": start, "end": end}))
    assert words == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2026, 11, 25), date(2026, 11, 25), "le 25 novembre 2026"),
        (date(2026, 11, 25), date(2026, 12, 1), "du 25 novembre au 1er décembre 2026"),
        (date(2026, 11, 16), date(2026, 11, 27), "du 16 au 27 novembre 2026"),
        (date(2026, 11, 1), date(2026, 11, 27), "du 1er au 27 novembre 2026"),
    ],
)
def test_what_both_days_have_in_common_is_said_once(start, end, said):
    words = Template("{{ start|period:end }}").render(Context({"start": start, "end": end}))
    assert words == said


def test_an_evening_in_utc_is_the_first_of_the_month_in_paris():
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert Template('{{ at|date:"j F à H:i" }}').render(Context({"at": late})) == (
        "1er novembre à 00:30"
    )


def test_no_date_shows_nothing():
    assert Template('{{ day|date:"j F" }}').render(Context({"day": None})) == ""


def test_the_last_of_february_is_found():
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


@pytest.mark.parametrize(("language", "said"), [("en", "5\xa0Dec\xa02026"), ("fr", "05/12/2026")])
def test_a_short_date_isnt_that_of_another_month(language, said):
    with translation.override(language):
        assert formats.date_format(date(2026, 12, 5), "SHORT_DATE_FORMAT") == said


def test_a_day_in_figures_is_read_before_its_month_in_english_too():
    with translation.override("en"):
        assert forms.DateField().clean("05/12/2026") == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("year", "said"), [(2026, "15 mars, 13:40"), (2025, "15 mars 2025, 13:40")]
)
def test_a_moment_of_another_year_says_which(year, said):
    at = datetime(year, 3, 15, 12, 40, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 11, 30, 9, tzinfo=UTC)), translation.override("fr"):
        assert Template("{{ at|date:'j F, H:i' }}").render(Context({"at": at})) == said


def test_what_works_until_a_day_works_on_that_day():
    """“Valable jusqu’au 9 janvier” was refused on the 9th at ten, two weeks to the minute after the letter."""
    sent = timezone.make_aware(datetime(2026, 12, 26, 10, 21))
    until = end_of_day(sent + timedelta(days=14))
    assert spoken(until, "j F") == "9 janvier"
    assert timezone.make_aware(datetime(2027, 1, 9, 23, 59)) < until < midnight(date(2027, 1, 10))
