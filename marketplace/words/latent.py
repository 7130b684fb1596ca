"""What words have in common across classes: a latent space, and a linear model fitted in
it.

The space is the singular value decomposition of the term by class matrix, computed
from the small class by class Gram matrix, so that NumPy alone does it in seconds.
With it, « tondre » points to the trade whose texts say « gazon ». In that space a
softmax regression learns the titles.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from marketplace.words.sparse import Arrays, Counts, bm25, idf, packed, unpacked

SPARE, ROUNDS = 64, 5  # axes more while looking for the strongest, and how often one looks
OFTEN = 48  # classes from which a term is dense enough for a matrix product


@dataclass(slots=True)
class Latent:
    terms: dict[str, int]
    vectors: np.ndarray  # terms x size, int8
    scale: np.ndarray  # one a term, idf included
    classes: np.ndarray  # classes x size, of length 1
    weights: np.ndarray | None = None  # size x classes: the linear model

    def embed(self, query: Iterable[tuple[str, float]]) -> np.ndarray:
        """The vector of a text in the space, of length 1 (or all zeros)."""
        known = [(self.terms[t], w) for t, w in query if t in self.terms]
        if not known:
            return np.zeros(self.vectors.shape[1], dtype=np.float32)
        numbers = np.array([n for n, _ in known])
        weights = np.array([w for _, w in known], dtype=np.float32) * self.scale[numbers]
        found = product(self.vectors[numbers].T, weights)
        return found / max(float(np.linalg.norm(found)), 1e-9)

    def near(self, place: np.ndarray) -> np.ndarray:
        return product(self.classes, place)

    def learned(self, place: np.ndarray) -> np.ndarray:
        return self.near(place) if self.weights is None else product(self.weights.T, place)

    def arrays(self, name: str) -> Arrays:
        found = {
            f"{name}.terms": packed(self.terms),
            f"{name}.vectors": self.vectors,
            f"{name}.scale": self.scale.astype(np.float32),
            f"{name}.classes": self.classes.astype(np.float16),
        }
        if self.weights is not None:
            found[f"{name}.weights"] = self.weights.astype(np.float16)
        return found

    @classmethod
    def read(cls, arrays: Arrays, name: str, shared: dict) -> "Latent":
        weights = arrays.get(f"{name}.weights")
        return cls(
            unpacked(arrays[f"{name}.terms"], shared),
            arrays[f"{name}.vectors"],
            arrays[f"{name}.scale"],
            arrays[f"{name}.classes"].astype(np.float32),
            None if weights is None else np.asfortranarray(weights, dtype=np.float32),
        )


def product(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """The matrix times the vector, in one thread: a BLAS would wake all cores, which get in each other's way."""
    return np.einsum("ij,j->i", matrix, vector, optimize=False)


def decompose(counts: Counts, size: int, k1: float = 1.2, b: float = 0.6) -> Latent:
    """The latent space of the classes of a corpus."""
    worth = bm25(counts, k1, b).astype(np.float32)
    lengths = np.sqrt(np.bincount(counts.classes, weights=worth**2, minlength=counts.rows))
    worth /= np.maximum(lengths[counts.classes], 1e-9).astype(np.float32)
    values, axes = _strongest(_gram(counts, worth), min(size, counts.rows - 1))
    roots = np.sqrt(np.maximum(values, 1e-6))
    vectors, scale = _term_vectors(counts, worth, axes / roots)
    places = axes * roots
    places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)
    return Latent(counts.terms, vectors, scale * idf(counts), places)


def _strongest(gram: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The largest eigenvalues and their eigenvectors, by subspace iteration: computing all of them would take a
    hundred megabytes for a moment."""
    basis = np.random.default_rng(0).standard_normal((len(gram), min(size + SPARE, len(gram))))
    basis = basis.astype(np.float32)
    for _ in range(ROUNDS):
        basis, _triangle = np.linalg.qr(gram @ basis)
    values, axes = np.linalg.eigh(basis.T @ (gram @ basis))
    return values[::-1][:size], np.ascontiguousarray(basis @ axes[:, ::-1][:, :size])


def _gram(counts: Counts, worth: np.ndarray) -> np.ndarray:
    """The class by class products: computed with matrices for frequent terms, pair by pair for rare ones."""
    spread = counts.spread()
    gram = np.zeros((counts.rows, counts.rows), dtype=np.float32)
    often = np.flatnonzero(spread > OFTEN)
    for block in range(0, len(often), 1024):
        dense = np.zeros((counts.rows, min(1024, len(often) - block)), dtype=np.float32)
        for column, term in enumerate(often[block : block + 1024]):
            part = slice(counts.starts[term], counts.starts[term + 1])
            dense[counts.classes[part], column] = worth[part]
        gram += dense @ dense.T
    for term in np.flatnonzero((spread <= OFTEN) & (spread > 0)):
        part = slice(counts.starts[term], counts.starts[term + 1])
        rows = counts.classes[part]
        gram[rows[:, None], rows] += worth[part][:, None] * worth[part]
    return gram


def _term_vectors(
    counts: Counts, worth: np.ndarray, axes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The vector of each term in eight bits, with its scale."""
    vectors = np.zeros((len(counts.terms), axes.shape[1]), dtype=np.int8)
    scale = np.zeros(len(counts.terms), dtype=np.float32)
    for term in range(len(counts.terms)):
        part = slice(counts.starts[term], counts.starts[term + 1])
        vector = worth[part] @ axes[counts.classes[part]]
        top = float(np.abs(vector).max(initial=0)) or 1e-9
        vectors[term] = np.rint(vector * (127 / top))
        scale[term] = top / 127
    return vectors, scale


def fit(latent: Latent, places: np.ndarray, labels: np.ndarray, rounds: int = 4) -> None:
    """A softmax regression on titles that are already embedded in the space; it starts from the centres of the
    classes."""
    weights = (latent.classes.T * 10).astype(np.float32)
    first = np.zeros_like(weights)
    second = np.zeros_like(weights)
    dice = np.random.default_rng(0)
    step = 0
    for _ in range(rounds):
        order = dice.permutation(len(places))
        for start in range(0, len(order), 512):
            chosen = order[start : start + 512]
            slope = _slope(places[chosen], labels[chosen], weights)
            step += 1
            first += 0.1 * (slope - first)
            second += 0.01 * (slope * slope - second)
            pace = np.sqrt(second / (1 - 0.99**step)) + 1e-8
            weights -= 0.1 * (first / (1 - 0.9**step)) / pace
    latent.weights = weights


def _slope(places: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    logits = places @ weights
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    chances /= chances.sum(axis=1, keepdims=True)
    chances[np.arange(len(labels)), labels] -= 1
    return places.T @ chances / len(labels)
