"""Why these two match: the facts of a pair in words, for the side that reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy

from marketplace.matching import days
from marketplace.matching.definition import (
    CLOSE,
    NARROWER,
    ONE,
    PARTS,
)
from marketplace.matching.facts import Facts, Want
from marketplace.matching.speech import Speech

WEAK = 7_000  # a part below this is worth saying
MOST_NAMED = 3  # skills in one reason
SHORT_OF = tuple(map(PARTS.index, ("time", "format", "regime")))
PART_NAMES: dict[str, Any] = {
    "skills": gettext_lazy("Skills"),
    "place": gettext_lazy("Place"),
    "time": gettext_lazy("Time"),
    "cause": gettext_lazy("Cause"),
    "format": gettext_lazy("Format"),
    "regime": gettext_lazy("Legal frame"),
    "answers": gettext_lazy("Answers"),
    "room": gettext_lazy("Room left"),
    "waiting": gettext_lazy("Long wait"),
}
PART_MEANINGS: dict[str, Any] = {
    "skills": gettext_lazy("how much of what is wanted is held, rare skills counting more"),
    "place": gettext_lazy("how near, or how well it works remotely"),
    "time": gettext_lazy("how many of the hours wanted can be done on shared days"),
    "cause": gettext_lazy("whether the cause is one they prefer"),
    "format": gettext_lazy("whether there are enough shared days for this format"),
    "regime": gettext_lazy("whether working time may be given to this structure"),
    "answers": gettext_lazy("how often and how soon the other side has answered"),
    "room": gettext_lazy("whether the other side is already asked by many"),
    "waiting": gettext_lazy("how long the need has waited"),
}
ICONS = {
    "skills": "puzzle",
    "place": "geo-alt",
    "time": "calendar-event",
    "cause": "heart",
    "format": "calendar3",
    "regime": "clock",
    "answers": "people",
    "room": "people",
    "waiting": "hourglass-split",
    "volume": "hourglass-split",
    "level": "mortarboard",
    "state": "pause-circle",
}


@dataclass(slots=True, unsafe_hash=True)  # not frozen: see facts.py
class Reason:
    """One reason in words. `icon` draws it; `act` says what would close the gap, `ways` names
    the buttons that do it (gaps.py)."""

    code: str
    words: str
    act: str = ""
    ways: tuple[str, ...] = ()

    @property
    def icon(self) -> str:
        return ICONS[self.code]

    @property
    def text(self) -> str:
        return self.words

    def __str__(self) -> str:
        return self.words


def arguments(facts: Facts, names: Speech, side: str, today: date) -> list[Reason]:
    """The three strongest reasons for this side, strongest first."""
    said = ((part, ARGUMENTS[part](facts, names, side, today)) for part in facts.telling[side])
    return [Reason(part, words) for part, words in said if words]


def _skills(facts: Facts, names: Speech, side: str, today: date) -> str:
    """The reason about skills: those that are held; when none is, the closest skill, named as close. "" when
    nothing is near enough."""
    _ = names.say
    if any(want.own for want in facts.wants):
        return _held(facts, names, side)
    closest = told_as_close(facts, side)
    if closest is None:
        return ""
    values = {"skill": names.skill(closest.skill), "held": names.skill(closest.held)}
    if side == "need":
        return _("Close to “%(skill)s”: %(held)s") % values
    return _("Your skill “%(held)s” is close to “%(skill)s”") % values


def _held(facts: Facts, names: Speech, side: str) -> str:
    _, ngettext = names.say, names.count
    own = [want for want in facts.wants if want.own]
    if side == "offer":  # by its own name, and once if it stands for two that were merged
        held = list(dict.fromkeys(want.own for want in own))
        return _("On your side: %(named)s") % {"named": _named(held, names)}
    named = _named([want.skill for want in own], names)
    if len(own) == len(facts.wants):
        return ngettext(
            "The skill asked: %(named)s", "The %(count)s skills asked: %(named)s", len(own)
        ) % {"count": len(own), "named": named}
    return ngettext(
        "%(met)s of %(count)s skill asked: %(named)s",
        "%(met)s of %(count)s skills asked: %(named)s",
        len(facts.wants),
    ) % {"met": len(own), "count": len(facts.wants), "named": named}


def _named(skills: list[int], names: Speech) -> str:
    return ", ".join(map(names.skill, skills[:MOST_NAMED])) + "…" * (len(skills) > MOST_NAMED)


def told_as_close(facts: Facts, side: str) -> Want | None:
    """The wanted skill that the reason of this side speaks of when none is held: the one that something comes
    closest to, required ones first. None when there is none, or when a wanted skill is held."""
    if "skills" not in facts.telling[side] or any(want.own for want in facts.wants):
        return None
    close = [want for want in facts.wants if want.is_close]
    return max(close, key=lambda want: (want.required, want.credit), default=None)


def kilometres(metres: int) -> str:
    return str(max(1, round(metres / 1_000)))


def _place(facts: Facts, names: Speech, side: str, today: date) -> str:
    _ = names.say
    if facts.on_site and facts.metres < 500:
        return _("In the same town")
    if facts.on_site:
        return _("%(km)s km away") % {"km": kilometres(facts.metres)}
    return _("Can be done remotely")


def _time(facts: Facts, names: Speech, side: str, today: date) -> str:
    _ = names.say
    when = _when(facts.first, facts.last, today, names)
    if facts.need.undated:
        return (
            _("No dates set: free %(when)s") % {"when": when}
            if side == "need"
            else _("No dates set")
        )
    if side == "need":
        return _("Free %(when)s") % {"when": when}
    return _("Suits your dates: %(when)s") % {"when": when}


@lru_cache(maxsize=1_000)  # both sides say it, and most pairs of a list
def _when(first: int, last: int, today: date, names: Speech) -> str:
    return days.months(date.fromordinal(first), date.fromordinal(last), today=today, words=names)


def _cause(facts: Facts, names: Speech, side: str, today: date) -> str:
    _ = names.say
    if side == "need":
        return _("Has this cause at heart: %(cause)s") % {"cause": names.cause(facts.need.causes)}
    return _("A cause you chose: %(cause)s") % {"cause": names.cause(facts.need.causes)}


def _format(facts: Facts, names: Speech, side: str, today: date) -> str:
    _ = names.say
    return _("Time for this format: %(format)s") % {"format": names.format(facts.need.format)}


def _answers(facts: Facts, names: Speech, side: str, today: date) -> str:
    _ = names.say
    return _("Answers quickly")


def _room(facts: Facts, names: Speech, side: str, today: date) -> str:
    ngettext = names.count
    left = facts.offer.room if side == "need" else facts.need.room
    if side == "need":
        return ngettext(
            "Free for %(count)s mission", "Free for %(count)s missions", left
        ) % {"count": left}  # fmt: skip
    return ngettext("%(count)s person wanted", "%(count)s people wanted", left) % {"count": left}


def _waiting(facts: Facts, names: Speech, side: str, today: date) -> str:
    ngettext = names.count
    return ngettext(
        "Waiting for %(count)s day", "Waiting for %(count)s days", facts.waited
    ) % {"count": facts.waited}  # fmt: skip


ARGUMENTS = {
    "skills": _skills,
    "place": _place,
    "time": _time,
    "cause": _cause,
    "format": _format,
    "answers": _answers,
    "room": _room,
    "waiting": _waiting,
}


def shortfalls(facts: Facts, names: Speech, side: str) -> list[Reason]:
    """What isn't quite met in a match: skills first, then the weakest part; without what the reasons of this side
    have said."""
    _ = names.say
    ngettext = names.count
    found = list(_skill_shortfalls(facts, names, side))
    time, format_, regime = map(facts.points["need"].__getitem__, SHORT_OF)
    if facts.hours > 0 and time < WEAK:
        words = ngettext(
            "%(can)s of the %(count)s hour wanted", "%(can)s of the %(count)s hours wanted",
            facts.need.hours,
        ) % {"can": facts.hours, "count": facts.need.hours}  # fmt: skip
        found.append(Reason("volume", words))
    if facts.usable and format_ < WEAK and _offer_narrows(facts):
        found.append(
            Reason(
                "format",
                _("Short for this format: %(format)s")
                % {"format": names.format(facts.need.format)},
            )
        )
    if regime < WEAK:
        found.append(
            Reason(
                "regime",
                _(
                    "On working time: the legal form of this structure narrows what may be given, or it is to be checked"
                ),
            )
        )
    if facts.offer.room > 0 and facts.offer.asked > 1:
        words = ngettext(
            "%(count)s proposal is already open for this offer",
            "%(count)s proposals are already open for this offer",
            facts.offer.asked,
        ) % {"count": facts.offer.asked}  # fmt: skip
        found.append(Reason("room", words))
    return found


def _offer_narrows(facts: Facts) -> bool:
    """Whether the days that both have are fewer than the need's own: a need of two weeks leaves nobody more."""
    begins_later = facts.offer.start == facts.first > facts.need.start
    return begins_later or facts.last < facts.need.end


def _skill_shortfalls(facts: Facts, names: Speech, side: str) -> Iterator[Reason]:
    told = told_as_close(facts, side)
    lacking = [want for want in facts.wants if want.credit < ONE]
    for want in sorted(lacking, key=lambda want: (not want.required, want.credit)):
        if want is not told or want.held_level < want.level:
            yield Reason("level" if want.own else "skills", shortfall(want, names))


def shortfall(want: Want, names: Speech) -> str:
    """« Excel: at ease wanted, basic offered », or which skill is offered instead."""
    _ = names.say
    values = {
        "skill": names.skill(want.skill),
        "level": names.level(want.level),
        "held": names.skill(want.held),
        "held_level": names.level(want.own_level or want.held_level),
    }
    if not want.held:
        return _("Missing: %(skill)s (%(level)s)") % values
    if want.own:
        return _("%(skill)s: “%(level)s” wanted, “%(held_level)s” offered") % values
    if want.worth == NARROWER:
        said = _("%(skill)s: a part of it, %(held)s") % values
    elif want.worth == CLOSE:
        said = _("%(skill)s: a close skill, %(held)s") % values
    else:
        said = _("%(skill)s: something near, %(held)s") % values
    if want.held_level < want.level:
        return _("%(said)s (level “%(held_level)s”, “%(level)s” wanted)") % (
            values | {"said": said}
        )
    return said
