"""The teams of a round: how they are formed, who is told, and how each is put forward for a need."""

import pytest
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.market import offers, people, proposals, round_teams, rounds
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.rounds import TeamOfferForm
from marketplace.forms.market.skills import Chosen
from marketplace.models import Offer, Site, Time
from marketplace.rules import round_stages
from marketplace.states import OfferStatus, RoundStatus
from tests.factories import (
    in_days,
    make_cause,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_proposal,
    make_skill,
    make_user,
)
from tests.marketplace.home_lines import lines_of
from tests.marketplace.market.round_people import (
    closed_house,
    letters,
    open_house,
    set_days,
    suspend,
)


def sizes(house) -> list[int]:
    return [team.people.count() for team in house.round.teams.all()]


def look(house, team, *, skills=("site-web",), **said):
    data = {"about": "Une équipe.", "place": "BOTH", "radius_km": "30", "causes": []}
    data |= {"commune": "59000 Lille", "commune-code": house.company.commune.insee} | said
    form = TeamOfferForm(data, instance=Offer(organisation=house.company))
    assert form.is_valid(), form.errors
    chosen = [Chosen(make_skill(code)) for code in skills]
    return round_teams.look_for_a_need(team, form, chosen, by=house.claire, now=timezone.now())


def looking_house(**fields):
    """Two teams, of which the first looks for a need."""
    house = closed_house(**fields)
    first, *_others = house.form()
    look(house, first)
    return house


# --- forming ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("people", "size", "expected"),
    [(7, 3, [3, 2, 2]), (4, 2, [2, 2]), (5, 50, [5]), (3, 1, [1, 1, 1])],
)
def test_teams_are_as_even_as_can_be_and_none_is_larger_than_asked(people, size, expected):
    house = closed_house(people=people)
    house.form(size)
    assert sorted(sizes(house), reverse=True) == expected


def test_those_of_one_site_then_of_one_team_are_together():
    house = closed_house(people=6)
    arques, lens = (
        Site.objects.create(organisation=house.company, name=name, commune=house.company.commune)
        for name in ("Arques", "Lens")
    )
    a, b, c, d, e, f = house.people
    for person, site, team in ((a, arques, "Four"), (b, lens, ""), (c, arques, "Achats"), (d, lens, ""), (e, arques, "Four"), (f, arques, "Achats")):  # fmt: skip
        house.at(person, site, team)
    house.form(2)
    together = [{one.person for one in team.people.all()} for team in house.round.teams.all()]
    assert sorted(map(len, together)) == [2, 2, 2]
    assert {frozenset(team) for team in together} == {frozenset(pair) for pair in ((a, e), (c, f), (b, d))}  # fmt: skip


def test_they_are_formed_anew_until_they_are_told():
    house = closed_house()
    house.form(2)
    house.form(4)
    assert sizes(house) == [4]
    house.tell()
    with pytest.raises(NotYet, match="prévenues"):
        house.form(2)


@pytest.mark.parametrize("state", ["open", "cancelled", "nobody", "over"])
def test_there_is_a_time_to_form_them(state):
    house = open_house(people=1) if state == "open" else closed_house(people=1)
    if state == "cancelled":
        rounds.cancel(house.round, by=house.claire, now=timezone.now())
    elif state == "nobody":
        rounds.withdraw(house.round, by=house.people[0], now=timezone.now())
    elif state == "over":
        set_days(house.round, answer_by=in_days(-9), starts_on=in_days(-3), ends_on=in_days(-1))
    with pytest.raises(NotYet):
        house.form()


def test_whoever_gets_a_place_takes_the_seat_of_whom_they_follow():
    house = closed_house(people=3, places=2)
    house.form(1)
    leaver, _other, waits = house.people
    seat = house.round.answers.get(person=leaver).team
    rounds.withdraw(house.round, by=leaver, now=timezone.now())
    assert house.round.answers.get(person=waits).team == seat
    assert house.round.answers.get(person=leaver).team is None


# --- telling and moving ----------------------------------------------------------------------
def test_each_person_is_told_once_in_which_team_they_are():
    house = closed_house()
    house.form()
    house.tell()
    house.tell()
    assert {one.recipient for one in letters("round_team_told")} == set(house.people)
    assert letters("round_team_told").count() == 4


def test_whoever_gets_a_place_later_is_told_in_which_team():
    house = closed_house(people=3, places=2)
    house.form()
    house.tell()
    leaver, _other, waits = house.people
    rounds.withdraw(house.round, by=leaver, now=timezone.now())
    (letter,) = letters("round_place_given", waits)
    assert "dans l’équipe 1" in letter.text


def test_whoever_is_moved_later_is_told_and_nobody_else():
    house = closed_house()
    first, second = house.form()
    house.tell()
    moved = first.people.first()
    assert round_teams.move([moved, second.people.first()], second, now=timezone.now()) == 1
    assert letters("round_team_told", moved.person).count() == 2
    assert letters("round_team_told").count() == 5


def test_moving_before_they_are_told_writes_no_letter():
    house = closed_house()
    first, second = house.form()
    round_teams.move(first.people.all(), second, now=timezone.now())
    assert sizes(house) == [0, 4]
    assert not letters("round_team_told").exists()


def test_nobody_is_told_while_somebody_has_no_team():
    house = closed_house()
    house.form()
    house.round.answers.filter(person=house.people[0]).update(team=None)
    with pytest.raises(NotYet):
        house.tell()


# --- looking ---------------------------------------------------------------------------------
def test_a_team_looks_by_an_offer_of_its_employer():
    house = closed_house(people=3)
    house.round.programme.hours_per_day = "7.5"
    house.round.programme.save()
    (team,) = house.form(3)
    cause = make_cause()
    offer = look(house, team, causes=[cause.pk])
    assert (offer.status, offer.organisation, offer.person) == (OfferStatus.PUBLISHED, house.company, None)  # fmt: skip
    assert (offer.title, offer.hours, offer.capacity) == ("Une journée en mars – équipe 1", 23, 1)
    assert (offer.time, offer.starts_on, offer.ends_on) == (Time.WORK, house.round.starts_on, house.round.ends_on)  # fmt: skip
    assert list(offer.causes.all()) == [cause]
    team.refresh_from_db()
    assert team.offer == offer


def test_twice_is_once():
    house = looking_house()
    with pytest.raises(NotYet, match="cherche déjà"):
        look(house, house.round.teams.first())
    assert Offer.objects.count() == 1


def test_without_a_skill_nothing_is_written():
    house = closed_house()
    team, _other = house.form()
    with pytest.raises(NotYet, match="compétence"):
        look(house, team, skills=())
    assert not Offer.objects.exists()


def test_an_empty_team_does_not_look():
    house = closed_house()
    first, second = house.form()
    round_teams.move(first.people.all(), second, now=timezone.now())
    with pytest.raises(NotYet):
        look(house, first)


def test_more_hours_than_an_offer_may_have_are_refused_in_words(monkeypatch):
    house = closed_house(people=3, days="30")
    house.round.programme.hours_per_day = 12
    house.round.programme.save()
    (team,) = house.form(3)
    assert look(house, team).hours == 1080
    other = closed_house(people=1, days="30")
    (team,) = other.form(1)
    monkeypatch.setattr(round_teams, "MOST_HOURS", 100)
    with pytest.raises(NotYet, match="heures"):
        look(other, team)


def test_the_coordinators_have_one_letter_however_many_teams_look():
    coordinator = make_coordinator()
    house = closed_house(people=6)
    first, second, empty = house.form()
    round_teams.move(empty.people.all(), second, now=timezone.now())
    for team in (first, second):
        look(house, team)
    (letter,) = letters("round_looks", coordinator)
    assert "besoins à trouver pour 2 équipes, en" in letter.subject


def test_one_team_that_looks_is_not_told_as_several():
    coordinator = make_coordinator()
    house = closed_house(people=1)
    (team,) = house.form(1)
    look(house, team)
    text = letters("round_looks", coordinator).get().text
    assert "a formé une équipe pour" in text
    assert "équipes" not in text
    assert "leurs offres" not in text


def test_cancelling_pauses_the_offers_of_its_teams():
    house = looking_house()
    rounds.cancel(house.round, by=house.claire, now=timezone.now())
    assert Offer.objects.get().status == OfferStatus.PAUSED


def test_nobody_is_asked_whether_a_team_is_still_free_once_its_days_are_over():
    house = looking_house()
    of_the_team, other = (
        house.round.teams.first().offer,
        make_offer(house.claire, organisation=house.company),
    )
    for one in (of_the_team, other):
        Offer.objects.filter(pk=one.pk).update(
            created_by=house.claire,
            starts_on=in_days(-9),
            ends_on=in_days(-2),
            title=f"Offre {one.pk}",
        )
        offers.expire(Offer.objects.get(pk=one.pk))
    asked = {line.what for line in lines_of(house.claire, house.claire.memberships.all())}
    assert f"Offre {other.pk}" in asked
    assert f"Offre {of_the_team.pk}" not in asked
    for offer, may_follow in ((other, True), (of_the_team, False)):
        told = [one.text for one in letters("offer_expired") if f"Offre {offer.pk}" in one.text]
        assert told
        assert all(("encore disponible" in text) == may_follow for text in told)


def test_leaving_the_house_while_a_team_looks_keeps_the_offer():
    house = looking_house()
    member = house.round.teams.first().people.first().person
    there = member.memberships.get()
    people.leave(there, now=timezone.now())
    assert Offer.objects.get().status == OfferStatus.PUBLISHED


# --- how far they are ------------------------------------------------------------------------
def test_each_team_says_where_it_stands():
    house = looking_house()
    first, second = round_stages.seen_by(house.claire, house.round)
    assert (first.looks, second.looks) == (True, False)
    need = make_need(member=make_user())
    proposal = make_proposal(need, first.offer)
    (first, _second) = round_stages.seen_by(house.claire, house.round)
    assert (first.looks, first.proposals) == (False, [proposal])
    mission = proposals.accept(proposal, side="NEED", by=need.created_by)
    (first, _second) = round_stages.seen_by(house.claire, house.round)
    assert (first.missions, first.proposals) == ([mission], [])
    assert round_stages.missions_of(first.team) == [mission]
    assert round_stages.missions_of(_second.team) == []


def test_the_days_of_a_team_are_those_of_its_round_where_the_need_has_none():
    house = looking_house()
    first = next(one for one in house.round.teams.all() if one.offer_id)
    need = make_need(is_undated=True)
    proposal = make_proposal(need, first.offer)
    mission = proposals.accept(proposal, side="NEED", by=need.created_by)
    days = (house.round.starts_on, house.round.ends_on)
    assert (mission.has_dates, mission.starts_on) == (True, days[0])


def test_a_mission_of_somebody_else_is_no_team_s():
    house = looking_house()
    make_mission(work=True, company=house.company)
    first, _second = round_stages.seen_by(house.claire, house.round)
    assert first.missions == []


def test_a_suspended_house_s_teams_are_read_and_not_changed():
    house = looking_house()
    suspend(house.company)
    assert house.fresh().status == RoundStatus.CLOSED
    with pytest.raises(NotYet):
        look(house, house.round.teams.last())


def test_a_team_that_was_formed_anew_meanwhile_takes_nobody_and_looks_for_nothing():
    house = closed_house(people=4)
    gone = house.form(size=2)[0]
    house.form(size=4)
    everybody = list(house.round.answers.coming())
    with pytest.raises(NotYet, match="formées à nouveau"):
        round_teams.move(everybody, gone, now=timezone.now())
    with pytest.raises(NotYet, match="formées à nouveau"):
        look(house, gone)
    assert sizes(house) == [4]


@pytest.mark.parametrize(("day", "may"), [(32, True), (31, False), (10, False)])
def test_the_teams_of_a_house_that_leaves_are_told_only_if_it_is_still_there_for_them(day, may):
    house = open_house(people=2)
    for person in house.people:
        house.say(person)
    house.close()
    house.form()
    Organisation.objects.filter(pk=house.company.pk).update(leaves_on=in_days(day))
    if may:
        house.tell()
    else:
        with pytest.raises(NotYet, match="quitte Trait d’union"):
            house.tell()
    assert bool(house.fresh().teams_told_at) is may


@pytest.mark.parametrize(("day", "may"), [(32, True), (31, False)])
def test_nobody_is_called_or_answers_for_days_on_which_the_house_has_left(day, may):
    house = open_house(people=2)
    Organisation.objects.filter(pk=house.company.pk).update(leaves_on=in_days(day))
    rounds.carry_on(timezone.now())
    assert letters("round_call").exists() is may
    if may:
        house.say(house.people[0])
    else:
        with pytest.raises(NotYet, match="quitte Trait d’union"):
            house.say(house.people[0])


def test_the_teams_stand_in_the_order_of_their_numbers_wherever_their_rows_are():
    """After a restore the second stood before the first: a count drops the order that the model has."""
    house = closed_house(people=4)
    first, second = house.form()
    first.number, second.number = 9, 8
    first.save(update_fields=["number"])
    second.save(update_fields=["number"])
    seen = round_stages.seen_by(house.claire, house.round)
    assert [one.team.number for one in seen] == [8, 9]
