"""What a word means, by the words near it: « prison » is near « pénitentiaire », «
jardin » near « verdure ».

Each word gets a vector from the words that occur with it in titles, competences and
definitions: positive pointwise mutual information, reduced to some hundred dimensions
(NumPy alone, a few seconds). The spaces of latent.py have whole classes as documents;
this one knows what is in the same sentence, so it gives a vector to a single title,
and a text is as near to a class as to its nearest title.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from marketplace.words.latent import Latent

Documents = Iterable[tuple[Sequence[str], float]]  # (its roots, how much it tells)

SIZE = 128  # dimensions
SPARE = 16  # dimensions more while looking for them
ROUNDS = 3
COMMON = 0.875  # a word's frequency counts to this power: the rarest don't say it all
CHUNK = 1 << 14  # entries of a matrix multiplied at a time
BATCH = 1 << 18  # pairs of words counted at a time
MOST = 400  # words of a document


def learn(documents: Documents, rarity: dict[str, float]) -> Latent:
    """The space of the words that are in two documents or more, without classes yet."""
    terms, numbered = _numbered(documents)
    rows, columns, worth = _information(numbered, len(terms))
    vectors = _reduced(rows, columns, worth, len(terms))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    top = np.maximum(np.abs(vectors).max(axis=1), 1e-9)
    small = np.rint(vectors * (127 / top)[:, None]).astype(np.int8)
    scale = top / 127 * np.array([rarity.get(term, 1.0) for term in terms])
    return Latent(terms, small, scale.astype(np.float32), np.zeros((0, vectors.shape[1])))


def places(space: Latent, documents: Iterable[Sequence[str]]) -> np.ndarray:
    """A table of documents by dimensions: the vector of each, of length 1 (all zeros when no word is known)."""
    found = [space.embed([(root, 1.0) for root in roots]) for roots in documents]
    return np.array(found, dtype=np.float32)


def _numbered(documents: Documents) -> tuple[dict[str, int], list[tuple[np.ndarray, float]]]:
    """The terms that are in two documents or more, and each document as the numbers of its terms."""
    bags = [(list(dict.fromkeys(roots))[:MOST], weight) for roots, weight in documents]
    spread: dict[str, int] = {}
    for roots, _ in bags:
        for root in roots:
            spread[root] = spread.get(root, 0) + 1
    terms = {root: n for n, root in enumerate(root for root, seen in spread.items() if seen > 1)}
    known = [(np.array(sorted(terms[r] for r in roots if r in terms)), w) for roots, w in bags]
    return terms, [(numbers, weight) for numbers, weight in known if len(numbers)]


def _together(
    numbered: list[tuple[np.ndarray, float]], count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Each pair of terms that occur together, as one number, sorted, and the weight of their occurrences."""
    keys, weights = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    waiting: list[tuple[np.ndarray, float]] = []
    held = 0
    for numbers, weight in numbered:
        first, second = np.triu_indices(len(numbers))
        waiting.append((numbers[first].astype(np.int64) * count + numbers[second],
                        weight / len(numbers)))  # fmt: skip
        held += len(first)
        if held > BATCH:
            keys, weights = _added(keys, weights, waiting)
            waiting, held = [], 0
    return _added(keys, weights, waiting)


def _added(
    keys: np.ndarray, weights: np.ndarray, waiting: list[tuple[np.ndarray, float]]
) -> tuple[np.ndarray, np.ndarray]:
    all_keys = np.concatenate([keys] + [found for found, _ in waiting])
    heavy = [np.full(len(found), weight, dtype=np.float32) for found, weight in waiting]
    all_weights = np.concatenate([weights, *heavy])
    known, places = np.unique(all_keys, return_inverse=True)
    return known, np.bincount(places, weights=all_weights).astype(np.float32)


def _information(
    numbered: list[tuple[np.ndarray, float]], count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The positive mutual information of pairs of terms, both ways, sorted by row: rows, columns, values."""
    keys, met = _together(numbered, count)
    rows, columns = (keys // count).astype(np.int32), (keys % count).astype(np.int32)
    apart = rows != columns
    often = np.bincount(rows, weights=met, minlength=count)
    often += np.bincount(columns[apart], weights=met[apart], minlength=count)
    common = COMMON * np.log(often)
    worth = np.log(met) - common[rows] - common[columns]
    worth += np.log((often ** (2 * COMMON - 1)).sum())
    kept = worth > 0
    both = kept & apart
    rows, columns, worth = (
        np.concatenate([a[kept], b[both]])
        for a, b in ((rows, columns), (columns, rows), (worth, worth))
    )
    order = np.argsort(rows, kind="stable")
    return rows[order], columns[order], worth[order].astype(np.float32)


def _reduced(rows: np.ndarray, columns: np.ndarray, worth: np.ndarray, count: int) -> np.ndarray:
    """The strongest eigenvectors of a symmetric sparse matrix, by subspace iteration."""
    size = min(SIZE, count)
    basis = np.random.default_rng(0).standard_normal((count, min(size + SPARE, count)))
    basis = basis.astype(np.float32)
    for _ in range(ROUNDS):
        basis, _triangle = np.linalg.qr(_times(rows, columns, worth, basis))
    values, axes = np.linalg.eigh(basis.T @ _times(rows, columns, worth, basis))
    strongest = np.argsort(-np.abs(values), kind="stable")[:size]
    return basis @ (axes[:, strongest] * np.sqrt(np.abs(values[strongest])))


def _times(
    rows: np.ndarray, columns: np.ndarray, worth: np.ndarray, matrix: np.ndarray
) -> np.ndarray:
    """A sparse matrix (its entries sorted by row) times a dense one, some rows at a time."""
    product = np.zeros_like(matrix)
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    cuts = np.unique(np.searchsorted(starts, np.arange(0, len(rows) + CHUNK, CHUNK)))
    for first, last in zip(cuts, cuts[1:], strict=False):
        begin = starts[first]
        end = starts[last] if last < len(starts) else len(rows)
        part = matrix[columns[begin:end]]
        part *= worth[begin:end, None]
        product[rows[starts[first:last]]] = np.add.reduceat(part, starts[first:last] - begin)
    return product
