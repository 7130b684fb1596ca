"""No manager is asked for a yes of which no paper could be made: the coordination has said no to the share."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import agreements, below_cost, sheets
from marketplace.actions.refusals import NotYet
from marketplace.models import Agreement, Employee, Mission, MissionSheet, Regime, Side
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from tests.factories import make_coordinator, make_mission


@pytest.fixture
def mission():
    """A loan by an association, for 40 % of its cost."""
    found = make_mission(work=True, regime=Regime.NON_PROFIT_LOAN)
    sheets.change(found, {"billed_share": 40}, read=1, side=Side.OFFER, by=found.offer.person)
    return Mission.objects.get(pk=found.pk)


@pytest.fixture
def coordinator(mission):
    return make_coordinator(mission.need.pole, first_name="Sami", last_name="Roy")


def fresh(mission):
    return Mission.objects.with_course().get(pk=mission.pk)


def test_no_manager_is_asked_to_agree_to_a_share_that_was_refused(client, mission, coordinator):
    """The no came after both sides' yes: their page went on offering to write to the manager."""
    MissionSheet.objects.update(need_agreed=2, offer_agreed=2)
    Mission.objects.update(status=MissionStatus.AGREEMENT)
    page = reverse("mission-agreement", args=[mission.pk])
    client.force_login(mission.offer.person)
    assert "manager_email" in client.get(page).text
    below_cost.answer(mission, share=40, agrees=False, words="Non.", by=coordinator)
    said = client.get(page).text
    assert "manager_email" not in said
    assert "40\xa0%" in said
    employee = Employee(person=mission.offer.person, organisation=mission.offer.organisation,
                        manager_name="Ida Roy", manager_email="ida@example.org")  # fmt: skip
    with pytest.raises(NotYet, match="40\xa0%"):
        agreements.ask_manager(fresh(mission), employee=employee, programme=None,
                               by=mission.offer.person, now=timezone.now())  # fmt: skip
    assert not Agreement.objects.exists()
    told = [act.words for act in next_acts.acts(fresh(mission))]
    assert not [words for words in told if "responsable" in words], told


def test_a_manager_asked_before_the_no_is_neither_reminded_nor_heard(client, mission, coordinator):
    MissionSheet.objects.update(need_agreed=2, offer_agreed=2)
    Mission.objects.update(status=MissionStatus.AGREEMENT)
    now = timezone.now()
    employee = Employee(person=mission.offer.person, organisation=mission.offer.organisation,
                        manager_name="Ida Roy", manager_email="ida@example.org")  # fmt: skip
    asked = agreements.ask_manager(fresh(mission), employee=employee, programme=None,
                                   by=mission.offer.person, now=now)  # fmt: skip
    below_cost.answer(mission, share=40, agrees=False, words="Non.", by=coordinator)
    assert agreements.remind_silent(now + agreements.REMIND_AFTER) == 0
    with pytest.raises(agreements.LinkOver, match="40\xa0%"):
        agreements.require_open(Agreement.objects.get(pk=asked.pk), now=now)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text
    assert "40\xa0%" in page.partition("Où en est-on")[2], page.partition("<main")[2][:3000]
