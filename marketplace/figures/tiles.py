"""The headline figures in words, each beside that of the period before."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from common.numbers import chosen_by
from marketplace.figures.counts import NO_REGIME, Counts, percent, quantile
from marketplace.law.value import euros
from marketplace.models import Regime
from marketplace.rules.few import FEW

HALF, MOST = Decimal("0.5"), Decimal("0.9")


@dataclass(frozen=True)
class Tile:
    words: str | Promise
    now: str
    before: str
    note: str | Promise = ""

    @property
    def moved(self) -> bool:
        return self.now != self.before


def _rate(value: int | None) -> str:
    return "–" if value is None else _("%(n)s%%") % {"n": value}


def _share(part: int, whole: int) -> str:
    """In percent; of so few that it would say nothing, how many of how many."""
    if 0 < whole < FEW:
        return _("%(done)s of %(total)s") % {"done": part, "total": whole}
    return _rate(percent(part, whole))


def _days(value: int | None) -> str:
    if value is None:
        return "–"
    return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}


def _mark(counts: Counts) -> str:
    if not counts.reviews:
        return "–"
    return f"{number_format(tenth(Decimal(counts.rating) / counts.reviews), 1)} / 5"


def tenth(number: Decimal | int) -> Decimal:
    """To a tenth, as pages round: `number_format` alone would cut."""
    return Decimal(number).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _recommend(counts: Counts) -> str:
    if not counts.recommend:
        return "–"
    return f"{round(100 * (counts.promoters - counts.detractors) / counts.recommend):+d}"


def hours_in_words(number: Decimal | int) -> str:
    """The hours without useless zeros: 38,5 and 21 and 1 240."""
    return number_format(
        f"{Decimal(number):.2f}".rstrip("0").rstrip("."), use_l10n=True, force_grouping=True
    )


def days_in_words(days: Decimal | int) -> str:
    """To a tenth: 12,5 days and 1 240 days."""
    exact = tenth(days)
    shown = number_format(
        exact.normalize() if exact % 1 else int(exact), use_l10n=True, force_grouping=True
    )
    return ngettext("%(n)s day", "%(n)s days", chosen_by(exact)) % {"n": shown}


type Line = tuple[str | Promise, Callable[[Counts], str], str | Promise]

LINES: tuple[Line, ...] = (
    (gettext_lazy("First proposal to a need"), lambda c: _days(quantile(c.answer_days, HALF)),
     gettext_lazy("half of them sooner, of the needs that had one")),
    (gettext_lazy("Nine in ten of these within"), lambda c: _days(quantile(c.answer_days, MOST)), ""),
    (gettext_lazy("From the need to the agreement of both"), lambda c: _days(quantile(c.agreement_days, HALF)),
     gettext_lazy("half of them sooner")),
    (gettext_lazy("Nine in ten of the agreements within"), lambda c: _days(quantile(c.agreement_days, MOST)), ""),
    (gettext_lazy("Needs that found someone"), lambda c: _share(c.agreed, c.qualified),
     gettext_lazy("of those published")),
    (gettext_lazy("Proposals left in silence"), lambda c: _share(c.silent, c.asked),
     gettext_lazy("closed without an answer")),
    (gettext_lazy("Missions agreed"), lambda c: str(c.missions), ""),
    (gettext_lazy("Structures with a first mission"), lambda c: str(c.newcomers), ""),
    (gettext_lazy("Structures that come back"), lambda c: _share(c.repeats, c.missions),
     gettext_lazy("of the missions")),
    (gettext_lazy("Structures served"), lambda c: str(len(c.served)),
     gettext_lazy("that received confirmed hours")),
    (gettext_lazy("Needs carried by several structures"), lambda c: str(c.together), ""),
)  # fmt: skip
REVIEWED: tuple[Line, ...] = (
    (gettext_lazy("How it went"), _mark, gettext_lazy("average of the reviews")),
    (gettext_lazy("Would do it again"), lambda c: _share(c.again, c.reviews), ""),
    (gettext_lazy("Would recommend it"), _recommend, gettext_lazy("from −100 to +100")),
)
MET = gettext_lazy("pairs, by a need carried together, a gathering or a mission")
PEOPLE = gettext_lazy("People engaged")
HOURS = gettext_lazy("Hours done")
CONFIRMED = gettext_lazy("confirmed, or uncontested for a week")
INSIDE: tuple[tuple[Line, ...], ...] = (
    ((PEOPLE, lambda c: str(len(c.everyone)), ""),),
    LINES,
    ((HOURS, lambda c: hours_in_words(sum(c.hours.values())), CONFIRMED),),
    REVIEWED,
)


def tiles(now: Counts, before: Counts, *, promised: int, whole: bool) -> list[Tile]:
    """The headline figures. `promised` is the number of working days within which what is handed in is read; `whole`: no filter
    is chosen."""
    told = [Tile(words, say(now), say(before), note) for words, say, note in chain(*INSIDE)]
    told[len(LINES) + 1 : len(LINES) + 1] = _carried(now, before)  # beside how many there are
    met = [Tile(_("Structures that met for the first time"), str(now.met), str(before.met), MET)]
    first = _read_in_time(now, before, promised)
    return [first, *told, *(met if whole else [])]


def _carried(now: Counts, before: Counts) -> list[Tile]:
    """How many of the needs that several carry found someone, beside those of one structure; nothing where none was
    published."""
    if not (now.together_qualified or before.together_qualified):
        return []
    here, earlier = (_share(c.together_agreed, c.together_qualified) for c in (now, before))
    alone = now.agreed - now.together_agreed, now.qualified - now.together_qualified
    note = _("of those published; of those of one structure: %(share)s") % {"share": _share(*alone)}
    return [Tile(_("Needs carried by several that found someone"), here, earlier, note)]


def _read_in_time(now: Counts, before: Counts, promised: int) -> Tile:
    def say(counts: Counts) -> str:
        return _share(*counts.read_within(promised))

    note = ngettext(
        "within the %(n)s working day promised, needs and organisations",
        "within the %(n)s working days promised, needs and organisations",
        promised,
    )
    return Tile(_("Answered in time"), say(now), say(before), note % {"n": promised})


def funnel(counts: Counts) -> list[tuple[str, int]]:
    """The funnel of the needs posted: the same needs from top to bottom."""
    return [
        (pgettext("needs", "posted"), counts.posted),
        (pgettext("needs", "published"), counts.qualified),
        (pgettext("needs", "with a proposal"), counts.answered),
        (pgettext("needs", "agreed on by both"), counts.agreed),
        (pgettext("needs", "delivered"), counts.done),
        (pgettext("needs", "served by a gathering"), counts.taught),
    ]


@dataclass(frozen=True)
class RegimeLine:
    words: str
    hours: str
    value: str


def regimes(counts: Counts) -> list[RegimeLine]:
    """The hours and the declared value by legal frame; frames without either are left out."""
    labels = {**dict(Regime.choices), NO_REGIME: _("legal frame not chosen")}
    known = [code for code in labels if counts.hours[code] or counts.value[code]]
    return [RegimeLine(str(labels[code]), *_regime(counts, code)) for code in known]


def _regime(counts: Counts, code: str) -> tuple[str, str]:
    value = counts.value[code]
    return hours_in_words(counts.hours[code]), euros(Decimal(value)) if value else "–"


def most(
    unmet: Counter[str], labels: dict[str, str], number: int = 10
) -> Iterable[tuple[str, int]]:
    """The skills most often missing; those with the same count are in alphabetical order, so that the page doesn't
    change. Which of these are left out is said by their codes: in each language the same are listed."""
    kept = sorted(unmet.items(), key=lambda line: (-line[1], line[0]))[:number]
    named = [(labels.get(code, code), count) for code, count in kept]
    return sorted(named, key=lambda line: (-line[1], line[0]))
