"""A number that isn't whole is told in the singular or the plural of its language."""

from decimal import Decimal

import pytest
from django.utils import translation

from common.numbers import unread
from marketplace.figures.tiles import days_in_words


@pytest.mark.parametrize(
    ("days", "french", "english"),
    [
        ("0", "0 jour", "0 days"),
        ("0.5", "0,5 jour", "0.5 days"),
        ("1", "1 jour", "1 day"),
        ("1.4", "1,4 jour", "1.4 days"),
        ("2", "2 jours", "2 days"),
    ],
)
def test_a_day_and_a_half_is_one_in_french_and_several_in_english(days, french, english):
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            said[language] = days_in_words(Decimal(days)).replace("\xa0", " ")
    assert said == {"fr": french, "en": english}


@pytest.mark.parametrize(("count", "told"), [(0, 0), (99, 99), (100, "99+"), (5_000, "99+")])
def test_a_hundred_unread_are_many(count, told):
    assert unread(count) == told
