"""Learns a ranker from the titles and texts of a referential, in ten to twenty seconds for all of ROME."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from marketplace.words import latent, senses, sparse, title_metric, tokenizer
from marketplace.words.latent import Latent
from marketplace.words.ranker import Ranker, pairs
from marketplace.words.sparse import Counts, Postings
from marketplace.words.spelling import Speller

type Titles = list[tuple[int, list[str]]]  # (class, roots of one of its titles)
type Fields = dict[str, list[list[str]]]  # field -> roots of the text of each class


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a ranker learns from. All lists are in the order of the classes in `codes`."""

    kind: str
    codes: Sequence[str]
    labels: Sequence[str]
    groups: Sequence[str]  # the domain of each class
    titles: Sequence[tuple[int, str]]  # (class, one of its titles)
    fields: dict[str, Sequence[str]]  # longer texts: field -> text of each class


def _all_grams(roots: Sequence[str]) -> list[str]:
    return [sys.intern(gram) for root in roots for gram in tokenizer.grams(root)]


def build(corpus: Corpus) -> Ranker:
    """The ranker of a referential: ten to twenty seconds for all of ROME."""
    ranker = Ranker(corpus.kind, list(corpus.codes), list(corpus.labels))
    names = sorted(set(corpus.groups))
    ranker.groups = np.array([names.index(g) for g in corpus.groups], dtype=np.int32)
    ranker.speller = Speller(_vocabulary(corpus))
    titles = [(number, tokenizer.stems(text)) for number, text in corpus.titles]
    titles = [(number, roots) for number, roots in titles if roots]
    fields = {
        name: [[t.stem for t in tokenizer.tokens(text)] for text in texts]
        for name, texts in corpus.fields.items()
    }
    sentences = _sentences(corpus)
    del corpus  # each stage needs the room of the one before
    _index_titles(ranker, titles)
    _index_fields(ranker, titles, fields)
    _index_nearest(ranker, titles)
    ranker.forget_the_unweighed()
    _index_spaces(ranker, titles, fields, sentences)
    return ranker


def _sentences(corpus: Corpus) -> list[str]:
    """Each different sentence of the longer texts."""
    texts = (text for name, texts in corpus.fields.items() if name != "label" for text in texts)
    return list(dict.fromkeys(sentence for text in texts for sentence in text.split(". ")))


def _vocabulary(corpus: Corpus) -> dict[str, str]:
    words: dict[str, str] = {}
    for _, text in corpus.titles:
        for token in tokenizer.tokens(text):
            words.setdefault(token.word, token.stem)
    return words


def _by_class(
    ranker: Ranker, titles: Titles, take: Callable[[list[str]], list[str]]
) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in ranker.codes]
    for number, roots in titles:
        found[number] += take(roots)
    return found


def _index_titles(ranker: Ranker, titles: Titles) -> None:
    seen = Counter(pair for _, roots in titles for pair in set(pairs(roots)))
    ways = {
        "titles": (lambda roots: roots, 1.2, 0.5),
        "pairs": (lambda roots: [p for p in pairs(roots) if seen[p] > 1], 0.6, 0.3),
        "grams": (_all_grams, 1.2, 0.5),
        "head": (lambda roots: roots[:1], 0.8, 0.3),
        "tail": (lambda roots: roots[-1:], 0.8, 0.3),
    }
    for name, (take, k1, b) in ways.items():
        counts = sparse.count(_by_class(ranker, titles, take))
        ranker.postings[name] = Postings.of(counts, sparse.bm25(counts, k1, b))
        if name == "titles":
            rarity = sparse.idf(counts)
            ranker.rarity = {term: float(rarity[n]) for term, n in counts.terms.items()}
            groups = counts.grouped(ranker.groups)
            ranker.postings["group_titles"] = Postings.of(groups, sparse.bm25(groups, 1.2, 0.5))
            _index_bayes(ranker, "bayes", counts, 2.0, 20.0)


def _index_fields(ranker: Ranker, titles: Titles, fields: Fields) -> None:
    for name, texts in fields.items():
        counts = sparse.count(texts)
        k1, b = (0.5, 0.5) if name == "label" else (1.2, 0.6)
        ranker.postings[name] = Postings.of(counts, sparse.bm25(counts, k1, b))
    everything = _by_class(ranker, titles, lambda roots: roots)
    for name, texts in fields.items():
        if name != "label":
            everything = [a + b for a, b in zip(everything, texts, strict=True)]
    counts = sparse.count(everything)
    _index_bayes(ranker, "bayes_all", counts, 10.0, 200.0)
    groups = counts.grouped(ranker.groups)
    ranker.postings["group_all"] = Postings.of(groups, sparse.bm25(groups, 1.2, 0.5))
    for term, rarity in zip(counts.terms, sparse.idf(counts), strict=True):
        ranker.rarity.setdefault(term, float(rarity))


def _index_bayes(ranker: Ranker, name: str, counts: Counts, own: float, shared: float) -> None:
    """Multinomial Bayes: a class is smoothed by its domain, and the domain by all.

    It stays sparse: log p(t|c)/p(t) = log(1 + n_tc / own p(t|d)) + log(1 + n_td / shared
    p(t)) + constants.
    """
    overall = np.bincount(counts.of_term, weights=counts.values, minlength=len(counts.terms)) + 0.5
    overall /= overall.sum()
    groups = counts.grouped(ranker.groups)
    group_sizes = groups.lengths()
    keys = groups.of_term.astype(np.int64) * groups.rows + groups.classes
    wanted = counts.of_term.astype(np.int64) * groups.rows + ranker.groups[counts.classes]
    in_group = groups.values[np.searchsorted(keys, wanted)]
    size = group_sizes[ranker.groups[counts.classes]]
    smooth = (in_group + shared * overall[counts.of_term]) / (size + shared)
    ranker.postings[name] = Postings.of(counts, np.log1p(counts.values / (own * smooth)))
    ranker.postings[f"group_{name}"] = Postings.of(
        groups, np.log1p(groups.values / (shared * overall[groups.of_term]))
    )
    base = np.log(own / (counts.lengths() + own))
    base += np.log(shared / (group_sizes + shared))[ranker.groups]
    ranker.base[name] = base.astype(np.float32)


def _index_nearest(ranker: Ranker, titles: Titles) -> None:
    """Index single titles: by their roots and pairs together, and by pieces of words."""
    ranker.title_classes = np.array([number for number, _ in titles], dtype=np.uint16)
    if "word_votes" in ranker.weights:
        square = _of_titles(ranker, titles, "title_roots", "titles", lambda roots: roots)
        square += _of_titles(ranker, titles, "title_pairs", "pairs", pairs)
        ranker.title_norms["title_words"] = _norms(square)
    square = _of_titles(ranker, titles, "title_grams", "grams", _all_grams)
    ranker.title_norms["title_grams"] = _norms(square)


def _of_titles(
    ranker: Ranker, titles: Titles, name: str, terms_of: str, take: Callable[[list[str]], list[str]]
) -> np.ndarray:
    """Index titles by terms that have a number. Returns the square of each title's length."""
    known = ranker.postings[terms_of].terms
    documents = ([t for t in dict.fromkeys(take(roots)) if t in known] for _, roots in titles)
    counts = sparse.count(documents, known)
    worth = (np.log(1 + len(titles) / (1 + counts.spread())) ** 2)[counts.of_term]
    ranker.postings[name] = Postings.of(counts, worth)
    return np.bincount(counts.classes, weights=worth, minlength=len(titles))


def _norms(squares: np.ndarray) -> np.ndarray:
    return (1 / np.sqrt(np.maximum(squares, 1e-9))).astype(np.float32)


def _mixed(roots: Sequence[str]) -> list[str]:
    return (
        [sys.intern(f"w {root}") for root in roots]
        + [f"p {pair}" for pair in pairs(roots)]
        + [sys.intern(f"g {gram}") for gram in dict.fromkeys(_all_grams(roots))]
    )


TIMES = {"definition": 2}
OF_A_CLASS = 3.0  # all the titles of a class and its definition tell so much more than a sentence


def _index_spaces(ranker: Ranker, titles: Titles, fields: Fields, sentences: list[str]) -> None:
    if "latent_words" in ranker.weights:
        roots_of = _by_class(ranker, titles, lambda roots: roots)
        words = _with_fields([doc * 3 for doc in roots_of], fields, "")
        ranker.spaces["latent_words"] = latent.decompose(sparse.count(words), 256)
    if "learned" not in ranker.weights:
        return
    ranker.spaces["senses"] = _senses(ranker, titles, fields["definition"], sentences)
    seen = Counter(term for _, roots in titles for term in set(_mixed(roots)))
    mixed = [_shared(doc, seen) * 2 for doc in _by_class(ranker, titles, _mixed)]
    counts = sparse.count(_drained(_with_fields(mixed, fields, "w ")))
    del seen
    fields.clear()
    space = latent.decompose(counts, 384)
    del counts
    classes = np.array([number for number, _ in titles])
    places = np.stack([space.embed([(t, 1.0) for t in _mixed(roots)]) for _, roots in titles])
    latent.fit(space, places, classes)
    space.classes = space.classes[:0]  # only what is learnt in this space is weighed
    ranker.spaces["latent"] = space
    meant = senses.places(ranker.spaces["senses"], (roots for _, roots in titles))
    places = np.hstack([places, meant])
    ranker.title_metric = title_metric.learn(places, classes)


def _drained(documents: list[list[str]]) -> Iterator[list[str]]:
    """Yield the documents one by one, and drop each from memory."""
    documents.reverse()
    while documents:
        yield documents.pop()


def _senses(
    ranker: Ranker, titles: Titles, definitions: list[list[str]], sentences: list[str]
) -> Latent:
    """The space of words by what occurs together: in a title, in a sentence, in all texts of a class."""
    by_class = _by_class(ranker, titles, lambda roots: roots)
    documents = [(roots, 1.0) for _, roots in titles]
    documents += [(tokenizer.stems(sentence), 1.0) for sentence in sentences]
    documents += [(a + b, OF_A_CLASS) for a, b in zip(by_class, definitions, strict=True)]
    sentences.clear()
    return senses.learn(documents, ranker.rarity)


def _shared(document: list[str], seen: Counter) -> list[str]:
    """The document without the pairs and pieces of words that only one title has: they take room and teach little."""
    return [term for term in document if term.startswith("w ") or seen[term] > 1]


def _with_fields(documents: list[list[str]], fields: Fields, mark: str) -> list[list[str]]:
    for name, texts in fields.items():
        if name != "label":
            for number, text in enumerate(texts):
                documents[number] += [sys.intern(mark + root) for root in text] * TIMES.get(name, 1)
    return documents
