"""A need and an offer side by side, as a page, a letter or a command shows them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language, pgettext_lazy

from marketplace.matching.exclusions import exclusions
from marketplace.matching.facts import Facts
from marketplace.matching.reasons import Names, Reason, arguments, shortfalls

STRENGTH_WORDS = {
    1: pgettext_lazy("match", "Possible match"),
    2: pgettext_lazy("match", "Fair match"),
    3: pgettext_lazy("match", "Good match"),
    4: pgettext_lazy("match", "Excellent match"),
}


@dataclass(frozen=True)
class Match:
    """What a match card is given.

    ``need``, ``offer``   the two rows, with what a card shows already fetched
    ``score``             0 to 10,000: for ordering and the full calculation, never shown alone
    ``strength``          1 to 4, for ``components/strength.html``; ``strength_words`` says it
    ``reasons_for_need_side``, ``reasons_for_offer_side``
                          at most three Reasons each, strongest first, for ``components/reason_chips.html``
    ``missing``           what isn't all there (a level, some hours), weakest first; may be empty
    ``excluded``          the hard conditions that fail, each with ``act``: what would close the gap.
                          Empty for a match; one for a near miss
    ``facts``             every number of the calculation

    Words are made when they are read, in the reader's language.
    """

    need: Any
    offer: Any
    facts: Facts
    weights: dict[str, dict[str, int]]
    today: date
    answered: str = ""
    _said: dict = field(default_factory=dict, compare=False, repr=False)

    @property
    def score(self) -> int:
        return self.facts.score

    @property
    def strength(self) -> int:
        return self.facts.strength

    @property
    def strength_words(self) -> str:
        return str(STRENGTH_WORDS[self.strength])

    @property
    def is_match(self) -> bool:
        return self.facts.is_match

    @property
    def reasons_for_need_side(self) -> list[Reason]:
        return self._say(
            "need", lambda: arguments(self.facts, self._names, "need", self.weights["need"])
        )

    @property
    def reasons_for_offer_side(self) -> list[Reason]:
        return self._say(
            "offer", lambda: arguments(self.facts, self._names, "offer", self.weights["offer"])
        )

    @property
    def missing(self) -> list[Reason]:
        return self._say("missing", lambda: shortfalls(self.facts, self._names))

    @property
    def excluded(self) -> list[Reason]:
        return self._say("excluded", lambda: exclusions(self.facts, self._names, self.answered))

    @property
    def _names(self) -> Names:
        return Names(self.need, self.offer, self.today)

    def _say(self, what: str, words) -> list[Reason]:
        key = (what, get_language())
        if key not in self._said:
            self._said[key] = words()
        return self._said[key]
