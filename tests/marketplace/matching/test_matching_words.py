"""The matching's words never say what isn't so: read back, in both languages, against a plain reading of the rules."""

import re
from datetime import date

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as some

from marketplace.matching import days, gaps
from marketplace.matching.columns import NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import FORMATS, WEIGHTS
from marketplace.matching.facts import facts_of
from marketplace.matching.kernel import Verdict
from marketplace.matching.match import Match
from marketplace.matching.speech import Names
from tests.marketplace.matching import matching_oracle as oracle
from tests.marketplace.matching.matching_markets import (
    KINSHIP_TABLE,
    MERGED,
    QUICK,
    RARITY,
    RULES,
    SKILLS,
    TODAY,
    needs,
    numbered,
    offers,
    verdict_of,
)

NAMES = Names(
    skills={skill: f"K{skill:02}" for skill in SKILLS},
    causes={1: "reuse", 2: "housing", 3: "reuse"},
    levels={1: "basic", 2: "skilled", 3: "expert"},
    formats=["hour", "day", "short", "split", "long"],
)
NAMED = re.compile(r"K\d\d")
CLOSE = {
    "need": re.compile(r"(?:Close to “|Proche de « )(?P<wanted>K\d\d)(?:”| ») ?: (?P<held>K\d\d)"),
    "offer": re.compile(
        r"(?:Your skill “|Votre compétence « )(?P<held>K\d\d)(?:”| ») (?:is close to “|est proche de « )"
        r"(?P<wanted>K\d\d)(?:”| »)"
    ),
}
EMPTY = re.compile(r"[:,;]\s*$|[“«]\s*[”»]|\(\s*\)|^\s*$")
languages = some.sampled_from(["fr", "en"])


def matches_of(verdict, rows):
    today = date.fromordinal(TODAY)
    return [Match(facts, NAMES, WEIGHTS, today) for facts in facts_of(verdict, rows)]


def plain(words):
    return words.replace("\u00a0", " ").replace("\u202f", " ")


def credit(want, held):
    """As docs/matching.md says it."""
    lacking = [max(0, want.level - have.level) for have in held]
    worths = [KINSHIP_TABLE[want.skill, have.skill] for have in held]
    each = [worth * (1000, 700, 400)[n] // 100 for worth, n in zip(worths, lacking, strict=True)]
    return max(each, default=0)


def is_met(want, held):
    return credit(want, held) >= 4_000


def is_held(want, held):
    return any(KINSHIP_TABLE[want.skill, have.skill] == 1_000 for have in held)


def number(name):
    return int(name[1:])


def check_what_is_said_of_skills(words, side, wanted, held):
    own = [want for want in wanted if is_held(want, held)]
    if said := CLOSE[side].fullmatch(words):
        close, holds = number(said["wanted"]), number(said["held"])
        assert not own, "what is held comes before what is close"
        assert KINSHIP_TABLE[close, holds] in {800, 600, 500}
        assert any(want.skill == close and is_met(want, held) for want in wanted)
        assert holds in {have.skill for have in held}
        return
    names = {number(name) for name in NAMED.findall(words)}
    theirs = {have.skill for have in held if any(is_held(want, [have]) for want in wanted)}
    asked = {want.skill for want in own}
    truth = theirs if side == "offer" else asked
    assert names
    assert names <= truth
    if len(truth) <= 3:  # two that were merged are one
        assert {MERGED.get(skill, skill) for skill in truth - names} <= {
            MERGED.get(skill, skill) for skill in names
        }
    if side == "need":
        counts = [int(count) for count in re.findall(r"\b\d+\b", words)]
        assert counts in ([], [len(own)], [len(own), len(wanted)])
        assert counts or len(own) == len(wanted) == 1
        assert len(counts) == 2 or len(own) == len(wanted)


def close_by_kinship_only():
    need = {"id": 1, "organisation": 1, "pole": 1, "causes": 0, "x": 0, "y": 0, "z": 0, "start": TODAY,
            "end": TODAY + 9, "hours": 9, "since": TODAY, "answers": 0, "room": 1, "asked": 0, "place": 3,
            "languages": 1, "format": 0, "eligible": 1, "times": 3, "undated": 0, "penalty": 0,
            "carriers": ()}  # fmt: skip
    offer = {
        name: value
        for name, value in need.items()
        if name not in {"since", "format", "eligible", "times", "undated", "carriers"}
    }
    return (need, [Skilled(4, 2), Skilled(8, 2)]), (
        offer | {"organisation": 9, "reach": 5_000, "weekdays": 127, "work": 0},
        [Skilled(9, 2)],
    )


@QUICK
@given(needs(), offers(), languages)
@example(*close_by_kinship_only(), "fr")
@example(*close_by_kinship_only(), "en")
def test_no_reason_names_as_held_a_skill_that_isnt_and_counts_count_what_is_held(
    need, offer, language
):
    (match,) = matches_of(verdict_of(need, offer), [0])
    with translation.override(language):
        sides = {"need": match.reasons_for_need_side, "offer": match.reasons_for_offer_side}
        for side, reasons in sides.items():
            for reason in reasons:
                if reason.code == "skills":
                    check_what_is_said_of_skills(plain(reason.words), side, need[1], offer[1])


@QUICK
@given(needs(), offers(), languages)
def test_what_is_missing_names_what_is_wanted_and_what_is_held_and_isnt_said_above(
    need, offer, language
):
    (match,) = matches_of(verdict_of(need, offer), [0])
    wanted, held = ({skill.skill for skill in skills} for _values, skills in (need, offer))
    with translation.override(language):
        for above, below in (
            (match.reasons_for_need_side, match.missing_for_need_side),
            (match.reasons_for_offer_side, match.missing_for_offer_side),
        ):
            told = [
                set(NAMED.findall(reason.words)) for reason in above if "Proche" in reason.words
            ]
            for reason in (one for one in below if one.code in {"skills", "level"}):
                first, *others = map(number, NAMED.findall(reason.words))
                assert first in wanted
                assert set(others) <= held
                assert set(NAMED.findall(reason.words)) not in told or "(" in reason.words


@QUICK
@given(needs(), offers(), languages)
def test_no_sentence_ends_in_an_empty_list(need, offer, language):
    (match,) = matches_of(verdict_of(need, offer), [0])
    with translation.override(language):
        said = [
            *match.reasons_for_need_side,
            *match.reasons_for_offer_side,
            *match.missing_for_need_side,
            *match.missing_for_offer_side,
            *match.excluded,
        ]
        sentences = [reason.words for reason in said] + [one.act for one in said if one.act]
        for reason in match.excluded:
            sentences += [
                gaps.question(way, match.facts, match.speech, side)
                for way in reason.ways if way in gaps.QUESTIONS for side in ("need", "offer")
            ]  # fmt: skip
        assert [plain(words) for words in sentences if EMPTY.search(plain(words))] == []


@QUICK
@given(needs(), some.lists(offers(), min_size=1, max_size=10))
def test_who_nearly_fits_can_do_a_part_or_lacks_one_level_only(need, several):
    need, several = _of_skills_only(need), numbered(map(_of_skills_only, several))
    verdict = Verdict(Needs.of([need]), Offers.of(several), RULES)
    for row in verdict.near_misses(10).tolist():
        wanted, held = need[1], several[row][1]
        lacking = [want for want in wanted if want.required and not is_met(want, held)]
        a_level = len(lacking) == 1 and is_met(_lower(lacking[0]), held)
        assert a_level or any(is_met(want, held) for want in wanted)


@QUICK
@given(needs(), offers())
def test_nobody_is_offered_a_part_they_can_do_nothing_of_and_each_change_closes_the_gap(
    need, offer
):
    (match,) = matches_of(verdict_of(need, offer), [0])
    values, wanted = need
    for reason in match.excluded:
        if {"share", "split", "welcome"} & set(reason.ways):
            assert any(is_met(want, offer[1]) for want in wanted)
        for way in {"learn", "welcome"} & set(reason.ways):
            for what, skill in gaps.OF_NEED[way].values(match.facts).items():
                change = _lower if what == "level" else _welcomed
                changed = [
                    change(want) if want.skill == int(skill) else want for want in wanted
                ]  # fmt: skip
                judged = oracle.judge(
                    (values, changed), offer, KINSHIP_TABLE, RARITY, TODAY, WEIGHTS
                )
                assert not judged.fails & 1


def _of_skills_only(card):
    """The same skills, and nothing else that could keep two apart."""
    values, skills = card
    house = {"organisation": NOBODY} if "reach" in values else {}
    free = {"pole": 1, "place": 3, "start": TODAY, "end": TODAY + 60, "room": 2, "weekdays": 127}
    return values | {name: free[name] for name in free if name in values} | house, skills


def _lower(want):
    return want._replace(level=want.level - 1) if want.level > 1 else want


def _welcomed(want):
    return want._replace(required=False)


@pytest.mark.parametrize(
    ("language", "to_need", "to_offer", "lacks"),
    [
        (
            "fr",
            "Proche de « K04 » : K09",
            "Votre compétence « K09 » est proche de « K04 »",
            "Manque : K08 (niveau « skilled »)",
        ),
        (
            "en",
            "Close to “K04”: K09",
            "Your skill “K09” is close to “K04”",
            "Missing: K08 (skilled)",
        ),
    ],
)
def test_what_is_close_is_said_to_be_close_and_once(language, to_need, to_offer, lacks):
    need, offer = close_by_kinship_only()
    need[1][1] = need[1][1]._replace(required=False)
    (match,) = matches_of(verdict_of(need, offer), [0])
    with translation.override(language):
        assert match.is_match
        assert to_need in [plain(reason.words) for reason in match.reasons_for_need_side]
        assert to_offer in [plain(reason.words) for reason in match.reasons_for_offer_side]
        for missing in (match.missing_for_need_side, match.missing_for_offer_side):
            assert [plain(reason.words) for reason in missing] == [lacks]


def test_who_holds_a_skill_at_a_lower_level_and_a_close_one_too_holds_it():
    need, offer = close_by_kinship_only()
    need = (need[0], [Skilled(4, 3)])
    offer = (offer[0], [Skilled(4, 1), Skilled(9, 3)])
    (match,) = matches_of(verdict_of(need, offer), [0])
    assert "La compétence demandée : K04" in [plain(r.words) for r in match.reasons_for_need_side]
    assert [plain(r.words) for r in match.missing_for_need_side] == [
        "K04 : niveau « expert » demandé, « basic » proposé"
    ]


@pytest.mark.parametrize(
    ("when", "language", "said"),
    [
        (date(2027, 5, 1), "fr", "1er mai"),
        (date(2027, 5, 2), "fr", "2 mai"),
        (date(2028, 5, 1), "fr", "1er mai 2028"),
        (date(2027, 5, 1), "en", "1 May"),
    ],
)
def test_a_day_is_said_as_people_say_it(when, language, said):
    with translation.override(language):
        assert days.day(when, today=date(2027, 3, 1), words=NAMES.in_language(language)) == said


@pytest.mark.parametrize(("language", "said"), [("fr", "forme juridique"), ("en", "legal form")])
def test_a_doubt_about_working_time_is_true_of_public_employers_too(language, said):
    """It spoke of tax receipts, which a public employer is given by nobody: its agents may go to some bodies only."""
    need, offer = close_by_kinship_only()
    (match,) = matches_of(
        verdict_of((need[0] | {"eligible": 0}, need[1]), (offer[0] | {"work": 1}, offer[1])), [0]
    )
    with translation.override(language):
        for missing in (match.missing_for_need_side, match.missing_for_offer_side):
            (words,) = [reason.words for reason in missing if reason.code == "regime"]
            assert said in words
            assert "receipt" not in words
            assert "reçu" not in words


@pytest.mark.parametrize(("ends", "said"), [(100, False), (4, True)])
def test_a_need_s_own_two_weeks_are_no_lack_of_who_would_come(ends, said):
    """“Un peu court pour ce format” was read of everybody, whatever their days."""
    (need, wanted), (offer, held) = close_by_kinship_only()
    need |= {"end": TODAY + 13, "hours": 20, "format": FORMATS.index("SPLIT")}
    offer |= {"end": TODAY + ends, "hours": 40}
    (match,) = matches_of(verdict_of((need, wanted), (offer, held)), [0])
    with translation.override("fr"):
        told = {reason.code for reason in match.missing_for_need_side}
    assert ("format" in told) is said
