"""The optional extra: what words found is put in order by meaning too. A hand-made encoder here."""

import io
import logging

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from marketplace.actions.market.phrases import learn_phrases
from marketplace.words import semantic, store, suggest
from marketplace.words.fusing import fused
from marketplace.words.lexicon import Entry, Lexicon
from marketplace.words.semantic import Encoder, Phrases
from tests.factories import make_skill

TEXT = "prendre des photos et coller notre affiche"


def place(text: str) -> list[float]:
    """Three directions: what hangs on a wall, what is taken with a camera, all else."""
    return [float("affiche" in text), float("photos" in text and "affiche" not in text), 0.1]


class Hand:
    """An encoder that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        return np.array([place(text) for text in texts], dtype=np.float32)


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def encoder(monkeypatch, hand):
    made = Encoder("1-hand-1", hand.encode)
    monkeypatch.setattr(semantic, "encoder", lambda: made)
    return made


@pytest.fixture
def skills(db):
    return make_skill("photo", "Prendre des photos"), make_skill("mural", "Coller une affiche")


def codes(text: str = TEXT) -> list[str]:
    return [found.code for found in suggest(text)]


def test_both_rankings_make_the_order_and_the_scores_keep_their_places():
    # By the words 9 8 7 6 5 4; the meaning has 7 first and 8 last: 1/14 + 0.25/12 > 1/13 + 0.25/17.
    words = [(9, 0.9), (8, 0.8), (7, 0.7), (6, 0.6), (5, 0.5), (4, 0.4)]
    likeness = np.array([0, 0, 0, 0, 0.2, 0.3, 0.4, 0.9, 0.1, 0.5])
    assert fused(words, likeness) == [
        (9, 0.9), (7, 0.8), (8, 0.7), (6, 0.6), (5, 0.5), (4, 0.4),
    ]  # fmt: skip


def test_rankings_that_agree_change_nothing():
    words = [(2, 0.7), (0, 0.2)]
    assert fused(words, np.array([0.2, 0.0, 0.7])) == words
    assert fused([], np.zeros(3)) == []


def test_what_no_word_names_stays_out_though_it_is_nearest():
    entries = [Entry("a", "A", (("label", "affiche"),)), Entry("b", "B", (("label", "photos"),))]
    lexicon = Lexicon(entries)
    lexicon.meaning = lambda text: np.array([0.1, 0.9])
    assert [s.code for s in lexicon.suggest("Coller une affiche", threshold=0)] == ["a"]


def test_a_skill_is_as_near_as_its_best_phrases():
    phrases = Phrases(
        ["a", "b"],
        np.array([0, 1, 8]),
        np.arange(8, dtype=np.uint64),
        np.array([[0.5, 0]] + [[n / 10, 0] for n in range(1, 8)], dtype=np.float32),
    )
    near = phrases.likeness(np.array([1, 0], dtype=np.float32))
    assert near == pytest.approx([0.3 * 0.5 + 0.5, 0.3 * 0.7 + 0.5])


def test_what_is_stored_is_read_back_and_refused_for_other_skills(hand):
    learnt = semantic.learn([Entry("a", "A", (("label", "affiche"),))], hand.encode)
    read = Phrases.from_bytes(learnt.to_bytes())
    assert read.codes == ["a"]
    assert read.vectors[0] == pytest.approx(place("affiche"), abs=1e-3)
    assert semantic.reader(read, hand.encode, ["a"])("affiche")[0] > 1
    assert semantic.reader(read, hand.encode, ["a", "b"]) is None


def test_what_a_text_denies_is_not_placed(hand):
    lexicon = Lexicon([Entry("a", "A", (("label", "affiche"),))])
    lexicon.meaning = lambda text: hand.encode([text])[:, 0]
    lexicon.suggest("Une affiche. Pas besoin de photos.")
    assert hand.asked == ["Une affiche. ."]


def test_meaning_decides_once_the_phrases_are_learnt(skills, encoder):
    before = codes()
    assert set(before) == {"photo", "mural"}
    assert learn_phrases(encoder)
    lexicon = store.skills_lexicon()
    assert lexicon.meaning(TEXT).argmax() == 1  # the poster, read at once by this very process
    assert all(found.evidence for found in suggest(TEXT))
    assert codes("zorglubeur") == []


def test_learning_again_places_only_what_is_new(skills, encoder, hand):
    assert learn_phrases(encoder)
    hand.asked.clear()
    assert learn_phrases(encoder) is None
    make_skill("son", "Enregistrer du son")
    assert learn_phrases(encoder).codes == ["photo", "mural", "son"]
    assert "Enregistrer du son" in hand.asked
    assert "Prendre des photos" not in hand.asked


def test_a_stale_store_is_not_used_and_the_log_says_so(skills, encoder, caplog):
    learn_phrases(encoder)
    assert store.skills_lexicon().meaning
    make_skill("son", "Enregistrer du son")
    with caplog.at_level(logging.WARNING):
        assert store.skills_lexicon().meaning is None
    assert "learn_phrases" in caplog.text
    assert set(codes()) == {"photo", "mural"}


def test_the_command_says_how_far_it_is_and_that_nothing_is_left(skills, encoder):
    out, err = io.StringIO(), io.StringIO()
    call_command("learn_phrases", stdout=out, stderr=err)
    call_command("learn_phrases", stdout=out, stderr=err)
    first, second = out.getvalue().splitlines()
    assert first.endswith("phrases of 2 skills learnt.")
    assert second == "Nothing has changed since the phrases were learnt."
    assert "phrases" in err.getvalue()


def test_without_the_package_the_command_says_what_to_install(db, monkeypatch):
    monkeypatch.setattr(semantic, "encoder", lambda: None)
    with pytest.raises(CommandError, match=r"semantic\.txt.*Without it everything works"):
        call_command("learn_phrases")


def test_without_the_package_nothing_is_asked_of_the_database(skills, monkeypatch, caplog):
    monkeypatch.setattr(semantic, "encoder", lambda: None)
    assert set(codes()) == {"photo", "mural"}
    assert store.skills_lexicon().meaning is None
    assert caplog.text == ""
