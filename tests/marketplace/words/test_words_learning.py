"""What a ranker learns of words and titles. Pure: no row is read."""

import numpy as np

from marketplace.words import senses, title_metric
from marketplace.words.title_metric import TitleMetric

GARDEN = ["jardin vert", "pelouse vert", "jardin pelouse taille", "haie taille jardin"]
KITCHEN = ["cuisine plat", "plat dessert", "cuisine dessert four", "four gateau cuisine"]


def space():
    documents = [(text.split(), 1.0) for text in GARDEN + KITCHEN]
    return senses.learn(documents, {"jardin": 2.0})


def near(one: str, other: str) -> float:
    return float(np.dot(*senses.places(space(), [one.split(), other.split()])))


def test_words_of_the_same_sentences_are_near_though_never_together(monkeypatch):
    # The third and the fourth direction are equally strong here: which comes depends on the processor.
    monkeypatch.setattr(senses, "SIZE", 2)
    assert near("vert", "taille") > 0.5  # both stand beside « jardin » and « pelouse »
    assert near("vert", "four") < 0.1


def test_what_stands_in_one_document_alone_has_no_sense():
    assert "gateau" not in space().terms
    assert not senses.places(space(), [["gateau"], []]).any()


def test_senses_are_the_same_each_time():
    one, other = space(), space()
    assert list(one.terms) == list(other.terms)
    assert np.array_equal(one.vectors, other.vectors)


def titles() -> tuple[np.ndarray, np.ndarray]:
    """Six classes told by one direction each, drowned in a louder one that tells nothing."""
    dice = np.random.default_rng(1)
    classes = np.repeat(np.arange(6), 20)
    places = np.zeros((120, 12), dtype=np.float32)
    places[np.arange(120), classes] = 0.4
    places[:, 6:] = dice.normal(size=(120, 6)) * 0.5
    return places / np.linalg.norm(places, axis=1, keepdims=True), classes


def test_titles_of_one_class_learn_to_be_near(monkeypatch):
    monkeypatch.setattr(title_metric, "BATCH", 10)
    monkeypatch.setattr(title_metric, "ROUNDS", 8)
    places, classes = titles()
    learnt = title_metric.learn(places.copy(), classes)

    def own(likeness):
        same = classes[:, None] == classes
        return likeness[same].mean() - likeness[~same].mean()

    moved = learnt.titles / learnt.length
    assert own(moved @ moved.T) > own(places @ places.T) + 0.2
    votes = learnt.votes(places[25], classes, 6)
    assert votes.argmax() == 1
    assert votes.max() == 0
    assert votes.min() >= title_metric.QUIETEST


def test_a_class_of_a_single_title_teaches_nothing_and_breaks_nothing():
    places, classes = titles()
    learnt = title_metric.learn(places[::20], classes[::20])
    assert np.isfinite(learnt.titles).all()
    assert np.isfinite(learnt.votes(np.zeros(12, dtype=np.float32), classes[::20], 6)).all()


def test_what_was_learnt_is_read_back():
    learnt = title_metric.learn(*titles())
    read = TitleMetric.read(learnt.arrays("title_metric"), "title_metric")
    place = titles()[0][7]
    assert np.allclose(read.near(place), learnt.near(place), atol=0.01)
