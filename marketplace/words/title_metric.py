"""How alike two titles of one class are: a measure learnt from the titles themselves.

Every title has a vector (from its words, pieces of words and senses), which a linear
map then moves so that the titles of a class are each other's nearest neighbours. To
learn the map, each title is withheld in turn and must find its class among the
others, as a text that no title holds will have to.
"""

from dataclasses import dataclass

import numpy as np

from marketplace.words.latent import product
from marketplace.words.sparse import Arrays

NARROW = 160  # directions of the learnt space
SHARP = 12.0  # how much louder a nearer title speaks
ROUNDS, BATCH, OTHERS = 2, 256, 0.3  # of the titles, so many stand beside a batch and its kin
PACE = 0.004
FINEST = 127  # steps of a byte
QUIETEST = -8.0  # classes that say less are all alike


@dataclass(slots=True)
class TitleMetric:
    """The moved vectors of the titles, and the map that moves a text's vector there."""

    towards: np.ndarray  # place -> the learnt space
    titles: np.ndarray  # titles x NARROW, in bytes: a fourth of the room, and the same ones near
    length: float  # of each title, in these steps

    def near(self, place: np.ndarray) -> np.ndarray:
        """The nearness of each title to a text, from -1 to 1."""
        moved = product(self.towards.T, place)
        return product(self.titles, moved / max(float(np.linalg.norm(moved)) * self.length, 1e-9))

    def votes(self, place: np.ndarray, classes: np.ndarray, count: int) -> np.ndarray:
        """For each class, the logarithm of the votes of its titles; 0 for the class with most."""
        heard = np.exp(SHARP * (self.near(place) - 1))
        said = np.log(np.bincount(classes, weights=heard, minlength=count) + 1e-9)
        return np.maximum(said - said.max(), QUIETEST).astype(np.float32)

    def arrays(self, name: str) -> Arrays:
        return {
            f"{name}.towards": self.towards.astype(np.float32),
            f"{name}.titles": self.titles,
            f"{name}.length": np.array(self.length),
        }

    @classmethod
    def read(cls, arrays: Arrays, name: str) -> "TitleMetric":
        return cls(
            arrays[f"{name}.towards"],
            arrays[f"{name}.titles"],  # as they lie: no copy
            float(arrays[f"{name}.length"]),
        )


def learn(places: np.ndarray, classes: np.ndarray) -> TitleMetric:
    """Learn the map, in some five seconds for ROME. `places` (titles by directions) is rotated in place, since
    memory has no room for two; `classes` gives the class of each title."""
    _values, axes = np.linalg.eigh(places.T @ places)
    axes = np.ascontiguousarray(axes[:, ::-1])  # the most telling directions first
    for start in range(0, len(places), BATCH):
        places[start : start + BATCH] = places[start : start + BATCH] @ axes
    turn = np.eye(len(axes), NARROW, dtype=np.float32)
    first, second = np.zeros_like(turn), np.zeros_like(turn)
    dice = np.random.default_rng(0)
    step = 0
    for _ in range(ROUNDS):
        order = dice.permutation(len(places))
        for start in range(0, len(order), BATCH):
            asked = order[start : start + BATCH]
            neighbours = _neighbours(asked, classes, dice)
            slope = _slope(places[neighbours], classes[neighbours],
                           np.searchsorted(neighbours, asked), turn)  # fmt: skip
            step += 1
            first += 0.1 * (slope - first)
            second += 0.01 * (slope * slope - second)
            pace = np.sqrt(second / (1 - 0.99**step)) + 1e-8
            turn -= PACE * (first / (1 - 0.9**step)) / pace
    titles = _of_length_1(places @ turn)[0]
    steps = FINEST / max(float(np.abs(titles).max(initial=0)), 1e-9)
    return TitleMetric(axes @ turn, np.rint(titles * steps).astype(np.int8), steps)


def _neighbours(asked: np.ndarray, classes: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """The titles asked about, those of the same classes, and some others; sorted."""
    others = dice.choice(len(classes), int(len(classes) * OTHERS), replace=False)
    mates = np.flatnonzero(np.isin(classes, classes[asked]))
    return np.unique(np.concatenate([asked, mates, others]))


def _of_length_1(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.linalg.norm(places, axis=1, keepdims=True) + 1e-9
    return places / lengths, lengths


def _slope(
    wide: np.ndarray, classes: np.ndarray, asked: np.ndarray, turn: np.ndarray
) -> np.ndarray:
    """The gradient of the negative log-likelihood that the titles asked about find their class among the others."""
    places, lengths = _of_length_1(wide @ turn)
    logits = SHARP * (places[asked] @ places.T)
    logits[np.arange(len(asked)), asked] = -1e9  # a title is withheld from itself
    logits -= logits.max(axis=1, keepdims=True)
    pull = np.exp(logits, out=logits)
    pull /= pull.sum(axis=1, keepdims=True)
    right = pull * (classes[asked][:, None] == classes)
    found = right.sum(axis=1, keepdims=True)
    right /= np.maximum(found, 1e-9)
    pull -= right
    pull[found[:, 0] < 1e-12] = 0  # the only title of its class teaches nothing
    pull *= SHARP / len(asked)
    moved = pull.T @ places[asked]
    moved[asked] += pull @ places
    moved -= places * (moved * places).sum(axis=1, keepdims=True)
    return wide.T @ (moved / lengths)
