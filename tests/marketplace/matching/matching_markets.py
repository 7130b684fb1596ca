"""Any small market, for the properties that hold for all of them: skills near and far, needs, offers."""

from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some

from common.spoken import Spoken
from marketplace.matching.carriers import Beside
from marketplace.matching.columns import FRENCH, NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import ONE, WEIGHTS
from marketplace.matching.kernel import Rules, Verdict
from marketplace.matching.skill_graph import SkillGraph
from tests.marketplace.matching import matching_oracle as oracle

TODAY = date(2027, 3, 1).toordinal()
SKILLS = range(1, 15)
BROADER = dict.fromkeys(SKILLS) | {4: 1, 5: 1, 6: 2, 7: 6, 12: 3}
CLOSE = [(4, 9), (10, 11)]
MERGED = {14: 4}
RARITY = {skill: 10 + skill * 2 for skill in SKILLS}
KINSHIP = SkillGraph(BROADER, CLOSE, MERGED, RARITY)
RULES = Rules(KINSHIP, TODAY, WEIGHTS)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

places = some.tuples(some.integers(0, 60_000), some.integers(0, 60_000), some.just(0))
beside = some.builds(
    lambda place, house: Beside(*place, house), places, some.integers(1, 3)
)  # who carries a need too
# Mostly French, as people are; the first, the last and the highest bit that a column holds.
languages = some.sampled_from(
    [
        FRENCH,
        FRENCH,
        FRENCH,
        FRENCH | Spoken.BASQUE,
        Spoken.PASHTO,
        Spoken.BASQUE | 1 << 30,
        1 << 30,
    ]
)
days = some.integers(TODAY - 40, TODAY + 120)
shared = {
    "place": some.integers(1, 3),
    "causes": some.sampled_from([0, 1, 2, 3]),
    "answers": some.integers(0, ONE),
    "penalty": some.integers(0, 100),
    "room": some.integers(-1, 4),
    "asked": some.integers(0, 5),
    "hours": some.integers(1, 400),
    "pole": some.sampled_from([1, 1, 1, 2]),
}


@some.composite
def needs(draw, number=1):
    values = {name: draw(strategy) for name, strategy in shared.items()}
    values["x"], values["y"], values["z"] = draw(places)
    start = draw(days)
    values |= {
        "id": number,
        "organisation": draw(some.integers(1, 3)),
        "start": start,
        "end": start + draw(some.integers(0, 100)),
        "since": TODAY - draw(some.integers(0, 90)),
        "languages": draw(languages),
        "eligible": draw(some.booleans()),
        "times": draw(some.sampled_from([1, 2, 3, 3])),
        "format": draw(some.integers(0, 4)),
        "undated": draw(some.booleans()),
        "carriers": draw(some.lists(beside, max_size=3)),
    }
    skills = draw(some.dictionaries(some.sampled_from(SKILLS), some.integers(1, 3), max_size=4))
    return values, [Skilled(skill, level, draw(some.booleans())) for skill, level in skills.items()]


@some.composite
def offers(draw, number=1):
    values = {name: draw(strategy) for name, strategy in shared.items()}
    values["x"], values["y"], values["z"] = draw(places)
    start = draw(days)
    values |= {
        "id": number,
        "organisation": draw(some.sampled_from([NOBODY, 1, 2])),
        "start": start,
        "end": start + draw(some.integers(0, 100)),
        "reach": draw(some.sampled_from([0, 5_000, 30_000, 100_000])),
        "weekdays": draw(some.integers(1, 127)),
        "languages": draw(languages),
        "work": draw(some.integers(0, 2)),
    }
    skills = draw(some.dictionaries(some.sampled_from(SKILLS), some.integers(1, 3), max_size=6))
    return values, [Skilled(skill, level) for skill, level in skills.items()]


def verdict_of(need, offer):
    return Verdict(Needs.of([need]), Offers.of([offer]), RULES)


def numbered(rows):
    return [(values | {"id": place}, skills) for place, (values, skills) in enumerate(rows, 1)]


KINSHIP_TABLE = oracle.skill_graph(BROADER, CLOSE, MERGED)
