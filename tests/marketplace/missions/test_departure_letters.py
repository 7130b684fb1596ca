"""What those concerned read of a departure: once each, of their own missions, and whose turn it is since."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from common.dates import in_french, period
from marketplace.actions.missions import missions, succession
from marketplace.documents import facts
from marketplace.models import HoursEntry, Kind, Mission, Need, Offer, Regime
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus, OfferStatus
from notifications import rules, settled
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_user,
)
from tests.marketplace.missions.amending import fresh, signed_mission
from tests.marketplace.missions.leavers import (
    asked,
    goes,
    membership_of,
    says,
    told,
    transfer_proposal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user(first_name="Paul", last_name="Delattre")


@pytest.fixture
def company(boss):
    return make_organisation(Organisation.Kind.COMPANY, administrator=boss, legal_form="SAS")


@pytest.fixture
def head():
    return make_user(first_name="Aline", last_name="Moreau")


@pytest.fixture
def mission(company, head):
    need = make_need(member=head, title="Refaire le site")
    return make_mission(work=True, company=company, need=need, status="RUNNING")


def letter(person, kind="person_left"):
    return Notification.objects.get(kind=kind, recipient=person)


def test_a_mission_lasted_until_the_last_day_of_whoever_left_it(client, mission, boss, head):
    """“La première mission s’arrête à son dernier jour”; “Interrompue du 1 au 14” was said of who had left on the 11th,
    and the certificate said the same."""
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(-20))
    mission.refresh_from_db()
    goes(mission, ago=3)
    assert "s’arrête ce jour-là" in letter(head).text
    until = facts.period(mission.starts_on, in_days(-3))
    told = facts.of_mission(Kind.HOURS_CERTIFICATE, fresh(mission), on=in_days(0))["mission"]
    assert (told["lasted"], told["stage"]) == (f"{until}, suspendue depuis", "left")
    succession.replace(fresh(mission), by=head, now=timezone.now())
    client.force_login(head)
    for page in (mission.get_absolute_url(), reverse("missions")):
        said = client.get(page).text
        assert period(mission.starts_on, in_days(-3)) in said
        assert period(mission.starts_on, in_days(0)) not in said
    told = facts.of_mission(Kind.HOURS_CERTIFICATE, fresh(mission), on=in_days(0))
    assert in_french(in_days(-3)) in told["mission"]["lasted"]


@pytest.mark.parametrize(
    ("language", "last"), [("fr", "son dernier jour était le"), ("en", "their last day was")]
)
def test_the_day_is_said_to_be_the_last_on_which_they_worked(mission, head, language, last):
    """“Has not belonged to them since the 11th”, of who still worked that day."""
    User.objects.update(language=language)
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(-20))
    mission.refresh_from_db()
    goes(mission, ago=3)
    said = letter(head).text
    assert last in said
    assert "since" not in said
    assert "depuis" not in said


def test_one_letter_tells_of_all_the_missions_that_stop_together(mission, company, boss, head):
    """Each reads of their own alone, and the bell waits until the last of them goes on."""
    person, other = mission.offer.person, make_user()
    theirs = {"work": True, "company": company, "person": person, "status": "RUNNING"}
    structure = mission.need.organisation
    second = make_mission(need=make_need(structure, member=head, title="Trier"), **theirs)
    make_mission(need=make_need(member=other, title="Peindre la salle"), **theirs)
    goes(mission)
    assert [told("person_left", one) for one in (boss, head, other)] == [1, 1, 1]
    assert told("left_behind", person) == 1
    assert letter(boss).subject.startswith("3 missions sont suspendues")
    for one, titles in (
        (letter(boss), {"Refaire le site", "Trier", "Peindre la salle"}),
        (letter(head), {"Refaire le site", "Trier"}),
        (letter(person, "left_behind"), {"Refaire le site", "Trier", "Peindre la salle"}),
    ):
        assert set(re.findall(r"(?m)^- (.*) \(", one.text)) == titles
    assert "«\xa0Peindre la salle\xa0» est suspendue" in letter(other).subject
    for one in (letter(boss), letter(head), letter(person, "left_behind")):
        assert one.matter == "", "of several missions none is its matter"
        assert {"Refaire le site", "Trier"} <= set(one.topic.split(", "))
        assert one.desks
    assert letter(other).topic == "Peindre la salle"
    assert letter(other).matter.startswith("mission:")
    for ended, is_settled in ((mission, False), (second, True)):
        succession.replace(Mission.objects.get(pk=ended.pk), by=head, now=timezone.now())
        assert settled.is_settled(letter(head)) is is_settled


def test_somebody_of_two_structures_reads_no_more_of_the_one_that_they_leave(
    mission, company, head
):
    """While the summary waits: what stops there isn't told with what stops in the other."""
    theirs = {"work": True, "company": company, "person": mission.offer.person, "status": "RUNNING"}
    other = make_mission(need=make_need(member=head, title="Trier"), **theirs)
    goes(mission)
    letters = Notification.objects.filter(kind="person_left", recipient=head)
    assert letters.count() == 2
    head.memberships.get(organisation=other.need.organisation).delete()
    leaving = [one.text for one in letters if not rules.why_moot(one)]
    assert ["Refaire le site" in text for text in leaving] == [True]
    assert not any("Trier" in text for text in leaving)


def test_once_a_colleague_has_said_yes_it_is_for_the_structure(client, mission, boss, head):
    """The company has done what it could: nothing is « À vous » there any more, and nothing twice elsewhere."""
    goes(mission)
    page = reverse("mission", args=[mission.pk])
    colleague = make_user(first_name="Odile", last_name="Renard")
    Membership.objects.create(user=colleague, organisation=mission.offer.organisation)
    waiting = asked(mission, colleague, boss)
    client.force_login(boss)
    assert "a été sollicitée et n’a pas encore répondu" in client.get(page).text
    says(client, waiting, "YES", colleague)
    client.force_login(boss)
    seen = client.get(page).text
    assert "À vous" not in seen
    assert "Répondre à la personne qui reprendrait la mission" in seen
    choices = reverse("mission-left", args=[mission.pk])
    assert choices not in client.get("/").text
    client.force_login(head)
    answer = transfer_proposal(waiting).get_absolute_url()
    assert f'href="{answer}"' in client.get(page).text
    home = client.get("/").text
    assert f'href="{answer}"' in home
    assert choices not in home


def test_once_a_colleague_has_said_yes_the_structure_alone_is_awaited_in_the_bell(
    client, mission, company, boss, head
):
    goes(mission)
    colleague = make_user(first_name="Odile")
    Membership.objects.create(user=colleague, organisation=company)
    waiting = asked(Mission.objects.get(pk=mission.pk), colleague, boss)
    assert not settled.is_settled(letter(boss))
    says(client, waiting, "YES", colleague)
    assert settled.is_settled(letter(boss))
    assert not settled.is_settled(letter(head))


def test_an_answer_for_one_mission_leaves_the_question_of_another_open(
    client, mission, company, boss, head
):
    """Two missions stop together, and a colleague is asked for each."""
    theirs = {"work": True, "company": company, "person": mission.offer.person, "status": "RUNNING"}
    second = make_mission(need=make_need(member=head), **theirs)
    goes(mission)
    colleagues = [make_user(first_name=name) for name in ("Odile", "Karim")]
    for one in colleagues:
        Membership.objects.create(user=one, organisation=company)
    first, other = (
        asked(Mission.objects.get(pk=left.pk), one, boss)
        for left, one in zip((mission, second), colleagues, strict=True)
    )
    succession.replace(Mission.objects.get(pk=mission.pk), by=head, now=timezone.now())
    for transfer in (first, other):
        transfer.refresh_from_db()
    assert (first.is_waiting, other.is_waiting) == (False, True)
    says(client, other, "YES", colleagues[1])
    assert transfer_proposal(other).is_open


@pytest.mark.parametrize(
    ("status", "writes"), [("DELIVERED", True), ("REVIEWED", False), ("VALUED", False)]
)
def test_of_a_mission_that_is_reviewed_no_hours_are_said_to_be_left_to_write(
    client, mission, status, writes
):
    """“Vous pouvez les noter jusqu’au 24 septembre” was written; its page said that nothing is added any more."""
    Mission.objects.filter(pk=mission.pk).update(status=status, delivered_at=timezone.now())
    goes(mission)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-done", args=[mission.pk])).text
    assert ("Enregistrer la semaine" in page) == writes
    assert told("left_behind", mission.offer.person) == writes


@pytest.mark.parametrize("over", [True, False])
def test_for_a_need_that_is_over_nobody_is_told_to_look_for_somebody_else(
    client, mission, head, boss, over
):
    """“Chercher quelqu’un d’autre : le besoin rouvre” was written, and offered by a button that was refused."""
    if over:
        Need.objects.filter(pk=mission.need_id).update(starts_on=in_days(-40), ends_on=in_days(-1))
        mission = fresh(mission)
    goes(mission)
    for person in (head, boss):
        client.force_login(person)
        page = client.get(reverse("mission-left", args=[mission.pk])).text
        assert (reverse("mission-replace", args=[mission.pk]) in page) == (not over)
        assert ("chercher quelqu’un d’autre" in letter(person).text) == (not over)
        assert "l’arrêter là" in letter(person).text


def test_the_hours_of_a_loan_are_said_to_be_done_and_by_nobody_given(client, mission, boss, head):
    """An employer that bills what it lends gives no hours, and none of its people are asked what they gave."""
    task = "noter les heures faites"
    assert task in [act.task for act in next_acts.acts(fresh(mission))]
    goes(mission)
    assert "Les heures faites jusqu’à ce jour" in letter(head).text
    own = Notification.objects.get(kind="left_behind", recipient=mission.offer.person)
    assert "donné" not in own.text


def test_a_mission_that_stopped_isnt_said_to_be_renewable_until_a_day(client, mission):
    by = mission.offer.person
    Mission.objects.filter(pk=mission.pk).update(regime=Regime.LOAN)
    client.force_login(by)
    assert "reconductions comprises" in client.get(mission.get_absolute_url()).text
    missions.interrupt(fresh(mission), reason="Trop pris.", by=by, now=timezone.now())
    assert "reconductions comprises" not in client.get(mission.get_absolute_url()).text


@pytest.mark.parametrize("paused", [True, False])
def test_only_an_offer_that_may_be_shown_again_is_said_to_open_again(client, mission, head, paused):
    """The offer with which a colleague takes a mission over is paused, and stays so when that mission stops."""
    if paused:
        Offer.objects.filter(pk=mission.offer_id).update(status=OfferStatus.PAUSED)
    by = mission.offer.person
    client.force_login(by)
    asked = client.get(reverse("mission-interrupt", args=[mission.pk])).text
    assert ("et l’offre" in asked) != paused
    missions.interrupt(fresh(mission), reason="Trop pris.", by=by, now=timezone.now())
    said = letter(head, "mission_interrupted").text
    assert "Le besoin" in said
    assert ("l’offre sont ouverts à d’autres" in said) != paused


def test_no_hours_are_asked_for_before_the_first_day(client, mission, boss, head):
    """Started by its button in November for January: nobody could have given an hour."""
    Mission.objects.filter(pk=mission.pk).update(
        started_at=timezone.now(), starts_on=in_days(30), ends_on=in_days(60)
    )
    mission.refresh_from_db()
    goes(mission)
    assert told("left_behind", mission.offer.person) == 0
    assert "n’avait pas commencé" in letter(head).text
    assert "Les heures faites" not in letter(head).text
    client.force_login(head)
    page = client.get(reverse("mission-left", args=[mission.pk])).text
    assert "Les heures comptent jusqu" not in page


def test_the_hours_left_are_said_to_the_half(client, mission, boss):
    """17,5 were « 17 heures »."""
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=mission.offer.organisation)
    mission.sheet.hours = 18
    mission.sheet.save()
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=mission.starts_on, hours=Decimal("0.5")
    )
    goes(mission)
    client.force_login(boss)
    assert "Il reste 17,5 heures" in client.get(reverse("mission-left", args=[mission.pk])).text


@pytest.mark.parametrize("ago", [1, 20])
def test_contested_hours_are_corrected_by_whoever_may_still_write_them(
    client, mission, boss, head, ago
):
    """For two weeks the person who left, then the company: the flash, the letters and the homes say the same."""
    person, company = mission.offer.person, mission.offer.organisation
    company.name, boss_corrects = "Fonderie des Hauts", ago == 20
    company.save()
    entry = HoursEntry.objects.create(mission=mission, person=person, day=in_days(-25), hours=3)
    goes(mission, ago=ago)
    client.force_login(head)
    url = reverse("hours-contest", args=[entry.pk])
    page = client.post(url, {"why": "Nous étions fermés."}, follow=True).text
    corrects = "Fonderie des Hauts" if boss_corrects else str(person)
    assert f"Nous prévenons {corrects}, qui peut corriger les heures." in page
    for one, may in ((person, not boss_corrects), (boss, boss_corrects)):
        text = letter(one, "hours_contested").text
        assert ("Vous pouvez les corriger" in text) is may
        assert (f"La correction revient à {corrects}." in text) is not may
    page = client.get(reverse("mission", args=[mission.pk])).text
    assert corrects in page.split("Revoir les heures")[0].rsplit("En attente", 1)[1]
    client.force_login(boss)
    words = "La structure dit que certaines heures ne sont pas justes"
    assert (words in client.get(reverse("home")).text) is boss_corrects
    succession.replace(Mission.objects.get(pk=mission.pk), by=head, now=timezone.now())
    assert (words in client.get(reverse("home")).text) is boss_corrects, "it has stopped"


def test_what_a_choice_would_do_is_said_of_any_employer_and_not_as_done(
    client, mission, boss, head
):
    """A public body is no company; and the need opens again only if somebody chooses so."""
    client.force_login(boss)
    url = reverse("membership-remove", args=[membership_of(mission).pk])
    assert "les responsables chez l’employeur" in client.get(url).text
    goes(mission)
    assert "le besoin redevient alors ouvert" in letter(head).text


def test_each_way_to_go_on_is_told_to_whoever_may_choose_it(mission, boss, head):
    """The coordinators may ask a colleague too; the structure may not."""
    coordinator = make_coordinator(mission.need.pole)
    goes(mission)
    for person, may in ((boss, True), (coordinator, True), (head, False)):
        assert ("la confier à un" in letter(person).text) is may


def test_whose_reason_it_is_stands_above_it(mission, head):
    """A reason that somebody typed was told as the site's own words."""
    missions.interrupt(mission, reason="Nous déménageons.", by=head, now=timezone.now())
    person = mission.offer.person
    assert f"{head} écrit\xa0:\n\nNous déménageons." in letter(person, "mission_interrupted").text


def test_the_fields_where_hours_are_written_are_not_printed(client, mission):
    """Printed, one's page of what stays showed a week of empty boxes above one's hours, which all stand below."""
    person = mission.offer.person
    pages = []
    client.force_login(person)
    pages.append(client.get(reverse("mission-hours", args=[mission.pk])).text)
    goes(mission)
    pages.append(client.get(reverse("mission-done", args=[mission.pk])).text)
    for page in pages:
        week = page.partition('aria-labelledby="week"')[0].rpartition("<section")[2]
        assert "no-print" in week
        assert "Toutes les heures" in page or "Vos heures" in page


def test_no_referent_is_told_to_ask_for_an_amendment_that_nobody_may_propose(client):
    mission = signed_mission(Regime.PRESTATION)
    Mission.objects.update(status=MissionStatus.LEFT)
    client.force_login(mission.need.created_by)
    page = client.get(reverse("mission-sheet", args=[mission.pk])).text
    assert "demandez-leur" not in page
    assert "La mission est suspendue\N{NO-BREAK SPACE}: un avenant se propose une fois" in page
