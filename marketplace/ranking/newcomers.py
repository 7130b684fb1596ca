"""The needs that somebody could serve who has said what they can do, but has written no
offer yet.

Their card is made from what is known; for the rest, a beginner's answers are
supposed. The score and the search are the same as for everybody.
"""

from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Pole, User
from accounts.models.groups import group_or_self
from marketplace.matching.columns import FRENCH, NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import NEW_HERE, ON_SITE, REMOTE
from marketplace.matching.match import Match
from marketplace.matching.places import point
from marketplace.ranking import blocked_pairs, live, search, snapshot
from marketplace.ranking.live import Asked

# What a first offer would say: the form's own defaults.
RADIUS, HOURS, LASTS = 30_000, 60, timedelta(days=180)
EVERY_DAY = 127
# What these answers decide is no reason to give: they haven't said when they are free, nor for how long.
SUPPOSED = frozenset({"time", "format", "volume"})


def needs_for_newcomer(
    user: User, skills: list[tuple[int, int]], *, top: int = 3, today: date | None = None
) -> list[Match]:
    """The needs that suit these (skill, level), the best first; none while no pôle covers the person's town."""
    pole = pole_of(user)
    if pole is None or not skills:
        return []
    day = today or timezone.localdate()
    card = _card(user, pole, skills, day)
    asked = Asked(None, None, card, snapshot.read(), day)
    found = search.needs_matching(card, asked.shared, day.toordinal())
    found = found.but(blocked_pairs.numbers_kept_from(user.pk, "need_id"))
    verdict = asked.verdict(found.but(_ours(user, found)))
    matches = live.matches_of(asked, verdict, verdict.matches(top))
    needs = live.shown_needs([match.need_id for match in matches], live=True)
    return [
        replace(match, need=needs[match.need_id], supposed=SUPPOSED)
        for match in matches
        if match.need_id in needs
    ]


def pole_of(user: User) -> Pole | None:
    """The pôle of the person's town; without a town, the only pôle if there is just one."""
    if user.commune is not None:
        return Pole.objects.covering(user.commune).first()
    some = list(Pole.objects.order_by("pk")[:2])
    return some[0] if len(some) == 1 else None


def _card(user: User, pole: Pole, skills: list[tuple[int, int]], day: date) -> Offers:
    town = user.commune
    x, y, z = point(town.latitude, town.longitude) if town else (0, 0, 0)
    values = {
        "id": 0, "organisation": NOBODY, "pole": pole.pk, "causes": 0, "x": x, "y": y, "z": z,
        "reach": RADIUS, "start": day.toordinal(), "end": (day + LASTS).toordinal(),
        "hours": HOURS, "answers": NEW_HERE, "penalty": 0, "room": 1, "asked": 0,
        "place": ON_SITE | REMOTE if town else REMOTE, "weekdays": EVERY_DAY,
        "languages": FRENCH, "work": 0,
    }  # fmt: skip
    return Offers.of([(values, [Skilled(skill, level) for skill, level in skills])])


def _ours(user: User, found: Needs) -> list[int]:
    """The numbers of the needs found that are of the person's own structures or of their groups, which aren't proposed
    to them."""
    mine = user.memberships.annotate(house=group_or_self("organisation"))
    houses = set(mine.values_list("house", flat=True))
    return found.of_houses(houses)
