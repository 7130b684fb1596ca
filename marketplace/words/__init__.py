"""The words people use: reads a text, and finds the skills, the trades or the macro-competences that
it speaks of.

    suggest("refaire notre site et nous apprendre excel")

Only `store` and `rome_store` know the database; the rest is pure.
"""

from dataclasses import dataclass

from common.roots import root_of
from marketplace.words import rome_store, store, tokenizer
from marketplace.words.confidence import ALSO, UNSURE
from marketplace.words.families import family_named
from marketplace.words.suggestion import Span, Suggestion

__all__ = [
    "UNSURE",
    "Span",
    "Suggestion",
    "SearchTerms",
    "family_named",
    "is_about_people",
    "is_vague",
    "search_terms",
    "suggest",
]

LIKELY = 0.05  # what a search or a matching goes by; a form proposes what is less sure too
PEOPLE = {root_of(word) for word in tokenizer.listed("people_words.txt")}
WHEN = "lundi mardi mercredi jeudi vendredi samedi dimanche week end matin midi soir matinee soiree journee"
BESIDE = PEOPLE | {root_of(word) for word in WHEN.split()}
AMONG = ("skills", "trades", "macro")


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What a search means: the codes of skills, and the roots of its words, to be searched in the texts."""

    codes: list[str]
    stems: list[str]


def suggest(
    text: str, *, among: str = "skills", top: int = 5, least: float = ALSO, varied: bool = True
) -> list[Suggestion]:
    """The likeliest of our skills (or ROME trades, or macro-competences) that a text speaks
    of.

    The best comes first; the list is empty when nothing is likely enough, and holds no
    skill that is less likely than `least`. With `varied`, each rests on other words; a
    search also wants those that rest on the same ones. `evidence` are offsets in `text`
    as given.
    """
    if among == "skills":
        found = store.skills_lexicon().suggest(text or "", top, least, varied)
        if found and found[0].score < 2 * UNSURE and is_about_people(text or ""):
            return []  # « un coup de main »: the page asks for what
        return found or ([] if is_vague(text) else rome_store.skills_of_title(text or "", top))
    if among not in AMONG:
        raise ValueError(f"among is one of {', '.join(AMONG)}")
    return rome_store.suggest(text or "", among=among, top=top)


def is_vague(text: str) -> bool:
    """Whether a text is only a title that many trades bear (« ingénieur »): the page then asks in which field."""
    return store.skills_lexicon().is_vague(text or "")


def is_about_people(text: str) -> bool:
    """Whether a text says who is wanted but not for what (« cherche bénévoles »): the page then asks for what."""
    read = tokenizer.tokens(text or "")
    wanted = any(token.stem in PEOPLE for token in read)
    return wanted and all(token.stem in BESIDE or token.word in tokenizer.HOLLOW for token in read)


def search_terms(text: str) -> SearchTerms:
    """What the catalogue searches for: the skills that a search names, and the roots of its words."""
    found = store.skills_lexicon().suggest(text or "", top=5)
    codes = [s.code for s in found if s.score >= 0.4]
    roots = [t.stem for t in tokenizer.tokens(text or "") if t.word not in tokenizer.HOLLOW]
    return SearchTerms(codes, list(dict.fromkeys(roots))[:12])
