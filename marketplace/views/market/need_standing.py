"""Who could help with a need as it is typed, and what one change would bring: in numbers that tell of nobody."""

from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.figures import discretion
from marketplace.forms.market.skills import Picker
from marketplace.matching.columns import Skilled
from marketplace.models import Level, Need, Offer, Skill

LIMITS = {"standing": "90/h/user"}  # a need that is written with care takes some thirty


@dataclass(frozen=True)
class Told:
    now: str
    once_ticked: str  # the skill with which it is so, where none is ticked yet
    changes: list[tuple[str, str]]  # what one would change, how many there would be then
    is_few: bool = False


def asked(request: SignedInRequest, need: Need, picker: Picker | None = None) -> Told | str:
    """What is told to whoever asks; a sentence where they have asked too often: by varying a need without end one could count
    its way to a few people. `picker`: the skills as they are typed; nothing is counted without any."""
    ticked = _ticked(picker) if picker else None
    likely = _likely(picker) if picker and not ticked else None
    if picker and not (ticked or likely):
        return _("Say above what would help you: who could do it is counted here.")
    if not ratelimit.consume(
        request, app="marketplace", action="standing", config=LIMITS, user=request.user
    ):
        return _("You have had it counted very often: write on, it counts again in an hour.")
    wanted = [Skilled(likely.pk, Level.SKILLED)] if likely else ticked
    return told(need, wanted, by=request.user, once_ticked=str(likely) if likely else "")


def _ticked(picker: Picker) -> list[Skilled]:
    return [Skilled(one.skill.pk, one.level, one.required) for one in picker.chosen]


def _likely(picker: Picker) -> Skill | None:
    """While no skill is ticked, the likeliest of those that are read in the words."""
    return next((one.skill for one in picker.suggested if not one.is_unsure), None)


def told(
    need: Need, wanted: list[Skilled] | None = None, *, by: User, once_ticked: str = ""
) -> Told:
    """In words; a change is told where it changes what is told."""
    hidden = Offer.objects.at_home_under(by).values_list("pk", flat=True)
    standing = ranking.of_draft(need, wanted, hidden=[*hidden])
    now = _shown(standing.people)
    changes = [(one.words, _shown(standing.people + one.gain)) for one in standing.changes]
    return Told(
        _words(now),
        once_ticked,
        [(words, _words(then)) for words, then in changes if then > now],
        is_few=not now,
    )


def _shown(people: int) -> int:
    """As it may be told: to the nearest five, and 0 for fewer than five, be it nobody."""
    said = discretion.people(people)
    return said if isinstance(said, int) else 0


def _words(shown: int) -> str:
    if not shown:
        return _("fewer than %(n)s people") % {"n": discretion.FEW}
    return _("about %(n)s people or teams") % {"n": number_format(shown, force_grouping=True)}
