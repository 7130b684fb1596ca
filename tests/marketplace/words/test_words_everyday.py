"""What people say every day, read with our own list of skills: each sentence was once misread."""

import pytest

from marketplace.words import tokenizer
from marketplace.words.lexicon import Entry, Lexicon
from marketplace.words.negation import heard
from tests.marketplace.words.test_words_tokenizer import codes


def learnt(**skills):
    return Lexicon(
        [Entry(code, code, tuple(("synonym", text) for text in texts))
         for code, texts in skills.items()]
    )  # fmt: skip


@pytest.mark.parametrize("text", ["trouver des sous", "il nous faut les sous", "besoin de sous !"])
def test_sous_is_money_where_nothing_is_under_it(text):
    assert "argent" in tokenizer.stems(text)


@pytest.mark.parametrize(
    "text", ["sous la pluie", "faire des sous-titres", "des sous titres", "les sous-sols", "de sous le pont"]
)  # fmt: skip
def test_sous_is_no_money_where_something_is(text):
    assert "argent" not in tokenizer.stems(text)


def test_what_is_declined_politely_is_refused_wherever_it_stands():
    assert codes("graphiste, pas de comptabilité svp") == ["graphisme"]
    assert codes("un site internet (pas de logo, merci)") == ["web"]
    assert heard("le site, pas de logo")[-2] == 1  # without a « please » it may be what is lacking


def test_a_name_that_leaves_one_word_keeps_the_words_that_are_true_of_every_need():
    """« recruter des bénévoles » isn't « recruter », and « qui est là quand » isn't « quand »."""
    lexicon = learnt(
        volunteers=("recruter des bénévoles",), planning=("qui est là quand",),
        giving=("mécénat",), management=("manager une équipe",), logo=("un beau logo pour nous",),
    )  # fmt: skip
    assert ("recrut", "benevol") in lexicon.phrases
    assert ("mecenat",) in lexicon.phrases  # all that is said is no remainder
    assert not {("recrut",), ("quand",)} & set(lexicon.phrases)
    found = [s.code for s in lexicon.suggest("manager une équipe quand on débute")]
    assert found == ["management"]


def test_what_applies_is_no_application():
    lexicon = learnt(software=("une application", "appli"), law=("convention collective",))
    asked = "quelle convention collective s’applique à nos animatrices ?"
    assert [s.code for s in lexicon.suggest(asked)] == ["law"]
    assert [s.code for s in lexicon.suggest("une application")] == ["software"]


@pytest.mark.parametrize(
    ("short", "long"),
    [("subs", "subventions"), ("tréso", "trésorerie"), ("cotis", "cotisations"),
     ("prestas", "prestations"), ("stats", "statistiques"), ("réu", "réunion")],
)  # fmt: skip
def test_more_abbreviations_meet_what_they_stand_for(short, long):
    assert tokenizer.stems(short) == tokenizer.stems(long)
