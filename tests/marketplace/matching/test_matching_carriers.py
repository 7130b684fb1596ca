"""A need that several carry is matched at the nearest of their places, within none of their houses, and counted once."""

import pytest
from django.utils import translation

from accounts.actions import groups as account_groups
from marketplace import ranking
from marketplace.actions.market import carriers, groups
from marketplace.actions.talk import blocks
from marketplace.matching.columns import Needs
from marketplace.models import Need, Place, Time
from marketplace.models.market.matching import NeedPosting
from marketplace.ranking import cards, clock, search
from marketplace.ranking.newcomers import needs_for_newcomer
from tests import factories as make
from tests.marketplace.matching.test_matching_acts import the_three_agree
from tests.marketplace.matching.test_matching_kept_lists import kept_list

pytestmark = pytest.mark.django_db
ROUBAIX = {"insee": "59512", "name": "Roubaix", "latitude": 50.6893, "longitude": 3.1750}
DUNKERQUE = {"insee": "59183", "name": "Dunkerque", "latitude": 51.0303, "longitude": 2.3765}
DOUAI = {"insee": "59178", "name": "Douai", "latitude": 50.3714, "longitude": 3.0797}


@pytest.fixture
def need():
    """On site in Lille."""
    return make.make_need(place=Place.ON_SITE)


@pytest.fixture
def offer():
    """Close to Dunkerque, some seventy kilometres from Lille."""
    town = make.make_commune(**DUNKERQUE)
    return make.make_offer(place=Place.ON_SITE, commune=town, radius_km=10)


def carried_from(need, town, **fields):
    house = make.make_organisation(commune=make.make_commune(**town), member=make.make_user())
    return make.make_carrier(need, house, **fields)


def who_for(need):
    return [match.offer_id for match in ranking.offers_for(need)]


def what_for(offer):
    return [match.need_id for match in ranking.needs_for(offer)]


def test_it_is_found_near_whichever_structure_carries_it_from_both_sides(need, offer):
    the_three_agree("carried by one")
    assert (who_for(need), what_for(offer)) == ([], [])
    carried_from(need, ROUBAIX)
    carrier = carried_from(need, DUNKERQUE)
    assert (who_for(need), what_for(offer)) == ([offer.pk], [need.pk]), "at once"
    the_three_agree("carried by three")
    assert [other for other, _score in kept_list(offer)] == [need.pk]
    carriers.leave(carrier, word="Non.", by=carrier.organisation.members.get())
    assert (who_for(need), what_for(offer)) == ([], []), "at once"
    the_three_agree("one has left")


def test_the_distance_that_counts_is_the_shortest_and_the_reason_says_from_whose_town(need, offer):
    carrier = carried_from(need, DUNKERQUE)
    (match,) = ranking.offers_for(need)
    assert (match.facts.metres, match.facts.whose) == (0, 1)
    (theirs,) = ranking.needs_for(offer)
    with translation.override("fr"):
        for said in (match.reasons_for_need_side, theirs.reasons_for_offer_side):
            (place,) = [str(one) for one in said if one.code == "place"]
            assert place == f"Dans la même commune ({carrier.organisation})"
    in_lille = make.make_offer(place=Place.ON_SITE, radius_km=10)
    by_offer = {one.offer_id: one for one in ranking.offers_for(need)}
    assert by_offer[in_lille.pk].nearest_carrier == str(need.organisation)


def test_who_was_asked_and_has_not_agreed_changes_nothing(need, offer):
    carried_from(need, DUNKERQUE, status="INVITED", agreed_at=None)
    the_three_agree("asked")
    assert who_for(need) == []


def test_a_need_carried_by_several_stands_once_in_each_list(need):
    carried_from(need, ROUBAIX), carried_from(need, DOUAI)
    offer = make.make_offer(place=Place.ON_SITE, radius_km=100)
    assert what_for(offer) == [need.pk]
    assert len(search.all_needs()) == 1
    the_three_agree("three places within reach")
    assert len(kept_list(offer)) == 1


@pytest.mark.parametrize("how", ["its own", "its group's"])
def test_nobody_of_a_house_that_carries_it_is_proposed(need, how):
    carrier = carried_from(need, ROUBAIX)
    house = carrier.organisation
    if how == "its group's":
        company = make.make_organisation("COMPANY", administrator=make.make_user())
        house.memberships.update(role="ADMINISTRATOR")
        boss = company.members.get()
        tie = account_groups.ask(company, house, by=boss, now=carrier.invited_at)
        groups.agree(tie, by=house.members.get(), now=carrier.invited_at)
        house = company
    theirs = make.make_offer(organisation=house)
    other = make.make_offer()
    the_three_agree("carried")
    assert who_for(need) == [other.pk]
    assert what_for(theirs) == []


def test_a_house_that_joins_a_group_later_is_found_by_the_sweep_too(need):
    carrier = carried_from(need, ROUBAIX)
    company = make.make_organisation("COMPANY", administrator=make.make_user())
    theirs = make.make_offer(organisation=company)
    assert who_for(need) == [theirs.pk]
    carrier.organisation.memberships.update(role="ADMINISTRATOR")
    now, boss = carrier.invited_at, company.memberships.get(role="ADMINISTRATOR").user
    tie = account_groups.ask(
        carrier.organisation, company, by=carrier.organisation.members.get(), now=now
    )
    groups.agree(tie, by=boss, now=now)
    assert who_for(need) == [], "at once"
    the_three_agree("one group")


def test_what_the_people_of_a_carrier_offer_at_home_is_shown_to_none_of_those_that_carry_it(need):
    carrier = carried_from(need, ROUBAIX)
    own = make.make_offer(carrier.organisation.members.get(), time=Time.OWN)
    other = make.make_offer()
    assert who_for(need) == [other.pk]
    assert what_for(own) == []


def test_a_newcomer_is_not_shown_what_their_own_structure_carries(need):
    carrier = carried_from(need, ROUBAIX)
    employee = make.make_user(commune=make.make_commune())
    skills = [(need.wanted.get().skill_id, 2)]
    assert [one.need for one in needs_for_newcomer(employee, skills)] == [need]
    carrier.organisation.memberships.create(user=employee)
    assert needs_for_newcomer(employee, skills) == []


def test_a_block_of_any_that_carries_it_counts(need):
    carrier, offer = carried_from(need, ROUBAIX), make.make_offer()
    the_three_agree("before")
    assert who_for(need) == [offer.pk]
    blocks.block(by=offer.person, organisation=carrier.organisation)
    assert (who_for(need), what_for(offer)) == ([], [])
    the_three_agree("kept apart")
    assert kept_list(need) == kept_list(offer) == []


def test_the_sweep_sees_that_a_carrier_has_moved_to_another_town(need, offer):
    carrier = carried_from(need, ROUBAIX)
    assert who_for(need) == []
    carrier.organisation.commune = make.make_commune(**DUNKERQUE)
    carrier.organisation.save(update_fields=["commune"])
    clock.refresh_due(now=carrier.invited_at)
    assert who_for(need) == [offer.pk]


def test_a_stored_card_reads_back_who_carries_it(need):
    carried_from(need, ROUBAIX), carried_from(need, DOUAI)
    alone = make.make_need()
    made, _stamps = cards.of_needs(Need.objects.filter(pk__in=[need.pk, alone.pk]))
    stored = [made.stored(row) for row in range(len(made))]
    read = Needs.read(b"".join(c for c, _s in stored), b"".join(s for _c, s in stored))
    for number in (need.pk, alone.pk):
        assert read.carried.of_one(number).tolist() == made.carried.of_one(number).tolist()
    assert read.skill.tolist() == made.skill.tolist()
    assert NeedPosting.objects.filter(need=need).count() == 3
    assert NeedPosting.objects.filter(need=need, lead=True).count() == 1
