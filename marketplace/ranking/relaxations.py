"""Few candidates? Which single thing to give up would bring how many."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from marketplace.matching import days
from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import ON_SITE, REMOTE, Condition
from marketplace.matching.speech import Speech, language
from marketplace.models import Need, Offer
from marketplace.ranking import online, search
from marketplace.ranking.online import Asked

LATER = (30, 60, 90)  # days
FURTHER = (20, 50)  # kilometres
MOST = 4

type Values = dict[str, str]
type Change = tuple[str, str, Needs | Offers, Values]
"""A code, the words, the card with the change in it, and what the form of the row would say."""


@dataclass(frozen=True)
class Relaxation:
    """One thing to give up. « À distance aussi : 14 de plus »."""

    code: str
    words: str
    gain: int
    values: Values
    """What to fill in the form with (forms/suggested.py)."""

    def __str__(self) -> str:
        gain = ngettext("%(count)s more", "%(count)s more", self.gain) % {"count": self.gain}
        return gettext("%(change)s: %(gain)s") % {"change": self.words, "gain": gain}


def relaxations_for_need(need: Need, *, today: date | None = None) -> list[Relaxation]:
    asked = online.ask_for_need(need, today)
    found = online.search_for(search.offers_near, asked)
    words = asked.shared.names.in_language(language())
    changes = [*_places(asked, words), *_dates(asked, words), *_skills(asked, words)]
    return _worthwhile(asked, found, changes)


def relaxations_for_offer(offer: Offer, *, today: date | None = None) -> list[Relaxation]:
    asked = online.ask_for_offer(offer, today)
    found = online.search_for(search.needs_near, asked)
    words = asked.shared.names.in_language(language())
    changes = [*_places(asked, words), *_dates(asked, words), *_reaches(asked, words)]
    return sorted(
        [*_worthwhile(asked, found, changes), *_skills_to_add(asked, found, words)],
        key=lambda relaxation: -relaxation.gain,
    )[:MOST]


def _worthwhile(asked: Asked, found, changes: list[Change]) -> list[Relaxation]:
    """The best of each kind, the largest gain first."""
    now = int((asked.verdict(found).fails == 0).sum())
    best: dict[str, Relaxation] = {}
    for code, words, card, values in changes:
        gain = int((asked.with_card(card).verdict(found).fails == 0).sum()) - now
        kind = code.split(":")[0]
        if gain > 0 and (kind not in best or gain > best[kind].gain):
            best[kind] = Relaxation(kind, words, gain, values)
    return sorted(best.values(), key=lambda relaxation: -relaxation.gain)[:MOST]


def _changed(card, **columns):
    rows = card.rows.copy()
    for name, value in columns.items():
        rows[name] = value
    return type(card)(rows, card.packed)


def _places(asked: Asked, words: Speech) -> Iterator[Change]:
    place = int(asked.card.rows["place"][0])
    both = _changed(asked.card, place=ON_SITE | REMOTE)
    if not place & REMOTE:
        yield "remote", words.say(_("Remotely too")), both, {"place": "BOTH"}
    if not place & ON_SITE:
        yield "on_site", words.say(_("On site too")), both, {"place": "BOTH"}


def _dates(asked: Asked, words: Speech) -> Iterator[Change]:
    end = date.fromordinal(int(asked.card.rows["end"][0]))
    start = date.fromordinal(int(asked.card.rows["start"][0]))
    for more in LATER:
        later, sooner = end + timedelta(days=more), start - timedelta(days=more)
        until = {"day": days.day(later, today=asked.today, words=words)}
        yield (
            f"later:{more}",
            words.say(_("Until %(day)s")) % until,
            _changed(asked.card, end=later.toordinal()),
            {"ends_on": later.isoformat()},
        )
        if sooner > asked.today:
            since = {"day": days.day(sooner, today=asked.today, words=words)}
            yield (
                f"sooner:{more}",
                words.say(_("From %(day)s on")) % since,
                _changed(asked.card, start=sooner.toordinal()),
                {"starts_on": sooner.isoformat()},
            )


def _reaches(asked: Asked, words: Speech) -> Iterator[Change]:
    reach = int(asked.card.rows["reach"][0])
    if int(asked.card.rows["place"][0]) & ON_SITE:
        for more in FURTHER:
            yield (
                f"further:{more}",
                words.say(_("Up to %(km)s km")) % {"km": reach // 1_000 + more},
                _changed(asked.card, reach=reach + more * 1_000),
                {"radius_km": str(reach // 1_000 + more)},
            )


def _skills(asked: Asked, words: Speech) -> Iterator[Change]:
    """Each required skill: welcome only, or one level lower."""
    card = asked.card
    wanted = zip(card.skill.tolist(), card.level.tolist(), card.required.tolist(), strict=True)
    for place, (skill, level, required) in enumerate(wanted):
        if not required:
            continue
        names = {"skill": words.skill(skill), "level": words.level(level - 1)}
        yield (
            f"welcome-{skill}",
            words.say(_("“%(skill)s” welcome, not required")) % names,
            _packed(card, place, -4),
            {"welcome": str(skill)},
        )
        if level > 1:
            yield (
                f"level-{skill}",
                words.say(_("“%(skill)s” at level “%(level)s”")) % names,
                _packed(card, place, -1),
                {"level": str(skill)},
            )


def _packed(card, place: int, change: int):
    other = card.packed.copy()
    other[place] += change
    return type(card)(card.rows, other)


def _skills_to_add(asked: Asked, found, words: Speech) -> list[Relaxation]:
    """What one skill more would open: the needs that lack that one only."""
    verdict = asked.verdict(found)
    skills = verdict.skills
    near = (verdict.fails == int(Condition.SKILLS)) & (skills.missing == 1)
    lacking = skills.wanted.skill.T[skills.short.T & near[:, None]].tolist()
    return [
        Relaxation(
            "skill",
            words.say(_("With “%(skill)s”")) % {"skill": words.skill(skill)},
            gain,
            {"more": str(skill)},
        )
        for skill, gain in Counter(lacking).most_common(2)
    ]
