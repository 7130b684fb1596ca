"""The hours that a paper tells, and for which of the structures served they were given."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from common.dates import in_french
from marketplace.documents.words import figure, hours_in_words
from marketplace.models import HoursEntry, Mission, TeamMember
from marketplace.rules import served


def of(mission: Mission, member: TeamMember | None = None) -> dict[str, Any]:
    """The confirmed hours, and no others: the structure hasn't accepted the rest yet; of one person, theirs alone. `for`:
    which structure they were for, where it wasn't the one that leads."""
    theirs = {"person": member.person_id} if member else {}
    confirmed = mission.hours.confirmed().filter(**theirs).select_related("served")
    entries = list(confirmed.order_by("day", "pk"))
    total = _sum(entries)
    return {
        "total": figure(total),
        "total-said": hours_in_words(total),
        "said": _confirmed(total),
        "activities": list(dict.fromkeys(entry.what for entry in entries if entry.what)),
        "days": [
            {
                "day": in_french(entry.day),
                "what": entry.what,
                "for": f"pour {entry.served}" if entry.served else "",
                "hours": figure(entry.hours),
                "confirmed": "par la structure"
                if entry.confirmed_by_id
                else "sans réponse en 7 jours",
            }
            for entry in entries
        ],
    } | _told_apart(mission, entries)


def _told_apart(mission: Mission, entries: list[HoursEntry]) -> dict[str, str]:
    """Whose they are, where the mission serves several: each structure answers for its own (decision 63), so that the one
    that leads certifies no hour of another's."""
    others = [row.organisation for row in served.others(mission)]
    if not others:
        return {}
    own = _sum(entry for entry in entries if entry.served_id is None)
    parts = {one: _sum(entry for entry in entries if entry.served_id == one.pk) for one in others}
    beside = [
        f"pour {one}\N{NO-BREAK SPACE}: {_confirmed(part)}" for one, part in parts.items() if part
    ]
    said = "\N{NO-BREAK SPACE}; ".join(beside)
    return {
        "own": figure(own),
        "own-said": hours_in_words(own),
        "said": f"{_confirmed(own)} et, {said}" if said else _confirmed(own),
    }


def _sum(entries: Iterable[HoursEntry]) -> Decimal:
    return sum((entry.hours for entry in entries), Decimal(0))


def _confirmed(total: Decimal) -> str:
    return hours_in_words(total) + (" confirmées" if total >= 2 else " confirmée")
