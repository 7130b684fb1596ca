"""Few candidates? Which single thing to give up would bring how many."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from marketplace.matching import days
from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import ENOUGH, ON_SITE, REMOTE, Condition
from marketplace.matching.kernel import credit_table
from marketplace.matching.speech import Speech, language
from marketplace.models import Need, Offer
from marketplace.ranking import online, search
from marketplace.ranking.online import Asked

LATER = (30, 60, 90)  # days
FURTHER = (20, 50)  # kilometres
MOST = 4

type Change = tuple[str, Callable[[Speech], str], Needs | Offers]


@dataclass(frozen=True)
class Relaxation:
    """One thing to give up. « À distance aussi : 14 de plus »."""

    code: str
    words: str
    gain: int

    def __str__(self) -> str:
        gain = ngettext("%(count)s more", "%(count)s more", self.gain) % {"count": self.gain}
        return gettext("%(change)s: %(gain)s") % {"change": self.words, "gain": gain}


def relaxations_for_need(need: Need, *, today: date | None = None) -> list[Relaxation]:
    asked = online.ask_for_need(need, today)
    found = online.search_for(search.offers_near, asked)
    changes = [*_places(asked), *_dates(asked), *_skills(asked)]
    return _worthwhile(asked, found, changes)


def relaxations_for_offer(offer: Offer, *, today: date | None = None) -> list[Relaxation]:
    asked = online.ask_for_offer(offer, today)
    found = online.search_for(search.needs_near, asked)
    changes = [*_places(asked), *_dates(asked), *_reaches(asked)]
    return sorted(
        [*_worthwhile(asked, found, changes), *_skills_to_add(asked, found)],
        key=lambda relaxation: -relaxation.gain,
    )[:MOST]


def _worthwhile(asked: Asked, found, changes: list[Change]) -> list[Relaxation]:
    """The best of each kind, the largest gain first."""
    speech = asked.shared.names.in_language(language())
    now = int((asked.verdict(found).fails == 0).sum())
    best: dict[str, Relaxation] = {}
    for code, words, card in changes:
        gain = int((asked.with_card(card).verdict(found).fails == 0).sum()) - now
        kind = code.split(":")[0]
        if gain > 0 and (kind not in best or gain > best[kind].gain):
            best[kind] = Relaxation(kind, words(speech), gain)
    return sorted(best.values(), key=lambda relaxation: -relaxation.gain)[:MOST]


def _changed(card, **columns):
    rows = card.rows.copy()
    for name, value in columns.items():
        rows[name] = value
    return type(card)(rows, card.packed)


def _places(asked: Asked) -> Iterator[Change]:
    place = int(asked.card.rows["place"][0])
    if not place & REMOTE:
        both = _changed(asked.card, place=ON_SITE | REMOTE)
        yield "remote", lambda words: words.say(_("Remotely too")), both
    if not place & ON_SITE:
        both = _changed(asked.card, place=ON_SITE | REMOTE)
        yield "on_site", lambda words: words.say(_("On site too")), both


def _dates(asked: Asked) -> Iterator[Change]:
    end = date.fromordinal(int(asked.card.rows["end"][0]))
    start = date.fromordinal(int(asked.card.rows["start"][0]))
    for more in LATER:
        later, sooner = end + timedelta(days=more), start - timedelta(days=more)
        yield (
            f"later:{more}",
            lambda words, day=later: (
                words.say(_("Until %(day)s"))
                % {"day": days.day(day, today=asked.today, words=words)}
            ),
            _changed(asked.card, end=later.toordinal()),
        )
        if sooner > asked.today:
            yield (
                f"sooner:{more}",
                lambda words, day=sooner: (
                    words.say(_("From %(day)s on"))
                    % {"day": days.day(day, today=asked.today, words=words)}
                ),
                _changed(asked.card, start=sooner.toordinal()),
            )


def _reaches(asked: Asked) -> Iterator[Change]:
    reach = int(asked.card.rows["reach"][0])
    if int(asked.card.rows["place"][0]) & ON_SITE:
        for more in FURTHER:
            yield (
                f"further:{more}",
                lambda words, km=reach // 1_000 + more: (
                    words.say(_("Up to %(km)s km")) % {"km": km}
                ),
                _changed(asked.card, reach=reach + more * 1_000),
            )


def _skills(asked: Asked) -> Iterator[Change]:
    """Each required skill: welcome only, or one level lower."""
    packed = asked.card.packed
    for place, (skill, level, required) in enumerate(
        zip(
            asked.card.skill.tolist(),
            asked.card.level.tolist(),
            asked.card.required.tolist(),
            strict=True,
        )
    ):
        if not required:
            continue
        yield (
            f"welcome-{skill}",
            lambda words, skill=skill: (
                words.say(_("“%(skill)s” welcome, not required")) % {"skill": words.skill(skill)}
            ),
            _packed(asked.card, packed, place, -4),
        )
        if level > 1:
            yield (
                f"level-{skill}",
                lambda words, skill=skill, level=level: (
                    words.say(_("“%(skill)s” at level “%(level)s”"))
                    % {"skill": words.skill(skill), "level": words.level(level - 1)}
                ),
                _packed(asked.card, packed, place, -1),
            )


def _packed(card, packed: np.ndarray, place: int, change: int):
    other = packed.copy()
    other[place] += change
    return type(card)(card.rows, other)


def _skills_to_add(asked: Asked, found: Needs) -> list[Relaxation]:
    """What one skill more would open: the needs that lack that one only."""
    verdict = asked.verdict(found)
    fails, missing = verdict.fails, verdict.skills.missing
    near = found.take(np.flatnonzero((fails == int(Condition.SKILLS)) & (missing == 1)))
    if not len(near):
        return []
    credits = credit_table(near, asked.card, asked.shared.kinship).max(axis=1, initial=0)
    lacking = near.skill[(credits < ENOUGH) & near.required].tolist()
    speech = asked.shared.names.in_language(language())
    return [
        Relaxation(
            "skill", speech.say(_("With “%(skill)s”")) % {"skill": speech.skill(skill)}, gain
        )
        for skill, gain in Counter(lacking).most_common(2)
    ]
