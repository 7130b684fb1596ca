"""manage.py learn_sentences: learns again what the everyday sentences tell of each skill."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.words import learned, sentences
from marketplace.words.sentences import NAME, Example

DATA = Path(__file__).parents[2] / "data"


class Command(BaseCommand):
    help = (
        "Learn the weights of marketplace/data/everyday_weights.bin from everyday_sentences.tsv and the skills' names "
        "beside it: for those who change either. Some seconds."
    )

    def handle(self, **options: Any) -> None:
        arrays = learnt()
        learned.FILE.write_bytes(sentences.to_bytes(arrays))
        self.stdout.write(f"{len(arrays['numbers'])} signs, {len(arrays['levels'])} weights.")


def learnt(batches: str = "") -> dict:
    """The weights, learnt of the files; of some batches of sentences only when they are named."""
    skills = _rows("skills.csv", ",")
    number = {row["code"]: n for n, row in enumerate(skills)}
    examples = [
        Example(row["text"], tuple(number[code] for code in row["skills"].split()))
        for row in _rows("everyday_sentences.tsv", "\t")
        if not batches or row["batch"] in batches
    ]
    named = [(row["skill"], row["text"]) for row in _rows("synonyms.csv", ",")]
    named += [(row["code"], row[f"label_{lang}"]) for row in skills for lang in ("fr", "en")]
    examples += [Example(text, (number[code],), NAME) for code, text in named]
    return sentences.learn(examples, list(number))


def _rows(name: str, comma: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        # In the sentences a quotation mark is a quotation mark.
        quoting = csv.QUOTE_NONE if comma == "\t" else csv.QUOTE_MINIMAL
        return list(csv.DictReader(file, delimiter=comma, quoting=quoting))
