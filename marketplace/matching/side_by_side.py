"""A need's conditions as the columns of a table, and what each person brings to them in a word: what lacks is said, and not
by a colour alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from marketplace.matching import days
from marketplace.matching.definition import ON_SITE, REMOTE, Condition
from marketplace.matching.facts import Card, Facts, Want
from marketplace.matching.reasons import kilometres
from marketplace.matching.speech import Speech

SKILL = "s"  # a column of a skill is called by it and the skill's number
DISTANCE, DATES, HOURS, TIME = "distance", "dates", "heures", "temps"
LEAST_FIRST = (DISTANCE, TIME)  # the nearest, and one's own time before working time


@dataclass(frozen=True)
class Cell:
    """`column` is the name of its column; `lacks`: this is what keeps them from meeting every condition, `is_short`: it is
    met, though not quite as wanted."""

    column: str
    words: str
    lacks: bool = False
    is_short: bool = False

    @property
    def is_met(self) -> bool:
        return bool(self.words) and not (self.lacks or self.is_short)


@dataclass(frozen=True)
class Wanted:
    """The head of a column: its name and what the need wants there. `most_first`: sorted by it, the largest come first."""

    column: str
    label: str
    words: str = ""

    @property
    def most_first(self) -> bool:
        return self.column not in LEAST_FIRST


def heads_of(facts: Facts, names: Speech, today: date, commune: str) -> list[Wanted]:
    """What is wanted, in the order of the cells."""
    _, ngettext, need = names.say, names.count, facts.need
    first, last = date.fromordinal(max(need.start, today.toordinal())), date.fromordinal(need.end)
    when = days.months(first, max(first, last), today=today, words=names)
    hours = ngettext("%(count)s hour", "%(count)s hours", need.hours) % {"count": need.hours}
    return [
        *(
            Wanted(f"{SKILL}{want.skill}", names.skill(want.skill), _level_wanted(want, names))
            for want in facts.wants
        ),
        Wanted(DISTANCE, _("Where"), _where(need, commune, names)),
        Wanted(DATES, _("When"), _("No dates set") if need.undated else when),
        Wanted(HOURS, _("Hours"), hours),
    ]


def _level_wanted(want: Want, names: Speech) -> str:
    _ = names.say
    how = _("%(level)s, required") if want.required else _("%(level)s, welcome")
    return how % {"level": names.level(want.level)}


def _where(need: Card, commune: str, names: Speech) -> str:
    _ = names.say
    if not need.place & ON_SITE:
        return _("remotely")
    return _("%(commune)s or remotely") % {"commune": commune} if need.place & REMOTE else commune


def cells_of(facts: Facts, names: Speech, today: date) -> list[Cell]:
    return [
        *_skills(facts, names),
        Cell(DISTANCE, _distance(facts, names), bool(facts.fails & Condition.PLACE)),
        Cell(DATES, _dates(facts, names, today), bool(facts.fails & Condition.TIME)),
        _hours(facts, names),
    ]


def _skills(facts: Facts, names: Speech) -> Iterator[Cell]:
    all_welcome = not any(want.required for want in facts.wants)
    for want in facts.wants:
        counts = want.required or (all_welcome and bool(facts.fails & Condition.SKILLS))
        lacks = counts and not want.is_met
        is_short = not (want.own and want.own_level >= want.level)
        yield Cell(f"{SKILL}{want.skill}", _skill(want, names), lacks, is_short)


def _skill(want: Want, names: Speech) -> str:
    """« à l'aise (2 sur 3) », « voisine : WordPress », « manque »."""
    _ = names.say
    if want.own:
        values = {"level": names.level(want.own_level), "n": want.own_level}
        return _("%(level)s (%(n)s of 3)") % values
    if not want.held:
        return _("lacking")
    held = {"skill": names.skill(want.held)}
    return (
        _("close enough: %(skill)s") if want.is_met else _("lacking; near it: %(skill)s")
    ) % held


def _distance(facts: Facts, names: Speech) -> str:
    _, there = names.say, facts.offer.place
    if not facts.need.place & there:
        return _("remotely only") if there == REMOTE else _("on site only")
    if facts.on_site:
        near = facts.metres < 500
        said = _("same town") if near else _("%(km)s km") % {"km": kilometres(facts.metres)}
        return _("%(distance)s, or remotely") % {"distance": said} if facts.remote else said
    if facts.remote:
        return _("remotely")
    far = {"km": kilometres(facts.metres), "reach": facts.offer.reach // 1_000}
    return _("too far: %(km)s km, comes up to %(reach)s") % far


def _dates(facts: Facts, names: Speech, today: date) -> str:
    _ = names.say
    if facts.usable < 1:
        if facts.first > facts.last:
            return _("not free at these dates")
        return _("not on these days of the week")
    if (
        not facts.need.undated
        and facts.first <= max(facts.need.start, today.toordinal())
        and facts.last >= facts.need.end
    ):
        return _("all of it")
    first, last = date.fromordinal(facts.first), date.fromordinal(facts.last)
    return days.months(first, last, today=today, words=names)


def _hours(facts: Facts, names: Speech) -> Cell:
    _, need = names.say, facts.need
    if facts.fails & Condition.ROOM:
        said = _("no place left") if need.room < 1 else _("none left")
        return Cell(HOURS, said, lacks=True)
    if facts.usable < 1:
        return Cell(HOURS, "")
    can = {"can": min(facts.hours, need.hours), "hours": need.hours}
    return Cell(HOURS, _("%(can)s h of %(hours)s") % can, is_short=facts.hours < need.hours)
