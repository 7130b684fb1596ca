"""What everyday sentences teach the reading: which words ask for what, and what they may not change."""

import csv

import numpy as np
import pytest

from marketplace.words import array_file, learned, names, sentences
from marketplace.words.learned import Learned
from marketplace.words.lexicon import Entry, Lexicon
from marketplace.words.sentences import Example
from marketplace.words.signs import signs
from marketplace.words.tokenizer import tokens
from tests.marketplace.words.test_everyday_needs import NEEDS

CODES = ["toit", "argent", "voix"]
TOLD = [
    ("il pleut dans la salle", 0), ("de l’eau tombe du plafond", 0),
    ("la caisse est vide", 1), ("plus un sou pour payer", 1),
    ("je tremble devant le micro", 2),
]  # fmt: skip


@pytest.fixture
def small():
    arrays = sentences.learn([Example(text, (skill,)) for text, skill in TOLD], CODES)
    return Learned(array_file.unpack(array_file.pack(arrays)), [*CODES, "new"])


def first(small, text, scores=(0.3, 0.29, 0.31, 0.0), asked=()):
    said = signs(text, tokens(text))
    share = names.share_lost(len(scores), [], asked)
    return int(small.ordered(np.array(scores), said, share).argmax())


def test_words_like_those_of_a_skills_sentences_bring_it_first(small):
    assert first(small, "il pleut sur la scène") == 0
    assert first(small, "on n’a plus un sou") == 1


def test_a_skill_asked_for_by_its_name_keeps_its_place(small):
    scores = (0.3, 0.3, 0.4, 0.0)
    assert first(small, "il pleut dans la salle, plafond", scores) == 0
    assert first(small, "il pleut dans la salle, plafond", scores, asked=[2]) == 2


def test_the_order_changes_and_no_score_does(small):
    scores = np.array([0.1, 0.5, 0.3, 0.2])
    said = signs("de l’eau du plafond", tokens("de l’eau du plafond"))
    assert sorted(small.ordered(scores, said, np.ones(4))) == sorted(scores)
    assert list(small.ordered(scores, [], np.ones(4))) == list(scores)


def test_words_never_seen_change_nothing(small):
    assert first(small, "xylophone zinzolin", (0.2, 0.3, 0.1, 0.25)) == 1


def test_a_skill_without_sentences_can_still_come_first(small):
    assert first(small, "la caisse est vide", (0.2, 0.2, 0.2, 0.9)) == 3


def test_the_words_that_say_so_are_pointed_at(small):
    text = "Hier, le micro grésillait"
    spans = small.telling(2, signs(text, tokens(text)))
    assert "micro" in [text[start:end] for start, end in spans]
    assert small.telling(3, signs(text, tokens(text))) == []


def test_what_is_refused_says_little():
    text = "la caisse, pas le micro"
    heard = np.ones(len(text))
    heard[text.index("pas") :] = 0
    assert not any(sign.start > text.index("pas") for sign in signs(text, tokens(text), heard))


def test_a_list_of_other_skills_is_read_without_them():
    assert Lexicon([Entry("ours-alone", "Graphisme", (("label", "graphiste"),))]).learned is None


def test_the_stored_weights_are_those_that_the_files_give():
    """When this is red: python manage.py learn_sentences"""
    stored, now = learned._file(), sentences.learn_files()
    assert stored.keys() == now.keys()
    for name in ("codes", "numbers", "starts", "skills"):
        assert np.array_equal(stored[name], now[name]), name
    # Another processor may round otherwise.
    assert np.abs(stored["levels"].astype(int) - now["levels"]).max() <= 1
    assert np.allclose(stored["base"], now["base"])


def test_each_skill_has_its_sentences_and_each_sentence_is_said_once():
    rows = sentences.rows("everyday_sentences.tsv")
    texts = [(row["text"], row["skills"]) for row in rows]
    assert len(set(texts)) == len(texts)
    of_each = {row["code"]: 0 for row in sentences.rows("skills.csv")}
    for row in rows:
        for code in row["skills"].split():
            of_each[code] += 1
    assert min(of_each.values()) >= 20


def test_no_sentence_is_one_that_the_reading_is_tried_on():
    with NEEDS.open(encoding="utf-8", newline="") as file:
        tried = {row["text"].casefold() for row in csv.DictReader(file)}
    learnt = sentences.rows("everyday_sentences.tsv")
    assert not tried & {row["text"].casefold() for row in learnt}


def test_a_name_of_a_skill_that_no_sentence_asks_for_is_meant(small):
    """A skill that somebody has added: its name said whole loses nothing to what is known of others."""
    new, known = names.Said((3,), 0, 5, 1), names.Said((1,), 0, 5, 1)
    assert small.meant("pleut", new) == 1
    assert small.meant("pleut", known) == 0
    assert small.meant("la caisse est vide", names.Said((3,), 0, 18, 4)) == 1
    assert small.meant("la caisse est vide", names.Said((1,), 0, 18, 4)) == 1
    assert small.meant("la caisse est vide", names.Said((0,), 0, 18, 4)) < 1
