"""Whether what stands around a skill changes how it is read: `python -m benchmarks.words_around`.

Two questions. A name of ours, drawn by lot, is asked alone and inside ordinary sentences: is it found, and first?
An offer is read with and without a sentence on whom its author works for: is the first suggestion the same?
The texts of tests/data/words_around.csv marked `seen` were looked at while the reading was mended; those marked
`apart` were written by people who had not seen the program (ten), or before its reading was looked at (ten), and were
read by it once, at the end.
"""

import argparse
import csv
import os
import random
from collections import defaultdict

import django

from benchmarks import as_in_production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
as_in_production()
django.setup()

from benchmarks.words import HERE, our_entries  # noqa: E402
from common.roots import fold  # noqa: E402
from marketplace.words.lexicon import PHRASES, Entry, Lexicon  # noqa: E402

AROUND = HERE / "tests" / "data" / "words_around.csv"
SETS = ("seen", "apart")
Named = list[tuple[str, set[str]]]  # a name, and the skills that bear it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--names", type=int, default=500)
    parser.add_argument("--set", choices=SETS, help="one of the two sets of sentences")
    parser.add_argument("--show", action="store_true", help="what is read otherwise, one a line")
    options = parser.parse_args()
    entries = our_entries()
    lexicon = Lexicon(entries)
    named = drawn(entries, random.Random(options.seed), options.names)
    print(f"{len(named)} names of our skills, drawn with the seed {options.seed}\n")
    print("| where | silent | first | among those shown |\n|---|---|---|---|")
    report("alone", lexicon, ["{}"], named, options.show)
    for one in [options.set] if options.set else SETS:
        report(f"inside, {one}", lexicon, texts(one, "carrier"), named, options.show)
    print()
    for one in [options.set] if options.set else SETS:
        offers, employers = texts(one, "offer"), texts(one, "employer")
        moved = changed(lexicon, offers, employers)
        print(
            f"Offers, {one}: the first suggestion changes in {len(moved)} of {len(offers) * len(employers)}"
        )
        if options.show:
            print(*moved, sep="\n")


def texts(one: str, kind: str) -> list[str]:
    with AROUND.open(encoding="utf-8", newline="") as file:
        return [r["text"] for r in csv.DictReader(file) if (r["set"], r["kind"]) == (one, kind)]


def drawn(entries: list[Entry], dice: random.Random, number: int) -> Named:
    """Names and synonyms by lot; what several skills are called is right for each."""
    owners: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for field, text in entry.texts:
            if field in PHRASES:
                owners[fold(text)].add(entry.code)
    said = [t for entry in entries for field, t in entry.texts if field in PHRASES]
    return [(text, owners[fold(text)]) for text in dice.sample(said, number)]


def report(title: str, lexicon: Lexicon, carriers: list[str], named: Named, show: bool) -> None:
    silent = first = shown = 0
    for name, owners in named:
        for carrier in carriers:
            found = [s.code for s in lexicon.suggest(carrier.format(name))]
            silent += not found
            first += bool(owners & set(found[:1]))
            shown += bool(owners & set(found))
            if show and not owners & set(found[:1]):
                print(
                    f"  {carriers.index(carrier)} {name!r}: {' '.join(sorted(owners))} ≠ {' '.join(found)}"
                )
    asked = len(named) * len(carriers)
    print(
        f"| {title} ({asked}) | {silent / asked:.3f} | {first / asked:.3f} | {shown / asked:.3f} |"
    )


def changed(lexicon: Lexicon, offers: list[str], employers: list[str]) -> list[str]:
    """Each offer with each employer's sentence, where the first suggestion isn't that of the offer alone."""
    moved = []
    for offer in offers:
        alone = lexicon.suggest(offer)[:1]
        for employer in employers:
            beside = lexicon.suggest(employer.format(offer))[:1]
            if [s.code for s in alone] != [s.code for s in beside]:
                moved.append(
                    f"  {employer.format(offer)}: {[s.code for s in alone]} then {[s.code for s in beside]}"
                )
    return moved


if __name__ == "__main__":
    main()
