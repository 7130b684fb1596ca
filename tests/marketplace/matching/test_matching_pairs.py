"""The pairs of a need that wants two people: all of them, in the right order, and with reasons that name what each holds."""

from itertools import islice
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Membership
from marketplace import ranking
from marketplace.actions.market import pair_asks, proposals
from marketplace.actions.talk import blocks
from marketplace.matching.columns import FRENCH, Needs, Offers, Skilled
from marketplace.matching.definition import ENOUGH, OWN_TIME
from marketplace.matching.kernel import Verdict
from marketplace.matching.pairs import best_pairs
from marketplace.models import Duty, NeedSkill
from tests import factories as make
from tests.marketplace.matching.matching_markets import RULES, SKILLS, TODAY
from tests.marketplace.matching.test_matching_acts import the_three_agree


def a_market(chance: Random) -> tuple[tuple, list[tuple]]:
    """One need whose skills are all asked as welcome, and some forty offers near it, of few skills and so with many ties."""
    spot = {"x": 0, "y": 0, "z": 0}
    common = {"place": 3, "causes": 0, "answers": 7_000, "penalty": 0, "asked": 0, "pole": 1}
    span = {"start": TODAY, "end": TODAY + 90}
    need = common | spot | span | {
        "id": 1, "organisation": 1, "hours": 20, "room": 1, "since": TODAY, "languages": FRENCH,
        "eligible": True, "times": 3, "format": 0, "undated": chance.random() < 0.3, "carriers": [],
    }  # fmt: skip
    wanted = [
        Skilled(skill, chance.randint(1, 3), False)
        for skill in chance.sample(SKILLS, chance.randint(1, 4))
    ]
    offers = [
        (
            common | {"x": chance.randint(0, 20_000), "y": 0, "z": 0} | span | {
                "id": number, "organisation": -1, "hours": chance.choice([5, 20]),
                "room": chance.choice([0, 1, 1, 1]), "reach": 10_000, "weekdays": 127,
                "languages": FRENCH, "work": chance.randint(0, 2),
            },
            [
                Skilled(skill, chance.randint(1, 3))
                for skill in chance.sample(SKILLS, chance.randint(1, 3))
            ],
        )
        for number in range(1, 41)
    ]  # fmt: skip
    return (need, wanted), offers


def by_trying_all(need: tuple, offers: list[tuple], *, covers: bool) -> list[tuple[int, int, int]]:
    """Every two of them, one on each time, who fit by themselves and bring all of it; the best total first."""
    alone = [Verdict(Needs.of([need]), Offers.of([offer]), RULES) for offer in offers]
    fits = [one for one in alone if not int(one.fails[0])]
    weights = fits[0].skills.wanted.weights[:, 0].tolist() if fits else []

    def side(at_home: bool) -> list[tuple[int, int, list[int]]]:
        return [
            (int(v.offers["id"][0]), int(v.score[0]), v.skills.credits[:, 0].tolist())
            for v in fits
            if (int(v.offers["work"][0]) == OWN_TIME) == at_home
        ]

    found = []
    for work, work_score, held in side(at_home=False):
        for own, own_score, others in side(at_home=True):
            both = [max(two) for two in zip(held, others, strict=True)]
            if covers and min(both) < ENOUGH:
                continue
            together = sum(c * w for c, w in zip(both, weights, strict=True)) // sum(weights)
            found.append((-(together + work_score + own_score), work, own))
    return sorted(found)


@pytest.mark.parametrize("covers", [True, False])
def test_the_best_pairs_are_those_that_trying_all_of_them_finds(covers):
    chance, some = Random(20), 0
    for _market in range(200):
        need, offers = a_market(chance)
        verdict = Verdict(Needs.of([need]), Offers.of(offers), RULES)
        found = [
            (
                -(together + int(verdict.score[work]) + int(verdict.score[own])),
                int(verdict.offers["id"][work]),
                int(verdict.offers["id"][own]),
            )
            for work, own, together in islice(best_pairs(verdict, covers=covers), 25)
        ]
        all_of_them = by_trying_all(need, offers, covers=covers)
        assert found == all_of_them[:25]
        some += bool(all_of_them)
    assert some > 60, "markets in which there was something to find"


# --- on the database ------------------------------------------------------------------------
pytestmark = pytest.mark.django_db
BOTH = {"in_pair": True, "places": 2}
WANTED = ("site-web", "wordpress")


@pytest.fixture
def company():
    return make.make_organisation("COMPANY", name="Verreries du Nord")


@pytest.fixture
def need():
    return make.make_need(skills=WANTED, **BOTH)


def at_work(company, *skills, **fields):
    person = make.make_user(first_name="Noé", last_name="Lambert")
    return make.make_offer(person, organisation=company, skills=skills, **fields)


def at_home(*skills, **fields):
    person = make.make_user(first_name="Awa", last_name="Diop")
    return make.make_offer(person, skills=skills, **fields)


def pairs_of(need, **options):
    return [
        (one.work.offer_id, one.own.offer_id)
        for one in ranking.pairs_for(ranking.around(need, **options))
    ]


def test_two_who_bring_it_all_together_are_proposed_and_each_alone_may_be_half(need, company):
    noe, awa = at_work(company, "site-web"), at_home("wordpress")
    beside = at_home("site-web")  # who lacks the same as Noé
    assert pairs_of(need) == [(noe.pk, awa.pk)]
    assert {one.offer_id for one in ranking.offers_for(need)} == {noe.pk, awa.pk, beside.pk}
    assert [one.need_id for one in ranking.needs_for(awa)] == [need.pk]
    the_three_agree("halves in the kept lists")


def test_somebody_who_holds_nothing_of_what_is_required_is_no_half(need, company):
    NeedSkill.objects.create(need=need, skill=make.make_skill("redaction"), required=False)
    ranking.changed(need)
    at_work(company, *WANTED)
    at_home("redaction")
    assert pairs_of(need) == []


def test_the_reasons_say_who_brings_what_and_never_what_they_do_not_hold(need, company):
    at_work(company, "site-web"), at_home("wordpress", "couture")
    (pair,) = ranking.pairs_for(ranking.around(need))
    with translation.override("fr"):
        said = [[str(one.words) for one in brings] for _match, brings in pair.halves]
    assert said == [["Apporte : site-web"], ["Apporte : wordpress"]]
    assert pair.missing == []


def test_a_close_skill_is_said_to_be_close_and_a_level_that_lacks_is_told(company):
    web, near = make.make_skill("site-web"), make.make_skill("boutique")
    web.close.add(near)
    need = make.make_need(skills=WANTED, **BOTH)
    at_work(company, "boutique"), at_home("wordpress")
    (pair,) = ranking.pairs_for(ranking.around(need))
    with translation.override("fr"):
        (close,) = [str(one.words) for one in pair.halves[0][1]]
        assert close == "Apporte boutique, proche de « site-web »"
        assert [str(one.words) for one in pair.missing] == [
            "site-web : une compétence proche, « boutique »"
        ]


def test_each_of_the_two_fits_by_the_place_and_the_dates(need, company):
    at_work(company, "site-web", starts_on=make.in_days(200), ends_on=make.in_days(260))
    at_home("wordpress")
    assert pairs_of(need) == []


def test_the_same_person_is_not_both_and_the_same_company_may_give_both(need, company):
    noe = at_work(company, "site-web")
    make.make_offer(noe.person, skills=("wordpress",))
    assert pairs_of(need) == []
    colleague = at_home("wordpress")
    Membership.objects.create(user=colleague.person, organisation=company)
    assert pairs_of(need) == [(noe.pk, colleague.pk)]


def test_nobody_is_paired_with_who_answers_for_their_employer(need, company):
    boss = make.make_user()
    role = Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    make.make_offer(boss, organisation=company, skills=("site-web",))
    awa = at_home("wordpress")
    assert len(pairs_of(need)) == 1
    Membership.objects.create(user=awa.person, organisation=company, role="EMPLOYEE")
    assert pairs_of(need) == []
    Membership.objects.filter(pk=role.pk).update(role="EMPLOYEE")
    assert len(pairs_of(need)) == 1
    Duty.objects.create(membership=role, kind=Duty.Kind.CSR, given_by=boss)
    assert pairs_of(need) == []


def test_nobody_is_paired_with_whom_they_keep_away(need, company):
    noe, awa = at_work(company, "site-web"), at_home("wordpress")
    blocks.block(by=awa.person, person=noe.person, reason="Non.")
    assert pairs_of(need) == []


def test_a_team_is_no_half(need, company):
    at_work(company, "site-web", somebody=None)
    at_home("wordpress")
    assert pairs_of(need) == []
    assert [one.offer.time for one in ranking.offers_for(need)] == ["OWN"]


def test_what_a_reader_learns_nothing_of_is_in_no_pair(need, company):
    at_work(company, "site-web")
    awa, rim = at_home("wordpress"), at_home("wordpress")
    assert len(pairs_of(need)) == 2
    assert [own for _work, own in pairs_of(need, hidden=[awa.pk])] == [rim.pk]


def test_who_completes_a_half_brings_what_it_lacks_on_the_other_time(need, company):
    noe = at_work(company, "site-web")
    at_home("site-web")
    awa = at_home("wordpress")
    at_work(company, "wordpress")
    assert [one.offer_id for one in ranking.completing(need, noe)] == [awa.pk]


def test_once_one_comes_the_need_asks_for_the_other_half_alone(need, company):
    noe = at_work(company, "site-web")
    wanted, other = at_home("wordpress"), at_home("site-web")
    too_late = at_work(company, *WANTED)
    proposal = make.make_proposal(need, noe)
    proposals.accept(proposal, side="NEED", by=need.organisation.members.first())
    assert [one.offer_id for one in ranking.offers_for(need)] == [wanted.pk]
    assert ranking.needs_for(other) == []
    assert ranking.near_misses_for_need(need) == [], "nobody more on working time"
    assert ranking.around_offer(too_late)[1] == []
    the_three_agree("one comes")


def test_a_need_that_wants_no_pair_is_asked_nothing_more(company):
    need = make.make_need(skills=WANTED)
    at_work(company, *WANTED)
    with CaptureQueriesContext(connection) as asked:
        assert len(ranking.offers_for(need)) == 1
    assert not [one for one in asked.captured_queries if "marketplace_mission" in one["sql"]]


def test_asking_both_puts_both_forward_or_nobody(need, company):
    noe, awa = at_work(company, "site-web"), at_home("wordpress")
    by = need.organisation.members.first()
    pair_asks.ask(need, noe, awa, word="Ensemble ?", by=by, invites=True)
    assert sorted(need.proposals.values_list("offer", flat=True)) == sorted([noe.pk, awa.pk])
