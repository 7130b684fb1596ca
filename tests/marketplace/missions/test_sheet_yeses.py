"""The yes to a mission sheet: offered only where it is awaited, and where something can be made of it."""

import pytest
from django.urls import reverse

from marketplace.actions.missions import below_cost, missions, sheets
from marketplace.models import Mission, MissionSheet, Regime, Side
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission


def fresh(mission):
    return Mission.objects.with_course().get(pk=mission.pk)


def page(client, mission, reader, **asked):
    client.force_login(reader)
    return client.get(reverse("mission-sheet", args=[mission.pk]), asked).text


# --- a share that the coordination has refused ---------------------------------------------
@pytest.fixture
def refused():
    """An association would bill 40 % of a loan, and the coordination says no; the structure has yet to say yes."""
    mission = make_mission(work=True, regime=Regime.NON_PROFIT_LOAN)
    coordinator = make_coordinator(mission.need.pole)
    by = mission.offer.person
    sheets.change(mission, {"billed_share": 40}, read=1, side=Side.OFFER, by=by)
    below_cost.answer(mission, share=40, agrees=False, words="Non.", by=coordinator)
    return fresh(mission)


def test_nobody_is_offered_a_yes_to_what_the_coordination_has_refused(client, refused):
    """The yes was taken, and the employer asked, of what no paper could be made of."""
    aline, door = refused.need.created_by, reverse("mission-sheet-agree", args=[refused.pk])
    shown = page(client, refused, aline)
    assert "La coordination a dit non à un prêt facturé à 40\xa0%" in shown
    assert door not in shown
    assert "Changer quelque chose" in shown
    assert "La coordination a dit non" in client.post(door, {"read": 2}, follow=True).text
    assert MissionSheet.objects.get().need_agreed is None
    shown = page(client, refused, refused.offer.person)
    assert "La coordination a dit non" in shown
    assert "Le oui de l’autre partie est attendu" not in shown


def test_a_mission_doesnt_go_on_with_what_the_coordination_has_refused(client, refused):
    MissionSheet.objects.update(need_agreed=2, offer_agreed=2)
    door = reverse("mission-go-on", args=[refused.pk])
    shown = page(client, refused, refused.need.created_by)
    assert "La coordination a dit non" in shown
    assert door not in shown
    said = [act.task for act in next_acts.acts(fresh(refused))]
    assert said == ["changer la part du coût qui est facturée"] * len(said)
    assert "La coordination a dit non" in client.post(door, follow=True).text
    assert fresh(refused).status == MissionStatus.FRAMING
    assert not Notification.objects.filter(kind="mission_moved").exists()


def test_once_more_is_billed_the_yes_is_offered_again(client, refused):
    by = refused.offer.person
    sheets.change(refused, {"billed_share": 100}, read=2, side=Side.OFFER, by=by)
    aline = refused.need.created_by
    shown = page(client, refused, aline)
    assert reverse("mission-sheet-agree", args=[refused.pk]) in shown
    assert "La coordination a dit non" not in shown
    missions.agree(refused, read=3, side=Side.NEED, by=aline)
    assert fresh(refused).status == MissionStatus.AGREEMENT
