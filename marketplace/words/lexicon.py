"""Finds our own skills in a text by the phrases that people use for them.

Two readings are added up. The *phrases* (labels, synonyms) say which words, close together, name a skill: they
give the evidence. The *clues* (BM25 over a skill's phrases, the texts of its family, its definition, pieces of its
words) rank the skills that no phrase names, by what the rest of the text speaks of. Every database is read alike.
"""

import copy
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np

from common.roots import root_of
from marketplace.words import negation, tokenizer
from marketplace.words.asked import asked_for
from marketplace.words.clues import PHRASES, Entry, clues_of
from marketplace.words.confidence import ALSO, confidence, fewer
from marketplace.words.diversify import LOOKED_AT, claimed, spread
from marketplace.words.fusing import fused, said_aloud
from marketplace.words.learned import Learned
from marketplace.words.likely import Likely
from marketplace.words.names import Named, Names, Said, lifted, share_lost, weighed
from marketplace.words.signs import Sign, signs
from marketplace.words.spelling import Speller
from marketplace.words.suggestion import Suggestion, joined
from marketplace.words.tokenizer import HOLLOW, Token

SPEAKS = 0.38  # the best must have this raw score, or silence is better
SPEAKS_FOR_ITSELF, NAMES = 0.45, 0.2  # under the first, a lone word must be near to a phrase
VAGUE = {root_of(word) for word in tokenizer.listed("vague_titles.txt")}
WHOLE = 0.1  # added where a text is a phrase and nothing else: « graphiste »
K1, B, PARTIAL = 0.8, 0.6, 0.7
COVER_LEAST, COVER_POWER, MASS, CLAIM, DEPTH, REACH = 0.5, 2.0, 6.0, 0.4, 4.0, 1.6
# Fitted by conditional likelihood on the texts of the benchmark, but for those marked k; NAMED and LIKELY were chosen
# later, on everyday needs, when the list had got ten thousand more names.
NAMED = 0.4
CLUES = {"plain": 0.270, "family": 0.277, "grams": 0.147, "definition": 0.044}
LIKELY = 0.2  # what a skill loses at most whose phrases make a text unlikely
COMPANY = 0.17  # of what the best skill close to it has, a skill that a word names gets so much
MOST_GRAMMED = 40  # words looked at piece by piece: of a long text, the rarest
PLAINLY, DENIED = 0.3, 0.4  # a skill named so plainly in what is refused counts so much elsewhere
FEWEST = 250  # a word is as rare in a short list of skills as in ours
FIELDS = {"label": 1.0, "synonym": 1.0, "definition": 0.5, "delivers": 0.25}


@dataclass(slots=True)
class Hit:
    """A phrase found in a clause of the text."""

    skill: int
    strength: float
    tokens: list[Token]


class Lexicon:
    """The index of the phrases and clues. It is built in a fraction of a second from some hundred skills, and
    read-only afterwards."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self._words: dict[str, str] = {}
        self._read_phrases()
        self.names = Names(
            (number, text)
            for number, entry in enumerate(self.entries)
            for name, text in entry.texts if name in PHRASES
        )  # fmt: skip
        self._read_bags()
        self.families, self.clues = clues_of(self.entries)
        self.likely = Likely(
            zip(self.owners.tolist(), self.phrases, strict=True), len(self.entries)
        )
        self.learned = Learned.of([entry.code for entry in self.entries])
        self._read_company()
        self.speller = Speller(self._words | tokenizer.shortened(self._words))
        self.meaning: Callable[[str], np.ndarray] | None = None  # how near each skill is to a text

    def relabelled(self, labels: dict[str, str]) -> "Lexicon":
        """The same index with other labels, without building it again."""
        twin = copy.copy(self)
        twin.entries = [replace(e, label=labels.get(e.code) or e.label) for e in self.entries]
        return twin

    # -- building ------------------------------------------------------------------------------

    def _read_phrases(self) -> None:
        self.phrases: list[tuple[str, ...]] = []
        owners: list[int] = []
        seen: set[tuple[int, frozenset]] = set()
        for number, entry in enumerate(self.entries):
            for name, text in entry.texts:
                if name not in PHRASES:
                    continue
                for roots in self._ways(text):
                    if roots and (number, frozenset(roots)) not in seen:
                        seen.add((number, frozenset(roots)))
                        self.phrases.append(roots)
                        owners.append(number)
        self.owners = np.array(owners, dtype=np.int32)
        self._weigh_phrases()

    def _ways(self, text: str) -> list[tuple[str, ...]]:
        read = tokenizer.tokens(text)
        for token in read:
            self._words.setdefault(token.word, token.stem)
        whole = tuple(dict.fromkeys(t.stem for t in read))
        short = tuple(dict.fromkeys(t.stem for t in _telling(read)))
        if len(short) > 1:
            return [short]
        # « recruter des bénévoles » isn't « recruter », nor is « qui est là quand » « quand »
        return [whole] if len(whole) > 1 or len(text.split()) == 1 or short else []

    def _weigh_phrases(self) -> None:
        skills_with: dict[str, set[int]] = defaultdict(set)
        for roots, owner in zip(self.phrases, self.owners, strict=True):
            for root in roots:
                skills_with[root].add(int(owner))
        count = max(len(self.entries), FEWEST)
        self.idf = {
            root: math.log(1 + (count - len(owners) + 0.5) / (len(owners) + 0.5))
            for root, owners in skills_with.items()
        }
        self.mass = np.array(
            [sum(self.idf[root] for root in roots) for roots in self.phrases], dtype=np.float32
        )
        postings: dict[str, list[int]] = defaultdict(list)
        for number, roots in enumerate(self.phrases):
            for root in roots:
                postings[root].append(number)
        self.postings = {root: np.array(ids, dtype=np.int32) for root, ids in postings.items()}
        self._weigh_ambiguity()

    def _weigh_ambiguity(self) -> None:
        """Lower the weight of a phrase for each skill, when several skills claim it."""
        claims = Counter(frozenset(roots) for roots in self.phrases)
        self.whole: dict[frozenset[str], list[int]] = defaultdict(list)
        for roots, owner in zip(self.phrases, self.owners, strict=True):
            self.whole[frozenset(roots)].append(int(owner))
        self.claim = np.array(
            [1 / claims[frozenset(roots)] ** CLAIM for roots in self.phrases], dtype=np.float32
        )

    def _read_bags(self) -> None:
        bags = [self._bag(entry) for entry in self.entries]
        lengths = np.array([sum(bag.values()) for bag in bags], dtype=np.float32)
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if len(bags) else 1.0, 1.0))
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bag in enumerate(bags):
            for root, weight in bag.items():
                postings[root].append((number, weight * (K1 + 1) / (weight + norm[number])))
        self.bag_postings = {}
        count = max(len(bags), FEWEST)
        for root, pairs in postings.items():
            idf = math.log(1 + (count - len(pairs) + 0.5) / (len(pairs) + 0.5))
            ids = np.array([number for number, _ in pairs], dtype=np.int32)
            worth = np.array([weight * idf for _, weight in pairs], dtype=np.float32)
            self.bag_postings[root] = (ids, worth)

    def _read_company(self) -> None:
        """Read which skills are close to each other, each pair both ways."""
        number = {entry.code: n for n, entry in enumerate(self.entries)}
        pairs = {
            pair
            for n, entry in enumerate(self.entries)
            for code in entry.close if code in number
            for pair in ((n, number[code]), (number[code], n))
        }  # fmt: skip
        self.company = np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2).T

    def _bag(self, entry: Entry) -> dict[str, float]:
        bag: dict[str, float] = defaultdict(float)
        for name, text in entry.texts:
            for token in tokenizer.tokens(text):
                self._words.setdefault(token.word, token.stem)
                if token.word not in HOLLOW:
                    bag[token.stem] += FIELDS.get(name, 0.3)
        return bag

    # -- reading -------------------------------------------------------------------------------

    def suggest(
        self, text: str, top: int = 5, threshold: float = ALSO, varied: bool = True,
        by_name: bool = True,
    ) -> list[Suggestion]:  # fmt: skip
        """The likeliest skills, the best first; empty when nothing is likely. With `by_name`, a name written in
        full counts more; macro-competences are found better without it, by all words of the text."""
        read = self.mended(tokenizer.tokens(text))
        if not read or not self.entries:
            return []
        said = self.names.said_in(text)
        if threshold and _is_vague(read, said):
            return []
        heard, refused = negation.listened(text, said)
        weight = {id(token): float(heard[token.start]) for token in read}
        hits = self._hits(read, weight)
        raw = self._raw(hits, read, weight)
        whole = self.whole.get(frozenset(t.stem for t in _telling(read)), [])
        raw[whole] += WHOLE
        aloud = [s for s in said if by_name and heard[s.start : s.end].min() > 0.5]
        asked = asked_for(text, aloud)
        meant = self.learned.meant if self.learned else None
        named = weighed(aloud, text, read, self.idf, meant)
        lifted(raw, named, asked)
        raw[self._denied([token for token in read if refused[token.start]])] *= DENIED
        if threshold and self._is_silent(raw, hits, read, weight):
            return []
        telling = _worth(_telling(read), weight)
        said_so = signs(text, read, heard) if self.learned else []
        scores = self._all_told(raw, telling, said_so, named, {*asked, *whole})
        worth = telling if varied else {}
        claims = claimed(self.bag_postings, worth, len(scores))
        wide = max(top, LOOKED_AT) if self.meaning else top
        found = spread(scores, claims, confidence(scores), self._named(hits), wide)
        if self.meaning and (kept := said_aloud(text, heard)):
            found = fused([pair for pair in found if scores[pair[0]]], self.meaning(kept))
        sure = [(skill, float(confidence(score))) for skill, score in found[:top]]
        if varied and threshold >= ALSO:
            sure = fewer(sure)
        return [
            self._suggestion(skill, how, hits, read, weight, text, said_so)
            for skill, how in sure
            if how >= threshold
        ]

    def _all_told(
        self, raw: np.ndarray, worth: dict[str, float], said_so: list[Sign], named: list[Named],
        asked: set[int],
    ) -> np.ndarray:  # fmt: skip
        """The scores with what the skills close by, the likelihood of the words and the everyday sentences add."""
        share = share_lost(len(raw), named, asked)
        scores = raw + COMPANY * self._company(raw)
        scores += np.where(raw > 0, LIKELY * share * self.likely.worth(worth), 0)
        return self.learned.ordered(scores, said_so, share) if self.learned else scores

    def is_vague(self, text: str) -> bool:
        """Whether a text is only a title that many trades bear: « ingénieur »."""
        return _is_vague(self.mended(tokenizer.tokens(text)), self.names.said_in(text))

    def _is_silent(
        self, raw: np.ndarray, hits: list[Hit], read: list[Token], weight: dict[int, float]
    ) -> bool:
        """Whether a text names no skill: none is likely, or the likeliest rests on a single word that isn't a name
        of it (« motivé », « prochaine »)."""
        best = int(raw.argmax())
        if raw[best] < SPEAKS:
            return True
        if raw[best] >= SPEAKS_FOR_ITSELF:
            return False
        words = {t.stem for t in _telling(read) if weight[id(t)] > 0.5}
        alone = sum(best in self.bag_postings.get(word, ((),))[0] for word in words) <= 1
        return alone and not any(h.skill == best and h.strength >= NAMES for h in hits)

    def _denied(self, refused: list[Token]) -> list[int]:
        """The skills that the text refuses: « comptable, mais plus de compta » wants something else."""
        aloud = {id(token): 1.0 for token in refused}
        return [hit.skill for hit in self._hits(refused, aloud) if hit.strength >= PLAINLY]

    def _suggestion(
        self, number: int, score: float, hits: list[Hit], read: list[Token],
        weight: dict[int, float], text: str, said_so: list[Sign],
    ) -> Suggestion:  # fmt: skip
        entry = self.entries[number]
        spans = [(t.start, t.end) for hit in hits if hit.skill == number for t in hit.tokens]
        if not spans:
            spans = [
                (t.start, t.end)
                for t in read
                if weight[id(t)] > 0.5
                and t.word not in HOLLOW
                and number in self.bag_postings.get(t.stem, ((),))[0]
            ]
        spans = spans or (self.learned.telling(number, said_so) if self.learned else [])
        return Suggestion(entry.code, entry.label, round(score, 3), joined(spans, text), entry.pk)

    def mended(self, read: list[Token]) -> list[Token]:
        """The tokens, with glued, split and mistyped words turned into words that the lexicon knows."""
        mended: list[Token] = []
        for token, following in zip_longest(read, read[1:]):
            glued = token.word + following.word if following else ""
            if known := self._words.get(glued):
                mended.append(replace(token, word=glued, stem=known, end=following.end))
            else:
                mended.append(self.speller.mend(token, self.bag_postings))
        return mended

    def _hits(self, read: list[Token], weight: dict[int, float]) -> list[Hit]:
        """The phrases found: most of their weight is in one clause, in words that are close together."""
        clauses: dict[int, dict[str, Token]] = defaultdict(dict)
        for token in read:
            clauses[token.clause].setdefault(token.stem, token)
        ids: list[np.ndarray] = []
        worth: list[np.ndarray] = []
        numbers = list(clauses)
        for row, number in enumerate(numbers):
            for root in clauses[number]:
                found = self.postings.get(root)
                if found is not None:
                    ids.append(found + row * len(self.phrases))
                    worth.append(np.full(len(found), self.idf[root], dtype=np.float32))
        if not ids:
            return []
        keys, places = np.unique(np.concatenate(ids), return_inverse=True)
        matched = np.bincount(places, weights=np.concatenate(worth))
        phrases = keys % len(self.phrases)
        cover = matched / np.maximum(self.mass[phrases], 0.1)
        good = np.flatnonzero(cover >= COVER_LEAST)
        hits = []
        for i in good[np.argsort(-matched[good], kind="stable")][:600]:
            clause = clauses[numbers[keys[i] // len(self.phrases)]]
            if hit := self._hit(
                int(phrases[i]), float(cover[i]), float(matched[i]), clause, weight
            ):
                hits.append(hit)
        return hits

    def _hit(
        self, phrase: int, cover: float, matched: float, clause: dict[str, Token],
        weight: dict[int, float],
    ) -> Hit | None:  # fmt: skip
        tokens = [clause[root] for root in self.phrases[phrase] if root in clause]
        first, last = min(t.place for t in tokens), max(t.place for t in tokens)
        stretch = (last - first + 1) / (len(tokens) + 1.5)
        near = min(1.0, REACH / stretch)
        strength = (
            cover**COVER_POWER * near * matched / (matched + MASS) * float(self.claim[phrase])
        )
        if len(tokens) < len(self.phrases[phrase]):
            strength *= PARTIAL  # a phrase half said is a guess
        strength *= sum(weight[id(t)] for t in tokens) / len(tokens)
        if strength < 0.05:
            return None
        return Hit(int(self.owners[phrase]), strength, tokens)

    def _raw(self, hits: list[Hit], read: list[Token], weight: dict[int, float]) -> np.ndarray:
        """The score of each skill: its best phrase, and its clues, each clue relative to its highest score. 0 for a
        skill that no word of the text brings."""
        named = self._named(hits)
        bag = self._bag_scores(_worth(_telling(read), weight))
        total = NAMED * named
        depth = float(bag.max()) / (float(bag.max()) + DEPTH)
        for name, score in self._clue_scores(read, weight):
            total += CLUES[name] * depth / max(float(score.max()), 1e-9) * score
        return np.where((bag > 0) | (named > 0), total, 0)  # without a word of its own: none

    def _named(self, hits: list[Hit]) -> np.ndarray:
        """How plainly a phrase names each skill."""
        named = np.zeros(len(self.entries), dtype=np.float32)
        for hit in hits:
            named[hit.skill] = max(named[hit.skill], min(hit.strength, 1.0))
        return named

    def _company(self, raw: np.ndarray) -> np.ndarray:
        """For each skill that a word brings, the best score of the skills close to it."""
        best = np.zeros_like(raw)
        np.maximum.at(best, self.company[0], raw[self.company[1]])
        return np.where(raw > 0, best, 0)

    def _bag_scores(self, worth: dict[str, float]) -> np.ndarray:
        scores = np.zeros(len(self.entries), dtype=np.float32)
        for root, weight in worth.items():
            if weight and (found := self.bag_postings.get(root)) is not None:
                scores[found[0]] += weight * found[1]
        return scores

    def _clue_scores(
        self, read: list[Token], weight: dict[int, float]
    ) -> Iterator[tuple[str, np.ndarray]]:
        yield "plain", self.clues["plain"].score(_worth(read, weight).items())
        worth = _worth(_telling(read), weight)
        heard = [(root, loud) for root, loud in worth.items() if loud > 0]
        yield "family", self.clues["family"].score(heard)[self.families]
        yield "definition", self.clues["definition"].score(heard)
        rarest = sorted(heard, key=lambda each: -self.idf.get(each[0], 9.0))[:MOST_GRAMMED]
        grams: dict[str, float] = {}
        for root, loud in rarest:
            for gram in tokenizer.grams(root):
                grams[gram] = max(grams.get(gram, 0.0), loud)
        yield "grams", self.clues["grams"].score(grams.items())


def _is_vague(read: list[Token], said: list[Said]) -> bool:
    telling = _telling(read)
    named = [name for name in said if name.words > 1]
    return bool(telling) and not named and all(token.stem in VAGUE for token in telling)


def _telling(read: list[Token]) -> list[Token]:
    return [token for token in read if token.word not in HOLLOW]


def _worth(read: list[Token], weight: dict[int, float]) -> dict[str, float]:
    """The weight of each root of the text: the highest of its occurrences."""
    heaviest: dict[str, float] = {}
    for token in read:
        heaviest[token.stem] = max(heaviest.get(token.stem, 0.0), weight[id(token)])
    return heaviest
