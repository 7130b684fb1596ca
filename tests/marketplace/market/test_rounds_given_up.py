"""Who gives their place in a round up, and who gets it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.states import OrganisationStatus
from marketplace.actions.market import offers, people, proposals, round_teams, rounds
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.rounds import TeamOfferForm
from marketplace.models import CompanyProgramme, Offer, Site
from marketplace.states import OfferStatus, ProposalStatus
from tests.factories import in_days, make_need, make_proposal, make_user
from tests.marketplace.market.round_people import (
    closed_house,
    letters,
    open_house,
    set_days,
    suspend,
)
from tests.marketplace.market.test_round_teams import looking_house


def page_of(client, house) -> str:
    return client.get(house.round.get_absolute_url()).text


def give_up(house) -> str:
    return reverse("round-withdraw", args=[house.round.pk])


@pytest.mark.parametrize("shut", ["programme", "day"])
def test_once_nobody_answers_any_more_a_place_is_given_up_all_the_same(client, shut):
    """The programme is closed while the round is open, or the clock hasn't closed the round yet."""
    house = open_house(people=2, places=1)
    first, second = house.people
    house.say(first)
    house.say(second)
    client.force_login(first)
    assert give_up(house) not in page_of(client, house)
    if shut == "programme":
        CompanyProgramme.objects.update(closed_at=timezone.now())
    else:
        set_days(house.round, answer_by=in_days(-1))
    assert give_up(house) in page_of(client, house)
    client.post(give_up(house))
    assert house.answers() == {first: "WITHDRAWN", second: "COMES"}


def test_of_a_suspended_house_no_page_offers_what_is_refused(client):
    house = closed_house(people=1)
    suspend(house.company)
    client.force_login(house.people[0])
    assert give_up(house) not in page_of(client, house)


def test_nobody_overtakes_those_who_wait_while_the_clock_has_not_given_a_place():
    """A place that is given up while the house is suspended stays free until the clock gives it."""
    house = open_house(people=3, places=1)
    first, second, third = house.people
    house.say(first)
    house.say(second)
    suspend(house.company)
    people.close_account(first, now=timezone.now())
    Organisation.objects.update(status=OrganisationStatus.ACCEPTED)
    assert house.say(third).answer == "WAITS"
    rounds.carry_on(timezone.now())
    assert house.answers() == {first: "WITHDRAWN", second: "COMES", third: "WAITS"}


def test_a_place_is_given_to_nobody_at_a_site_that_the_programme_no_longer_names():
    house = open_house(people=3, places=1)
    here, elsewhere = (
        Site.objects.create(organisation=house.company, name=name, commune=house.company.commune)
        for name in ("Lens", "Arques")
    )
    first, second, third = house.people
    for person, site in ((first, here), (second, elsewhere), (third, here)):
        house.at(person, site)
        house.say(person)
    house.round.programme.sites.set([here])
    rounds.withdraw(house.round, by=first, now=timezone.now())
    assert house.answers() == {first: "WITHDRAWN", second: "WAITS", third: "COMES"}


def test_no_team_is_formed_of_somebody_who_is_gone_before_the_clock_has_noticed():
    house = open_house(people=3, places=2)
    gone, *others = house.people
    for person in house.people:
        house.say(person)
    house.close()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    (team,) = house.form(size=2)
    house.tell()
    assert {one.person for one in team.people.all()} == {*others}
    assert not letters("round_team_told", gone)


# --- a team that comes no more --------------------------------------------------------------
def test_whoever_waits_for_a_team_of_a_cancelled_round_is_told():
    house = looking_house()
    need = make_need(member=make_user())
    proposal = make_proposal(need, Offer.objects.get())
    rounds.cancel(house.round, by=house.claire, now=timezone.now())
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.CLOSED
    assert proposal.steps.last().said == "L’employeur a annulé son opération collective."
    assert letters("proposal_closed", need.created_by).count() == 1


def test_the_offer_of_a_cancelled_round_is_not_shown_again():
    house = looking_house()
    offer = Offer.objects.get()
    rounds.cancel(house.round, by=house.claire, now=timezone.now())
    offer.refresh_from_db()
    with pytest.raises(NotYet, match="annulée"):
        offers.publish(offer, by=house.claire)


def test_a_mission_that_stops_after_its_round_was_cancelled_shows_no_team_again():
    house = looking_house()
    proposal = make_proposal(make_need(member=make_user()), Offer.objects.get())
    proposals.accept(proposal, side="NEED", by=proposal.need.created_by)
    mission = proposal.mission
    assert Offer.objects.get().status == OfferStatus.USED_UP
    rounds.cancel(house.round, by=house.claire, now=timezone.now())
    missions.interrupt(mission, reason="Annulée.", by=house.claire, now=timezone.now())
    assert Offer.objects.get().status == OfferStatus.USED_UP


@pytest.mark.parametrize("how", ["withdraw", "leave", "move"])
def test_a_team_of_which_nobody_comes_any_more_looks_no_longer(how):
    house = looking_house()
    team = house.round.teams.exclude(offer=None).get()
    proposal = make_proposal(make_need(member=make_user()), team.offer)
    gone = [one.person for one in team.people.select_related("person")]
    if how == "move":
        other = house.round.teams.exclude(pk=team.pk).first()
        round_teams.move(list(team.people.all()), other, now=timezone.now())
    for person in gone if how != "move" else []:
        if how == "leave":
            people.leave(person.memberships.get(), now=timezone.now())
        else:
            rounds.withdraw(house.round, by=person, now=timezone.now())
    proposal.refresh_from_db()
    assert (Offer.objects.get().status, proposal.status) == ("PAUSED", "CLOSED")
    with pytest.raises(NotYet, match="plus personne"):
        offers.publish(Offer.objects.get(), by=house.claire)


@pytest.mark.parametrize("said", [{"time": "OWN"}, {"person": True}, {"capacity": 2}])
def test_the_offer_of_a_team_stays_that_of_the_whole_team(said):
    """On somebody's own time their colleagues of the team would read what they do with it."""
    house = looking_house()
    offer = Offer.objects.get()
    if said.pop("person", None):
        said["person"] = house.claire
    for name, value in said.items():
        setattr(offer, name, value)
    form = TeamOfferForm(instance=offer)
    with pytest.raises(NotYet, match="en entier"):
        offers.write(offer, form, [], by=house.claire)
