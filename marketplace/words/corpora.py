"""ROME as the rankers learn it: which texts describe a trade, and which a macro-competence."""

from collections import defaultdict
from collections.abc import Set as AbstractSet

from marketplace.words.rome_files import Rome
from marketplace.words.training import Corpus


def trades(rome: Rome) -> Corpus:
    """The corpus of the trades: each by its job titles, competences, fields of knowledge and definition."""
    codes = sorted(rome.trades)
    number = {code: i for i, code in enumerate(codes)}
    competences: list[list[str]] = [[] for _ in codes]
    knowledge: list[list[str]] = [[] for _ in codes]
    for trade, code in sorted(rome.trade_competences):
        competences[number[trade]].append(rome.competences[code][0])
    for trade, code in sorted(rome.trade_macros):
        competences[number[trade]].append(rome.macros[code][0])
    for trade, code in sorted(rome.trade_knowledge):
        knowledge[number[trade]].append(rome.knowledge[code][0])
    return Corpus(
        "trades",
        codes,
        [rome.trades[code] for code in codes],
        [code[:3] for code in codes],
        [(number[trade], title) for _code, title, _short, _main, trade in rome.appellations],
        {
            "competences": [". ".join(texts) for texts in competences],
            "knowledge": [". ".join(texts) for texts in knowledge],
            "definition": [rome.definitions.get(code, "") for code in codes],
            "label": [rome.trades[code] for code in codes],
        },
    )


def macros(rome: Rome) -> Corpus:
    """The corpus of the macro-competences: each by its label and, as other words for it, its finer competences."""
    codes = sorted(rome.macros)
    number = {code: i for i, code in enumerate(codes)}
    labels = [rome.macros[code][0] for code in codes]
    titles = list(enumerate(labels))
    titles += [(number[macro], label) for label, macro in rome.competences.values()]
    held_by: dict[str, list[str]] = defaultdict(list)
    for trade, code in sorted(rome.trade_macros):
        held_by[code].append(rome.trades[trade])
    return Corpus(
        "macro",
        codes,
        labels,
        [rome.macros[code][1][:2] for code in codes],
        titles,
        {"trades": [". ".join(held_by[code]) for code in codes], "label": labels},
    )


def without(
    rome: Rome,
    appellations: AbstractSet[str] = frozenset(),
    competences: AbstractSet[str] = frozenset(),
) -> Rome:
    """The same ROME with some of its words withheld, so that a benchmark can ask for them."""
    return Rome(
        **{
            name: getattr(rome, name)
            for name in ("trades", "definitions", "macros", "knowledge", "trade_macros",
                         "trade_knowledge", "mobility")
        },
        appellations=[row for row in rome.appellations if row[0] not in appellations],
        competences={c: v for c, v in rome.competences.items() if c not in competences},
        trade_competences={p for p in rome.trade_competences if p[1] not in competences},
    )  # fmt: skip
