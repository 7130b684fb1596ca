"""Whose hours are written in a team by name, and how many. Reads only."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.numbers import chosen_by
from marketplace.models import Departure, Mission, TeamMember
from marketplace.rules import programme_hours, programme_quota, teams


def evenly(hours: int, people: int) -> list[int]:
    """The hours of each of so many people, the first ones having what is left over."""
    if people == 0:
        return []
    each, more = divmod(hours, people)
    return [each + (number < more) for number in range(people)]


def days_out(mission: Mission, person: User) -> Sequence[Departure | TeamMember]:
    """From when on this person was no longer there."""
    part = teams.part_of(mission, person.pk) if teams.has_names(mission) else None
    return [part] if part else list(mission.departures.filter(person=person))


def refusal_of(mission: Mission, person: User) -> str:
    """Why hours can't be written for this person, as a sentence; "" when they can, and in a team without names."""
    if not teams.has_names(mission):
        return ""
    part, name = teams.part_of(mission, person.pk), {"name": person.get_full_name()}
    if part is None or not part.has_come:
        return _("%(name)s isn’t in the team of this mission: their hours aren’t written.") % name
    if not teams.has_managers_yes(part):
        return _("%(name)s’s manager hasn’t agreed yet: their hours aren’t written before.") % name
    return ""


def too_many(mission: Mission, person: User) -> str:
    """Why the hours written for this person are more than is planned for them; "" when they aren't."""
    part = teams.part_of(mission, person.pk) if teams.has_names(mission) else None
    if part is None:
        return ""
    total: Decimal = mission.hours.filter(person=person).total()
    if total <= part.hours:
        return ""
    said = {"name": person.get_full_name(), "planned": part.hours}
    words = ngettext(
        "%(planned)s hour is planned for %(name)s, and this would make %(total)s.",
        "%(planned)s hours are planned for %(name)s, and this would make %(total)s.",
        part.hours,
    )
    return words % (said | {"total": number_format(total.normalize(), use_l10n=True)})


def less_than_one_each(whole: int) -> str:
    words = ngettext(
        "The sheet plans %(hours)s hour: that is less than one for each person.",
        "The sheet plans %(hours)s hours: that is less than one for each person.",
        whole,
    )
    return words % {"hours": whole}


def more_than_the_whole(over: int, whole: int) -> str:
    words = ngettext(
        "That is %(over)s hour more than the %(hours)s of the sheet.",
        "That is %(over)s hours more than the %(hours)s of the sheet.",
        over,
    )
    return words % {"over": over, "hours": whole}


def already_given(person: User, given: Decimal) -> str:
    words = ngettext(
        "%(name)s has already given %(given)s hour.",
        "%(name)s has already given %(given)s hours.",
        chosen_by(given),
    )
    return words % {"name": person.get_full_name(), "given": number_format(given.normalize())}


def beyond_the_whole(mission: Mission) -> str:
    """Why the mission's programme hasn't places, or hours of its budget, for the team as a whole; "" when it has."""
    programme, team = mission.programme, teams.in_it(mission)
    if programme is None or (programme.places is None and programme.budget_days is None):
        return ""
    hours = Decimal(sum(one.hours for one in team))
    for year in range(mission.starts_on.year, mission.ends_on.year + 1):
        known = programme_hours.taken_of([programme], year, but=mission)[programme.pk]
        places = None if programme.places is None else programme.places - known.places
        new = sum(one.person_id not in known.people for one in team)
        if places is not None and new > places:
            return _("Places left in %(year)s: %(places)s; the team needs %(people)s.") % {
                "year": year, "places": max(places, 0), "people": new
            }  # fmt: skip
        budget = programme.budget_hours
        asked = programme_quota.share_of_year(hours, mission.starts_on, mission.ends_on, year)
        whole = programme_quota.Whole(hours=None if budget is None else budget - known.hours)
        if why := "".join(programme_quota.beyond_budget(whole, asked, year)):
            return why
    return ""
