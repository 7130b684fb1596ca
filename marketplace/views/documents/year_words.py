"""A year of what an employer gave, in words and drawings, for its own eyes or to be shown."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Organisation, User
from marketplace.figures import drawing, programme_year, shown_year
from marketplace.figures.organisation_year import OrganisationYear
from marketplace.figures.programme_year import ProgrammeYear
from marketplace.figures.tiles import hours_in_words
from marketplace.rules import permissions
from marketplace.views.market import programme_words

BARS = 25
NAMED = 120  # structures named on the page


def given_in_words(
    company: Organisation,
    told: OrganisationYear,
    programme: ProgrammeYear,
    *,
    today: date,
    user: User,
) -> dict:
    """What the page of its own year shows besides `told`."""
    shares = (
        (_("Hours by cause"), told.by_cause),
        (_("Hours by territory"), told.by_territory),
        (_("Hours by legal frame"), told.by_regime),
    )
    is_this_year = told.year == today.year
    return {
        "programme": programme,
        "is_this_year": is_this_year,
        "runs": permissions.can_run_programmes(user, company),
        "hours_bars": [(title, _bars(share)) for title, share in shares if share],
        "structures": told.others[:NAMED],
        "more_structures": max(len(told.others) - NAMED, 0),
        **programme_words.told_in_words(programme, company, is_this_year=is_this_year),
    }


def _bars(share: Sequence[tuple[str, Decimal]]) -> list[drawing.AmountBar]:
    """The longest, the others as one."""
    first, others = list(share[:BARS]), share[BARS:]
    if others:
        first.append((_("the others"), sum((hours for _words, hours in others), Decimal(0))))
    return drawing.amount_bars(
        (words or pgettext("team or site", "not said"), hours, hours_in_words(hours))
        for words, hours in first
    )


def shown_in_words(company: Organisation, year: int, *, today: date) -> dict:
    """The same where nobody can be recognised."""
    programme = programme_year.of(company, year, today=today)
    shown = shown_year.of(company, programme)
    titles = {
        "programmes": _("Hours by programme"),
        "sites": _("Hours by site"),
        "causes": _("Hours by cause"),
        "territories": _("Hours by territory"),
    }
    groups = [
        (titles[name], _shown_bars(parts))
        for name, parts in shown.groups.items()
        if any(part.name for part in parts)
    ]
    before: object = programme.periods.first.year
    if year == today.year:
        before = _("%(year)s, same day") % {"year": before}
    return {
        "shown": shown,
        **programme_words.heads(company),
        "is_empty": programme.is_empty,
        "groups": groups,
        "people_before": _("%(year)s: %(whole)s") % {"year": before, "whole": shown.people_before},
        "hours_before": _("%(year)s: %(whole)s")
        % {"year": before, "whole": _told(shown.hours_before)},
        "hours": _told(shown.hours),
        "named": shown.named[:NAMED],
    }


def _shown_bars(parts: Sequence[shown_year.ShownPart]) -> list[drawing.AmountBar]:
    unknown = pgettext("team or site", "not said")
    return drawing.amount_bars(
        (part.name or unknown, part.weight, _told(part.hours)) for part in parts[:BARS]
    )


def _told(hours: int | str) -> str:
    return hours if isinstance(hours, str) else hours_in_words(Decimal(hours))
