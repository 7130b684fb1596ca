"""Before a mission's first day, and around it: what is asked for, of whom, and by when."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.dates import spoken
from marketplace.actions.missions import followups, missions, sheets
from marketplace.letters.missions.missions import kick_off
from marketplace.models import Agreement, FollowUp, Mission, MissionStep, Regime
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_user
from tests.marketplace.desk.desk_people import lines_of
from tests.marketplace.missions.amending import referent_of, signed_mission


def test_what_is_signed_is_begun_sooner_by_an_amendment_alone(client):
    """The page said to change the sheet, which is signed."""
    mission = signed_mission(status=MissionStatus.DOCUMENTS)
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(10), ends_on=in_days(60))
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-start", args=[mission.pk])).text
    assert "il faut un avenant" in page
    assert "changez d’abord la fiche" not in page


def test_no_hours_are_asked_for_before_the_first_day(client):
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(10), ends_on=in_days(20))
    client.force_login(mission.offer.person)
    assert "Notez vos heures" not in client.get(mission.get_absolute_url()).text
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(0))
    assert "Notez vos heures" in client.get(mission.get_absolute_url()).text


def test_what_the_coordinators_have_to_do_is_not_said_to_be_the_other_sides(client):
    mission = make_mission(status=MissionStatus.DISPUTED)
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).text
    assert "À l’autre partie" not in page
    assert "En attente, d’ici le" in page


def test_a_mission_that_waits_for_its_first_day_is_not_late_before_it(client):
    """« À vous, avant le 4 décembre : commencez » stood for one of the 21st, then the desk said that its sheet wasn’t
    agreed."""
    mission = make_mission(
        status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING, starts_on=in_days(20),
        ends_on=in_days(40), moved_at=timezone.now() - timedelta(days=9),
    )  # fmt: skip
    coordinator = make_coordinator(mission.need.pole)
    act = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))[0]
    assert act.due_on == in_days(20)
    assert not [line for line in lines_of(coordinator) if line.kind == "mission"]
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(0))
    assert not [line for line in lines_of(coordinator) if line.kind == "mission"]
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(-1))
    (line,) = [line for line in lines_of(coordinator) if line.kind == "mission"]
    assert "n’a pas commencé" in line.why
    assert timezone.localdate(line.since) == in_days(-1), (
        "since its first day, and not its last move"
    )
    assert line.expected == "attendu le premier jour"


@pytest.mark.parametrize("regime", [Regime.VOLUNTEERING, Regime.PRESTATION])
def test_nobody_is_asked_to_start_before_the_first_day(client, regime):
    """« À vous, avant le 9 décembre : commencer la mission », nine days before the hours that may be written."""
    if regime == Regime.VOLUNTEERING:
        mission = make_mission(status=MissionStatus.FRAMING, regime=regime)
    else:
        mission = signed_mission(regime, status=MissionStatus.DOCUMENTS)
    begins = Mission.objects.filter(pk=mission.pk)
    coordinator = make_coordinator(mission.need.pole)
    for days, said in ((9, "à partir du"), (0, "d’ici le")):
        begins.update(starts_on=in_days(days), ends_on=in_days(40), moved_at=timezone.now())
        begins.update(moved_at=timezone.now() - timedelta(days=20))
        client.force_login(mission.offer.person)
        page = client.get(mission.get_absolute_url()).text
        assert f"À vous, {said} {spoken(in_days(days), 'l j F')}" in page
        assert f"À vous, {said} {spoken(in_days(days), 'j F')}" in page
        client.force_login(coordinator)
        page = client.get(mission.get_absolute_url()).text
        assert f"En attente, {said} {spoken(in_days(days), 'j F')}" in page
        assert (f"À partir du {spoken(in_days(days), 'l j F')}." in page) == bool(days)


def test_what_is_signed_waits_to_be_begun_since_its_first_day(client):
    """“Depuis 6 jours” stood there on the first day, of what nobody could begin before."""
    mission = signed_mission(status=MissionStatus.DOCUMENTS)
    Mission.objects.filter(pk=mission.pk).update(
        starts_on=in_days(6), ends_on=in_days(60), started_at=None
    )
    found = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    assert {timezone.localdate(act.since) for act in found} == {in_days(6)}


def test_a_changed_sheet_is_read_before_the_first_day():
    mission = make_mission(
        status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING, starts_on=in_days(9)
    )
    type(mission.sheet).objects.filter(mission=mission).update(number=2, need_agreed=2)
    acts = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    assert {act.who: act.from_on for act in acts} == {"OFFER": None, "NEED": in_days(9)}


@pytest.mark.parametrize(("days", "asked"), [(1, False), (7, False), (8, True), (90, True)])
def test_a_mission_of_a_day_isn_t_promised_a_question_a_week_later(days, asked):
    """What the letter of the first day announces is what is asked."""
    mission = make_mission(starts_on=in_days(0), ends_on=in_days(days))
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    told = Notification.objects.filter(kind="mission_kick_off").first().text
    assert ("nous vous demanderons comment cela se passe" in told) == asked
    followups.ask_due(in_days(7))
    assert FollowUp.objects.filter(kind="FIRST_WEEK").exists() == asked


def test_one_works_with_who_comes_and_not_with_who_offered_them():
    officer = make_user(last_name="Bertin-Lamy")
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.DOCUMENTS)
    mission.offer.organisation.memberships.create(user=officer, role="ADMINISTRATOR")
    type(mission.offer).objects.update(created_by=officer)
    mission = Mission.objects.get(pk=mission.pk)
    kick_off(MissionStep.objects.create(mission=mission, after=MissionStatus.RUNNING))
    told = {one.recipient: one.text for one in Notification.objects.filter(kind="mission_kick_off")}
    read = told[mission.need.organisation.members.first()]
    assert officer in told
    assert mission.offer.person.get_full_name() in read
    assert "Bertin-Lamy" not in read


def test_a_mission_that_begins_late_is_asked_about_a_week_after_it_has_begun(client):
    """“Dans une semaine” was said as it began, and the question came three days later, or that same day."""
    mission = make_mission(starts_on=in_days(-5), ends_on=in_days(40))
    client.force_login(mission.offer.person)
    begun = client.post(reverse("mission-start", args=[mission.pk]), follow=True).text
    day = spoken(in_days(7), "l j F")
    assert f"Le {day}, nous demanderons aux deux parties" in begun
    assert f"Le {day}, nous vous demanderons" in Notification.objects.filter(
        kind="mission_kick_off"
    ).first().text  # fmt: skip
    followups.ask_due(in_days(6))
    assert not FollowUp.objects.exists()
    assert followups.ask_due(in_days(7)) == 2
    # Not which day it began on: hours of the days before may have been confirmed since.
    asked = Notification.objects.filter(kind="follow_up_first_week").first()
    assert "est en cours. Comment cela se passe-t-il" in asked.text


def test_a_mission_begun_too_late_for_the_question_isn_t_told_of_it(client):
    mission = make_mission(starts_on=in_days(-5), ends_on=in_days(6))
    client.force_login(mission.offer.person)
    begun = client.post(reverse("mission-start", args=[mission.pk]), follow=True).text
    assert "La mission est en cours." in begun
    assert "nous demanderons" not in begun


def test_whoever_was_asked_before_it_began_isn_t_promised_the_question_again(client):
    mission = make_mission(starts_on=in_days(-8), ends_on=in_days(40))
    assert followups.ask_due(in_days(0)) == 2
    client.force_login(mission.offer.person)
    begun = client.post(reverse("mission-start", args=[mission.pk]), follow=True).text
    assert "nous demanderons" not in begun


def test_once_its_first_day_is_to_come_again_nobody_is_asked_how_the_first_week_went():
    mission = make_mission(
        status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING, starts_on=in_days(-8),
        ends_on=in_days(40), has_dates=True,
    )  # fmt: skip
    followups.ask_due(in_days(0))
    days = {"ends_on": in_days(60), "starts_on": in_days(-7)}

    def moved(read, **others):
        sheets.change(mission, days | others, read=read, side="OFFER", by=mission.offer.person)
        return FollowUp.objects.unanswered().count()

    assert moved(1) == 2
    assert moved(2, starts_on=in_days(10)) == 0


def test_whose_mission_was_stopped_isn_t_said_to_agree_still(client):
    """“Les deux parties sont déjà d’accord” stood on the need, open again, that somebody had left."""
    mission = make_mission(starts_on=in_days(5), ends_on=in_days(40))
    missions.interrupt(mission, reason="Un départ.", by=mission.offer.person, now=timezone.now())
    client.force_login(mission.offer.person)
    for address in (mission.get_absolute_url(), reverse("missions")):  # it never was under way
        assert "prévue du" in client.get(address).text
    page = client.get(mission.need.get_absolute_url()).text
    assert "sont déjà d’accord" not in page
    assert "se sont déjà dit oui" in page


def test_the_public_promises_keep_to_missions_that_last_long_enough(client):
    make_coordinator()
    promises = client.get(reverse("promises")).text
    assert "Si la mission dure assez longtemps" in promises
    assert "jusqu’à trois autres suggestions" in promises  # there may be none


def test_the_question_before_the_end_sends_nobody_to_a_sheet_that_is_signed():
    mission = signed_mission()
    followups.ask_due(mission.ends_on - timedelta(days=5))
    told = Notification.objects.filter(kind="follow_up_ending")
    assert told.count() >= 2
    for letter in told:
        assert "par un avenant" in letter.text
        assert "changez les dates sur la fiche de mission, ou" not in letter.text


def test_of_two_who_answer_for_a_structure_one_is_asked_and_both_are_told_so():
    """“Le 11 septembre, nous vous demanderons” was written to each of its members; one of them was asked."""
    mission = make_mission(starts_on=in_days(0), ends_on=in_days(40))
    other = referent_of(mission.need.organisation)
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    followups.ask_due(in_days(7))
    asked = FollowUp.objects.get(kind="FIRST_WEEK", side="NEED").asked
    assert asked != other
    told = {one.recipient: one.text for one in Notification.objects.filter(kind="mission_kick_off")}
    for member in (asked, other):
        assert "nous demanderons à l’une des personnes de votre côté" in told[member]
        assert "nous vous demanderons" not in told[member]
    assert "nous vous demanderons" in told[mission.offer.person]


@pytest.mark.parametrize(
    "status", [MissionStatus.FRAMING, MissionStatus.AGREEMENT, MissionStatus.DOCUMENTS]
)
@pytest.mark.parametrize("first", [2, -2])
def test_nothing_is_asked_for_after_the_first_day_nor_after_the_last_of_one_that_should_have_begun(
    client, status, first
):
    """« À vous, avant le 19 juin » stood on the page of a mission from the 7th to the 9th."""
    mission = make_mission(
        work=True, regime=Regime.PRESTATION, status=status, starts_on=in_days(first), ends_on=in_days(4)
    )  # fmt: skip
    by = in_days(first if first > 0 else 4)
    Mission.objects.filter(pk=mission.pk).update(agreed_version=mission.sheet.number)
    if status == MissionStatus.AGREEMENT:
        Agreement.objects.create(
            mission=mission, asked=Agreement.Asked.MANAGER, name="Odile Fabre", email="o@example.org",
            token="a" * 64, sheet_version=1, asked_by=mission.offer.person,
            expires_at=timezone.localtime() + timedelta(days=14),
        )  # fmt: skip
    found = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    assert {act.due_on for act in found} == {by}
    client.force_login(mission.need.created_by)
    assert f"d’ici le {spoken(by, 'j F')}" in client.get(mission.get_absolute_url()).text


def test_what_is_asked_after_the_last_day_is_due_at_once_and_not_before_it_was_asked():
    mission = make_mission(
        status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING, starts_on=in_days(-9),
        ends_on=in_days(-5), moved_at=timezone.localtime() - timedelta(days=2),
    )  # fmt: skip
    found = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    assert {act.due_on for act in found} == {in_days(-2)}


def test_reviews_have_their_days_after_a_short_mission():
    mission = make_mission(
        status=MissionStatus.DELIVERED, ends_on=in_days(1), moved_at=timezone.localtime()
    )
    found = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    assert {act.due_on for act in found} == {in_days(20)}
