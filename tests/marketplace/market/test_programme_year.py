"""What an employer's people gave in a year: counted again by hand, hour after hour."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marketplace.actions.market import people
from marketplace.figures import programme_year
from marketplace.models import Headcount, HoursEntry, Mission, Offer
from tests.factories import make_mission, make_offer, make_user
from tests.marketplace.market.programme_house import (
    at_work,
    employ,
    give,
    head_of,
    make_house,
    make_programme,
    make_site,
    member,
)

TODAY = date(2026, 6, 17)
SEVENTH = Decimal(7)


@pytest.fixture
def house():
    return make_house()


def told(house, year=2026, today=TODAY):
    return programme_year.of(house, year, today=today)


def close(one, other):
    return abs(one - other) < Decimal("0.000001")


def as_dict(parts):
    return {part.name: (round(part.days, 4), round(part.before, 4), part.people) for part in parts}


def test_each_figure_is_what_counting_by_hand_finds(house):
    """Random hours of three programmes, teams and sites, some of them not confirmed, in three years."""
    chance = random.Random(26)
    short = make_programme(house, "Demi-journées", hours_per_day=Decimal("3.5"))
    programmes = [None, short, make_programme(house, "Deux jours")]
    sites = [None, make_site(house, "Usine"), make_site(house, "Siège")]
    where, rows = {}, []
    for number in range(9):
        team, site = chance.choice(("", "Achats", "Qualité")), chance.choice(sites)
        mission = at_work(house, programme=chance.choice(programmes), is_team=number % 4 == 0)
        Mission.objects.filter(pk=mission.pk).update(started_at=None)
        people_of_it = [member(house) for _n in range(3 if number % 4 == 0 else 1)]
        for person in people_of_it:
            where[person.pk] = (team, site.name if site else "")
            employ(house, person, team, site)
            for _n in range(12):
                day = date(2024, 1, 1) + timedelta(days=chance.randrange(1080))
                hours, sure = Decimal(chance.choice(("1", "3.5", "7.25"))), chance.random() < 0.8
                if mission.hours.filter(person=person, day=day).exists():
                    continue
                give(mission, person, day, hours, confirmed=sure)
                if sure:
                    per_day = mission.programme.hours_per_day if mission.programme else SEVENTH
                    rows.append((mission, person.pk, day, hours / per_day))
    found = told(house)
    for given, first, last in (
        (found.now, date(2026, 1, 1), date(2026, 12, 31)),
        (found.same_day, date(2025, 1, 1), date(2025, 6, 17)),
        (found.before, date(2025, 1, 1), date(2025, 12, 31)),
    ):
        kept = [row for row in rows if first <= row[2] <= last]
        assert close(given.days, sum(row[3] for row in kept))
        assert given.people == len({row[1] for row in kept})
        assert given.missions == len({row[0].pk for row in kept})
        assert given.structures == len({row[0].need.organisation_id for row in kept})
    for parts, name in (
        (found.by_programme, lambda row: row[0].programme.name if row[0].programme else ""),
        (found.by_team, lambda row: where[row[1]][0]),
        (found.by_site, lambda row: where[row[1]][1]),
    ):
        assert as_dict(parts) == by_hand(rows, name)
    for months, year in ((found.months, 2026), (found.months_before, 2025)):
        for month in range(1, 13):
            kept = (row[3] for row in rows if (row[2].year, row[2].month) == (year, month))
            assert close(months[month - 1], sum(kept, Decimal(0)))


def by_hand(rows, name):
    days, before, who = defaultdict(Decimal), defaultdict(Decimal), defaultdict(set)
    for row in rows:
        if row[2].year == 2026:
            days[name(row)] += row[3]
            who[name(row)].add(row[1])
        elif date(2025, 1, 1) <= row[2] <= date(2025, 6, 17):
            before[name(row)] += row[3]
    return {
        key: (round(days[key], 4), round(before[key], 4), len(who[key])) for key in {*days, *before}
    }


def test_own_time_and_other_employers_never_count(house):
    person = member(house)
    mission = at_work(house, person=person)
    give(mission, person, TODAY, 7)
    own = make_mission(person=person, status="RUNNING")
    Offer.objects.filter(pk=own.offer_id).update(organisation=house)  # named, on their own time
    give(own, person, TODAY - timedelta(days=1), 7)
    beside = make_mission(status="RUNNING")
    give(beside, beside.offer.person, TODAY, 7)
    theirs = at_work(make_house(name="Autre maison"))
    give(theirs, theirs.offer.person, TODAY, 7)
    found = told(house)
    assert (found.now.days, found.now.people, found.now.missions) == (Decimal(1), 1, 1)
    make_offer(member(house), organisation=house)
    make_offer(person, time="OWN")
    stands = told(house).today
    assert (stands.members, stands.offering, stands.coming) == (3, 1, 1)


def test_what_somebody_offers_on_their_own_time_makes_them_no_one_who_offers_here(house):
    person = member(house)
    mission = make_mission(person=person, status="RUNNING")
    Offer.objects.filter(pk=mission.offer_id).update(organisation=house)
    stands = told(house).today
    assert (stands.members, stands.offering, stands.coming) == (2, 0, 0)


def test_who_has_left_still_gave_and_is_neither_there_nor_offering(house):
    person = member(house)
    employ(house, person, "Achats")
    mission = at_work(house, person=person)
    give(mission, person, TODAY, 7)
    membership = house.memberships.get(user=person)
    people.remove(membership, by=head_of(house), now=timezone.now())
    found = told(house)
    assert (found.now.days, found.now.people) == (Decimal(1), 1)
    assert (found.today.members, found.today.offering, found.today.coming) == (1, 0, 0)


def test_a_day_belongs_to_its_year_and_a_beginning_to_that_of_the_walls_clock(house):
    """New Year's Eve, half past eleven at night in Paris, is still of its year; an hour later isn't."""
    mission, other = at_work(house), at_work(house)
    give(mission, mission.offer.person, date(2025, 12, 31), 7)
    eve = timezone.make_aware(datetime(2025, 12, 31, 23, 30))
    Mission.objects.filter(pk=mission.pk).update(started_at=eve)
    Mission.objects.filter(pk=other.pk).update(started_at=eve + timedelta(hours=1))
    found = told(house)
    assert (found.now.days, found.before.days) == (Decimal(0), Decimal(1))
    assert (found.now.missions, found.before.missions, found.same_day.missions) == (1, 1, 0)


def test_the_same_day_of_the_year_before_a_leap_day_is_the_28th(house):
    mission = at_work(house)
    give(mission, mission.offer.person, date(2027, 2, 28), 7)
    give(mission, mission.offer.person, date(2027, 3, 1), 7)
    found = told(house, 2028, today=date(2028, 2, 29))
    assert found.same_day.days == Decimal(1)
    assert found.before.days == Decimal(2)


def test_a_year_that_is_over_is_told_beside_the_whole_of_the_one_before(house):
    mission = at_work(house)
    give(mission, mission.offer.person, date(2024, 12, 30), 7)
    found = told(house, 2025)
    assert found.same_day == found.before


def test_the_headcount_is_that_of_the_year_or_the_last_one_said_before(house):
    assert told(house).staff is None, "members are no headcount"
    Headcount.objects.create(organisation=house, year=2027, people=900)
    Headcount.objects.create(organisation=house, year=2024, people=300)
    assert told(house).staff == programme_year.Staff(300, 2024)
    Headcount.objects.create(organisation=house, year=2026, people=312)
    assert told(house).staff == programme_year.Staff(312, 2026)


@pytest.mark.parametrize(
    ("people", "gave", "share"), [(312, 38, "12"), (312, 1, "0.3"), (3, 4, None), (0, 0, None)]
)
def test_a_share_is_exact_and_never_above_the_whole(people, gave, share):
    found = programme_year.Staff(people, 2026).share(gave)
    assert found == (Decimal(share) if share else None)


def test_without_a_headcount_there_is_no_share_whoever_the_members_are(house):
    mission = at_work(house)
    give(mission, mission.offer.person, TODAY, 7)
    assert told(house).headline.share is None
    assert programme_year.headline(house, 2026, today=TODAY).share is None


def test_the_budget_is_that_of_the_programmes_that_say_one_and_of_what_these_gave(house):
    assert told(house).budget is None
    said = make_programme(house, "Deux jours", budget_days=Decimal(10))
    make_programme(house, "Fini", budget_days=Decimal(90), ends_on=date(2025, 12, 31))
    silent = make_programme(house, "Sans limite")
    for programme in (said, silent, None):
        mission = at_work(house, programme=programme)
        give(mission, mission.offer.person, TODAY, 14)
    found = told(house)
    assert (found.budget.days, found.budget.given) == (Decimal(10), Decimal(2))
    assert found.now.days == Decimal(6)
    assert found.days_outside_budget == Decimal(4)
    headline = programme_year.headline(house, 2026, today=TODAY)
    assert headline == found.headline


def test_a_budget_that_is_spent_leaves_nothing(house):
    programme = make_programme(house, budget_days=Decimal(1))
    mission = at_work(house, programme=programme)
    give(mission, mission.offer.person, TODAY, 14)
    budget = told(house).budget
    assert budget.is_spent


def test_an_empty_house_has_an_empty_year(house):
    found = told(house)
    assert found.is_empty
    assert found.by_team == found.by_site == found.by_programme == []
    assert found.months == [0] * 12


def test_a_larger_house_asks_as_many_questions(house, django_assert_num_queries):
    def fill(times):
        for _n in range(times):
            mission = at_work(house, programme=make_programme(house, f"P{make_user().pk}"))
            employ(house, mission.offer.person, f"Équipe {mission.pk}")
            give(mission, mission.offer.person, TODAY, 7)

    fill(1)
    with django_assert_num_queries(7):
        told(house)
    fill(4)
    with django_assert_num_queries(7):
        told(house)
    with django_assert_num_queries(3):
        programme_year.headline(house, 2026, today=TODAY)
    assert HoursEntry.objects.count() == 5
