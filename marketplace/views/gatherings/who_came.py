"""What the host of a gathering reads of who came, in words: how many, and of how many answers how many it served."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.models import Attendance, Gathering
from marketplace.rules.few import FEW


def without_a_name(gathering: Gathering) -> int:
    return gathering.unannounced.aggregate(all=Sum("people"))["all"] or 0


def in_words(rows: list[Attendance], uncalled: int) -> list[str]:
    """How many came and, once so many have answered that none of them is guessed, how many it served and still serves."""
    more = ngettext("%(n)s more without a name", "%(n)s more without a name", uncalled)
    unnamed = [more % {"n": uncalled}] if uncalled else []
    if unnamed and not rows:
        return unnamed
    if all(one.has_a_seat for one in rows):
        return [_("Nobody has said yet who came."), *unnamed]
    came = [one for one in rows if one.came]
    there = ngettext("%(n)s person of %(total)s came", "%(n)s people of %(total)s came", len(came))
    return [there % {"n": len(came), "total": len(rows)}, *unnamed, *_what_they_said(came)]


def _what_they_said(came: list[Attendance]) -> Iterator[str]:
    said = [one.serves for one in came if one.serves is not None]
    if len(said) >= FEW:
        words = ngettext(
            "it served %(n)s of the %(said)s who answered",
            "it served %(n)s of the %(said)s who answered",
            sum(said),
        )
        yield words % {"n": sum(said), "said": len(said)}
    elif came:
        yield _("how many it served is told from five answers on, without names")
    use = Counter(one.uses for one in came if one.uses)
    if use.total() >= FEW:
        still = use[Attendance.Use.YES] + use[Attendance.Use.LITTLE]
        words = ngettext(
            "three months later %(n)s of the %(said)s who answered still uses it",
            "three months later %(n)s of the %(said)s who answered still use it",
            still,
        )
        yield words % {"n": still, "said": use.total()}
