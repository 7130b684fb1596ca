"""When a list is short: which single thing to give up would bring how many more."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from marketplace.matching import days
from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import (
    ON_SITE,
    OWN_WELCOME,
    REMOTE,
    WORK_WELCOME,
    Condition,
)
from marketplace.matching.speech import Speech, language
from marketplace.models import Need, Offer
from marketplace.ranking import live, surroundings
from marketplace.ranking.live import Asked, NearOffer
from marketplace.ranking.surroundings import Around

BOTH_TIMES = OWN_WELCOME | WORK_WELCOME
LATER = (30, 60, 90)  # days
FURTHER = (20, 50)  # kilometres
MOST = 4
# By the kind of a change, the condition that it may mend.
MENDS = {
    "place": Condition.PLACE,
    "further": Condition.PLACE,
    "whose": Condition.WHOSE,
    "later": Condition.TIME,
    "sooner": Condition.TIME,
    "welcome": Condition.SKILLS,
    "level": Condition.SKILLS,
}

type Values = dict[str, str]
"""What to fill in the form of the row with (forms/suggested.py): it says the change, and is what is counted.
`split` holds the skills that become a need of their own (forms/splitting.py)."""
type Change = tuple[str, Values]
"""A kind, of which the best is told."""


@dataclass(frozen=True)
class Relaxation:
    """One thing to give up, and how many more it would bring: « À distance aussi : 14 de plus »."""

    code: str
    words: str
    gain: int
    values: Values

    def __str__(self) -> str:
        gain = ngettext("%(count)s more", "%(count)s more", self.gain) % {"count": self.gain}
        return gettext("%(change)s: %(gain)s") % {"change": self.words, "gain": gain}


def relaxations_for_need(
    need: Need,
    *,
    also: Sequence[Values] = (),
    today: date | None = None,
    hidden: Collection[int] = (),
    around: Around | None = None,
) -> list[Relaxation]:
    """The best relaxation of each kind, the largest gain first; then those of `also` that bring somebody. `hidden`:
    offers that aren't counted for this reader; `around`: what was read of the need for the same reader, if it was."""
    counts = _counts_around(around or surroundings.around(need, today=today, hidden=hidden))
    found = counts.worthwhile(changes_of_need(counts.asked))[:MOST]
    return [*found, *counts.those(also, but=found)]


def counts_among(asked: Asked, near: Offers) -> "Counts":
    """Of a need among offers that come near its skills (`search.keys_near`): only those that fail one condition at the most are
    looked at again with each change."""
    fails = asked.verdict(near).fails
    return Counts(asked, near.take(np.flatnonzero(fails & (fails - 1) == 0)))


def _counts_around(around: Around) -> "Counts":
    return Counts(around.asked, around.found.but(around.its_own))


def changes_of_need(asked: Asked) -> list[Change]:
    in_pair = asked.need is not None and asked.need.in_pair  # its times aren't its own to change
    whose = () if in_pair else _whose(asked)
    return [*_places(asked), *whose, *_dates(asked), *_skills(asked)]


def relaxations_for_offer(
    offer: Offer,
    *,
    also: Sequence[Values] = (),
    today: date | None = None,
    read: NearOffer | None = None,
) -> list[Relaxation]:
    """`read`: what `live.near_offer` found, where a page has it."""
    asked, near = read or live.near_offer(offer, today)
    counts = Counts(asked, live.open_to_all(near))
    found = counts.worthwhile(changes_of_offer(asked))[:MOST]
    found = sorted([*found, *counts.skills_to_add()], key=_less)[:MOST]
    return [*found, *counts.those(also, but=found)]


def changes_of_offer(asked: Asked) -> list[Change]:
    """What somebody who offers their help may give up, but for another skill."""
    return [*_places(asked), *_dates(asked), *_reaches(asked)]


def _less(relaxation: Relaxation) -> int:
    return -relaxation.gain


class Counts:
    """Counts how many more would match a need or an offer after a change, among those that are near it."""

    def __init__(self, asked: Asked, found: Needs | Offers) -> None:
        self.asked, self.found = asked, found
        self.words = asked.shared.names.in_language(language())
        self.fails = asked.verdict(found).fails
        self.now = self._matching(self.fails)

    def _matching(self, fails: np.ndarray) -> int:
        return int((fails == 0).sum())

    def numbers(self, values: Values) -> list[int]:
        """The numbers of those that would match after the change."""
        asked = self.asked.with_card(_changed(self.asked.card, values))
        found: list[int] = self.found["id"][asked.verdict(self.found).fails == 0].tolist()
        return found

    def of(self, kind: str, values: Values) -> Relaxation:
        asked = self.asked.with_card(_changed(self.asked.card, values))
        said = _said(self.asked, self.words, values)
        fails = asked.verdict(self.found).fails
        return Relaxation(kind, said, self._matching(fails) - self.now, values)

    def worthwhile(self, changes: Iterable[Change]) -> list[Relaxation]:
        """The best change of each kind, the largest gain first. One brings nobody where nobody fails just what it mends."""
        best: dict[str, Relaxation] = {}
        fails = set(self.fails.tolist())
        for kind, values in changes:
            if int(MENDS[kind.partition("-")[0]]) not in fails:
                continue
            one = self.of(kind, values)
            if one.gain > 0 and (kind not in best or one.gain > best[kind].gain):
                best[kind] = one
        return sorted(best.values(), key=_less)

    def those(self, asked_for: Iterable[Values], but: list[Relaxation]) -> list[Relaxation]:
        known = [one.values for one in but]
        found = [self.of("also", values) for values in asked_for if values not in known]
        return sorted((one for one in found if one.gain > 0), key=_less)

    def skills_to_add(self) -> list[Relaxation]:
        """The skills that would open most needs, if the offer had them: needs that lack that one only."""
        verdict = self.asked.verdict(self.found)
        skills = verdict.skills
        near = (verdict.fails == int(Condition.SKILLS)) & (skills.missing == 1)
        lacking = skills.wanted.skill.T[skills.short.T & near[:, None]].tolist()
        return [
            Relaxation("skill", _said(self.asked, self.words, {"more": str(skill)}), gain, {"more": str(skill)})
            for skill, gain in Counter(lacking).most_common(2)
        ]  # fmt: skip


def _places(asked: Asked) -> Iterator[Change]:
    place = int(asked.card.rows["place"][0])
    if place != ON_SITE | REMOTE:
        yield "place", {"place": "BOTH"}


def _whose(asked: Asked) -> Iterator[Change]:
    if int(asked.card.rows["times"][0]) != BOTH_TIMES:
        yield "whose", {"time": "BOTH"}


def _dates(asked: Asked) -> Iterator[Change]:
    """Of what has dates; a need without any gives up none."""
    if asked.need is not None and asked.need.is_undated:
        return
    end = date.fromordinal(int(asked.card.rows["end"][0]))
    start = date.fromordinal(int(asked.card.rows["start"][0]))
    for more in LATER:
        yield "later", {"ends_on": (end + timedelta(days=more)).isoformat()}
        if (sooner := start - timedelta(days=more)) > asked.today:
            yield "sooner", {"starts_on": sooner.isoformat()}


def _reaches(asked: Asked) -> Iterator[Change]:
    reach = int(asked.card.rows["reach"][0])
    if int(asked.card.rows["place"][0]) & ON_SITE:
        for more in FURTHER:
            yield "further", {"radius_km": str(reach // 1_000 + more)}


def _skills(asked: Asked) -> Iterator[Change]:
    """The changes to each required skill: to welcome only, or to one level lower."""
    card = asked.card
    wanted = zip(card.skill.tolist(), card.level.tolist(), card.required.tolist(), strict=True)
    for skill, level, required in wanted:
        if required:
            yield f"welcome-{skill}", {"welcome": str(skill)}
            if level > 1:
                yield f"level-{skill}", {"level": str(skill)}


def _changed(card: Needs | Offers, values: Values) -> Needs | Offers:
    """The card as it would be after the change in the form."""
    rows, packed = card.rows.copy(), card.packed.copy()
    kept = np.ones(len(packed), bool)
    for name, value in values.items():
        if name == "place":
            rows["place"] = ON_SITE | REMOTE
        elif name == "time":
            rows["times"] = BOTH_TIMES
        elif name in DAYS:
            rows[DAYS[name]] = date.fromisoformat(value).toordinal()
        elif name == "radius_km":
            rows["reach"] = int(value) * 1_000
        elif name == "split":
            kept = ~np.isin(card.skill, _numbers(value))
            rows["skills"] = kept.sum()
        else:
            packed[card.skill == int(value)] -= LESS[name]
    return card.with_rows(rows, packed[kept])


def _numbers(value: str) -> list[int]:
    return [int(number) for number in value.split(",")]


DAYS = {"ends_on": "end", "starts_on": "start"}
LESS = {"welcome": 4, "level": 1}  # of a wanted skill as it is packed: its bit, its level


def _said(asked: Asked, words: Speech, values: Values) -> str:
    ((name, value),) = values.items()
    if name == "place":
        lacks_remote = not int(asked.card.rows["place"][0]) & REMOTE
        return words.say(_("Remotely too")) if lacks_remote else words.say(_("On site too"))
    if name == "time":
        only_work = int(asked.card.rows["times"][0]) == WORK_WELCOME
        return words.say(_("On their own time too") if only_work else _("On working time too"))
    if name in DAYS:
        day = {"day": days.day(date.fromisoformat(value), today=asked.today, words=words)}
        return words.say(_("Until %(day)s") if name == "ends_on" else _("From %(day)s on")) % day
    if name == "radius_km":
        return words.say(_("Up to %(km)s km")) % {"km": value}
    if name == "split":
        apart = ", ".join(map(words.skill, _numbers(value)))
        return words.say(_("“%(skills)s” in a mission of its own")) % {"skills": apart}
    skill = {"skill": words.skill(int(value))}
    if name == "welcome":
        return words.say(_("“%(skill)s” welcome, not required")) % skill
    if name == "more":
        return words.say(_("With “%(skill)s”")) % skill
    level = int(asked.card.level[asked.card.skill == int(value)][0]) - 1
    return words.say(_("“%(skill)s” at level “%(level)s”")) % (
        skill | {"level": words.level(level)}
    )
