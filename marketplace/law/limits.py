"""How long each regime may last: a sentence when a mission is too long, nothing otherwise."""

from datetime import date

from django.utils.translation import gettext as _

from common.dates import spoken
from marketplace.law import parameters, words

LOANS = {"LOAN", "NOT_ELIGIBLE"}


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


def last_day(regime: str, starts_on: date) -> date | None:
    """The day by which it has to be over, renewals included; None where the law sets none."""
    if regime in LOANS:
        years = int(parameters.on("loan_years", starts_on).amount)
        return add_months(starts_on, 12 * years)
    if regime == "PUBLIC_AGENT":
        years = int(parameters.on("agent_years", starts_on).amount)
        return min(add_months(starts_on, 12 * years), parameters.on("agent_until", starts_on).day)
    return None


def too_long(regime: str, starts_on: date, ends_on: date) -> str:
    latest = last_day(regime, starts_on)
    if latest is None or ends_on <= latest:
        return ""
    return _(
        "The law stops it on %(day)s at the latest, renewals included: bring the end forward."
    ) % {"day": spoken(latest, "j F Y")}


def to_renew_after(regime: str, starts_on: date) -> date | None:
    """A public agent's arrangement is for some months, and may then be renewed."""
    if regime != "PUBLIC_AGENT":
        return None
    return add_months(starts_on, int(parameters.on("agent_months", starts_on).amount))


def too_long_at_once(regime: str, starts_on: date, ends_on: date) -> str:
    latest = to_renew_after(regime, starts_on)
    if latest is None or ends_on <= latest:
        return ""
    return _(
        "A public agent is made available for %(months)s months at a time: end it by %(day)s, then renew it."
    ) % {
        "months": words.number(parameters.on("agent_months", starts_on)),
        "day": spoken(latest, "j F Y"),
    }
