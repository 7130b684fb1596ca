"""What a round's programme still gives those who come, said to them and to who runs it."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.market import rounds
from marketplace.models import Round, RoundAnswer
from notifications.settled import is_settled
from tests.factories import in_days, make_mission, make_user
from tests.marketplace.market.round_people import letters, open_house, set_days
from tests.marketplace.market.test_round_teams import looking_house


def at(house) -> str:
    return reverse("round", args=[house.round.pk])


def test_whoever_has_no_days_left_of_the_programme_is_told_and_who_runs_it_too(client):
    house = open_house(people=2, places=2)
    Round.objects.update(days=2)
    used_up, other = house.people
    mission = make_mission(work=True, company=house.company, person=used_up, status="RUNNING")
    mission.sheet.hours = 14
    mission.sheet.save()
    first = house.round.starts_on.replace(month=1, day=1)
    type(mission).objects.filter(pk=mission.pk).update(
        programme=house.round.programme, starts_on=first, ends_on=first
    )
    for person in house.people:
        house.say(person)
    words = f"jours restants en {first.year}\xa0: 0"
    for person, there in ((used_up, True), (other, False)):
        client.force_login(person)
        assert (words in client.get(at(house)).text) is there
    client.force_login(house.claire)
    assert client.get(at(house)).text.count(words) == 1


def test_once_its_days_are_over_nobody_is_told_of_what_can_come_no_more(client):
    house = looking_house(people=5)
    house.tell()
    unplaced = house.round.teams.get(number=2).people.first().person
    late = make_user("Inès", "Tardive")
    Membership.objects.create(user=late, organisation=house.company)
    RoundAnswer.objects.create(round=house.round, person=late, answer=RoundAnswer.Answer.WAITS)
    readers = {
        unplaced: ("Vous êtes dans l’équipe 2", "dès qu’elle sera trouvée", "Aucune mission n’a été trouvée"),
        late: ("Un courriel vous prévient", "Vous attendez une place", "Aucune place ne s’est libérée"),
        house.claire: ("Ne cherche pas encore", "Qui participe", "Ses dates sont passées"),
    }  # fmt: skip
    for person, (first, second, _after) in readers.items():
        client.force_login(person)
        page = client.get(at(house)).text
        assert first in page, person
        assert second in page, person
    set_days(house.round, starts_on=in_days(-5), ends_on=in_days(-3), answer_by=in_days(-8))
    for person, (first, second, after) in readers.items():
        client.force_login(person)
        page = client.get(at(house)).text
        assert first not in page, person
        assert second not in page, person
        assert after in page, person


def test_once_its_days_are_over_nobody_is_asked_to_form_its_teams():
    house = open_house(people=1)
    set_days(house.round, answer_by=in_days(-1))
    rounds.carry_on(timezone.now())
    asked = letters("round_closed").get()
    assert not is_settled(asked)
    set_days(house.round, answer_by=in_days(-9), starts_on=in_days(-4), ends_on=in_days(-1))
    assert is_settled(asked)
