"""The index of ROME, which `import_rome` builds, and which each process reads when it is
first asked for.

Our own skills add to it where they know better than the State's list (a need in
everyday words): each of our skills names its macro-competences.
"""

import threading
from collections.abc import Container, Sequence

import numpy as np
from django.db.models import Count

from marketplace.models.market.rome import RomeTradeMacro, WordsIndex
from marketplace.models.market.skills import LexiconVersion, Skill
from marketplace.words import speaking, store
from marketplace.words.ranker import FORMAT, Ranker
from marketplace.words.suggestion import Suggestion

LONGEST_TITLE = 80  # characters
SURE_OF_THE_TRADE = 0.5
# Of a skill, the part that a trade's heart must hold: a juggler is no stage designer.
NEARLY_ALL = 0.75
COMMON = 60  # trades: what is at the heart of more (« gérer un planning ») tells nothing of one

_lock = threading.Lock()
_held: dict[str, tuple[int, Ranker | None]] = {}
_skill_macros: tuple[tuple[int, int] | None, dict[str, list[str]]] = (None, {})


def suggest(text: str, *, among: str, top: int) -> list[Suggestion]:
    """The trades or macro-competences of a text; empty when ROME isn't imported."""
    ranker = rankers(among)
    if ranker is None:
        return []
    boost = _said_by_our_skills(text, ranker) if among == "macro" else None
    return ranker.suggest(text, top, boost)


def rankers(kind: str) -> Ranker | None:
    """The rankers of this process; they are read again when an import has changed the version."""
    version = LexiconVersion.current(LexiconVersion.ROME)
    held = _held.get(kind)
    if held and held[0] == version:
        return held[1]
    with _lock:
        held = _held.get(kind)
        if held is None or held[0] != version:
            held = _held[kind] = (version, _read(kind) if version else None)
    return held[1]


def _read(kind: str) -> Ranker | None:
    """The stored ranker; None when there is none of this format, in which case `import_rome` has to build it."""
    content = WordsIndex.content_of(kind, f"{FORMAT}-")
    return Ranker.from_bytes(kind, content) if content else None


def _said_by_our_skills(text: str, ranker: Ranker) -> np.ndarray:
    return ranker.spoken(speaking.said_by(store.skills_lexicon(), text, skill_macros()))


def skill_macros() -> dict[str, list[str]]:
    """For each of our skills, the codes of its macro-competences."""
    global _skill_macros
    version = (LexiconVersion.current(LexiconVersion.SKILLS), 0)
    if _skill_macros[0] != version:
        rows = dict(Skill.objects.current().values_list("code", "rome_macro"))
        _skill_macros = (version, rows)
    return _skill_macros[1]


def skills_of_title(text: str, top: int) -> list[Suggestion]:
    """Our skills for a job title that none of our words names: those whose macro-competences are at the heart of
    its trade. They are less sure than a skill named by our own words, and their score says so."""
    if len(text) > LONGEST_TITLE or not (found := suggest(text, among="trades", top=1)):
        return []
    trade = found[0]
    if trade.score < SURE_OF_THE_TRADE:
        return []
    rarity = _own_heart_of(trade.code)
    shares = {
        code: _share(macros, rarity) for code, macros in skill_macros().items() if macros
    }  # fmt: skip
    rarest = {
        code: min((rarity[macro] for macro in macros if macro in rarity), default=0)
        for code, macros in skill_macros().items()
    }
    named = {
        e.code: e for e in store.skills_lexicon().entries if shares.get(e.code, 0) >= NEARLY_ALL
    }
    best = sorted(named.values(), key=lambda e: (-shares[e.code], rarest[e.code]))[: min(top, 3)]
    return [
        Suggestion(
            e.code, e.label, round(trade.score * shares[e.code] / 2, 3), trade.evidence, e.pk
        )
        for e in best
    ]


def _share(macros: Sequence[str], heart: Container[str]) -> float:
    """How much of a skill is at the heart of a trade, from 0 to 1: the macro-competences that the skill names first
    count most."""
    worth = {macro: 1 / (1 + rank) for rank, macro in enumerate(macros)}
    return sum(part for macro, part in worth.items() if macro in heart) / sum(worth.values())


def _own_heart_of(trade: str) -> dict[str, int]:
    """The macro-competences at the heart of this trade and of few others, each with the number of trades."""
    links = RomeTradeMacro.objects.filter(is_core=True)
    own = links.filter(macro__in=links.filter(trade_id=trade).values("macro"))
    counted = own.values_list("macro_id").annotate(trades=Count("pk"))
    return {macro: trades for macro, trades in counted if trades <= COMMON}
