"""The language of a text is known by its small words."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from common.tongue import language_of, reads_as
from config.templatetags.quotes import as_told, as_written


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("A website for our shop", "en"),
        ("Help with the accounts of the year", "en"),
        ("We would like to be found on the web.", "en"),
        ("Un site où la boutique a sa page", "fr"),
        ("Comptabilité", "fr"),
        ("Logo", "fr"),
        ("Un event for good", "fr"),
        ("", "fr"),
    ],
)
def test_a_text_is_french_unless_it_reads_as_english(text, tag):
    assert language_of(text) == tag


@given(some.text(max_size=1000))
def test_any_text_has_a_language(text):
    assert language_of(text) in ("fr", "en")


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "Un site & une page", '<span lang="fr">Un site &amp; une page</span>'),
        ("en", "A site for our shop", "A site for our shop"),
        ("fr", "A site for our shop", '<span lang="en">A site for our shop</span>'),
        ("fr", "Un site", "Un site"),
    ],
)
def test_somebodys_words_say_their_language_where_the_page_is_in_another(language, text, shown):
    with translation.override(language):
        assert as_written(text) == shown


def test_words_that_may_be_the_sites_own_are_marked_only_where_they_read_as_another_language():
    with translation.override("en"):
        assert (
            as_told("Un besoin vous est confié")
            == '<span lang="fr">Un besoin vous est confié</span>'
        )
        assert as_told("Verified") == "Verified"
        assert reads_as("Verified") == ""
