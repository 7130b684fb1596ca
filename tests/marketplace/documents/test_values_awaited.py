"""The value of what was given waits for the company: who is told, and when."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import costs, documents, eligibility, receipts, valuations
from marketplace.models import Departure, Duty, Mission, Regime
from marketplace.states import MissionStatus
from notifications import rules
from notifications.models import Notification
from tests.factories import make_user
from tests.marketplace.documents.document_desk import (
    eligible,
    give_hours,
    head_of,
    make_mission,
    make_receivable,
)
from tests.marketplace.missions.leavers import goes


@pytest.mark.parametrize("status", [MissionStatus.REVIEWED, MissionStatus.INTERRUPTED])
def test_those_who_declare_values_are_told_once_and_only_when_all_hours_are_confirmed(
    client, status
):
    mission = give_hours(make_mission())
    stopped = timezone.now() if status == MissionStatus.INTERRUPTED else None
    Mission.objects.update(status=status, interrupted_at=stopped, moved_at=timezone.now())
    company, colleague, costs = mission.offer.organisation, make_user(), make_user()
    company.memberships.create(user=colleague, role="MEMBER")
    Duty.objects.create(
        membership=company.memberships.create(user=costs, role="MEMBER"),
        kind=Duty.Kind.HR, given_by=costs,
    )  # fmt: skip
    told = Notification.objects.filter(kind="value_awaited")
    waiting = mission.hours.create(
        person=mission.offer.person, day=mission.starts_on + timedelta(days=5), hours=2
    )
    valuations.ask_due(timezone.now())
    assert not told.exists(), "hours are still to be confirmed"
    waiting.delete()
    for _run in range(2):
        valuations.ask_due(timezone.now())
    assert {letter.recipient for letter in told} == {head_of(company), costs}
    letter = told.get(recipient=costs)
    assert letter.url == reverse("mission-value", args=[mission.pk])
    assert ("s’est arrêtée" in letter.text) is (status == MissionStatus.INTERRUPTED)
    assert "La structure pourra alors délivrer un reçu fiscal" in letter.text
    assert "si vos ressources humaines ont saisi ce que coûte une heure" in letter.text
    client.force_login(costs)
    assert letter.url in client.get(reverse("home")).text
    assert client.get(letter.url).status_code == 200


def test_whoever_opens_the_letter_once_the_mission_is_closed_is_told_so(client):
    """“Une fois la mission livrée et les bilans clos” was said of one that had been both."""
    mission = give_hours(make_mission())
    Mission.objects.update(status=MissionStatus.CLOSED)
    client.force_login(head_of(mission.offer.organisation))
    page = client.get(reverse("mission-value", args=[mission.pk])).text
    assert "close sans valeur déclarée" in page
    assert "une fois la mission livrée" not in page


@pytest.mark.parametrize("eligible", [True, False])
def test_the_structure_isn_t_told_to_wait_for_a_value_that_can_t_come_any_more(client, eligible):
    mission = give_hours(make_mission(eligibility=eligible))
    Mission.objects.update(status=MissionStatus.CLOSED)
    client.force_login(head_of(mission.need.organisation))
    for name in ("mission-documents", "mission-receipt"):
        page = client.get(reverse(name, args=[mission.pk])).text.split("<main")[1]
        assert "n’a pas encore déclaré" not in page
        assert reverse("eligibility", args=[mission.need.organisation_id]) not in page
        assert "close sans valeur déclarée" in page


def test_once_the_receipt_is_given_its_value_isn_t_called_an_earlier_one(client):
    mission = make_receivable()
    told = {"by": head_of(mission.need.organisation), "capacity": "présidente"}
    receipts.issue(mission, **told, now=timezone.now())
    client.force_login(head_of(mission.offer.organisation))
    page = client.get(reverse("mission-value", args=[mission.pk])).text
    assert "délivré avec la valeur déclarée" in page
    assert "précédente" not in page


def test_no_letter_promises_a_receipt_of_a_structure_that_may_give_none_yet():
    mission = give_hours(make_mission(eligibility=False))
    Mission.objects.update(status=MissionStatus.REVIEWED, moved_at=timezone.now())
    valuations.ask_due(timezone.now())
    letter = Notification.objects.filter(kind="value_awaited").first()
    assert "une fois établi que la structure peut en délivrer" in letter.text
    assert "pourra alors délivrer" not in letter.text
    assert mission.hours.confirmed().exists()


def test_where_the_structure_may_give_no_receipt_no_value_is_asked_for(client):
    """The company was asked three times for a value that serves for nothing."""
    mission = give_hours(make_mission(eligibility=False))
    structure, now = mission.need.organisation, timezone.now()
    Mission.objects.update(status=MissionStatus.REVIEWED, moved_at=now)
    assert valuations.ask_due(now) == 1
    told = Notification.objects.filter(kind="value_awaited")
    assert rules.why_moot(told.get()) == ""
    eligibility.declare(structure, status="NOT_ELIGIBLE", by=head_of(structure))
    assert rules.why_moot(told.get()), "it says so just before it leaves"
    for days in (21, 49):
        assert valuations.ask_due(now + timedelta(days=days)) == 0
    value = reverse("mission-value", args=[mission.pk])
    client.force_login(head_of(mission.offer.organisation))
    assert value not in client.get(reverse("home")).text
    client.force_login(head_of(structure))
    close = reverse("mission-close", args=[mission.pk])
    assert close in client.get(reverse("home")).text, "what is left is to close without one"
    Mission.objects.update(status=MissionStatus.INTERRUPTED, interrupted_at=now)
    assert close not in client.get(reverse("home")).text, "one that has stopped is over"


@pytest.mark.parametrize("status", [MissionStatus.REVIEWED, MissionStatus.INTERRUPTED])
def test_while_hours_wait_to_be_confirmed_nobody_s_home_asks_for_their_value(client, status):
    mission = give_hours(make_mission())
    stopped = timezone.now() if status == MissionStatus.INTERRUPTED else None
    Mission.objects.update(status=status, interrupted_at=stopped, moved_at=timezone.now())
    waiting = mission.hours.create(
        person=mission.offer.person, day=mission.starts_on + timedelta(days=5), hours=2
    )
    client.force_login(head_of(mission.offer.organisation))
    value = reverse("mission-value", args=[mission.pk])
    assert value not in client.get(reverse("home")).text
    waiting.delete()
    assert value in client.get(reverse("home")).text


def test_nobody_is_asked_for_a_value_that_is_declared_or_that_the_frame_doesn_t_know():
    valued = give_hours(make_mission(status=MissionStatus.VALUED))
    own = give_hours(make_mission(status=MissionStatus.REVIEWED))
    Mission.objects.filter(pk=own.pk).update(regime=Regime.VOLUNTEERING)
    old = give_hours(make_mission(status=MissionStatus.REVIEWED))
    Mission.objects.filter(pk=old.pk).update(moved_at=timezone.now() - timedelta(days=91))
    assert valuations.ask_due(timezone.now()) == 0
    assert valued.hours.confirmed().exists()


def test_nobody_is_told_that_they_will_sign_a_receipt_again(client):
    """“Nous vous demanderons de la signer” was sent of a voided receipt to the company and to whoever came."""
    mission = make_receivable()
    receipt = receipts.issue(
        mission, by=head_of(mission.need.organisation), capacity="présidente", now=timezone.now()
    )
    client.force_login(head_of(mission.need.organisation))
    client.post(reverse("document-void", args=[receipt.pk]), {"reason": "Une erreur."})
    told = Notification.objects.filter(kind="document_voided")
    assert told.count() >= 2
    for letter in told:
        assert "signe" not in letter.text
        assert "Il est conservé." in letter.text


def test_once_its_receipt_is_voided_another_is_asked_for_and_the_value_may_be_corrected(client):
    """The mission had closed by itself with it: nobody was told that it has none any more."""
    mission = make_receivable()
    structure, company = mission.need.organisation, mission.offer.organisation
    told = {"by": head_of(structure), "capacity": "présidente", "now": timezone.now()}
    receipt = receipts.issue(mission, **told)
    Mission.objects.update(status=MissionStatus.CLOSED)
    page, words = reverse("mission-receipt", args=[mission.pk]), "un autre reçu peut être délivré"
    years = company, mission.starts_on.year

    def asked():
        client.force_login(head_of(structure))
        said = client.get(mission.get_absolute_url()).text
        return words in said and page in said

    assert (asked(), costs.of_year(*years).exists()) == (False, False)
    documents.void(receipt, reason="Une erreur.", by=head_of(structure))
    assert (asked(), costs.of_year(*years).get()) == (True, mission)
    client.force_login(head_of(company))
    assert page not in client.get(mission.get_absolute_url()).text
    receipts.issue(mission, **told)
    assert (asked(), costs.of_year(*years).exists()) == (False, False)


@pytest.fixture
def awaited():
    mission = give_hours(make_mission())
    Mission.objects.update(status=MissionStatus.REVIEWED, moved_at=timezone.now())
    valuations.ask_due(timezone.now())
    return mission


def asked_on(days: int) -> int:
    return valuations.ask_due(timezone.localtime() + timedelta(days=days))


def letters_about_values():
    return Notification.objects.filter(kind="value_awaited").order_by("pk")


def test_a_value_that_isn_t_declared_is_asked_for_twice_more_and_no_more(awaited):
    assert [days for days in range(120) if asked_on(days)] == [21, 49]
    first, second, third = letters_about_values()
    assert "nouveau" not in first.text
    assert "Nous vous le demandons à nouveau" in second.text
    assert "Nous ne vous écrirons plus à ce sujet" not in second.text
    assert "Nous ne vous écrirons plus à ce sujet" in third.text
    assert {letter.recipient for letter in (first, second, third)} == {
        head_of(awaited.offer.organisation)
    }


def test_after_an_outage_a_value_is_asked_for_once(awaited):
    assert [days for days in (60, 61, 80) if asked_on(days)] == [60]
    assert letters_about_values().count() == 2


@pytest.mark.parametrize("over", ["declared", "closed", "hours to confirm"])
def test_a_value_that_waits_for_nobody_any_more_isn_t_asked_for_again(awaited, over):
    if over == "hours to confirm":
        day = awaited.starts_on + timedelta(days=5)
        awaited.hours.create(person=awaited.offer.person, day=day, hours=2)
    else:
        status = {"declared": MissionStatus.VALUED, "closed": MissionStatus.CLOSED}[over]
        Mission.objects.update(status=status)
    assert [days for days in range(60) if asked_on(days)] == []


def test_a_letter_that_asks_again_is_moot_once_the_value_is_declared(awaited):
    asked_on(21)
    again = letters_about_values().last()
    assert not rules.why_moot(again)
    Mission.objects.update(status=MissionStatus.VALUED)
    assert rules.why_moot(again)


def test_no_receipt_is_hoped_for_from_a_structure_that_may_give_none(client):
    """“Un reçu fiscal pourra suivre” was written of one that had declared that it gives none."""
    mission = give_hours(make_mission(eligibility=False), 1)
    eligible(mission.need.organisation, status="NOT_ELIGIBLE")
    Mission.objects.update(status=MissionStatus.REVIEWED, moved_at=timezone.now())
    assert valuations.ask_due(timezone.now()) == 0
    by = head_of(mission.offer.organisation)
    valuations.declare(Mission.objects.get(), D(40), by=by, now=timezone.now())
    told = Notification.objects.get(kind="value_declared").text
    assert "peut être close sans reçu" in told
    assert "Vous pouvez maintenant délivrer" not in told


def test_the_value_isn_t_asked_for_while_whoever_left_may_still_write_their_hours():
    """Declared then, it would count none of what they write."""
    mission = give_hours(make_mission(Regime.LOAN))
    mission.offer.organisation.memberships.get_or_create(user=mission.offer.person)
    Mission.objects.update(status=MissionStatus.RUNNING, started_at=timezone.now())
    goes(mission)
    now = timezone.now()
    Mission.objects.update(status=MissionStatus.INTERRUPTED, interrupted_at=now, moved_at=now)
    Departure.objects.update(outcome=Departure.Outcome.INTERRUPTED, settled_at=now)
    told = Notification.objects.filter(kind="value_awaited")
    valuations.ask_due(timezone.now())
    assert not told.exists()
    Departure.objects.update(last_on=timezone.localdate() - timedelta(days=20))
    valuations.ask_due(timezone.now())
    assert told.exists()
