"""What a need or an offer may say of place, length, level and time."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from marketplace.law.carried import GIVES_NONE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Place(models.TextChoices):
    ON_SITE = "ON_SITE", _("on site")
    REMOTE = "REMOTE", _("remotely")
    BOTH = "BOTH", _("on site or remotely")


class Format(models.TextChoices):
    ONE_HOUR = "ONE_HOUR", _("one hour of advice")
    ONE_DAY = "ONE_DAY", _("a day")
    SHORT = "SHORT", _("a few days in a row")
    SPLIT = "SPLIT", _("a few hours a week")
    LONG = "LONG", _("several months")


class Welcome(models.TextChoices):
    """On whose time people may come: what an offer's `Time` says, or both."""

    BOTH = "BOTH", _("own time or working time")
    OWN = "OWN", _("own time only (volunteering)")
    WORK = "WORK", _("working time only (lent by an employer)")


class Level(models.IntegerChoices):
    BASIC = 1, _("basic")
    SKILLED = 2, _("at ease")
    EXPERT = 3, _("expert")


class Time(models.TextChoices):
    WORK = "WORK", _("on working time (skills sponsorship)")
    OWN = "OWN", _("on one’s own time (volunteering)")


AT_WORK = pgettext_lazy("whose time", "on working time")
# Of several employers at once: what is lent is skills sponsorship with some of them alone.
WHOSE_TIME: "dict[str, StrOrPromise]" = {Time.WORK: AT_WORK, Time.OWN: Time.OWN.label}
LENT_AGENT = _("on working time (agent made available by a public employer)")
LENT_AT_COST = _("on working time (lent by a non-profit employer, at cost)")


def work_words(employer: Organisation, receiver: Organisation | None = None) -> "StrOrPromise":
    """On working time, in words: who is lent by a public employer or by a non-profit one is no skills sponsorship, nor
    is who comes to a `receiver` whose legal form gives no receipts."""
    if employer.is_public:
        return LENT_AGENT
    if employer.is_non_profit:
        return LENT_AT_COST
    return AT_WORK if receiver and receiver.legal_form in GIVES_NONE else Time.WORK.label
