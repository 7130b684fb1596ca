"""The yes to a mission sheet: offered only where it is awaited, and where something can be made of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import documents
from marketplace.actions.missions import below_cost, missions, renewals, sheets
from marketplace.models import Kind, Mission, MissionSheet, Party, Regime, Side
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_organisation, make_user
from tests.marketplace.documents.document_desk import make_mission as signable
from tests.marketplace.missions.amending import sign_one
from tests.marketplace.missions.served_people import head_of, joint_mission, structure_of


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


# --- longer than the law allows ------------------------------------------------------------
TOO_LONG = "La loi l’arrête le"


@pytest.fixture
def lent():
    """Somebody whom a company lends, which no loan does for more than three years."""
    return make_mission(work=True, regime=Regime.LOAN)


def kept(mission, **changes):
    sheet = MissionSheet.objects.get(mission=mission)
    names = ("aim", "work", "deliverables", "hours", "schedule", "where", "address", "rights")
    said = {name: getattr(sheet, name) for name in names} | {"read": sheet.number}
    return said | {"starts_on": mission.starts_on, "ends_on": mission.ends_on} | changes


def test_dates_that_the_law_doesnt_allow_are_said_beside_their_field(client, lent):
    aline, door = lent.need.created_by, reverse("mission-sheet", args=[lent.pk])
    client.force_login(aline)
    answer = client.post(door, kept(lent, ends_on=in_days(4 * 366)))
    assert TOO_LONG in str(answer.context["form"].errors["ends_on"])
    assert MissionSheet.objects.get().number == 1
    client.post(door, kept(lent, ends_on=in_days(2 * 365)))
    assert MissionSheet.objects.get().number == 2


def test_dates_said_for_the_first_time_are_held_to_the_law_too(client, lent):
    Mission.objects.update(has_dates=False)
    client.force_login(lent.need.created_by)
    door = reverse("mission-dates", args=[lent.pk])
    answer = client.post(door, {"read": 1, "starts_on": in_days(3), "ends_on": in_days(4 * 366)})
    assert TOO_LONG in str(answer.context["form"].errors["ends_on"])
    assert not fresh(lent).has_dates


def test_nobody_is_offered_a_yes_to_a_mission_that_is_too_long(client, lent):
    """The button stood there, and its click was an error each time."""
    Mission.objects.update(ends_on=in_days(4 * 366))
    door = reverse("mission-sheet-agree", args=[lent.pk])
    shown = page(client, lent, lent.need.created_by)
    assert TOO_LONG in shown
    assert door not in shown
    assert TOO_LONG in client.post(door, {"read": 1}, follow=True).text
    assert MissionSheet.objects.get().need_agreed is None
    MissionSheet.objects.update(need_agreed=1, offer_agreed=1)
    door = reverse("mission-go-on", args=[lent.pk])
    shown = page(client, lent, lent.need.created_by)
    assert TOO_LONG in shown
    assert door not in shown
    assert TOO_LONG in client.post(door, follow=True).text


@pytest.mark.parametrize("agreed", [None, 1])
def test_both_are_told_to_bring_the_end_forward(lent, agreed):
    Mission.objects.update(ends_on=in_days(4 * 366))
    MissionSheet.objects.update(need_agreed=agreed, offer_agreed=agreed)
    found = next_acts.acts(fresh(lent))
    assert {act.task for act in found} == {"avancer la fin de la mission"}
    assert all(act.words.startswith(TOO_LONG) for act in found)


def test_a_renewal_counts_from_the_first_mission(client, lent):
    """Each is short; both together are not."""
    Mission.objects.update(ends_on=in_days(2 * 365), interrupted_at=None)
    Mission.objects.update(started_at=timezone.now(), status=MissionStatus.CLOSED)
    second = renewals.renew(
        fresh(lent), starts_on=in_days(2 * 365 + 1), ends_on=in_days(2 * 365 + 30), hours=9,
        by=lent.offer.person,
    )  # fmt: skip
    client.force_login(lent.need.created_by)
    door = reverse("mission-sheet", args=[second.pk])
    answer = client.post(door, kept(second, ends_on=in_days(4 * 365)))
    assert TOO_LONG in str(answer.context["form"].errors["ends_on"])


def test_what_runs_for_longer_than_the_law_now_allows_still_changes_in_the_rest(client, lent):
    """It was lawful when it began: only a longer one is refused."""
    Mission.objects.update(ends_on=in_days(4 * 366), status=MissionStatus.RUNNING)
    client.force_login(lent.need.created_by)
    door = reverse("mission-sheet", args=[lent.pk])
    client.post(door, kept(fresh(lent), hours=31))
    assert MissionSheet.objects.get().hours == 31
    missions.agree(lent, read=2, side=Side.OFFER, by=lent.offer.person)
    answer = client.post(door, kept(fresh(lent), ends_on=in_days(4 * 366 + 1)))
    assert TOO_LONG in str(answer.context["form"].errors["ends_on"])


# --- where nobody's yes is awaited ---------------------------------------------------------
AWAITED, ASKED_AGAIN = "Le oui de l’autre partie est attendu", "de nouveau"


@pytest.mark.parametrize("is_own_time", [True, False])
def test_a_new_version_awaits_a_yes_only_where_the_other_side_can_say_it(client, is_own_time):
    """On own time no yes to the sheet of a mission under way is awaited; its letter and its page asked for one."""
    regime = Regime.VOLUNTEERING if is_own_time else Regime.LOAN
    mission = make_mission(work=not is_own_time, regime=regime, status=MissionStatus.RUNNING)
    aline, person = mission.need.created_by, mission.offer.person
    MissionSheet.objects.update(work="")
    said = "l’autre partie donne ensuite le sien"
    assert (said in page(client, mission, aline)) != is_own_time
    sheets.change(fresh(mission), {"work": "Le site."}, read=1, side=Side.NEED, by=aline)
    assert (AWAITED in page(client, mission, aline)) != is_own_time
    letter = Notification.objects.get(kind="sheet_changed", recipient=person)
    assert "Lisez-la" in letter.text
    assert ("dites oui" in letter.text) != is_own_time
    offered = reverse("mission-sheet-agree", args=[mission.pk]) in page(client, mission, person)
    assert offered != is_own_time


def test_whoever_comes_is_told_of_what_their_employer_changes_and_asked_nothing(client):
    """“Si elle change, nous vous le redemanderons”, and the days of whoever came had moved without a word to them."""
    boss, company = make_user("Hubert"), make_organisation("COMPANY")
    mission = make_mission(work=True, company=company, regime=Regime.LOAN)
    company.memberships.create(user=boss, role="ADMINISTRATOR")
    person = mission.offer.person
    assert "Si l’autre partie la change" in page(client, mission, person)
    sheets.change(mission, {"hours": 9}, read=1, side=Side.OFFER, by=boss)
    told = Notification.objects.filter(kind="sheet_changed_at_work", recipient__isnull=False)
    assert [one.recipient for one in told] == [person]
    assert "Hubert" in told.get().text
    assert "votre oui" not in told.get().text
    sheets.change(fresh(mission), {"hours": 8}, read=2, side=Side.OFFER, by=person)
    sheets.change(fresh(mission), {"hours": 7}, read=3, side=Side.NEED, by=mission.need.created_by)
    assert told.count() == 1, "neither of their own, nor twice of the other side’s"


def test_whom_the_lead_signs_for_is_asked_for_its_yes_on_own_time_too():
    town = structure_of("Ville")
    mission = joint_mission(town, regime=Regime.VOLUNTEERING)
    Mission.objects.update(status=MissionStatus.RUNNING)
    by = mission.offer.person
    sheets.change(fresh(mission), {"hours": 9}, read=1, side=Side.OFFER, by=by)
    letters = Notification.objects.filter(kind="sheet_changed")
    assert "votre accord est attendu" in letters.get(recipient=head_of(town)).text
    assert "dites oui" not in letters.get(recipient=mission.need.created_by).text


@pytest.mark.parametrize("status", [MissionStatus.RUNNING, MissionStatus.AGREEMENT])
def test_nobody_is_said_to_be_asked_again_who_was_asked_for_nothing(client, status):
    own = status == MissionStatus.RUNNING
    regime = Regime.VOLUNTEERING if own else Regime.LOAN
    mission = make_mission(work=not own, regime=regime, status=status)
    assert ASKED_AGAIN not in page(client, mission, mission.need.created_by, modifier="oui")


def test_a_change_says_who_is_asked_again(client):
    mission = signable()
    head = head_of(mission.need.organisation)
    Mission.objects.update(agreed_version=1, agreed_hours=70)
    employer, both = "Chez l’employeur, la question portait", "tout sera redemandé"
    signatures = "Les signatures déjà données"

    def said():
        shown = page(client, mission, head, modifier="oui")
        return {words for words in (employer, both, signatures) if words in shown}

    asked = mission.agreements.create(
        asked="COMPANY", name="Paul", sheet_version=1, asked_by=head, answer="NO",
        answered_at=timezone.now(),
    )  # fmt: skip
    assert said() == set()
    mission.agreements.update(answer="YES")
    assert said() == {employer}
    kind = Kind.CONVENTION_SERVICE
    paper = documents.make(kind, mission, by=head, now=timezone.now())
    assert said() == {employer}
    sign_one(paper, Party.STRUCTURE)
    assert said() == {both}
    asked.delete()
    assert said() == {signatures}


# --- on one's own time ---------------------------------------------------------------------
def test_on_own_time_a_mission_isnt_said_to_wait_for_the_other_sides_yes(client):
    """One page said that all was ready to start, the sheet that the other side's yes was awaited."""
    mission = make_mission(work=True, regime=Regime.VOLUNTEERING)
    noe, door = mission.offer.person, reverse("mission-sheet-agree", args=[mission.pk])
    client.force_login(noe)
    said = client.post(door, {"read": 1}, follow=True).text
    assert "la mission n’attend pas son oui pour commencer" in said
    shown = page(client, mission, noe)
    assert "De votre côté, c’est oui à cette version" in shown
    assert "la mission n’attend pas ce oui pour commencer" in shown
    assert "est attendu" not in shown
    page(client, mission, mission.need.created_by)
    client.post(door, {"read": 1})
    assert "Les deux parties ont dit oui à cette version" in page(client, mission, noe)


# --- who speaks for neither side -----------------------------------------------------------
@pytest.mark.parametrize("is_dated", [True, False])
def test_what_a_coordinator_writes_is_said_to_be_nobody_s_yes(client, is_dated):
    """“Les enregistrer vaut votre oui” was read by a coordinator, whose saving gives none."""
    mission = make_mission(work=True, regime=Regime.PRESTATION, written=not is_dated)
    if not is_dated:
        Mission.objects.update(has_dates=False)
    theirs = "vaut votre accord" if is_dated else "valent votre accord"
    assert theirs in page(client, mission, mission.offer.person)
    shown = page(client, mission, make_coordinator(mission.need.pole))
    assert ("Les écrire" if is_dated else "Dire les dates") in shown
    assert theirs not in shown
