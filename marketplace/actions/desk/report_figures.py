"""The figures of a report in words: each beside the year before and the target of the year, and how they were counted."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.documents.report_blocks import Figure
from marketplace.figures import discretion
from marketplace.figures.counts import percent
from marketplace.figures.report_facts import FEW, HIDDEN
from marketplace.models import Regime

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTHING = "–"
# In the order in which they are read. Those of which a target may be set.
LABELS: "dict[str, StrOrPromise]" = {
    "missions": gettext_lazy("Missions agreed"),
    "structures": gettext_lazy("Structures that found somebody"),
    "newcomers": gettext_lazy("Structures with a first mission"),
    "needs": gettext_lazy("Needs handed in"),
    "people": gettext_lazy("People engaged"),
    "hours": gettext_lazy("Hours done"),
    "value": gettext_lazy("Value declared by the companies"),
}
OF_FUNDERS = ("value",)
BY_FRAME: "dict[str, StrOrPromise]" = {
    "hours": gettext_lazy("Hours by legal frame"),
    "value": gettext_lazy("Value declared by legal frame"),
}
OF_NEEDS = ("needs", "newcomers")


def rows(facts: Mapping[str, Any], targets: Mapping[str, int], *, public: bool) -> list[Figure]:
    """Without the targets and the value in the public version: they are between the pôle and those who pay."""
    now, before = facts["now"], facts["before"]
    codes = [code for code in LABELS if code in now and not (public and code in OF_FUNDERS)]
    found = [_row(code, now, before, None if public else targets.get(code)) for code in codes]
    nothing_before = not any(before.get(code) for code in LABELS)
    return _without_before([*found, *_found(now, before)], nothing_before)


def _without_before(rows: list[Figure], nothing_before: bool) -> list[Figure]:
    """A pôle in its first year has no column of noughts and dashes beside its own."""
    return [replace(row, before="") for row in rows] if nothing_before else rows


def _row(
    code: str, now: Mapping[str, Any], before: Mapping[str, Any], target: int | None
) -> Figure:
    value = now[code]
    share = 100 * value // target if target and isinstance(value, int) else None
    aimed = said(code, target) if target is not None else ""
    return Figure(str(LABELS[code]), said(code, value), said(code, before.get(code)), aimed, share)


def said(code: str, value: int | str | None) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return untold(value)
    whole = number_format(value, force_grouping=True)
    if code == "value":
        return f"{whole}\N{NO-BREAK SPACE}€"
    return _("%(n)s h") % {"n": whole} if code == "hours" else whole


def frame(code: str) -> str:
    """A legal frame in words."""
    return capfirst(
        str(Regime(code).label) if code in Regime.values else _("legal frame not chosen")
    )


type Line = tuple[str, int | str]


def by_frame(facts: Mapping[str, Any], code: str, *, public: bool) -> list[Line]:
    """The legal frames in which there are hours, or a value, with what may be told of each."""
    if public and code in OF_FUNDERS:
        return []
    place = list(BY_FRAME).index(code) + 1
    return [(line[0], line[place]) for line in facts["regimes"] if line[place]]


def tells_enough(lines: list[Line]) -> bool:
    """Whether a chart of these lines compares something, and isn't mostly one of what isn't told."""
    return len(lines) > 1 and 2 * sum(told == HIDDEN for _frame, told in lines) <= len(lines)


def in_a_sentence(code: str, lines: list[Line]) -> str:
    """What a chart would tell that is mostly of what isn't told."""
    told = [f"{frame(name)} ({said(code, value)})" for name, value in lines if value != HIDDEN]
    words = {"title": BY_FRAME[code], "told": ", ".join(told), "n": len(lines) - len(told)}
    if not told:
        return _("%(title)s: not told, since too few people or companies gave in each.") % words
    if len(told) == len(lines):
        return _("%(title)s: %(told)s.") % words
    sentence = ngettext(
        "%(title)s: %(told)s. Not told for %(n)s other: too few people or companies gave in it.",
        "%(title)s: %(told)s. Not told for %(n)s others: too few people or companies gave in each.",
        len(lines) - len(told),
    )
    return sentence % words


def untold(value: str) -> str:
    return str(discretion.number(1)) if value == FEW else discretion.few_people()


def _found(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Figure]:
    """How many of the needs that were published have found someone."""
    if now.get("published"):
        label = _("Needs that found someone, of those published")
        yield Figure(label, _of(now, "found", "published"), _of(before, "found", "published"))


def _of(told: Mapping[str, Any], part: str, whole: str) -> str:
    if not told.get(whole):
        return NOTHING
    return _part(told[part], told[whole])


def _part(part: int, whole: int) -> str:
    told = {"part": number_format(part, force_grouping=True), "percent": percent(part, whole)}
    whole_said = number_format(whole, force_grouping=True)
    return _("%(part)s of %(whole)s (%(percent)s%%)") % (told | {"whole": whole_said})


def promises(facts: Mapping[str, Any]) -> list[Figure]:
    """What was promised and how it was kept, and how long one waited; nothing of a programme."""
    now, before = facts["now"], facts["before"]
    if "needs" not in now:
        return []
    found = [
        Figure(_("First proposal to a need, of those that had one (half of them sooner)"), _days(now["answer_days"]), _days(before["answer_days"])),
        Figure(_("From the need to the agreement of both (half of them sooner)"), _days(now["agreement_days"]), _days(before["agreement_days"])),
        Figure(_("Proposals not left without an answer so far"), _not_in_silence(now), _not_in_silence(before)),
    ]  # fmt: skip
    in_time, handed_in = facts["read"] or (0, 0)
    if handed_in:
        label = ngettext(
            "Needs and organisations answered within %(n)s working day, as promised",
            "Needs and organisations answered within %(n)s working days, as promised",
            facts["promised"],
        )
        found.insert(0, Figure(label % {"n": facts["promised"]}, _part(in_time, handed_in)))
    told = [row for row in found if row.value != NOTHING]
    return _without_before(told, all(row.before in ("", NOTHING) for row in told))


def _days(value: int | None) -> str:
    if value is None:
        return NOTHING
    return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}


def _not_in_silence(told: Mapping[str, Any]) -> str:
    if not told.get("asked"):
        return NOTHING
    return _part(told["asked"] - told["silent"], told["asked"])


def method() -> Iterator[str]:
    """How it was counted."""
    yield _(
        "Missions, needs and structures are counted as they are: a mission in the year in which both sides said yes, a structure once."
    )
    yield _("People are counted once each, to the nearest five. Hours are those that the structure confirmed, or left uncontested for a week, by the day they were given; hours and euros are rounded so that what one person gave can’t be read in them.")  # fmt: skip


def kept_back(facts: Mapping[str, Any], *, public: bool) -> Iterator[str]:
    """What isn't told, and why: each in one plain sentence, wherever figures stand."""
    shown = [code for code in ("people", "hours", "value") if not (public and code in OF_FUNDERS)]
    hidden = [code for code in shown if _is_kept_back(facts, code)]
    names = [LABELS[code] for code in hidden if code != "people"]
    for code, title in BY_FRAME.items():
        lines = by_frame(facts, code, public=public)
        in_a_chart = tells_enough(lines) and any(told == HIDDEN for _frame, told in lines)
        names += [title] if in_a_chart and code not in hidden else []
    if "people" in hidden:
        yield _(
            "“Fewer than five” stands where so few people came that a number would say who they are."
        )
    if names:
        yield _("Not told here: %(names)s. Fewer than five people gave them, or they come from fewer than three companies, or this figure, taken from that of a neighbouring report, would tell what so few gave.") % {"names": " ; ".join(map(str, names))}  # fmt: skip


def _is_kept_back(facts: Mapping[str, Any], code: str) -> bool:
    return any(facts[period].get(code) in (FEW, HIDDEN) for period in ("now", "before"))
