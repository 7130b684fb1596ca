"""Finds which class of a large referential (a trade, a macro-competence) a text means.

Some thirteen scorers look at the same words, each fair by itself, and are weighed
together: BM25 on the titles' roots, pairs, pieces of words, on descriptions; a Bayes
model smoothed by the domain; a latent space; a linear model; a learnt likeness of
titles. The weights were fitted on withheld titles (docs/benchmarks.md).
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from marketplace.words import array_file, job_aliases, negation, sparse, tokenizer
from marketplace.words.latent import Latent
from marketplace.words.sparse import Arrays, Postings
from marketplace.words.spelling import Speller
from marketplace.words.suggestion import Suggestion, joined
from marketplace.words.title_metric import TitleMetric
from marketplace.words.tokenizer import Token

FORMAT = 5  # moves when what is stored changes shape
MOST_WORDS = 48  # of a long text, its rarest words
MOST_GRAMMED = 16  # of these, those also looked at letter by letter
THRESHOLD = 0.06
MEANT = 0.8  # what a word that was not said counts, of one that was
# In logits, for the class that a certain skill of ours names first: the louder, the further a text is
# from all titles and the less sure the titles are; a skill that is unsure itself says little. Chosen on titles of other
# draws and on everyday needs.
OUR_SKILLS_SPEAK, LOUDEST, SURE_SPEAK = 75.0, 20.0, 3
OUR_SAY = 4  # titles: so many would have to hold a skill's words and mean something else to halve how sure it is

# Fitted by conditional likelihood on withheld titles of other draws than the benchmark's; those of
# the trades on three draws, tried on the half of the trades that they weren't fitted on.
WEIGHTS: dict[str, dict[str, float]] = {
    "trades": {
        "pairs": 0.62, "head": 1.37, "tail": 0.66, "competences": 0.75, "knowledge": 0.78,
        "definition": 0.74, "bayes": 2.63, "bayes_all": 2.97, "learned": 1.76, "nearest": 0.64,
        "size": -3.83, "covered": -2.56, "kin": 5.4,
    },
    "macro": {
        "titles": 1.09, "pairs": 0.33, "grams": 1.3, "head": 1.01, "tail": 0.15, "label": 1.22,
        "trades": 0.71, "group_titles": 1.31, "bayes_all": 1.37, "latent_words": 0.38,
        "nearest": -1.1, "gram_votes": 2.81, "word_votes": 0.9,
    },
}  # fmt: skip


Query = list[tuple[str, float]]
Scores = dict[str, np.ndarray]


@dataclass(slots=True)
class Question:
    """A text, prepared for all scorers."""

    roots: Query
    pairs: Query
    grams: Query
    head: Query
    tail: Query

    @property
    def size(self) -> float:
        return sum(weight for _, weight in self.roots)


class Said(NamedTuple):
    """What one of our own skills says of a text: how sure it is, which classes it names, the roots by which it
    speaks."""

    sure: float
    classes: Sequence[str]
    roots: Sequence[str] = ()


def pairs(roots: Sequence[str]) -> list[str]:
    return [f"{a} {b}" for a, b in zip(roots, roots[1:], strict=False)]


class Ranker:
    """All scorers of a referential. Read-only once built or read back; it gives the same answers in every process."""

    def __init__(self, kind: str, codes: list[str], labels: list[str]) -> None:
        self.kind, self.codes, self.labels = kind, codes, labels
        self.weights = WEIGHTS[kind]
        self.postings: dict[str, Postings] = {}
        self.base: dict[str, np.ndarray] = {}  # what each word of a query adds to every class
        self.spaces: dict[str, Latent] = {}
        self.title_metric = TitleMetric(np.zeros((0, 0)), np.zeros((0, 0), np.int8), 1.0)
        self.groups = np.zeros(len(codes), dtype=np.int32)
        self.title_classes = np.zeros(0, dtype=np.uint16)
        self.title_norms: dict[str, np.ndarray] = {}
        self.rarity: dict[str, float] = {}
        self.speller = Speller({})

    # -- reading a text ------------------------------------------------------------------------

    def suggest(self, text: str, top: int = 5, boost: np.ndarray | None = None) -> list[Suggestion]:
        read = self._read(text)
        if not read:
            return []
        chances = self.chances(read, text, boost)
        order = np.argsort(-chances, kind="stable")[:top]
        return [
            Suggestion(
                self.codes[i], self.labels[i], round(float(chances[i]), 4),
                joined(self._evidence(int(i), read), text), self.codes[i],
            )
            for i in order if chances[i] >= THRESHOLD / 3
        ] if chances[order[0]] >= THRESHOLD else []  # fmt: skip

    def chances(self, read: list[Token], text: str, boost: np.ndarray | None = None) -> np.ndarray:
        """The probability of each class; all near nothing when the words are unknown."""
        question = self.ask(read, text)
        scores = self.scores(question)
        logits = self.fuse(scores)
        if boost is not None and boost.any():
            sure = float(_softmax(logits).max())
            logits = logits + boost * self.room_for_our_skills(question, scores, sure)
        return _softmax(logits) * self._known(read)

    def room_for_our_skills(self, question: Question, scores: Scores, sure: float) -> float:
        """How much our own skills may add. `sure` is the probability of the first class by the titles alone: the
        higher, the less they add."""
        near = float(scores["nearest"].max()) / max(len(question.grams), 1) ** 0.5
        return min(LOUDEST, OUR_SKILLS_SPEAK * (1 - sure) / max(near, 1e-9) ** 2)

    def spoken(self, said: Iterable[Said]) -> np.ndarray:
        """What our own skills add to each class."""
        boost = np.zeros(len(self.codes), dtype=np.float32)
        number = {code: i for i, code in enumerate(self.codes)}
        for skill in said:
            named = [number[code] for code in skill.classes if code in number]
            sure = self._agreed(skill, named)
            for rank, one in enumerate(named):
                boost[one] = max(boost[one], sure**SURE_SPEAK / (1 + 0.35 * rank))
        return boost

    def _agreed(self, said: Said, named: Sequence[int]) -> float:
        """How sure a skill is once the titles that hold all its words are heard. Formal words are said of many things:
        of the titles with « contrôler la qualité », few are a quality policy."""
        holding = self.title_classes[self.postings["title_roots"].holding(said.roots)]
        agree = int(np.isin(holding, named).sum())
        return (OUR_SAY * said.sure + agree) / (OUR_SAY + len(holding))

    def _known(self, read: list[Token]) -> float:
        """The share of a text's words that the referential has, or that job_aliases translates."""
        told = {id(t) for t in job_aliases.understood(read, self._is_official).values()}
        seen = sum(token.stem in self.rarity or id(token) in told for token in read)
        return min(1.0, 0.25 + seen / len(read)) if seen else 0.1

    def _read(self, text: str) -> list[Token]:
        read = tokenizer.tokens(text)
        read = [self.speller.mend(token, self.rarity) for token in read]
        if len(read) > 12:
            read = [t for t in read if t.word not in tokenizer.HOLLOW | tokenizer.OURS] or read
        if len(read) > MOST_WORDS:
            known = sorted(read, key=lambda t: -self.rarity.get(t.stem, 0.0))[:MOST_WORDS]
            read = sorted(known, key=lambda t: t.start)
        return read

    def ask(self, read: list[Token], text: str) -> Question:
        heard = negation.heard(text)
        worth: dict[str, float] = {}
        for token in read:
            weight = float(heard[token.start])
            worth[token.stem] = max(worth.get(token.stem, 0.0), weight)
        roots = [(root, weight) for root, weight in worth.items() if weight > 0]
        names = [root for root, _ in roots]
        if self.kind == "trades":
            roots += [
                (root, MEANT * worth[token.stem])
                for root, token in job_aliases.understood(read, self._is_official).items()
                if worth[token.stem]
            ]
        grammed = {root for root, _ in roots}
        if len(grammed) > MOST_GRAMMED:
            rarest = sorted(roots, key=lambda each: -self.rarity.get(each[0], 9.0))
            grammed = {root for root, _ in rarest[:MOST_GRAMMED]}
        grams: dict[str, float] = {}
        for root, weight in roots:
            if root in grammed:
                for gram in tokenizer.grams(root):
                    grams[gram] = max(grams.get(gram, 0.0), weight)
        return Question(
            roots, [(pair, 1.0) for pair in pairs(names)], list(grams.items()),
            roots[:1], roots[len(names) - 1 : len(names)],
        )  # fmt: skip

    def _is_official(self, way: Sequence[str]) -> bool:
        """Whether titles hold these words themselves: then they need no translation."""
        if len(way) == 1:
            return way[0] in self.postings["titles"].terms
        return all(pair in self.postings["pairs"].terms for pair in pairs(way))

    def scores(self, question: Question) -> Scores:
        found = {}
        asked = {"pairs": question.pairs, "grams": question.grams, "head": question.head,
                 "tail": question.tail}  # fmt: skip
        for name, postings in self.postings.items():
            if name.startswith("title_") or not self._is_weighed(name):
                continue
            score = postings.score(asked.get(name, question.roots))
            found[name] = score[self.groups] if name.startswith("group") else score
        for name in self.weights.keys() & {"bayes", "bayes_all"}:
            group = found.pop(f"group_{name}")
            found[name] = found[name] + group + question.size * self.base[name]
        found |= self._placed(question)
        found |= self._by_title(question)
        if "size" in self.weights:
            found["size"], found["covered"] = self.sizes(), self._covered(question.roots)
        return found

    def _placed(self, question: Question) -> dict[str, np.ndarray]:
        """Scores by the vector of the text, in each space that has a weight."""
        found = {}
        if words := self.spaces.get("latent_words"):
            found["latent_words"] = words.near(words.embed(question.roots))
        if mixed := self.spaces.get("latent"):
            place = mixed.embed(
                [(f"w {t}", w) for t, w in question.roots]
                + [(f"p {t}", w) for t, w in question.pairs]
                + [(f"g {t}", w) for t, w in question.grams]
            )
            found["learned"] = mixed.learned(place)
            place = np.concatenate([place, self.spaces["senses"].embed(question.roots)])
            found["kin"] = self.title_metric.votes(place, self.title_classes, len(self.codes))
        return found

    def _by_title(self, question: Question) -> dict[str, np.ndarray]:
        """Scores by the single titles that are near to a text: the nearest one, and the votes of all."""
        cosines = self.postings["title_grams"].score(question.grams)
        cosines *= self.title_norms["title_grams"]
        nearest = np.zeros(len(self.codes), dtype=np.float32)
        np.maximum.at(nearest, self.title_classes, cosines)
        found = {"nearest": nearest}
        if "gram_votes" in self.weights:
            found["gram_votes"] = self._votes(cosines)
        if "word_votes" in self.weights:
            cosines = self.postings["title_roots"].score(question.roots)
            cosines += self.postings["title_pairs"].score(question.pairs)
            found["word_votes"] = self._votes(cosines * self.title_norms["title_words"])
        return found

    def sizes(self) -> np.ndarray:
        """How many titles each class has: a class with many is near to every text."""
        return np.log1p(np.bincount(self.title_classes, minlength=len(self.codes)))

    def _covered(self, roots: Query) -> np.ndarray:
        """For each class, the weight of the text's roots that its titles hold, however often; rare words count
        most."""
        titles = self.postings["titles"]
        covered = np.zeros(len(self.codes), dtype=np.float32)
        for root, weight in roots:
            if (number := titles.terms.get(root)) is not None:
                classes = titles.classes[titles.starts[number] : titles.starts[number + 1]]
                covered[classes] += weight * self.rarity[root]
        return covered

    def _is_weighed(self, name: str) -> bool:
        """Whether a scorer of this name has a weight."""
        return name in self.weights or name.removeprefix("group_") in self.weights

    def forget_the_unweighed(self) -> None:
        """Delete from memory what neither ranks nor gives evidence."""
        kept = {"titles", "bayes_all", "title_grams"}
        if "word_votes" in self.weights:
            kept |= {"title_roots", "title_pairs"}
        for name in [n for n in self.postings if not (self._is_weighed(n) or n in kept)]:
            del self.postings[name]
        for name in [n for n in self.base if n not in self.weights]:
            del self.base[name]

    def _votes(self, cosines: np.ndarray) -> np.ndarray:
        """Scores by the votes of near titles for their class; the nearest counts far more than the next."""
        loud = cosines * cosines
        loud *= loud
        return np.bincount(self.title_classes, weights=loud, minlength=len(self.codes)) ** 0.25

    def fuse(self, scores: Scores) -> np.ndarray:
        total = np.zeros(len(self.codes), dtype=np.float32)
        for name, weight in self.weights.items():
            score = scores.get(name)
            if score is not None:
                total += weight / max(float(np.abs(score).max(initial=0)), 1e-9) * score
        return total

    def _evidence(self, number: int, read: list[Token]) -> list[tuple[int, int]]:
        """Where the words are that point to a class by its titles, or else by its descriptions."""
        for name in ("titles", "bayes_all"):
            postings = self.postings[name]
            spans = [(t.start, t.end) for t in read if _speaks(postings, t.stem, number)]
            if spans:
                return spans
        return []

    # -- keeping -------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        arrays: Arrays = {
            "codes": sparse.packed(self.codes), "labels": sparse.packed(self.labels),
            "groups": self.groups, "title_classes": self.title_classes,
            "rarity.terms": sparse.packed(self.rarity),
            "rarity": np.array(list(self.rarity.values()), dtype=np.float32),
            "speller.words": sparse.packed(self.speller.words),
            "speller.roots": sparse.packed(self.speller.words.values()),
        }  # fmt: skip
        for name, postings in self.postings.items():
            arrays |= postings.arrays(f"postings.{name}")
        for name, space in self.spaces.items():
            arrays |= space.arrays(f"space.{name}")
        arrays |= self.title_metric.arrays("kinship")
        for name, norms in self.title_norms.items():
            arrays[f"norms.{name}"] = norms
        for name, base in self.base.items():
            arrays[f"base.{name}"] = base
        return array_file.pack(arrays)

    @classmethod
    def from_bytes(cls, kind: str, content: bytes | bytearray) -> "Ranker":
        """Read a ranker. Most arrays are views on `content`, so that memory holds nothing twice."""
        arrays = array_file.unpack(content)
        found = cls(kind, _lines(arrays["codes"]), _lines(arrays["labels"]))
        found.groups = arrays["groups"]
        found.title_classes = arrays["title_classes"]
        found.title_norms = {n: arrays[f"norms.{n}"] for n in _names(arrays, "norms.")}
        found.title_metric = TitleMetric.read(arrays, "kinship")
        found.rarity = dict(
            zip(_lines(arrays["rarity.terms"]), arrays["rarity"].tolist(), strict=True)
        )
        found.speller = Speller(
            dict(zip(_lines(arrays["speller.words"]), _lines(arrays["speller.roots"]), strict=True))
        )
        shared: dict[bytes, dict[str, int]] = {}
        for name in _names(arrays, "postings."):
            found.postings[name] = Postings.read(arrays, f"postings.{name}", shared)
        for name in _names(arrays, "space."):
            found.spaces[name] = Latent.read(arrays, f"space.{name}", shared)
        found.base = {n: arrays[f"base.{n}"] for n in _names(arrays, "base.")}
        return found


def _softmax(logits: np.ndarray) -> np.ndarray:
    chances = np.exp(logits - logits.max())
    return chances / chances.sum()


def _lines(packed: np.ndarray) -> list[str]:
    return [sys.intern(line) for line in packed.tobytes().decode().split("\n")]


def _names(arrays: Arrays, prefix: str) -> list[str]:
    return sorted({key[len(prefix) :].split(".")[0] for key in arrays if key.startswith(prefix)})


def _speaks(postings: Postings, root: str, number: int) -> bool:
    term = postings.terms.get(root)
    if term is None:
        return False
    part = postings.classes[postings.starts[term] : postings.starts[term + 1]]
    return bool((part == number).any())
