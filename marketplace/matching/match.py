"""A need and an offer side by side, as a page, a letter or a command shows them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import pgettext_lazy

from marketplace.matching.exclusions import exclusions
from marketplace.matching.facts import Facts
from marketplace.matching.reasons import Reason, arguments, shortfalls
from marketplace.matching.speech import Names, Speech, language

STRENGTH_WORDS = {
    1: pgettext_lazy("match", "Possible match"),
    2: pgettext_lazy("match", "Fair match"),
    3: pgettext_lazy("match", "Good match"),
    4: pgettext_lazy("match", "Excellent match"),
}


@dataclass(frozen=True)
class Match:
    """What a match card is given.

    ``need``, ``offer``   the two rows, with what a card shows already fetched (None when only the
                          numbers were asked for: ``need_id``, ``offer_id`` are always there)
    ``score``             0 to 10,000: for ordering and the full calculation, never shown alone
    ``strength``          1 to 4, for ``components/strength.html``; ``strength_words`` says it
    ``reasons_for_need_side``, ``reasons_for_offer_side``
                          at most three Reasons each, strongest first, for ``components/reason_chips.html``
    ``missing_for_need_side``, ``missing_for_offer_side``
                          what isn't all there (a level, some hours) and these reasons don't say, weakest
                          first; may be empty
    ``excluded``          the hard conditions that fail, each with ``act``: what would close the gap.
                          Empty for a match; one for a near miss
    ``facts``             every number of the calculation
    ``supposed``          the codes of reasons that rest on what nobody has said: they aren't given

    Words are made when they are read, in the reader's language.
    """

    facts: Facts
    names: Names
    weights: dict[str, dict[str, int]]
    today: date
    need: Any = None
    offer: Any = None
    answered: str = ""
    closed: Reason | None = None
    supposed: frozenset[str] = frozenset()
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
        return not self.facts.fails

    @property
    def need_id(self) -> int:
        return self.facts.need.id

    @property
    def offer_id(self) -> int:
        return self.facts.offer.id

    @property
    def reasons_for_need_side(self) -> list[Reason]:
        return self._say("need", lambda words: self._arguments("need", words))

    @property
    def reasons_for_offer_side(self) -> list[Reason]:
        return self._say("offer", lambda words: self._arguments("offer", words))

    @property
    def missing_for_need_side(self) -> list[Reason]:
        return self._missing("need")

    @property
    def missing_for_offer_side(self) -> list[Reason]:
        return self._missing("offer")

    @property
    def excluded(self) -> list[Reason]:
        if not (self.facts.fails or self.answered or self.closed):
            return []
        return self._say(
            "excluded",
            lambda words: exclusions(
                self.facts,
                words,
                self.today,
                self.answered,
                self.closed,
                of_two=self.is_of_two_organisations,
            ),
        )

    @property
    def apart(self) -> list[Reason]:
        """What keeps the two apart and they may talk about; not the state they are in."""
        return [reason for reason in self.excluded if reason.code not in {"state", "room"}]

    @property
    def is_of_two_organisations(self) -> bool:
        """Whether the two rows, as far as they are known, are of different organisations."""
        known = self.need is not None and self.offer is not None
        return known and self.need.organisation_id != self.offer.organisation_id

    @property
    def speech(self) -> Speech:
        return self.names.in_language(language())

    def _missing(self, side: str) -> list[Reason]:
        """The shortfalls of a side, without those that `excluded` already says."""
        told = {reason.words for reason in self.excluded}
        found = self._say(f"missing {side}", lambda words: shortfalls(self.facts, words, side))
        if not told:
            return found
        return [reason for reason in found if not any(reason.words in said for said in told)]

    def _arguments(self, side: str, words: Speech) -> list[Reason]:
        found = arguments(self.facts, words, side, self.today)
        if self.need and not self.need.is_published:  # it waits for nobody
            found = [one for one in found if one.code != "waiting"]
        if whose := self.nearest_carrier:
            return [_from(whose, one, words) if one.code == "place" else one for one in found]
        return found

    @property
    def nearest_carrier(self) -> str:
        """Of a need that several carry, to be done on site: the name of the one whose commune is the nearest; "" otherwise."""
        if not (self.need and self.facts.need.carriers and self.facts.on_site):
            return ""
        named = [str(self.need.organisation), *self.need.carriers_named]
        return named[self.facts.whose] if self.facts.whose < len(named) else ""

    @property
    def whose_need(self) -> str:
        """Its structure, or all that carry it."""
        return str(self.need.carried_words if self.facts.need.carriers else self.need.organisation)

    def _say(self, what: str, reasons: Callable[[Speech], list[Reason]]) -> list[Reason]:
        spoken = language()
        key = (what, spoken)
        if key not in self._said:
            found = reasons(self.names.in_language(spoken))
            self._said[key] = [one for one in found if one.code not in self.supposed]
        return self._said[key]


def _from(whose: str, reason: Reason, words: Speech) -> Reason:
    _ = words.say
    said = _("%(distance)s (%(organisation)s)") % {"distance": reason.words, "organisation": whose}
    return Reason(reason.code, said, reason.act, reason.ways)
