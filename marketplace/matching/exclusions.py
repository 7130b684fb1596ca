"""Why a pair isn't a match, and the act that would make it one."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext_noop

from marketplace.matching import days
from marketplace.matching.definition import ON_SITE, WORK_WELCOME, Condition
from marketplace.matching.facts import Facts
from marketplace.matching.reasons import Reason, kilometres, shortfall
from marketplace.matching.speech import Speech


def exclusions(
    facts: Facts,
    names: Speech,
    today: date,
    answered: str = "",
    closed: Reason | None = None,
    *,
    of_two: bool = False,
) -> list[Reason]:
    """Each hard condition that fails, in words. `answered` is the state of their proposal, `closed`
    says which of the two isn't open, `of_two` that they are of two organisations: then what unites them is a group."""
    fails = int(facts.fails)  # a flag is asked ten times as slowly
    if not facts.need.times:  # both of a pair come: nobody else is wanted, on whatever time
        fails &= ~int(Condition.WHOSE)
    told = OF_TWO if of_two else EXCLUSIONS
    found = [say(facts, names, today) for bit, say in told if fails & bit]
    if answered:
        found.append(
            Reason("state", names.say(ANSWERS[answered]), names.say(ACTS.get(answered, "")))
        )
    return [*found, closed] if closed else found


def _skills(facts: Facts, names: Speech, today: date) -> Reason:
    """The required skills that are lacking, and the acts that would close the gap: splitting the need leaves the
    part that they can do; making a skill welcome brings those who meet another one."""
    _ = names.say
    lacking = sorted(facts.lacking, key=lambda want: want.credit)
    if not facts.wants:
        return Reason("skills", _("This need asks for no skill yet"), _("Add the skills it takes"))
    somebody_else = _("Look for someone else, or describe the need anew")
    if not lacking:
        return Reason("skills", _("No skill in common"), somebody_else)
    words = "; ".join(shortfall(want, names) for want in lacking[:3])
    named = ", ".join(names.skill(want.skill) for want in lacking)
    alone = lacking[0] if len(lacking) == 1 else None
    if facts.meets_some:
        act = _("Split the mission in two: someone else for “%(skill)s”") % {"skill": named}
        learn = ("learn",) if alone and alone.held else ()
        welcome = ("welcome",) if alone else ()
        return Reason("skills", words, act, (*learn, "split", "share", *welcome))
    if alone and alone.is_a_level_away:
        return Reason("level", words, _("Accept this level and plan time to learn"), ("learn",))
    return Reason("skills", words, somebody_else)


def _place(facts: Facts, names: Speech, today: date) -> Reason:
    _ = names.say
    need, offer = facts.need.place, facts.offer.place
    from_afar = _("Ask whether it could be done remotely")
    if not need & offer:
        if need == ON_SITE:
            return Reason("place", _("Wanted on site, offered remotely"), from_afar, ("remote",))
        return Reason("place", _("Wanted remotely, offered on site"), from_afar, ("remote",))
    words = _("%(km)s km away, radius %(radius)s km") % {
        "km": kilometres(facts.metres),
        "radius": facts.offer.reach // 1_000,
    }
    if facts.metres <= 2 * facts.offer.reach:
        act = _("Ask whether they would come this far, or work remotely")
        return Reason("place", words, act, ("further", "remote"))
    return Reason("place", words, from_afar, ("remote",))


def _time(facts: Facts, names: Speech, today: date) -> Reason:
    _ = names.say
    need, offer = facts.need, facts.offer
    if need.undated and need.end < today.toordinal():
        return Reason(
            "time",
            _("Nobody has said lately that it still holds"),
            _("Ask the structure"),
            ("when",),
        )
    if need.undated and offer.start > need.end:
        when = days.day(date.fromordinal(offer.start), today=today, words=names)
        return Reason(
            "time",
            _("Free from %(day)s only") % {"day": when},
            _("Ask whether that suits"),
            ("when",),
        )
    if need.end < today.toordinal():
        return Reason(
            "time", _("The need’s dates are over"), _("Give the need new dates"), ("dates",)
        )
    if offer.end < today.toordinal():
        return Reason("time", _("The offer’s dates are over"), _("Ask for new dates"), ("dates",))
    if offer.start > need.end:
        when = days.day(date.fromordinal(offer.start), today=today, words=names)
        return Reason(
            "time",
            _("Free from %(day)s, after the end") % {"day": when},
            _("Let the mission end after %(day)s") % {"day": when},
            ("dates", "later"),
        )
    if offer.end < need.start:
        when = days.day(date.fromordinal(offer.end), today=today, words=names)
        return Reason(
            "time",
            _("Free until %(day)s, before the start") % {"day": when},
            _("Start by %(day)s") % {"day": when},
            ("dates", "sooner"),
        )
    first, last = date.fromordinal(facts.first), date.fromordinal(facts.last)
    return Reason(
        "time",
        _("No day of the week in common %(when)s")
        % {"when": days.months(first, last, today=today, words=names)},
        _("Ask for other days of the week"),
        ("days",),
    )


def _room(facts: Facts, names: Speech, today: date) -> Reason:
    _ = names.say
    if facts.need.room < 1:
        return Reason("room", _("Everyone wanted has been found"), _("Add a place to the need"))
    if facts.offer.room < 1:
        return Reason(
            "room", _("All the missions offered are taken"), _("Ask whether one more is possible")
        )
    return Reason(
        "room",
        _("All the hours offered are taken"),
        _("Ask whether a few more are possible"),
        ("hours",),
    )


def _whose(facts: Facts, names: Speech, today: date) -> Reason:
    _ = names.say
    act = _("Welcome people on their own time and on working time")
    if facts.need.times == WORK_WELCOME:
        return Reason("regime", _("Wanted on working time, offered on one’s own"), act, ("whose",))
    return Reason("regime", _("Wanted on one’s own time, offered on working time"), act, ("whose",))


def _language(facts: Facts, names: Speech, today: date) -> Reason:
    _ = names.say
    return Reason("state", _("No language in common"), _("Find somebody who can interpret"))


def _same_organisation(facts: Facts, names: Speech, today: date) -> Reason:
    _ = names.say
    return Reason("state", _("Comes from the structure itself"))


def _same_group(facts: Facts, names: Speech, today: date) -> Reason:
    _ = names.say
    if facts.need.carriers:
        return Reason("state", _("Comes from a structure that carries the need, or from its group"))
    return Reason("state", _("Belongs to the same group"))


def _pole(facts: Facts, names: Speech, today: date) -> Reason:
    _ = names.say
    return Reason(
        "place", _("Belongs to another pôle"), _("Ask the coordinators of that pôle"), ("pole",)
    )


ANSWERS = {
    "OPEN": gettext_noop("Already put forward: waiting for an answer"),
    "AGREED": gettext_noop("Both have already said yes to each other"),
    "DECLINED": gettext_noop("Already declined"),
    "UNANSWERED": gettext_noop("Already asked, without an answer"),
    # Who asked for it stays between them and the coordinators.
    "APART": gettext_noop("Not to be put in touch with each other"),
}
ACTS = {"APART": gettext_noop("The coordinators know why: talk with them")}

# In the order in which a reader is told.
EXCLUSIONS: list[tuple[int, Callable[[Facts, Speech, date], Reason]]] = [
    (int(Condition.SKILLS), _skills),
    (int(Condition.PLACE), _place),
    (int(Condition.TIME), _time),
    (int(Condition.ROOM), _room),
    (int(Condition.WHOSE), _whose),
    (int(Condition.LANGUAGE), _language),
    (int(Condition.SAME_ORGANISATION), _same_organisation),
    (int(Condition.POLE), _pole),
]
OF_TWO = [(bit, _same_group if say is _same_organisation else say) for bit, say in EXCLUSIONS]
