"""Days and months in words that read well in both languages."""

from datetime import date

from django.utils.translation import gettext, gettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

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
    gettext_lazy("January"), gettext_lazy("February"), gettext_lazy("March"),
    gettext_lazy("April"), gettext_lazy("May"), gettext_lazy("June"), gettext_lazy("July"),
    gettext_lazy("August"), gettext_lazy("September"), gettext_lazy("October"),
    gettext_lazy("November"), gettext_lazy("December"),
)  # fmt: skip


def months(first: date, last: date, *, today: date) -> str:
    """« in March », « from March to June »; the year when it isn't this one or the next turn of it."""
    year = f" {last.year}" if (last - today).days > 330 else ""
    if (first.year, first.month) == (last.year, last.month):
        return f"{IN_MONTH[first.month - 1]}{year}"
    start = f" {first.year}" if year and first.year != last.year else ""
    return f"{FROM_MONTH[first.month - 1]}{start} {TO_MONTH[last.month - 1]}{year}"


def day(when: date, *, today: date) -> str:
    """« 3 March »; « 1er mars » in French; the year only when it isn't this one."""
    number = pgettext("first day of a month", "1") if when.day == 1 else str(when.day)
    words = gettext("%(day)s %(month)s") % {"day": number, "month": MONTHS[when.month - 1]}
    return words if when.year == today.year else f"{words} {when.year}"
