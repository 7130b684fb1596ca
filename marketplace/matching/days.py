"""Days and months in words that read well in both languages."""

from datetime import date

from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext

from marketplace.matching.speech import Speech

FROM_MONTH = (
    _("from January"), _("from February"), _("from March"), _("from April"), _("from May"),
    _("from June"), _("from July"), _("from August"), _("from September"), _("from October"),
    _("from November"), _("from December"),
)  # fmt: skip
TO_MONTH = (
    _("to January"), _("to February"), _("to March"), _("to April"), _("to May"), _("to June"),
    _("to July"), _("to August"), _("to September"), _("to October"), _("to November"),
    _("to December"),
)  # fmt: skip
IN_MONTH = (
    _("in January"), _("in February"), _("in March"), _("in April"), _("in May"), _("in June"),
    _("in July"), _("in August"), _("in September"), _("in October"), _("in November"),
    _("in December"),
)  # fmt: skip
MONTHS = (
    _("January"), _("February"), _("March"),
    _("April"), _("May"), _("June"), _("July"),
    _("August"), _("September"), _("October"),
    _("November"), _("December"),
)  # fmt: skip


def months(first: date, last: date, *, today: date, words: Speech) -> str:
    """« in March », « from March to June »; with the year when it is nearly a year ahead."""
    year = f" {last.year}" if (last - today).days > 330 else ""
    if (first.year, first.month) == (last.year, last.month):
        return f"{words.say(IN_MONTH[first.month - 1])}{year}"
    start = f" {first.year}" if year and first.year != last.year else ""
    until = words.say(TO_MONTH[last.month - 1])
    return f"{words.say(FROM_MONTH[first.month - 1])}{start} {until}{year}"


def day(when: date, *, today: date, words: Speech) -> str:
    """« 3 March »; « 1er mars » in French; the year only when it isn't this one."""
    number = pgettext("first day of a month", "1") if when.day == 1 else str(when.day)
    said = f"{number} {words.say(MONTHS[when.month - 1])}"
    return said if when.year == today.year else f"{said} {when.year}"
