"""Brings ROME into the database with the index that searches it, wholly or not at all."""

from collections.abc import Callable, Iterable
from itertools import batched
from pathlib import Path

from django.db import models, transaction

from marketplace.models.market.rome import (
    RomeAppellation,
    RomeCompetence,
    RomeKnowledge,
    RomeMacro,
    RomeMobility,
    RomeTrade,
    RomeTradeMacro,
    WordsIndex,
)
from marketplace.models.market.skills import LexiconVersion
from marketplace.words import corpora, ranker, rome_files, training
from marketplace.words.rome_files import Rome

Step = Callable[[str], None]
BATCH = 2000


def import_rome(folder: Path, step: Step = lambda name: None) -> Rome:
    """Read the files, then make the database say the same. A second run changes nothing.

    Learning the index takes a minute. It is done before the transaction, since SQLite
    lets nobody else write meanwhile.
    """
    rome = rome_files.read(folder, step)
    indexes = _learnt(rome, step)
    with transaction.atomic():
        _write_rows(rome, step)
        _write_links(rome, step)
        _write_indexes(rome, indexes)
    return rome


def _write_rows(rome: Rome, step: Step) -> None:
    step("trades")
    _same(RomeTrade, (
        RomeTrade(code=code, label=label, definition=rome.definitions.get(code, ""))
        for code, label in rome.trades.items()
    ))  # fmt: skip
    _same(RomeMacro, (
        RomeMacro(code=code, label=label, domain=domain)
        for code, (label, domain) in rome.macros.items()
    ))  # fmt: skip
    step("competences")
    _same(RomeCompetence, (
        RomeCompetence(code=code, label=label, macro_id=macro)
        for code, (label, macro) in rome.competences.items()
    ))  # fmt: skip
    _same(RomeKnowledge, (
        RomeKnowledge(code=code, label=label, category=category)
        for code, (label, category) in rome.knowledge.items()
    ))  # fmt: skip
    step("appellations")
    _same(RomeAppellation, (
        RomeAppellation(code=code, label=title, short_label=short, is_main=main, trade_id=trade)
        for code, title, short, main, trade in rome.appellations
    ))  # fmt: skip


def _same(model: type[models.Model], wanted: Iterable) -> None:
    """Make the table hold the rows wanted: only what differs is added, changed or deleted."""
    fields = [f.attname for f in model._meta.concrete_fields]
    others = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    held = {row[0]: row for row in model._default_manager.values_list(*fields)}
    fresh, changed = [], []
    for row in wanted:
        before = held.pop(row.pk, None)
        if before is None:
            fresh.append(row)
        elif before != tuple(getattr(row, name) for name in fields):
            changed.append(row)
    _delete(model, list(held))
    model._default_manager.bulk_create(fresh, batch_size=BATCH)
    model._default_manager.bulk_update(changed, others, batch_size=200)


def _delete(model: type[models.Model], keys: list) -> None:
    for start in range(0, len(keys), 500):
        model._default_manager.filter(pk__in=keys[start : start + 500]).delete()


def _write_links(rome: Rome, step: Step) -> None:
    step("links")
    _same_pairs(
        RomeTrade.competences.through, ("rometrade_id", "romecompetence_id"),
        dict.fromkeys(rome.trade_competences, ()),
    )  # fmt: skip
    _same_pairs(
        RomeTrade.knowledge.through, ("rometrade_id", "romeknowledge_id"),
        dict.fromkeys(rome.trade_knowledge, ()),
    )  # fmt: skip
    _same_pairs(
        RomeTradeMacro, ("trade_id", "macro_id", "is_core"),
        {pair: (core,) for pair, core in rome.trade_macros.items()},
    )  # fmt: skip
    _same_pairs(
        RomeMobility, ("trade_id", "target_id", "rank"),
        {pair: (rank,) for pair, rank in rome.mobility.items()},
    )  # fmt: skip


def _same_pairs(model: type[models.Model], columns: tuple[str, ...], wanted: dict) -> None:
    """Make a table of links hold the pairs wanted. A link has no key of its own: one that differs is deleted and
    written again."""
    said = {(*pair, *rest) for pair, rest in wanted.items()}
    gone = []
    for key, *row in model._default_manager.values_list("pk", *columns):
        if tuple(row) in said:
            said.discard(tuple(row))
        else:
            gone.append(key)
    _delete(model, gone)
    for some in batched(sorted(said), BATCH):  # 50,000 rows at once would weigh
        model._default_manager.bulk_create(
            [model(**dict(zip(columns, row, strict=True))) for row in some]
        )


def _learnt(rome: Rome, step: Step) -> dict[str, bytes]:
    """The indexes, learnt here once for all processes; empty when the ones stored are up to date."""
    if _is_fresh(rome):
        return {}
    indexes = {}
    for kind, corpus in (("macro", corpora.macros), ("trades", corpora.trades)):
        step(f"index of {kind}")
        indexes[kind] = training.build(corpus(rome)).to_bytes()
    return indexes


def _write_indexes(rome: Rome, indexes: dict[str, bytes]) -> None:
    for kind, content in indexes.items():
        WordsIndex.store(kind, _fingerprint(rome), content)
    if indexes:
        LexiconVersion.move(LexiconVersion.ROME)


def _is_fresh(rome: Rome) -> bool:
    kinds = ("macro", "trades")
    held = set(WordsIndex.objects.filter(kind__in=kinds).values_list("kind", "version"))
    return held == {(kind, _fingerprint(rome)) for kind in kinds}


def _fingerprint(rome: Rome) -> str:
    """What the index depends on: its format and every word of the files."""
    return f"{ranker.FORMAT}-{rome.fingerprint()}"
