"""What a round's programme still gives those who come, said to them and to who runs it."""

from django.urls import reverse

from marketplace.models import Round
from tests.factories import make_mission
from tests.marketplace.market.round_people import open_house


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
