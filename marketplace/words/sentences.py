"""Learns the weights of `learned.py` from the everyday sentences and the names of our skills, in the files of
marketplace/data; no row is read."""

import csv
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from marketplace.words import array_file, sparse, tokenizer
from marketplace.words.learned import STEPS, UNSEEN
from marketplace.words.signs import PAIR, signs
from marketplace.words.sparse import Arrays

DATA = Path(__file__).parents[1] / "data"
NAME = 0.35  # what a name counts, of a sentence
FIRST, OTHERS = 0.7, 0.3  # of a sentence that asks for several skills
TWICE = 2  # a pair of words that was seen once tells little


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence or a name, with the numbers of the skills it asks for."""

    text: str
    skills: tuple[int, ...]
    worth: float = 1.0


def learn(examples: Iterable[Example], codes: Sequence[str]) -> Arrays:
    """The weights of each sign for each skill, as `Learned` reads them."""
    read = [(each, _signs(each.text)) for each in examples]
    seen: dict[int, int] = defaultdict(int)
    for _, said in read:
        for number in said:
            seen[number] += 1
    single = {
        n for _, said in read for n, worth in said.items() if worth == PAIR and seen[n] < TWICE
    }
    rarity = {
        n: float(np.log((1 + len(read)) / (1 + times)) + 1)
        for n, times in seen.items()
        if n not in single
    }
    told: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    sizes = np.zeros(len(codes))
    for each, said in read:
        weights = {n: worth * rarity[n] for n, worth in said.items() if n in rarity}
        length = sum(weight**2 for weight in weights.values()) ** 0.5
        for skill, share in _shared(each.skills):
            for number, weight in weights.items():
                told[number][skill] += each.worth * share * weight / length
                sizes[skill] += each.worth * share * weight / length
    return _arrays(told, rarity, sizes + UNSEEN * len(rarity), codes)


def learn_files(batches: str = "") -> Arrays:
    """The weights, learnt of the files; of some batches of sentences only where they are named."""
    skills = rows("skills.csv")
    number = {row["code"]: n for n, row in enumerate(skills)}
    examples = [
        Example(row["text"], tuple(number[code] for code in row["skills"].split()))
        for row in rows("everyday_sentences.tsv")
        if not batches or row["batch"] in batches
    ]
    named = [(row["skill"], row["text"]) for row in rows("synonyms.csv")]
    named += [(row["code"], row[f"label_{lang}"]) for row in skills for lang in ("fr", "en")]
    return learn(
        [*examples, *(Example(text, (number[code],), NAME) for code, text in named)], list(number)
    )


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        if name.endswith(".tsv"):  # there a quotation mark is a quotation mark
            return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        return list(csv.DictReader(file))


def to_bytes(arrays: Arrays) -> bytes:
    return zlib.compress(array_file.pack(arrays), 9)


def _signs(text: str) -> dict[int, float]:
    return {sign.number: sign.worth for sign in signs(text, tokenizer.tokens(text))}


def _shared(skills: Sequence[int]) -> list[tuple[int, float]]:
    if len(skills) == 1:
        return [(skills[0], 1.0)]
    return [(skill, OTHERS if rank else FIRST) for rank, skill in enumerate(skills)]


def _arrays(
    told: dict[int, dict[int, float]], rarity: dict[int, float], sizes: np.ndarray,
    codes: Sequence[str],
) -> Arrays:  # fmt: skip
    numbers = sorted(told)
    entries = [(skill, told[n][skill]) for n in numbers for skill in sorted(told[n])]
    worth = np.array([worth for _, worth in entries])
    levels = np.rint(STEPS * np.log1p(worth / UNSEEN))
    return {
        "codes": sparse.packed(codes),
        "numbers": np.array(numbers, dtype=np.uint32),
        "starts": np.cumsum([0, *(len(told[n]) for n in numbers)]).astype(np.int32),
        "rarity": np.array([rarity[n] for n in numbers], dtype=np.float16),
        "skills": np.array([skill for skill, _ in entries], dtype=np.uint16),
        "levels": np.minimum(levels, 255).astype(np.uint8),
        "base": -np.log(sizes).astype(np.float32),
    }
