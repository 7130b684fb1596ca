"""How somebody's name is shown."""

import pytest

from common.own_names import shown


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("moussa", "Moussa"),
        ("jean-pierre", "Jean-Pierre"),
        ("anne marie", "Anne Marie"),
        ("éloïse", "Éloïse"),
        ("Moussa", "Moussa"),
        ("McKenna", "McKenna"),
        ("d’arc", "d’arc"),
        ("d'arc", "d'arc"),
        ("de la tour", "de la tour"),
        ("-", "-"),
        ("", ""),
    ],
)
def test_a_name_in_small_letters_takes_its_capitals_and_no_other_changes(typed, seen):
    assert shown(typed) == seen
