"""Other ways to read words, measured beside ours: what one would write first, and a plain linear SVM where scikit-learn
is installed (`pip install scikit-learn`)."""

import importlib.util
from collections import Counter
from collections.abc import Callable

import numpy as np
from rapidfuzz import fuzz, process

from common.roots import fold
from marketplace.words import sparse, tokenizer
from marketplace.words.training import Corpus

Answers = list[list[str]]
System = Callable[[list[str]], Answers]
TOP = 10


def plain_systems(corpus: Corpus) -> dict[str, System]:
    folded = [fold(text) for _, text in corpus.titles]
    owners = np.array([number for number, _ in corpus.titles])

    def best_of(scores: np.ndarray) -> list[str]:
        best = np.zeros(len(corpus.codes))
        np.maximum.at(best, owners, scores)
        return [corpus.codes[i] for i in np.argsort(-best, kind="stable")[:TOP] if best[i] > 0]

    def substring(texts: list[str]) -> Answers:
        return [best_of(np.array([_inside(t, fold(text)) for t in folded])) for text in texts]

    def rapid(texts: list[str]) -> Answers:
        asked = [fold(text) for text in texts]
        scores = process.cdist(asked, folded, scorer=fuzz.token_set_ratio, dtype=np.uint8)
        return [best_of(row) for row in scores]

    return {
        "substring": substring,
        "BM25 on stems": _bm25(corpus, tokenizer.stems),
        "trigrams, BM25": _bm25(corpus, lambda text: _trigrams(fold(text))),
        "rapidfuzz token set": rapid,
    }


def _inside(title: str, text: str) -> float:
    return len(title) if title in text else len(text) if text in title else 0.0


def _trigrams(text: str) -> list[str]:
    text = f"  {text} "
    return [text[i : i + 3] for i in range(len(text) - 2)]


def _bm25(corpus: Corpus, terms: Callable[[str], list[str]]) -> System:
    documents: list[list[str]] = [[] for _ in corpus.codes]
    for number, text in corpus.titles:
        documents[number] += terms(text)
    counts = sparse.count(documents)
    postings = sparse.Postings.of(counts, sparse.bm25(counts, 1.2, 0.75))

    def answer(texts: list[str]) -> Answers:
        found = []
        for text in texts:
            scores = postings.score([(t, 1.0) for t in Counter(terms(text))])
            order = np.argsort(-scores, kind="stable")[:TOP]
            found.append([corpus.codes[i] for i in order if scores[i] > 0])
        return found

    return answer


def svm(corpus: Corpus) -> dict[str, System]:
    """A plain LinearSVC on the same index: the roots of its titles and the pieces of these, by TF-IDF."""
    if importlib.util.find_spec("sklearn") is None:
        print("(scikit-learn isn't installed: the linear SVM is left out)")
        return {}
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    def terms(text: str) -> list[str]:
        roots = tokenizer.stems(text)
        return roots + [gram for root in roots for gram in tokenizer.grams(root)]

    reader = TfidfVectorizer(analyzer=terms, min_df=2, sublinear_tf=True)
    learnt = reader.fit_transform([text for _, text in corpus.titles])
    machine = LinearSVC().fit(learnt, [number for number, _ in corpus.titles])

    def answer(texts: list[str]) -> Answers:
        scores = machine.decision_function(reader.transform(texts))
        best = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
        return [[corpus.codes[machine.classes_[i]] for i in row] for row in best]

    return {"linear SVM": answer}
