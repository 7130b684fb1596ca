"""How to close the gap of a pair that nearly fits: the button to press, and the words
that go with it.

A Reason of exclusions.py names its ways by the keys of QUESTIONS and CHANGES here. A
question is asked of the other side, with words that the asker may change; a change is
made to one's own need or offer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from common.dates import spoken
from marketplace.matching.definition import REMOTE, Condition
from marketplace.matching.facts import Facts, Want
from marketplace.matching.reasons import kilometres
from marketplace.matching.speech import Speech

A_WEEK = 7  # days: the least that a mission lasts
ROUND = 10  # kilometres: a radius is rounded up to these


@dataclass(frozen=True)
class Question:
    """A question to the other side: the label of its button (`own_label` when the offer's side says it otherwise),
    and the first words for an asker on the need's or the offer's side."""

    label: Any
    from_need: Any
    from_offer: Any
    own_label: Any = ""


QUESTIONS: dict[str, Question] = {
    "remote": Question(
        gettext_lazy("Ask to do it remotely"),
        gettext_lazy("The place doesn’t suit: could this mission be done remotely?"),
        gettext_lazy("I could do this mission remotely: would that suit you?"),
    ),
    "further": Question(
        gettext_lazy("Ask to come this far"),
        gettext_lazy(
            "It is %(km)s km away: could it be done by coming now and then?"
        ),
        gettext_lazy("I live %(km)s km away: would it be enough if I came now and then?"),
        gettext_lazy("Ask to come now and then"),
    ),
    "dates": Question(
        gettext_lazy("Ask to move the dates"),
        gettext_lazy(
            "The mission goes from %(need_start)s to %(need_end)s. Could these dates be moved?"
        ),
        gettext_lazy(
            "I am free from %(offer_start)s to %(offer_end)s: could the mission be moved?"
        ),
    ),
    "when": Question(
        gettext_lazy("Ask when it would suit"),
        gettext_lazy("This need has no dates: when could you come?"),
        gettext_lazy("I am free from %(offer_start)s to %(offer_end)s: would that suit you?"),
    ),
    "days": Question(
        gettext_lazy("Ask for other days"),
        gettext_lazy(
            "The days of the week don’t suit: would others be possible, now and then?"
        ),
        gettext_lazy("My days of the week aren’t those of the mission: could we find others?"),
    ),
    "hours": Question(
        gettext_lazy("Ask for a few more hours"),
        gettext_lazy(
            "All the hours offered are taken: would a few more be possible?"
        ),
        gettext_lazy("The hours I offered are taken: I could find a few more for this mission."),
    ),
    "whose": Question(
        gettext_lazy("Ask whether another time would do"),
        gettext_lazy(
            "The need isn’t for this kind of time: could you come on your own time, or on working time?"
        ),
        gettext_lazy(
            "I wouldn’t come on the time that your need welcomes: would mine suit you all the same?"
        ),
    ),
    "learn": Question(
        gettext_lazy("Invite, with time to learn"),
        gettext_lazy(
            "“%(skill)s” is wanted at the level “%(level)s”, and that can be learnt: would you come"
            " if some time were set aside for it?"
        ),
        gettext_lazy(
            "I know “%(held)s” at the level “%(held_level)s”: I would like to learn the rest with you."
        ),
        gettext_lazy("Ask for time to learn"),
    ),
    "share": Question(
        gettext_lazy("Ask for a part of the mission"),
        gettext_lazy("Somebody else would do “%(skills)s”: would you take the rest of this mission?"),
        gettext_lazy("I can do this mission, but not “%(skills)s”: could it be shared with somebody?"),
    ),
}  # fmt: skip


def question(code: str, facts: Facts, names: Speech, side: str) -> str:
    """The first words of a question, in the reader's language; "" for an unknown code."""
    asked = QUESTIONS.get(code)
    if asked is None:
        return ""
    return (asked.from_need if side == "need" else asked.from_offer) % {
        "km": kilometres(facts.metres),
        "need_start": _day(facts.need.start),
        "need_end": _day(facts.need.end),
        "offer_start": _day(facts.offer.start),
        "offer_end": _day(facts.offer.end),
        **_skill(facts, names),
    }


def _day(number: int) -> str:
    return spoken(date.fromordinal(number), "j F Y")


def _skill(facts: Facts, names: Speech) -> dict[str, str]:
    """The values to fill in about skills. `skills` are all those that aren't met, to ask for somebody who has them."""
    unmet = ", ".join(names.skill(want.skill) for want in facts.wants if not want.is_met)
    worst = worst_of(facts)
    if worst is None:
        return {"skills": unmet, "skill": "", "level": "", "held": "", "held_level": ""}
    return {
        "skills": unmet,
        "skill": names.skill(worst.skill),
        "level": names.level(worst.level),
        "held": names.skill(worst.held),
        "held_level": names.level(worst.held_level),
    }


def worst_of(facts: Facts) -> Want | None:
    """The required skill that is farthest from being met."""
    return min(facts.lacking, key=lambda want: want.credit, default=None)


# --- Changes: what to put in the form of one's own need or offer; {} when it would close nothing ----
def _need_remote(facts: Facts) -> dict[str, str]:
    return {"place": "BOTH"} if facts.offer.place & REMOTE > facts.need.place & REMOTE else {}


def _offer_remote(facts: Facts) -> dict[str, str]:
    return {"place": "BOTH"} if facts.need.place & REMOTE > facts.offer.place & REMOTE else {}


def _radius(facts: Facts) -> dict[str, str]:
    kilometres_away = facts.metres // 1_000 + 1
    return {"radius_km": str(-(-kilometres_away // ROUND) * ROUND)}


def _need_both_times(facts: Facts) -> dict[str, str]:
    return {"time": "BOTH"} if facts.fails & Condition.WHOSE else {}


def _need_later(facts: Facts) -> dict[str, str]:
    return {"ends_on": _iso(facts.offer.start + A_WEEK)}


def _need_sooner(facts: Facts) -> dict[str, str]:
    return {"starts_on": _iso(max(facts.offer.end - A_WEEK, facts.offer.start))}


def _offer_sooner(facts: Facts) -> dict[str, str]:
    return {"starts_on": _iso(max(facts.need.end - A_WEEK, facts.need.start))}


def _offer_longer(facts: Facts) -> dict[str, str]:
    return {"ends_on": _iso(min(facts.need.start + A_WEEK, facts.need.end))}


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _level(facts: Facts) -> dict[str, str]:
    """The change to one level lower, if that is enough: a skill that is only close counts for less."""
    worst = worst_of(facts)
    return {"level": str(worst.skill)} if worst and worst.is_a_level_away else {}


def _welcome(facts: Facts) -> dict[str, str]:
    worst = worst_of(facts)
    return {"welcome": str(worst.skill)} if worst else {}


@dataclass(frozen=True)
class Change:
    label: Any
    values: Callable[[Facts], dict[str, str]]


SPLIT = gettext_lazy("Split the mission in two")
OF_NEED: dict[str, Change] = {
    "remote": Change(gettext_lazy("Accept remote work"), _need_remote),
    "whose": Change(gettext_lazy("Welcome own time and working time"), _need_both_times),
    "later": Change(gettext_lazy("Move the end of the need"), _need_later),
    "sooner": Change(gettext_lazy("Move the start of the need"), _need_sooner),
    "learn": Change(gettext_lazy("Accept a lower level"), _level),
    "welcome": Change(gettext_lazy("Make this skill welcome only"), _welcome),
}
OF_OFFER: dict[str, Change] = {
    "remote": Change(gettext_lazy("Offer remote work too"), _offer_remote),
    "further": Change(gettext_lazy("Come further"), _radius),
    "later": Change(gettext_lazy("Be free sooner"), _offer_sooner),
    "sooner": Change(gettext_lazy("Stay free longer"), _offer_longer),
}
