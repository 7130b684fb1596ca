"""The pages of rounds: who opens which, and what each reads there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.market import people, proposals, rounds
from marketplace.models import Offer, Round, Time
from marketplace.states import RoundStatus
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.market.round_people import (
    a_house,
    closed_house,
    open_house,
    set_days,
    suspend,
)
from tests.marketplace.market.test_round_teams import look, looking_house

RUN = ("round-edit", "round-open", "round-close", "round-reopen", "round-cancel", "round-teams", "round-move", "round-tell")  # fmt: skip
POSTED = {
    "title": "Une journée en mars",
    "about": "Trier, réparer.",
    "places": "20",
    "days": "1",
    "starts_on": in_days(30).isoformat(),
    "ends_on": in_days(30).isoformat(),
    "answer_by": in_days(10).isoformat(),
}


def at(house, name: str = "round") -> str:
    return reverse(name, args=[house.round.pk])


def answer(client, house, **said):
    return client.post(at(house, "round-answer"), {"answer": "COMES"} | said, follow=True)


# --- who opens what --------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["round", "round-answer", "round-withdraw", *RUN])
def test_nobody_is_led_to_the_login(client, name):
    house = open_house()
    assert "/compte/login/" in client.post(at(house, name)).url


@pytest.mark.parametrize("name", ["round-answer", "round-withdraw", *RUN])
def test_a_stranger_finds_nothing(client, name):
    house = open_house()
    stranger = make_user()
    make_organisation("COMPANY", administrator=stranger)
    client.force_login(stranger)
    assert client.post(at(house, name)).status_code == 404
    assert client.get(at(house)).status_code == 404


@pytest.mark.parametrize("role", ["EMPLOYEE", "MEMBER"])
def test_whoever_does_not_run_it_runs_nothing(client, role):
    house = closed_house()
    house.form()
    client.force_login(house.hire(role))
    for name in RUN:
        assert client.post(at(house, name)).status_code == 403, name
    new = reverse("round-new", args=[house.company.pk])
    assert client.get(new).status_code == 403
    team = reverse("round-team-look", args=[house.round.teams.first().pk])
    assert client.get(team).status_code == 403


def test_a_draft_is_for_who_runs_it(client):
    house = a_house(people=1)
    index = reverse("rounds", args=[house.company.pk])
    client.force_login(house.people[0])
    assert client.get(at(house)).status_code == 404
    assert "Une journée en mars" not in client.get(index).text
    client.force_login(house.claire)
    assert "Personne ne voit encore ce brouillon" in client.get(at(house)).text
    assert "Une journée en mars" in client.get(index).text


def test_a_draft_that_was_given_up_stays_unseen(client):
    house = a_house(people=1)
    rounds.cancel(house.round, by=house.claire, now=timezone.now())
    client.force_login(house.people[0])
    assert client.get(at(house)).status_code == 404


def test_whoever_has_left_finds_nothing(client):
    house = open_house(people=1)
    house.say(house.people[0])
    people.leave(Membership.objects.get(user=house.people[0]), now=timezone.now())
    client.force_login(house.people[0])
    assert client.get(at(house)).status_code == 404
    assert client.post(at(house, "round-withdraw")).status_code == 404


def test_of_a_suspended_house_one_reads_and_does_nothing(client):
    house = open_house(people=1)
    suspend(house.company)
    client.force_login(house.claire)
    assert client.get(at(house)).status_code == 200
    assert client.post(at(house, "round-close")).status_code == 403
    client.force_login(house.people[0])
    assert "Vous ne pouvez pas répondre aujourd’hui" in answer(client, house).text
    assert not house.round.answers.exists()
    assert client.post(at(house, "round-withdraw")).status_code == 403


def test_an_operator_has_no_rounds(client):
    """It lends nobody."""
    boss = make_user()
    operator = make_organisation(Organisation.Kind.OPERATOR, administrator=boss)
    client.force_login(boss)
    assert client.get(reverse("rounds", args=[operator.pk])).status_code == 403


# --- writing ---------------------------------------------------------------------------------
def test_claire_writes_a_draft_reads_it_again_and_opens_it(client):
    house = a_house(people=1)
    client.force_login(house.claire)
    sent = POSTED | {"programme": house.round.programme_id, "title": "Vingt personnes en mars"}
    new = reverse("round-new", args=[house.company.pk])
    for _twice in range(2):
        client.post(new, sent)
    (round,) = Round.objects.filter(title="Vingt personnes en mars")
    assert round.status == RoundStatus.DRAFT
    changed = sent | {"places": "12"}
    client.post(reverse("round-edit", args=[round.pk]), changed)
    page = client.post(reverse("round-open", args=[round.pk]), follow=True).text
    assert "12 places restantes" in page
    client.post(reverse("round-edit", args=[round.pk]), changed | {"places": "3"})
    round.refresh_from_db()
    assert (round.places, round.status) == (12, RoundStatus.OPEN)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "obligatoire"),
        ("title", "Écrivez à a@example.org", "coordonnées"),
        ("places", "0", "supérieure ou égale à 1"),
        ("places", "99999999999999999999", "1000"),
        ("days", "0", "0,5"),
        ("days", "un", "nombre"),
        ("programme", "999999999999999999999", "choix"),
        ("answer_by", in_days(31).isoformat(), "avant"),
        ("days", "2,5", "donne 2 par an"),
        ("ends_on", in_days(29).isoformat(), "avant"),
        ("ends_on", "hier", "date"),
        ("starts_on", "9999-12-31", "ans"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field_and_kept(client, field, value, sentence):
    house = a_house()
    client.force_login(house.claire)
    sent = POSTED | {"programme": house.round.programme_id, field: value}
    page = client.post(reverse("round-new", args=[house.company.pk]), sent)
    assert page.status_code == 200
    assert "Trier, réparer." in page.text
    assert page.context["form"].errors[field]
    assert Round.objects.count() == 1


def test_a_programme_of_another_house_is_no_choice(client):
    house, other = a_house(), a_house()
    client.force_login(house.claire)
    sent = POSTED | {"programme": other.round.programme_id}
    page = client.post(reverse("round-new", args=[house.company.pk]), sent)
    assert page.context["form"].errors["programme"]


# --- answering -------------------------------------------------------------------------------
def test_one_press_answers_from_the_first_page(client):
    house = open_house(people=1)
    client.force_login(house.people[0])
    assert "Je participe" in client.get("/").text
    page = answer(client, house).text
    assert "Vous participez." in page
    home = client.get("/").text
    assert "Je participe" not in home
    assert "Vous participez." in home


def test_the_page_says_how_many_places_are_left_and_ones_turn(client):
    house = open_house(people=3, places=2)
    for person in house.people[:2]:
        house.say(person)
    client.force_login(house.people[2])
    assert "toutes les places sont prises" in client.get(at(house)).text
    page = answer(client, house, word="Avec joie").text
    assert "numéro 1 dans l’ordre" in page
    assert "2 sur 2" in page
    assert "Avec joie" in page


def test_an_employee_reads_nothing_of_colleagues_before_teams_are_told(client):
    house = closed_house()
    mine, *_others = house.people
    type(mine).objects.exclude(pk=mine.pk).update(first_name="Zoé", last_name="Secrète")
    house.round.answers.exclude(person=mine).update(word="Mot confidentiel")
    house.form(4)
    client.force_login(mine)
    page = client.get(at(house)).text
    assert "Secrète" not in page
    house.tell()
    page = client.get(at(house)).text
    assert "Zoé Secrète" in page
    assert "Mot confidentiel" not in page


def test_one_reads_nobody_of_another_team(client):
    house = closed_house()
    first, second = house.form(2)
    house.tell()
    here, there = first.people.first().person, second.people.first().person
    type(there).objects.filter(pk=there.pk).update(last_name="Ailleurs")
    client.force_login(here)
    assert "Ailleurs" not in client.get(at(house)).text


def test_who_runs_it_reads_the_words(client):
    house = open_house(people=1)
    house.say(house.people[0], word="J’ai mon permis")
    client.force_login(house.claire)
    assert "J’ai mon permis" in client.get(at(house)).text


@pytest.mark.parametrize(
    "said",
    [{"answer": ""}, {"answer": "PEUT-ÊTRE"}, {"word": "x" * 301}, {"seen": "RIEN"}],
)
def test_an_answer_that_can_not_be_read_changes_nothing(client, said):
    house = open_house(people=1)
    client.force_login(house.people[0])
    assert answer(client, house, **said).status_code == 200
    assert not house.round.answers.exists()


def test_too_late_is_said(client):
    house = open_house(people=1)
    client.force_login(house.people[0])
    set_days(house.round, answer_by=in_days(-1))
    assert "Trop tard" in answer(client, house).text


# --- teams -----------------------------------------------------------------------------------
def test_claire_forms_moves_and_tells(client):
    house = closed_house()
    client.force_login(house.claire)
    assert client.post(at(house, "round-teams"), {"size": "2"}, follow=True).status_code == 200
    first, second = house.round.teams.all()
    moved = first.people.first()
    sent = {"people": [moved.pk], "team": second.pk}
    assert "équipe 2" in client.post(at(house, "round-move"), sent, follow=True).text
    assert second.people.count() == 3
    assert "prévenues" in client.post(at(house, "round-tell"), follow=True).text


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("round-teams", {}),
        ("round-teams", {"size": "0"}),
        ("round-teams", {"size": "un"}),
        ("round-move", {}),
        ("round-move", {"people": ["x", "99999999999999999999"], "team": "99999999999999999999"}),
        ("round-move", {"people": ["-1"], "team": "0"}),
    ],
)
def test_what_makes_no_team_is_said(client, name, sent):
    house = closed_house()
    house.form()
    client.force_login(house.claire)
    assert client.post(at(house, name), sent).status_code == 200
    assert house.round.teams.count() == 2


def test_nobody_of_another_round_is_moved(client):
    house, other = closed_house(), closed_house()
    first, _second = house.form()
    other.form()
    client.force_login(house.claire)
    theirs = other.round.answers.first()
    sent = {"people": [theirs.pk], "team": first.pk}
    client.post(at(house, "round-move"), sent)
    theirs.refresh_from_db()
    assert theirs.team.round == other.round


def test_a_team_s_form_begins_with_what_its_people_offer(client):
    house = closed_house(people=2)
    (team,) = house.form()
    for person in house.people:
        make_offer(person, organisation=house.company, skills=["site-web"])
    make_offer(house.people[0], time=Time.OWN, skills=["secret-de-famille"])
    client.force_login(house.claire)
    page = client.get(reverse("round-team-look", args=[team.pk]))
    assert page.context["picker"].codes == {"site-web"}
    assert "14 heures en tout" in page.text
    assert "2 personnes" in page.text


def test_claire_puts_a_team_forward(client):
    house = closed_house(people=2)
    (team,) = house.form()
    client.force_login(house.claire)
    where = reverse("round-team-look", args=[team.pk])
    sent = {"about": "", "place": "BOTH", "radius_km": "30", "commune": "Lille", "save": "yes"}
    sent["commune-code"] = house.company.commune.insee
    assert "compétence" in client.post(where, sent).text, "none was chosen"
    assert not Offer.objects.exists()
    make_offer(skills=["site-web"])
    page = client.post(where, sent | {"skills": ["site-web"]}, follow=True).text
    assert "Cherche un besoin" in page
    assert client.get(where).url == at(house)


# --- coordinators ----------------------------------------------------------------------------
def test_the_coordinator_reads_the_teams_and_their_offers_and_no_name(client):
    coordinator = make_coordinator()
    house = looking_house()
    person = house.round.teams.first().people.first().person
    type(person).objects.exclude(pk__in=[coordinator.pk, house.claire.pk]).update(
        last_name="Secrète"
    )
    house.round.answers.update(word="Mot confidentiel")
    client.force_login(coordinator)
    page = client.get(at(house)).text
    assert reverse("offer", args=[house.round.teams.first().offer_id]) in page
    assert "2 personnes" in page
    assert "Secrète" not in page
    assert "Mot confidentiel" not in page
    assert client.post(at(house, "round-answer"), {"answer": "COMES"}).status_code == 403
    assert client.post(at(house, "round-cancel")).status_code == 403


def test_before_a_team_looks_the_coordinator_finds_nothing(client):
    house = closed_house()
    house.form()
    client.force_login(make_coordinator())
    assert client.get(at(house)).status_code == 404


def test_a_team_reads_its_mission_once_it_is_agreed(client):
    house = looking_house()
    house.tell()
    team = house.round.teams.get(number=1)
    need = make_need(member=make_user(), title="Refaire le site du café")
    proposals.accept(make_proposal(need, team.offer), side="NEED", by=need.created_by)
    client.force_login(team.people.first().person)
    assert "Refaire le site du café" in client.get(at(house)).text
    client.force_login(house.round.teams.get(number=2).people.first().person)
    assert "Refaire le site du café" not in client.get(at(house)).text


def test_what_follows_a_cancelling_is_said_first(client):
    house = looking_house()
    client.force_login(house.claire)
    page = client.get(at(house, "round-cancel")).text
    assert "personnes inscrites ou en attente" in page
    assert "mises en pause" in page
    assert house.fresh().status == RoundStatus.CLOSED
    client.post(at(house, "round-cancel"))
    assert house.fresh().status == RoundStatus.CANCELLED
    assert "a été annulée" in client.post(at(house, "round-tell"), follow=True).text


def test_a_page_of_many_people_asks_no_more(client, django_assert_max_num_queries):
    house = closed_house(people=30)
    house.form(5)
    look(house, house.round.teams.first())
    client.force_login(house.claire)
    with django_assert_max_num_queries(30):
        client.get(at(house))
