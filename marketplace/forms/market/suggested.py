"""Fills in a form with the change that a button of the matching suggests; nothing is
saved before somebody has read and sent it.

The names are those of matching/gaps.py; what can't be understood is left out.
"""

from datetime import date

from django.http import QueryDict

from marketplace.forms.market.skills import MOST_SKILLS, Chosen, Picker, look_into
from marketplace.models import Level, Place, Skill, SkillFamily, Welcome

FARTHEST = 1_000


def fields(query: QueryDict) -> dict[str, object]:
    """The places, dates and radius in the address, as initial values of the form's fields."""
    found: dict[str, object] = {}
    if query.get("place") in Place.values:
        found["place"] = query["place"]
    if query.get("time") in Welcome.values:
        found["time"] = query["time"]
    for name in ("starts_on", "ends_on"):
        if day := _day(query.get(name, "")):
            found[name] = day
    if (km := _number(query.get("radius_km", ""))) and km <= FARTHEST:
        found["radius_km"] = km
    return found


def skills(query: QueryDict, picker: Picker) -> bool:
    """Make one skill a level lower or welcome only, add one, or show those of a family to choose from, as the address
    says. Returns whether anything changed."""
    chosen = {one.skill.pk: one for one in picker.chosen}
    lower = chosen.get(_number(query.get("level", "")) or 0)
    welcome = chosen.get(_number(query.get("welcome", "")) or 0)
    number = _number(query.get("more", ""))
    more = Skill.objects.current().filter(pk=number).first() if number is not None else None
    if lower and lower.level > Level.BASIC:
        lower.level -= 1
    if welcome:
        welcome.required = False
    if more and more.pk not in chosen and len(chosen) < MOST_SKILLS:
        picker.chosen.append(Chosen(more))
    _family(query, picker)
    return bool(lower or welcome or more)


def _family(query: QueryDict, picker: Picker) -> None:
    """Show the skills of the family in the address, to choose from."""
    code = query.get("family", "").replace("\0", "")
    found = SkillFamily.objects.filter(code=code).first() if code else None
    if found:
        look_into(picker, found.label)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
