"""What pages, letters and the desk ask the matching besides its lists."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from marketplace import ranking
from marketplace.actions.desk import weights as matching
from marketplace.actions.market import needs, offers, proposals
from marketplace.matching import exposure
from marketplace.matching.definition import NEW_HERE, WEIGHTS
from marketplace.models import (
    Format,
    KeptMatch,
    Level,
    Need,
    NeedSkill,
    Offer,
    OfferSkill,
    Place,
    Side,
    Standing,
    Time,
)
from marketplace.ranking import clock, nightly_stats
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus
from tests import factories as make

TOWN = {"insee": "80021", "name": "Amiens", "latitude": 49.8987, "longitude": 2.2847}


@pytest.fixture(autouse=True)
def in_french():
    with translation.override("fr"):
        yield


def said(things):
    return [str(thing).replace("\u00a0", " ") for thing in things]


# --- What to give up ------------------------------------------------------------------------


def test_a_need_on_site_is_told_how_many_would_come_remotely():
    need = make.make_need(place=Place.ON_SITE)
    for _ in range(3):
        make.make_offer(place=Place.REMOTE)
    assert said(ranking.relaxations_for_need(need)) == ["À distance aussi : 3 de plus"]


def test_a_need_is_told_until_when_to_wait():
    need = make.make_need(starts_on=make.in_days(5), ends_on=make.in_days(20))
    make.make_offer(starts_on=make.in_days(40), ends_on=make.in_days(90))
    (relaxation,) = ranking.relaxations_for_need(need)
    assert (relaxation.code, relaxation.gain) == ("later", 1)
    assert said([relaxation])[0].startswith("Jusqu’au ")


def test_a_need_is_told_which_skill_to_make_welcome():
    need = make.make_need(skills=["excel", "paie"])
    make.make_offer(skills=["excel"])
    assert said(ranking.relaxations_for_need(need)) == [
        "« paie » souhaitée plutôt qu’indispensable : 1 de plus"
    ]


def test_an_offer_is_told_which_skill_would_open_how_many():
    offer = make.make_offer(skills=["excel"])
    make.make_need(skills=["excel", "paie"])
    make.make_need(skills=["excel", "paie"])
    assert said(ranking.relaxations_for_offer(offer)) == ["Avec « paie » : 2 de plus"]


def test_an_offer_is_told_how_far_to_come():
    offer = make.make_offer(place=Place.ON_SITE, radius_km=60)
    make.make_need(place=Place.ON_SITE, commune=make.make_commune(**TOWN))
    assert said(ranking.relaxations_for_offer(offer))[0] == "Jusqu’à 110 km : 1 de plus"


# --- Kept lists, and news -------------------------------------------------------------------


def best_of(needs=(), offers=(), **how):
    return ranking.best_kept(
        Need.objects.filter(pk__in=[need.pk for need in needs]),
        Offer.objects.filter(pk__in=[offer.pk for offer in offers]),
        **how,
    )


def test_homes_read_all_their_kept_lists_at_once(django_assert_num_queries):
    wanted = [make.make_need() for _ in range(4)]
    offered = [make.make_offer() for _ in range(4)]
    clock.refresh_marked(now=timezone.now())
    # Three, and the five of the book, which is read once a process but not kept inside a transaction.
    with django_assert_num_queries(3 + 5):
        best = best_of(wanted[:2], offered[:1], top=3)
        words = [
            (match.need.organisation.name, match.offer.discreet_name, reason.words)
            for match in best[Side.NEED]
            for reason in match.reasons_for_need_side
        ]
    assert words
    assert [len(best[side]) for side in Side] == [3, 3]
    assert {match.need for match in best[Side.NEED]} <= set(wanted[:2])
    assert {match.offer for match in best[Side.OFFER]} == set(offered[:1])
    scores = [match.score for match in best[Side.NEED]]
    assert scores == sorted(scores, reverse=True)


def test_a_home_shows_each_person_and_each_need_once():
    wanted = [make.make_need() for _ in range(2)]
    ibrahim, other = make.make_user(), make.make_user()
    offered = [make.make_offer(ibrahim), make.make_offer(ibrahim), make.make_offer(other)]
    clock.refresh_marked(now=timezone.now())
    best = best_of(wanted, offered[:2], top=3)
    assert [match.offer.person for match in best[Side.NEED]] == [ibrahim, other]
    assert {match.need for match in best[Side.OFFER]} == set(wanted)
    assert len(best[Side.OFFER]) == 2


def test_a_kept_line_that_is_no_longer_true_is_not_shown():
    need, offer = make.make_need(), make.make_offer()
    clock.refresh_marked(now=timezone.now())
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.PAUSED)
    assert KeptMatch.objects.filter(need=need).exists()
    assert best_of([need])[Side.NEED] == []


def test_a_side_hears_of_a_pair_once():
    need = make.make_need()
    make.make_offer()
    clock.refresh_marked(now=timezone.now())
    news = ranking.untold(need)
    assert len(news) == 1
    assert (ranking.told(Side.NEED, news), ranking.told(Side.NEED, news)) == (1, 0)
    assert ranking.untold(need) == []
    assert len(ranking.untold(news[0].offer)) == 1  # the other side hasn't heard


# --- Acts say what they change --------------------------------------------------------------


def test_publishing_pausing_and_closing_are_seen_at_once():
    person = make.make_user()
    need = make.make_need(status=NeedStatus.SUBMITTED)
    offer = make.make_offer(person, status=OfferStatus.DRAFT)
    assert ranking.needs_for(offer) == []
    needs.publish(need, by=person)
    assert [match.need for match in ranking.needs_for(offer)] == [need]
    assert ranking.offers_for(need) == []
    offers.publish(offer, by=person)
    assert [match.offer for match in ranking.offers_for(need)] == [offer]
    offers.pause(offer, by=person)
    assert ranking.offers_for(need) == []


def test_an_open_offer_that_is_edited_is_ranked_with_its_new_skills_at_once():
    need, offer = make.make_need(skills=["paie"]), make.make_offer(skills=["excel"])
    assert ranking.offers_for(need) == []
    form = SimpleNamespace(save_m2m=lambda: None)
    chosen = [SimpleNamespace(skill=make.make_skill("paie"), level=Level.EXPERT)]
    offers.write(offer, form, chosen, by=offer.person)
    assert [match.offer for match in ranking.offers_for(need)] == [offer]


def test_a_proposal_takes_the_pair_out_of_both_lists_and_the_last_place_closes_the_offer():
    coordinator = make.make_user()
    need, other, offer = make.make_need(places=2), make.make_need(), make.make_offer()
    proposal = proposals.apply(need, offer, word="", by=offer.person)
    assert ranking.offers_for(need) == []
    assert [match.need for match in ranking.needs_for(offer)] == [other]
    proposals.accept(proposal, side=Side.NEED, by=coordinator)
    assert ranking.offers_for(other) == []  # her one mission is taken
    assert (
        said(ranking.why(other, offer).excluded)[0] == "Toutes les missions proposées sont prises"
    )


def test_a_drafts_candidates_can_be_looked_at_before_it_is_published():
    need, offer = make.make_need(status=NeedStatus.SUBMITTED), make.make_offer()
    assert [match.offer for match in ranking.offers_for(need)] == [offer]
    assert ranking.needs_for(offer) == []


# --- Fair -----------------------------------------------------------------------------------


def test_gender_age_origin_and_name_change_nothing():
    need, offer = make.make_need(), make.make_offer()
    before = ranking.why(need, offer).facts.as_json()
    person = offer.person
    person.first_name, person.last_name = "Aïssatou", "Nguyen-Kowalski"
    person.email, person.trade, person.phone = "autre@example.org", "Directeur", "0600000000"
    person.date_joined = timezone.now() - timezone.timedelta(days=9_000)
    person.language = "en"
    person.save()
    offer.title = offer.about = "Jeune retraitée, née à Dakar, mère de trois enfants"
    offer.save()
    ranking.changed(offer)
    assert ranking.why(need, offer).facts.as_json() == before


def test_who_is_shown_much_more_than_their_share_is_pushed_back_a_little_and_no_more():
    penalties = [exposure.penalty_of(nights * exposure.A_NIGHT, fair=700) for nights in range(60)]
    assert penalties[0] == 0
    assert penalties[1:4] == [25, 55, 80]
    assert penalties[7] == 85
    assert penalties == sorted(penalties)
    assert exposure.penalty_of(1_000_000, fair=700) == 100


def test_how_often_somebody_was_shown_changes_the_order_but_not_how_well_they_suit():
    need, offer = make.make_need(), make.make_offer()
    before = ranking.why(need, offer)
    Standing.objects.create(side=Side.OFFER, number=offer.pk, answers=7_000, penalty=80)
    ranking.changed(offer)
    after = ranking.why(need, offer)
    assert after.score == before.score * 920 // 1_000
    assert after.strength == before.strength
    (pair,) = ranking.plan_for(need.pole, today=timezone.localdate()).pairs
    assert pair.score == after.score
    assert ranking.strengths([pair]) == {(need.pk, offer.pk): before.strength}


def test_who_answers_quickly_rises_and_who_never_does_sinks():
    assert nightly_stats.answering([10_000] * 9) > 9_000
    assert nightly_stats.answering([0] * 9) < 3_000
    assert nightly_stats.answering([]) == 7_000


@pytest.mark.parametrize("silent", [Time.OWN, Time.WORK])
def test_what_somebody_answers_on_their_own_time_is_not_their_employer_s_pace(silent):
    """Neither does it make its other offers sink, nor does the company's silence theirs."""
    person, long_ago = make.make_user(), timezone.now() - nightly_stats.SLOW * 2
    company = make.make_organisation("COMPANY", member=person)
    offers = {
        time: make.make_offer(person, organisation=company, time=time)
        for time in (Time.OWN, Time.WORK)
    }
    for _many in range(5):
        proposal = make.make_proposal(offer=offers[silent], origin="INVITATION")
        proposal.created_at = proposal.need_said_yes_at = long_ago
        proposal.save()
    nightly_stats.renew(timezone.now())
    pace = dict(Standing.objects.filter(side="OFFER").values_list("number", "answers"))
    other = offers.pop(silent)
    assert pace[other.pk] < 5_000
    assert [pace.get(one.pk, NEW_HERE) for one in offers.values()] == [NEW_HERE]


def test_the_nights_count_gives_silence_its_weight():
    need = make.make_need()
    quiet, other = make.make_offer(), make.make_offer()
    proposal = make.make_proposal(need, quiet, origin="INVITATION")
    proposal.created_at = timezone.now() - nightly_stats.SLOW * 2
    proposal.need_said_yes_at = proposal.created_at
    proposal.save()
    nightly_stats.renew(timezone.now())
    fresh = make.make_need()
    assert [match.offer for match in ranking.offers_for(fresh)] == [other, quiet]


# --- A pôle's weights -----------------------------------------------------------------------


def test_a_pole_may_prefer_the_near_to_the_well_versed():
    need = make.make_need(skills=[], place=Place.ON_SITE)
    NeedSkill.objects.create(need=need, skill=make.make_skill("excel"), level=Level.EXPERT)
    far = make.make_offer(skills=[], commune=make.make_commune(**TOWN), radius_km=105)
    near = make.make_offer(skills=[])
    OfferSkill.objects.create(offer=far, skill=make.make_skill("excel"), level=Level.EXPERT)
    OfferSkill.objects.create(offer=near, skill=make.make_skill("excel"), level=Level.SKILLED)
    ranking.changed(need, far, near)
    assert [match.offer for match in ranking.offers_for(need)] == [far, near]
    other = {side: weights | {"place": 30, "skills": 30} for side, weights in WEIGHTS.items()}
    preview = ranking.preview(need.pole, other, today=timezone.localdate())
    assert [(change.before[0], change.after[0]) for change in preview.other_first] == [
        (far.pk, near.pk)
    ]
    matching.set_weights(need.pole, need=other["need"], offer=other["offer"], by=need.created_by)
    assert [match.offer for match in ranking.offers_for(need)] == [near, far]


def test_weights_out_of_bounds_are_refused_with_a_sentence():
    pole = make.make_pole()
    weights = {"need": WEIGHTS["need"] | {"place": 90}, "offer": WEIGHTS["offer"]}
    somebody = make.make_user()
    with pytest.raises(ValidationError, match="place"):
        matching.set_weights(pole, **weights, by=somebody)


# --- Odd cases ------------------------------------------------------------------------------


def test_a_need_without_skills_says_so_and_shows_no_list():
    need, offer = make.make_need(skills=[]), make.make_offer()
    assert ranking.offers_for(need) == ranking.near_misses_for_need(need) == []
    assert ranking.relaxations_for_need(need) == []
    assert said(ranking.why(need, offer).excluded) == [
        "Ce besoin ne demande encore aucune compétence"
    ]


def test_sixty_skills_are_sixty_postings_and_one_match():
    codes = [f"skill-{number}" for number in range(60)]
    offer = make.make_offer(skills=codes)
    need = make.make_need(skills=codes)
    (match,) = ranking.offers_for(need)
    assert match.offer == offer
    assert offer.postings.count() == 60


def test_radius_nought_is_ones_own_town():
    need = make.make_need(place=Place.ON_SITE)
    make.make_offer(radius_km=0)
    assert said(ranking.offers_for(need)[0].reasons_for_offer_side)[1] == "Dans la même commune"


@pytest.mark.parametrize("days", [-400, 3_650])
def test_dates_long_past_or_far_away_are_said(days):
    need = make.make_need()
    offer = make.make_offer(starts_on=make.in_days(days), ends_on=make.in_days(days + 20))
    assert ranking.offers_for(need) == []
    (reason,) = ranking.why(need, offer).excluded
    assert reason.code == "time"
    assert reason.act


def test_overseas_is_far_away_but_not_remotely():
    island = make.make_commune("97411", "Saint-Denis", latitude=-20.8789, longitude=55.4481)
    need = make.make_need(place=Place.ON_SITE)
    offer = make.make_offer(commune=island, radius_km=100)
    (match,) = ranking.near_misses_for_need(need)
    assert match.offer == offer
    remote = make.make_need(place=Place.REMOTE)
    assert [match.offer for match in ranking.offers_for(remote)] == [offer]


def test_a_merged_skill_is_worth_what_it_became():
    old, new = make.make_skill("tableur"), make.make_skill("excel")
    old.merged_into, old.withdrawn_at = new, timezone.now()
    old.save()
    need, offer = make.make_need(skills=["excel"]), make.make_offer(skills=["tableur"])
    (match,) = ranking.offers_for(need)
    assert match.offer == offer
    assert match.missing_for_need_side == []


# --- The command ----------------------------------------------------------------------------


def test_the_command_gives_lists_and_reasons_in_json():
    need, offer = make.make_need(format=Format.SPLIT), make.make_offer()
    out = StringIO()
    call_command("match", need=need.pk, json=True, stdout=out)
    line = json.loads(out.getvalue())
    assert (line["need"], line["offer"], line["is_match"]) == (need.pk, offer.pk, True)
    assert line["reasons_for_need_side"]
    assert line["calculation"]["parts"]["need"]["skills"] == 10_000


def test_the_command_says_why_not():
    need, offer = make.make_need(), make.make_offer(status=OfferStatus.PAUSED)
    out = StringIO()
    call_command("match", need=need.pk, why=offer.pk, json=True, stdout=out)
    assert json.loads(out.getvalue())["excluded"][0]["code"] == "state"


def test_the_command_asks_from_the_offers_side_and_no_longer_a_list_than_wanted():
    offer = make.make_offer()
    needs_there = [make.make_need() for _ in range(3)]
    said_lines = []
    for wanted in ({"top": 2, "near": 0}, {"why": needs_there[2].pk}):
        out = StringIO()
        call_command("match", offer=offer.pk, json=True, stdout=out, **wanted)
        said_lines.append([json.loads(line)["need"] for line in out.getvalue().splitlines()])
    assert said_lines == [[needs_there[0].pk, needs_there[1].pk], [needs_there[2].pk]]
    out = StringIO()
    call_command("match", offer=offer.pk, language="en", stdout=out)
    assert "match" in out.getvalue()
    assert "  + " in out.getvalue()


def test_the_command_knows_what_isnt_there():
    with pytest.raises(CommandError, match="9999"):
        call_command("match", need=9999)


def test_a_declined_pair_stays_declined_in_every_list():
    proposal = make.make_proposal(status=ProposalStatus.DECLINED)
    ranking.changed(proposal.need, proposal.offer)
    clock.refresh_marked(now=timezone.now())
    assert not KeptMatch.objects.exists()
