"""A report laid out: its chapters as plain blocks, for a page, a PDF and a text document alike. It is read from the facts that
are kept with it; only who agrees to be named or quoted is asked anew, each time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Organisation
from common.dates import spoken
from marketplace.actions.desk import report_figures
from marketplace.documents.report_blocks import (
    Bar,
    Bars,
    Block,
    Chapter,
    Figures,
    LaidOut,
    Map,
    Names,
    Partner,
    Partners,
    Place,
    Story,
    Words,
)
from marketplace.figures import told_missions
from marketplace.models import (
    ChapterKind,
    Edition,
    Report,
    ReportPartner,
    SkillFamily,
)

# A version that was sent is read for ever, by a site that has learnt to keep more since.
NOT_KEPT: Mapping[str, Any] = {
    "before": {}, "promised": 0, "read": None, "families": [], "regimes": [], "places": [], "more_places": [0, 0],
    "sectors": [], "structures": [], "own_names": [], "stories": [], "records": None, "until": "",
}  # fmt: skip
MOST_BARS, MOST_PLACES, MOST_NAMED, MOST_STORIES = 20, 60, 120, 6


@dataclass(frozen=True)
class Reading:
    """A report as it is read: what it says is `kept`, today or as it was sent."""

    report: Report
    edition: Edition
    kept: Mapping[str, Any]
    today: date

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """Those that were kept before the site knew to tell something tell nothing of it."""
        facts = self.kept["facts"]
        return facts and NOT_KEPT | facts

    @property
    def is_public(self) -> bool:
        return self.edition == Edition.PUBLIC


def lay_out(
    report: Report, edition: Edition, kept: Mapping[str, Any], *, made_on: date, today: date
) -> LaidOut:
    """`kept` is what actions/desk/reports.py: kept_of gives. Chapters with nothing to say are left out."""
    reading = Reading(report, edition, kept, today)
    title = _("%(whose)s in %(year)s") % {"whose": report.whose, "year": report.year}
    of_part = [str(report.pole)] if report.of else []
    chapters = (_chapter(reading, one) for one in kept["chapters"])
    return LaidOut(
        title=title,
        subtitle=" · ".join([*of_part, str(edition.label)]),
        made_on=_("Made on %(day)s") % {"day": spoken(made_on)},
        language=(get_language() or "fr")[:2],
        chapters=[one for one in chapters if one.blocks],
    )


def _chapter(reading: Reading, chapter: Mapping[str, Any]) -> Chapter:
    kind = ChapterKind(chapter["kind"])
    told = list(SAYS[kind](reading, chapter)) if kind in SAYS and reading.facts else []
    blocks = [*_own(chapter["above"]), *told, *_own(chapter["below"])]
    return Chapter(chapter["title"] or str(kind.label), blocks)


def _own(text: str) -> list[Words]:
    """The pôle's words: an empty line parts two paragraphs."""
    lines = text.replace("\r\n", "\n").split("\n\n")
    paragraphs = [" ".join(line.split()) for line in lines if line.strip()]
    return [Words(paragraphs)] if paragraphs else []


def _note(*sentences: str) -> Words:
    return Words([one for one in sentences if one], is_note=True)


# --- what the site adds, by kind -----------------------------------------------------------
def _figures(reading: Reading, _chapter: Mapping[str, Any]) -> Iterator[Block]:
    rows = report_figures.rows(reading.facts, reading.kept["targets"], public=reading.is_public)
    year = reading.report.year
    yield Figures(str(year), str(year - 1), rows)
    if until := reading.facts["until"]:
        sentence = _("%(year)s until %(day)s, beside the whole of %(before)s.")
        day = spoken(date.fromisoformat(until))
        yield _note(sentence % {"year": year, "day": day, "before": year - 1})
    yield from _frames(reading)
    if sentences := list(report_figures.kept_back(reading.facts, public=reading.is_public)):
        yield _note(*sentences)
    if before_us := reading.facts["records"]:
        yield _note(_brought_in(before_us))


def _frames(reading: Reading) -> Iterator[Block]:
    """The hours by legal frame, and in the funder's version the value: in a chart, or in a sentence where most of it isn't
    told."""
    for code, title in report_figures.BY_FRAME.items():
        lines = report_figures.by_frame(reading.facts, code, public=reading.is_public)
        if not lines:
            continue
        if not report_figures.tells_enough(lines):
            yield _note(report_figures.in_a_sentence(code, lines))
            continue
        most = max([told for _frame, told in lines if isinstance(told, int)], default=0)
        rows = [
            Bar(
                report_figures.frame(frame), report_figures.said(code, told),
                round(100 * told / most) if isinstance(told, int) else 0,
            )
            for frame, told in lines
        ]  # fmt: skip
        yield Bars(str(title), (_("Legal frame"), str(report_figures.LABELS[code])), rows)


def _brought_in(found: Mapping[str, Any]) -> str:
    said = ngettext(
        "Before the pôle came to this site: %(n)s past mission more in the year, brought in from its own files and in none of these figures (structures: %(m)s; hours: %(hours)s).",
        "Before the pôle came to this site: %(n)s past missions more in the year, brought in from its own files and in none of these figures (structures: %(m)s; hours: %(hours)s).",
        found["missions"],
    )
    hours = report_figures.said("hours", found["hours"])
    return said % {"n": _whole(found["missions"]), "m": _whole(found["structures"]), "hours": hours}


def _families(reading: Reading, _chapter: Mapping[str, Any]) -> Iterator[Block]:
    labels = {str(one.pk): one.label for one in SkillFamily.objects.all()}
    lines = [(labels.get(pk, _("No family")), number) for pk, number in reading.facts["families"]]
    yield from _bars(_("Missions by family of skills"), (_("Family"), _("Missions")), lines)


def _bars(title: str, head: tuple[str, str], lines: list[tuple[str, int]]) -> Iterator[Block]:
    if not lines:
        return
    if len(lines) == 1:  # nothing to compare
        told = f"{lines[0][0]} ({_missions(lines[0][1])})"
        yield Words([_("%(title)s: %(told)s.") % {"title": title, "told": told}])
        return
    most = max(number for _label, number in lines)
    rows = [
        Bar(label, _whole(number), round(100 * number / most))
        for label, number in lines[:MOST_BARS]
    ]
    yield Bars(title, head, rows)
    if others := [number for _label, number in lines[MOST_BARS:]]:
        sentence = ngettext(
            "And %(n)s more line: %(m)s.", "And %(n)s more lines: %(m)s.", len(others)
        )
        yield _note(sentence % {"n": len(others), "m": _missions(sum(others))})


def _map(reading: Reading, _chapter: Mapping[str, Any]) -> Iterator[Block]:
    facts = reading.facts
    if not facts["places"]:
        return
    title = _("Missions by intercommunality")
    yield from _bars(title, (_("Group of communes"), _("Missions")), facts["sectors"])
    shown = [Place(*place) for place in facts["places"][:MOST_PLACES]]
    yield Map(_("Missions by commune"), shown)
    left, number = facts["more_places"]
    rest = facts["places"][MOST_PLACES:]
    if communes := left + len(rest):
        sentence = ngettext(
            "And %(n)s more commune: %(m)s.", "And %(n)s more communes: %(m)s.", communes
        )
        missions = number + sum(place[3] for place in rest)
        yield _note(sentence % {"n": _whole(communes), "m": _missions(missions)})


def _structures(reading: Reading, _chapter: Mapping[str, Any]) -> Iterator[Block]:
    """By their names: in the public version those that the directory shows today; in the other one those that aren't known
    to be somebody's own name."""
    helped = reading.facts["now"]["structures"]
    if not helped:
        return
    facts, rows = reading.facts, Organisation.objects.filter(pk__in=reading.facts["structures"])
    listed = rows.in_directory(reading.today)
    shown = (
        listed if reading.is_public else listed | rows.accepted().exclude(pk__in=facts["own_names"])
    )
    names = list(shown.order_by("name", "pk").values_list("name", "commune__name")[:MOST_NAMED])
    said = ngettext(
        "%(n)s structure found somebody in the year, or was given hours.",
        "%(n)s structures found somebody in the year, or were given hours.",
        helped,
    )
    yield Words([said % {"n": _whole(helped)}])
    if names:
        yield Names(names)
    if others := helped - len(names):
        sentence = ngettext(
            "%(n)s structure isn’t named here: it isn’t in the public directory, or the list would be too long.",
            "%(n)s structures aren’t named here: they aren’t in the public directory, or the list would be too long.",
            others,
        )
        yield _note(sentence % {"n": _whole(others)})


def _promises(reading: Reading, _chapter: Mapping[str, Any]) -> Iterator[Block]:
    rows = report_figures.promises(reading.facts)
    if rows:
        year = reading.report.year
        yield Figures(str(year), str(year - 1), rows)


def _brakes(reading: Reading, _chapter: Mapping[str, Any]) -> Iterator[Block]:
    """The brakes that were lifted, as the register said it on the day."""
    for found in reading.kept["brakes"]:
        acts = _("With: %(who)s.") % {"who": found["actors"]} if found["actors"] else ""
        yield Story(found["title"], [line for line in (found["action"], acts) if line])


def _stories(reading: Reading, chapter: Mapping[str, Any]) -> Iterator[Block]:
    """Only what both sides, or whoever is quoted, agree to today."""
    chosen = [pk for pk in reading.facts["stories"] if pk not in chapter["left_out"]]
    for told in told_missions.of_missions(chosen, MOST_STORIES):
        lines = [line for line in told.lines if line]
        quoted = told.signature if told.is_quoted else ""
        names = " · ".join(name for name in told.names if name)
        signed = [] if told.is_quoted or not names else [names]
        yield Story(
            told.title,
            [*lines, *signed],
            told.quote if told.is_quoted else "",
            quoted,
            told.picture,
        )


def _partners(reading: Reading, _chapter: Mapping[str, Any]) -> Iterator[Block]:
    pole = reading.report.pole
    operators = [
        Partner(one.name, _("Operator of the pôle"), one.logo.name or "")
        for one in Organisation.objects.seated_in(pole)
    ]
    others = [
        Partner(one.name, one.role, one.logo.name or "")
        for one in ReportPartner.objects.filter(pole=pole)
    ]
    if operators or others:
        yield Partners([*operators, *others])


def _method(reading: Reading, _chapter: Mapping[str, Any]) -> Iterator[Block]:
    yield _note(*report_figures.method())


SAYS: dict[ChapterKind, Callable[[Reading, Mapping[str, Any]], Iterator[Block]]] = {
    ChapterKind.FIGURES: _figures,
    ChapterKind.FAMILIES: _families,
    ChapterKind.MAP: _map,
    ChapterKind.STRUCTURES: _structures,
    ChapterKind.PROMISES: _promises,
    ChapterKind.BRAKES: _brakes,
    ChapterKind.STORIES: _stories,
    ChapterKind.PARTNERS: _partners,
    ChapterKind.METHOD: _method,
}


def _whole(number: int) -> str:
    return number_format(number, force_grouping=True)


def _missions(number: int) -> str:
    return ngettext("%(n)s mission", "%(n)s missions", number) % {"n": _whole(number)}
