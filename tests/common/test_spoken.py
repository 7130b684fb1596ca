"""The names of languages: each is read again as it is shown."""

import pytest
from django.utils.translation import override

from common.spoken import ALL, Spoken, language_called, languages_in, names_of


@pytest.mark.parametrize("page", ["fr", "en"])
def test_a_language_is_read_again_by_the_name_that_the_choices_show(page):
    with override(page):
        assert [one for one in Spoken if language_called(str(one.label)) != one] == []
        assert languages_in(names_of(ALL)) == (ALL, [])


def test_creoles_are_called_by_where_they_are_spoken():
    with override("fr"):
        assert names_of(Spoken.CREOLES) == "créole (Antilles, Guyane, La Réunion…)"
