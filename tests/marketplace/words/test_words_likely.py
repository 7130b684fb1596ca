"""How likely a skill is by the words of a text, learnt from the phrases of all."""

import numpy as np

from marketplace.words import sparse
from marketplace.words.lexicon import Entry, Lexicon
from marketplace.words.likely import Likely

PHRASES = [
    (0, ["toit", "fuit"]),
    (0, ["toit"]),
    (1, ["salle", "fuit"]),
    (1, ["salle"]),
    (2, ["salle", "bal"]),
]


def test_the_skill_whose_phrases_speak_so_lacks_nothing_and_the_others_lack_something():
    worth = Likely(PHRASES, 3).worth({"toit": 1.0, "fuit": 1.0})
    assert worth[0] == 0
    assert -1 <= worth[2] < worth[1] < 0


def test_words_that_no_phrase_has_or_that_are_refused_say_nothing():
    likely = Likely(PHRASES, 3)
    assert not likely.worth({}).any()
    assert not likely.worth({"zorglub": 1.0}).any()
    assert not likely.worth({"toit": 0.0}).any()


def test_a_list_without_phrases_finds_nothing_and_breaks_nothing():
    assert not Likely([], 2).worth({"toit": 1.0}).any()
    assert Lexicon([Entry("empty", "", ())]).suggest("un toit qui fuit") == []


def test_a_word_that_many_skills_use_gives_way_to_what_the_text_is_about():
    """« salle » is a name of its own here, and stands in phrases of the others."""
    lexicon = Lexicon(
        Entry(code, code, tuple(("synonym", text) for text in texts))
        for code, texts in {
            "rooms": ["salle", "prêter une salle"],
            "heating": ["salle glaciale", "chauffage de la salle", "on gèle dans la salle"],
            "shows": ["salle de spectacle", "jouer dans une salle"],
        }.items()
    )
    assert lexicon.suggest("on gèle dans notre salle")[0].code == "heating"
    assert lexicon.suggest("salle")[0].code == "rooms"


def test_the_sum_over_all_terms_is_the_sum_of_the_sums_over_each():
    counts = sparse.count([["a", "b"], ["b", "c"], []])
    postings = sparse.Postings.of(counts, counts.values)
    whole = postings.score([("a", 1.0), ("b", 0.5), ("b", 0.5), ("unknown", 9.0)])
    assert whole.tolist() == [2.0, 1.0, 0.0]
    assert postings.score([]).tolist() == [0.0, 0.0, 0.0]
    assert whole.dtype == np.float32
