"""Two organisations that several missions have joined: whoever takes one yes back isn't shown by another of theirs."""

from django.urls import reverse

from marketplace.models import Consent, ConsentKind
from tests.factories import make_need, make_organisation, make_user
from tests.marketplace.missions.test_worked_with import (
    delivered,
    named_with,
    of_structure,
    say_yes,
)


def test_taking_one_yes_back_ends_what_one_said_of_the_same_two_for_other_missions(client):
    """The button says that the two names are shown together no more by one's yes, and one yes was enough."""
    boss = make_user("Salima", "Benali")
    company = make_organisation("COMPANY", name="Fonderie", administrator=boss)
    mission = delivered(company)
    structure = mission.need.organisation
    again = delivered(company, need=make_need(structure))
    elsewhere = delivered(company)
    for one in (mission, again, elsewhere):
        say_yes(one, boss)
    mine = Consent.objects.filter(person=boss, kind=ConsentKind.WORKED_WITH)
    client.force_login(boss)
    client.post(reverse("consent-take-back", args=[mine.get(about=mission.pk).pk]))
    assert named_with(structure) == []
    assert named_with(company) == [elsewhere.need.organisation]
    assert {one.about for one in mine.standing()} == {elsewhere.pk}
    assert {one.ended_because for one in mine.exclude(about=elsewhere.pk)} == {"TAKEN_BACK"}
    theirs = Consent.objects.standing(of_structure(mission), ConsentKind.WORKED_WITH)
    assert theirs.filter(about=mission.pk).exists(), "what the others said stands"
