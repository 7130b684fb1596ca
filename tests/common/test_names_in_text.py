"""How somebody is called is found however it is written, and nothing else is."""

import re

import pytest

from common.names_in_text import Called, in_all

NOE = Called.of("Noé", "Le Goff", ["Noe.LeGoff@Example.org"], ["06 12 34 56 78"])


@pytest.mark.parametrize(
    "text",
    [
        "Merci à Noé Le Goff pour tout.",
        "LE GOFF Noé",
        "noe le goff",
        "Noé LE-GOFF",
        "CV_Noe_Le_Goff.pdf",
        "écrire à noe.legoff@example.org.",
        "<NOE.LEGOFF@EXAMPLE.ORG>",
        "au 06 12 34 56 78",
        "0612345678",
        "+33 6 12 34 56 78",
        "0033612345678",
        "06.12.34.56.78,",
        "06-12-34-56-78",
    ],
)
def test_they_are_found_however_they_are_written(text):
    assert re.search(NOE.rough, text, re.IGNORECASE)
    left = NOE.put_away(text, "[…]")
    assert "[…]" in left
    assert not re.search(r"goff|6.?12|legoff", left, re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    [
        "Noé est passé.",  # others are called so
        "La famille Le Goff",
        "12 rue Noé Le Goff, à Lille",
        "le collège Noé Le Goff",
        "Noémie Le Goff",
        "Noé Le Goffic",
        "06 12 34 56 780",
    ],
)
def test_nobody_else_is(text):
    assert NOE.put_away(text, "[…]") == text


def test_an_address_is_theirs_from_its_first_letter_to_its_last():
    called = Called.of("", "", ["nlg@example.org"], [])
    for other in ("autre.nlg@example.org", "nlg@example.org2", "nlg@example.org-bis"):
        assert called.put_away(other, "…") == other
    assert called.put_away("(nlg@example.org)", "…") == "(…)"


def test_another_address_of_theirs_that_says_their_name_says_it_no_more():
    assert NOE.put_away("noe.legoff@ailleurs.example", "…") == "…@ailleurs.example"


def test_half_a_name_is_nobodys_alone():
    called = Called.of("Noé", "", [], ["112"])
    assert not called.has_name
    assert called.rough == ""
    assert called.put_away("Noé, le 112", "[…]") == "Noé, le 112"


def test_what_a_table_holds_is_read_as_it_was_written():
    assert Called.read(NOE.said) == NOE


def test_a_structure_of_texts_keeps_its_shape():
    said = {"qui": ["Noé Le Goff", 3, None], "autre": {"qui": "Zoé"}}
    changed = in_all(said, lambda text: NOE.put_away(text, "…"))
    assert changed == {"qui": ["…", 3, None], "autre": {"qui": "Zoé"}}


def test_a_long_text_costs_what_its_length_costs():
    text = "Noé Le Gof " * 100_000
    assert NOE.put_away(text, "…") == text
