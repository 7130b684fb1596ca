"""How well words are read, and how fast: `python -m benchmarks.words --rome DIR`.

Five tasks. A job title withheld from ROME asks for its trade, and so do those of
tests/data/job_titles.csv, written as people write them on their profiles; a competence withheld asks
for its macro-competence, and so do the needs of tests/data/macro_needs.csv, in everyday words; the
texts of tests/data/words_eval.csv ask for our skills. Beside us, in the
same run, what one would write first (words_peers.py), and for the macro-competences a plain linear SVM where
scikit-learn is installed. Without --rome
only the last task is run. The draws are seeded, and the weights of the ranker were fitted on others.
"""

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from functools import cache
from pathlib import Path

import django
import numpy as np

from benchmarks import as_in_production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
as_in_production()
django.setup()

from benchmarks.words_peers import TOP, Answers, System, plain_systems, svm  # noqa: E402
from marketplace.words import corpora, rome_files, semantic, speaking, training  # noqa: E402
from marketplace.words.lexicon import Entry, Lexicon  # noqa: E402
from marketplace.words.ranker import Ranker  # noqa: E402
from marketplace.words.training import Corpus  # noqa: E402

HERE = Path(__file__).resolve().parent.parent
DATA = HERE / "marketplace" / "data"
TEXTS = HERE / "tests" / "data" / "words_eval.csv"
JOBS = HERE / "tests" / "data" / "job_titles.csv"
NEEDS = HERE / "tests" / "data" / "macro_needs.csv"
A_NEED = 120  # characters; what is shorter is a phrase


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rome", type=Path, help="the folder of the official ROME 4.0 CSV files")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--alone", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        alone(options.alone[0], Path(options.alone[1]))
        return
    if options.rome:
        rome = rome_files.read(options.rome)
        ask_for_trades(rome, random.Random(options.seed))
        ask_for_jobs(rome)
        ask_for_macros(rome, random.Random(options.seed))
        ask_for_macros_of_needs(rome)
        measure_speed(rome)
    else:
        print("ROME's own tasks are left out: --rome DIR names the folder of its files.\n")
    ask_for_skills()


def ask_for_trades(rome, dice: random.Random, queries: int = 600) -> None:
    """One synonym title of each trade is withheld; 600 of them are asked for."""
    titles = defaultdict(list)
    for code, title, _short, main, trade in rome.appellations:
        if not main:
            titles[trade].append((code, title))
    held = {trade: dice.choice(found) for trade, found in sorted(titles.items())}
    corpus = corpora.trades(corpora.without(rome, appellations={c for c, _ in held.values()}))
    asked = dice.sample(sorted(held.items()), min(queries, len(held)))
    report(
        f"Withheld job title -> trade ({len(asked)} queries, {len(corpus.codes)} trades)",
        corpus, [title for _t, (_c, title) in asked], [{trade} for trade, _ in asked],
    )  # fmt: skip


def ask_for_jobs(rome) -> None:
    """Titles that no list of the State's holds: several trades may be right."""
    with JOBS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    corpus = corpora.trades(rome)
    report(
        f"Job titles as people write them -> trade ({len(rows)} titles, {len(corpus.codes)} trades)",
        corpus, [row["title"] for row in rows], [set(row["trades"].split()) for row in rows],
    )  # fmt: skip


def ask_for_macros(rome, dice: random.Random, queries: int = 700) -> None:
    held = dice.sample(sorted(rome.competences), queries)
    corpus = corpora.macros(corpora.without(rome, competences=set(held)))
    report(
        f"Withheld competence -> macro-competence ({queries} queries, {len(corpus.codes)} classes)",
        corpus,
        [rome.competences[code][0] for code in held],
        [{rome.competences[code][1]} for code in held],
        with_our_skills=True,
    )


def ask_for_macros_of_needs(rome) -> None:
    """Needs and phrases in everyday words, labelled from ROME's own list by somebody who knew no other."""
    with NEEDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    corpus = corpora.macros(rome)
    systems = systems_for_macros(corpus, training.build(corpus))
    for name, some in (
        ("Needs in everyday words", [r for r in rows if len(r["text"]) >= A_NEED]),
        ("Short phrases in everyday words", [r for r in rows if len(r["text"]) < A_NEED]),
    ):
        table(
            f"{name} -> macro-competence ({len(some)}, {len(corpus.codes)} classes)",
            systems,
            [row["text"] for row in some],
            [set(row["macros"].split()) for row in some],
        )


def systems_for_macros(corpus: Corpus, ranker: Ranker) -> dict[str, System]:
    lexicon, macros = Lexicon(our_entries()), macros_of_skills()
    ours: System = lambda texts: [  # noqa: E731
        ranked(ranker, [text], ranker.spoken(speaking.said_by(lexicon, text, macros)))[0]
        for text in texts
    ]
    return (
        plain_systems(corpus)
        | svm(corpus)
        | {
            "ours": lambda texts: ranked(ranker, texts),
            "ours, with our skills": ours,
        }
    )


def ask_for_skills() -> None:
    """Needs and profiles as people write them, with the skills that a careful person chose."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows, without = [r for r in rows if r["skills"]], [r for r in rows if not r["skills"]]
    entries = our_entries()
    lexicon = Lexicon(entries)
    corpus = Corpus(
        "skills", [e.code for e in entries], [e.label for e in entries], ["-"] * len(entries),
        [(n, t) for n, e in enumerate(entries) for f, t in e.texts if f in ("label", "synonym")], {},
    )  # fmt: skip
    ours: System = lambda texts: [  # noqa: E731
        [s.code for s in lexicon.suggest(t, TOP, threshold=0.0)] for t in texts
    ]
    shown: System = lambda texts: [[s.code for s in lexicon.suggest(t, 5)] for t in texts]  # noqa: E731
    systems = plain_systems(corpus) | {"ours, ranking": ours, "ours, as shown": shown}
    systems |= with_meaning(entries)
    wanted = [set(row["skills"].split()) for row in rows]
    title = f"Texts of needs and profiles -> our skills ({len(rows)} texts, {len(entries)} skills)"
    table(title, systems, [r["text"] for r in rows], wanted)
    for name, some in (("all", without), ("apart", [r for r in without if r["id"][0] == "k"])):
        quiet = sum(not lexicon.suggest(row["text"]) for row in some)
        print(f"Texts that name no skill ({name}): silent on {quiet} of {len(some)}.\n")
    halves({w: systems[w] for w in ("BM25 on stems", "ours, ranking", "ours, as shown")}, rows)
    halves(with_meaning(entries), rows)


@cache
def learnt(entries: tuple[Entry, ...]) -> Lexicon | None:
    """Minutes: every phrase is placed. None without config/requirements/semantic.txt."""
    encoder = semantic.encoder()
    if encoder is None:
        return None
    phrases = semantic.learn(entries, encoder.encode)
    lexicon = Lexicon(entries)
    lexicon.meaning = semantic.reader(phrases, encoder.encode, [e.code for e in entries])
    return lexicon


def with_meaning(entries: list[Entry]) -> dict[str, System]:
    lexicon = learnt(tuple(entries))
    if lexicon is None:
        return {}
    return {
        "ours + semantic": lambda texts: [
            [s.code for s in lexicon.suggest(t, TOP, threshold=0.0)] for t in texts
        ],
        "the same, as shown": lambda texts: [
            [s.code for s in lexicon.suggest(t, 5)] for t in texts
        ],
    }


def halves(systems: dict[str, System], rows: list[dict]) -> None:
    """The weights were fitted on all texts but those whose id begins with k, written apart."""
    wanted = [set(row["skills"].split()) for row in rows]
    apart = np.array([row["id"].startswith("k") for row in rows])
    for way, system in systems.items():
        marks = mark(system([row["text"] for row in rows]), wanted)
        for name, some in (("fitted on", ~apart), ("written apart", apart)):
            first, within = (_interval(marks[some, column]) for column in (0, 1))
            print(f"  {way}, {name} ({some.sum()}): accuracy@1 {first}, recall@5 {within}")


def our_entries() -> list[Entry]:
    synonyms = defaultdict(list)
    with (DATA / "synonyms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            synonyms[row["skill"]].append(("synonym", row["text"]))
    with (DATA / "skills.csv").open(encoding="utf-8", newline="") as file:
        return [
            Entry(
                row["code"], row["label_fr"],
                tuple([(f, row[f"{f}_{lang}"]) for f in ("label", "definition", "delivers")
                       for lang in ("fr", "en")] + synonyms[row["code"]]),
                family=row["family"], close=tuple(row["close"].split()),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def report(title, corpus: Corpus, queries, wanted, with_our_skills: bool = False) -> None:
    start = time.process_time()
    ranker = training.build(corpus)
    print(f"(learnt in {time.process_time() - start:.1f} s)")
    systems = plain_systems(corpus) | {"ours": lambda texts: ranked(ranker, texts)}
    if with_our_skills:
        systems = systems_for_macros(corpus, ranker)
    table(title, systems, queries, wanted)


def macros_of_skills() -> dict[str, list[str]]:
    with (DATA / "skills.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["rome_macro"].split() for row in csv.DictReader(file)}


def ranked(ranker: Ranker, texts: list[str], boost: np.ndarray | None = None) -> Answers:
    found = []
    for text in texts:
        read = ranker._read(text)
        chances = ranker.chances(read, text, boost) if read else np.zeros(len(ranker.codes))
        found.append([ranker.codes[i] for i in np.argsort(-chances, kind="stable")[:TOP]])
    return found


# -- marks --------------------------------------------------------------------------------------


def mark(answers: Answers, wanted: list[set[str]]) -> np.ndarray:
    """accuracy@1, recall@5 and reciprocal rank of each query."""
    marks = []
    for found, right in zip(answers, wanted, strict=True):
        rank = next((n for n, code in enumerate(found, start=1) if code in right), None)
        within = len(right & set(found[:5])) / len(right)
        marks.append((rank == 1, within, 1 / rank if rank else 0.0))
    return np.array(marks, dtype=float)


def table(title: str, systems: dict[str, System], queries: list[str], wanted) -> None:
    print(f"\n{title}\n")
    print(f"| {'way':<22} | accuracy@1 (95 %) | recall@5 (95 %) | MRR | ms a query |")
    print("|---|---|---|---|---|")
    for name, system in systems.items():
        start = time.process_time()
        answers = system(queries)
        spent = 1000 * (time.process_time() - start) / len(queries)
        marks = mark(answers, wanted)
        first, within = (_interval(marks[:, column]) for column in (0, 1))
        print(f"| {name:<22} | {first} | {within} | {marks[:, 2].mean():.3f} | {spent:.1f} |")
    print()


def _interval(values: np.ndarray) -> str:
    """The mean, and where it would fall 95 times of 100 with other draws (bootstrap)."""
    dice = np.random.default_rng(0)
    means = values[dice.integers(0, len(values), (2000, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{values.mean():.3f} ({low:.3f}-{high:.3f})"


# -- speed ------------------------------------------------------------------------------------

OURS, ALL_KINDS = "our skills", "all three, one process"
KINDS = (OURS, "trades", "macro")


def measure_speed(rome) -> None:
    """One core: processor time, so that a busy machine doesn't count."""
    print("\nFull ROME, texts of 500 characters\n\n| index | load s | p50 ms | p95 ms | MB |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for kind, make in (("trades", corpora.trades), ("macro", corpora.macros)):
            (Path(folder) / kind).write_bytes(training.build(make(rome)).to_bytes())
        for kind in (*KINDS, ALL_KINDS):
            _alone(kind, Path(folder))
    print(flush=True)


def _alone(kind: str, folder: Path) -> None:
    """In a process of its own: what it holds is then what the index takes."""
    command = [sys.executable, "-m", "benchmarks.words", "--alone", kind, str(folder)]
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


def _long_texts() -> list[str]:
    """500 characters each, of texts that follow one another: none says the same thing twice."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        everything = " ".join(row["text"] for row in csv.DictReader(file))
    return [everything[begin : begin + 500] for begin in range(0, len(everything) - 500, 80)]


def alone(kind: str, folder: Path) -> None:
    texts = _long_texts()
    entries = our_entries()
    before, start = _memory(), time.process_time()
    readers = [
        Lexicon(entries) if one == OURS else Ranker.from_bytes(one, (folder / one).read_bytes())
        for one in (KINDS if kind == ALL_KINDS else (kind,))
    ]
    loaded = time.process_time() - start
    spent = []
    for text in texts:
        start = time.process_time()
        for reader in readers:
            reader.suggest(text)
        spent.append(1000 * (time.process_time() - start))
    p50, p95 = np.percentile(spent, [50, 95])
    memory = _memory() - before
    print(f"| {kind} | {loaded:.2f} | {p50:.1f} | {p95:.1f} | {memory:.0f} |")


def _memory() -> float:
    """What this process holds now, in MB (its peak where the system doesn't say)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
