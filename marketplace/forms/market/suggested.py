"""What a button of the matching suggests: the form opens with the change in it, and nothing is kept before
somebody has read and saved it. Names are those of matching/gaps.py; what can't be understood is left out.
"""

from datetime import date

from django.http import QueryDict

from marketplace.forms.market.skills import MOST_SKILLS, Chosen, Picker
from marketplace.models import Level, Place, Skill

FARTHEST = 1_000


def fields(query: QueryDict) -> dict[str, object]:
    """Places, dates and a radius, as the form's fields take them."""
    found: dict[str, object] = {}
    if query.get("place") in Place.values:
        found["place"] = query["place"]
    for name in ("starts_on", "ends_on"):
        if day := _day(query.get(name, "")):
            found[name] = day
    if (km := _number(query.get("radius_km", ""))) and km <= FARTHEST:
        found["radius_km"] = km
    return found


def skills(query: QueryDict, picker: Picker) -> bool:
    """One skill a level lower, welcome only, or one more; whether anything moved."""
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
    return bool(lower or welcome or more)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
