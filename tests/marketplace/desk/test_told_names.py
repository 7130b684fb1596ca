"""The two names of somebody, out of what was written down while they talked."""

import pytest

from marketplace.rules.told_names import names_of


@pytest.mark.parametrize(
    ("told", "first", "last"),
    [
        ("Mme Petit", "", "Petit"), ("M. Le Goff", "", "Le Goff"), ("Aline Petit", "Aline", "Petit"),
        ("Madame PETIT Aline", "Aline", "Petit"), ("Karim", "Karim", ""), ("la directrice", "", ""),
        ("Mme", "", ""), ("M.", "", ""), ("", "", ""), ("Aline www.example.org", "", ""), ("X" * 120, "", ""),
        ("Aline 0612345678", "", ""), ("Médard Jo", "Médard", "Jo"), ("Melle Jo", "Melle", "Jo"),
    ],
)  # fmt: skip
def test_the_two_names_are_read_in_what_was_written_down(told, first, last):
    assert names_of(told) == (first, last)
