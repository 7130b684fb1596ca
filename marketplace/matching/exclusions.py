"""Why a pair is no match, and the act that would make it one."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from marketplace.matching import days
from marketplace.matching.definition import ON_SITE, REMOTE, SAME, Condition
from marketplace.matching.facts import Facts
from marketplace.matching.reasons import Names, Reason, kilometres, shortfall

PLACES = {"ON_SITE": ON_SITE, "REMOTE": REMOTE, "BOTH": ON_SITE | REMOTE}


def exclusions(facts: Facts, names: Names, answered: str = "") -> list[Reason]:
    """Each hard condition that fails, in words. `answered` is the state of their proposal."""
    return [
        _answered(answered)
        if condition == Condition.ANSWERED
        else EXCLUSIONS[condition](facts, names)
        for condition in Condition
        if condition in facts.fails
    ]


def _skills(facts: Facts, names: Names) -> Reason:
    lacking = [want for want in facts.wants if want.required and not want.is_met]
    if not facts.wants:
        return Reason("skills", _("This need asks for no skill yet"), _("Add the skills it takes"))
    if not lacking:
        return Reason(
            "skills", _("No skill in common"), _("Look for someone else, or describe the need anew")
        )
    worst = min(lacking, key=lambda want: want.credit)
    name = names.skill(worst.skill)
    if worst.worth == SAME:
        act = _("Accept this level and plan time to learn")
    elif len(facts.wants) > len(lacking):
        act = _("Split the mission in two: someone else for “%(skill)s”") % {"skill": name}
    else:
        act = _("Make “%(skill)s” welcome rather than required") % {"skill": name}
    code = "level" if worst.worth == SAME else "skills"
    return Reason(code, "; ".join(shortfall(want, names) for want in lacking[:3]), act)


def _place(facts: Facts, names: Names) -> Reason:
    need, offer = PLACES[names.need.place], PLACES[names.offer.place]
    from_afar = _("Ask whether it could be done remotely")
    if not need & offer:
        if need == ON_SITE:
            return Reason("place", _("Wanted on site, offered remotely"), from_afar)
        return Reason("place", _("Wanted remotely, offered on site"), from_afar)
    words = _("%(km)s km away, radius %(radius)s km") % {
        "km": kilometres(facts.metres),
        "radius": names.offer.radius_km,
    }
    if facts.metres <= 2 * facts.reach:
        return Reason("place", words, _("Ask whether they would come this far, or work remotely"))
    return Reason("place", words, from_afar)


def _time(facts: Facts, names: Names) -> Reason:
    need, offer, today = names.need, names.offer, names.today
    if need.ends_on < today:
        return Reason("time", _("The need’s dates are over"), _("Give the need new dates"))
    if offer.ends_on < today:
        return Reason("time", _("The offer’s dates are over"), _("Ask for new dates"))
    if offer.starts_on > need.ends_on:
        when = days.day(offer.starts_on, today=today)
        return Reason(
            "time",
            _("Free from %(day)s, after the end") % {"day": when},
            _("Let the mission end after %(day)s") % {"day": when},
        )
    if offer.ends_on < need.starts_on:
        when = days.day(offer.ends_on, today=today)
        return Reason(
            "time",
            _("Free until %(day)s, before the start") % {"day": when},
            _("Start before %(day)s") % {"day": when},
        )
    return Reason(
        "time",
        _("No day of the week in common %(when)s")
        % {
            "when": days.months(
                date.fromordinal(facts.first), date.fromordinal(facts.last), today=today
            )
        },
        _("Ask for other days of the week"),
    )


def _room(facts: Facts, names: Names) -> Reason:
    if facts.room[0] < 1:
        return Reason("room", _("Everyone wanted has been found"), _("Add a place to the need"))
    if facts.room[1] < 1:
        return Reason(
            "room", _("All the missions offered are taken"), _("Ask whether one more is possible")
        )
    return Reason(
        "room", _("All the hours offered are taken"), _("Ask whether a few more are possible")
    )


def _language(facts: Facts, names: Names) -> Reason:
    return Reason("state", _("No language in common"))


def _same_house(facts: Facts, names: Names) -> Reason:
    return Reason("state", _("Comes from the structure itself"))


def _pole(facts: Facts, names: Names) -> Reason:
    return Reason("place", _("Belongs to another pôle"), _("Ask the coordinators of that pôle"))


def _live(facts: Facts, names: Names) -> Reason:
    if names.need.status != "PUBLISHED":
        state = names.need.get_status_display()
        return Reason("state", _("The need isn’t open: %(state)s") % {"state": state})
    if names.offer.status != "PUBLISHED":
        state = names.offer.get_status_display()
        return Reason(
            "state",
            _("The offer isn’t open: %(state)s") % {"state": state},
            _("Ask whether it may be opened again"),
        )
    return Reason("state", _("An organisation of the two isn’t verified at the moment"))


def _answered(status: str) -> Reason:
    words = {
        "OPEN": _("Already put forward: waiting for an answer"),
        "AGREED": _("Already agreed between the two"),
        "DECLINED": _("Already declined"),
    }
    return Reason("state", words[status])


EXCLUSIONS: dict[Condition, Callable[[Facts, Names], Reason]] = {
    Condition.SKILLS: _skills,
    Condition.PLACE: _place,
    Condition.TIME: _time,
    Condition.ROOM: _room,
    Condition.LANGUAGE: _language,
    Condition.SAME_HOUSE: _same_house,
    Condition.POLE: _pole,
    Condition.LIVE: _live,
}
