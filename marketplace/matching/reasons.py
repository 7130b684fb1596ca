"""Why these two, and why not: the facts of a pair in words, for the side that reads.

Reads names from the need and the offer that it is given; asks the database nothing when the engine
fetched them (`wanted__skill`, `held__skill`, `commune`, `cause`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.matching import days
from marketplace.matching.definition import CLOSE, NARROWER, ONE, PARTS, SAME
from marketplace.matching.facts import Facts, Want

TELLING = 6_000  # a part below this is no argument
WEAK = 7_000  # a part below this is worth saying
KINDS = {
    "skills": ("skills", "puzzle"),
    "place": ("place", "geo-alt"),
    "time": ("dates", "calendar-event"),
    "cause": ("cause", "heart"),
    "format": ("format", "calendar3"),
    "regime": ("time", "clock"),
    "answers": ("history", "people"),
    "room": ("history", "people"),
    "waiting": ("volume", "hourglass-split"),
    "volume": ("volume", "hourglass-split"),
    "level": ("level", "mortarboard"),
    "state": ("time", "pause-circle"),
}


@dataclass(frozen=True)
class Reason:
    """One reason in words. `kind` and `icon` draw it; `act` says what would close the gap."""

    code: str
    words: str
    act: str = ""

    @property
    def kind(self) -> str:
        return KINDS[self.code][0]

    @property
    def icon(self) -> str:
        return KINDS[self.code][1]

    @property
    def text(self) -> str:
        return self.words

    def __str__(self) -> str:
        return self.words


class Names:
    """The words for the numbers of a pair."""

    def __init__(self, need, offer, today: date):
        self.need, self.offer, self.today = need, offer, today
        self.wanted = {row.skill_id: row for row in need.wanted.all()}
        self.held = {row.skill_id: row for row in offer.held.all()}

    def skill(self, number: int) -> str:
        row = self.wanted.get(number) or self.held.get(number)
        return row.skill.label if row else ""


def arguments(facts: Facts, names: Names, side: str, weights: dict[str, int]) -> list[Reason]:
    """The three strongest reasons for this side, strongest first."""
    parts = facts.parts[side]
    order = sorted(PARTS, key=lambda part: -weights[part] * parts[part])
    found = (
        Reason(part, words)
        for part in order
        if parts[part] >= TELLING and (words := ARGUMENTS[part](facts, names, side))
    )
    return [reason for reason, _rank in zip(found, range(3), strict=False)]


def _skills(facts: Facts, names: Names, side: str) -> str:
    met = [want for want in facts.wants if want.is_met]
    named = ", ".join(names.skill(want.skill) for want in met[:3])
    if not met:
        return ""
    if side == "offer":
        return ngettext("Your skill: %(named)s", "Your skills: %(named)s", len(met)) % {
            "named": named
        }
    if len(met) == len(facts.wants):
        return ngettext(
            "The skill asked: %(named)s", "The %(count)s skills asked: %(named)s", len(met)
        ) % {"count": len(met), "named": named}
    return ngettext(
        "%(met)s of %(count)s skill asked: %(named)s",
        "%(met)s of %(count)s skills asked: %(named)s",
        len(facts.wants),
    ) % {"met": len(met), "count": len(facts.wants), "named": named}


def kilometres(metres: int) -> str:
    return number_format(max(1, round(metres / 1_000)), use_l10n=True, force_grouping=True)


def _place(facts: Facts, names: Names, side: str) -> str:
    if facts.on_site and facts.metres < 500:
        return _("In the same town: %(town)s") % {"town": names.need.commune.name}
    if facts.on_site:
        return _("%(km)s km away") % {"km": kilometres(facts.metres)}
    return _("Can be done remotely")


def _time(facts: Facts, names: Names, side: str) -> str:
    when = days.months(
        date.fromordinal(facts.first), date.fromordinal(facts.last), today=names.today
    )
    if side == "need":
        return _("Free %(when)s") % {"when": when}
    return _("Suits your dates: %(when)s") % {"when": when}


def _cause(facts: Facts, names: Names, side: str) -> str:
    if not facts.shares_cause:
        return ""
    if side == "need":
        return _("Has your cause at heart: %(cause)s") % {"cause": names.need.cause}
    return _("A cause you chose: %(cause)s") % {"cause": names.need.cause}


def _format(facts: Facts, names: Names, side: str) -> str:
    return _("Time for this format: %(format)s") % {"format": names.need.get_format_display()}


def _regime(facts: Facts, names: Names, side: str) -> str:
    return ""  # being allowed is no merit


def _answers(facts: Facts, names: Names, side: str) -> str:
    return _("Answers quickly") if facts.parts[side]["answers"] >= 8_500 else ""


def _room(facts: Facts, names: Names, side: str) -> str:
    left = facts.room[side == "need"]
    if side == "need":
        return ngettext(
            "Free for %(count)s mission", "Free for %(count)s missions", left
        ) % {"count": left}  # fmt: skip
    return ngettext("%(count)s person wanted", "%(count)s people wanted", left) % {"count": left}


def _waiting(facts: Facts, names: Names, side: str) -> str:
    return ngettext(
        "Waiting for %(count)s day", "Waiting for %(count)s days", facts.waited
    ) % {"count": facts.waited}  # fmt: skip


ARGUMENTS = {
    "skills": _skills,
    "place": _place,
    "time": _time,
    "cause": _cause,
    "format": _format,
    "regime": _regime,
    "answers": _answers,
    "room": _room,
    "waiting": _waiting,
}


def shortfalls(facts: Facts, names: Names) -> list[Reason]:
    """What isn't all there, though it may be a match: skills first, then the weakest part."""
    found = list(_skill_shortfalls(facts, names))
    parts = facts.parts["need"]
    if facts.hours > 0 and parts["time"] < WEAK:
        words = ngettext(
            "%(can)s of the %(count)s hour wanted", "%(can)s of the %(count)s hours wanted",
            names.need.hours,
        ) % {"can": facts.hours, "count": names.need.hours}  # fmt: skip
        found.append(Reason("volume", words))
    if facts.usable and parts["format"] < WEAK:
        found.append(
            Reason(
                "format",
                _("Short for this format: %(format)s")
                % {"format": names.need.get_format_display()},
            )
        )
    if parts["regime"] < WEAK:
        found.append(
            Reason("regime", _("On working time: check the structure’s right to sponsorship"))
        )
    if facts.room[1] > 0 and facts.asked[1] > 1:
        words = ngettext(
            "Already asked by %(count)s structure", "Already asked by %(count)s structures",
            facts.asked[1],
        ) % {"count": facts.asked[1]}  # fmt: skip
        found.append(Reason("room", words))
    return found


def _skill_shortfalls(facts: Facts, names: Names) -> Iterator[Reason]:
    for want in sorted(facts.wants, key=lambda want: (not want.required, want.credit)):
        if want.credit < ONE:
            yield Reason("level" if want.worth == SAME else "skills", shortfall(want, names))


def shortfall(want: Want, names: Names) -> str:
    """« Excel: at ease wanted, basic offered », or what is offered instead."""
    row = names.wanted[want.skill]
    values = {
        "skill": row.skill.label,
        "level": row.get_level_display(),
        "held": names.skill(want.held),
        "held_level": names.held[want.held].get_level_display() if want.held else "",
    }
    if not want.held:
        return _("Missing: %(skill)s (%(level)s)") % values
    if want.worth == SAME:
        return _("%(skill)s: “%(level)s” wanted, “%(held_level)s” offered") % values
    if want.worth == NARROWER:
        return _("%(skill)s: a part of it, %(held)s") % values
    if want.worth == CLOSE:
        return _("%(skill)s: a close skill, %(held)s") % values
    return _("%(skill)s: something near, %(held)s") % values
