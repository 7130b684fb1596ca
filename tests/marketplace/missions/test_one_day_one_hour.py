"""A mission of one day, or of one hour: neither « du 3 au 3 décembre » nor « 1 heures »."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from common.dates import spoken
from marketplace import letters
from marketplace.actions.missions import agreements, hours_limits, missions
from marketplace.models import (
    Agreement,
    CompanyProgramme,
    ConsentKind,
    ConsentRequest,
    Employee,
    Mission,
    MissionSheet,
    Offer,
    Regime,
    Side,
    reasons,
)
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission
from tests.marketplace.missions.amending import propose, signed_mission
from tests.marketplace.missions.team_people import a_team, boss_of, manager_says, named, says_yes

pytestmark = pytest.mark.django_db

DAY = in_days(4)


def on() -> str:
    return f"le {spoken(DAY)}"


def lasts_a_day(mission, *, hours=1, day=DAY):
    Mission.objects.filter(pk=mission.pk).update(starts_on=day, ends_on=day)
    MissionSheet.objects.filter(mission=mission).update(hours=hours)
    return Mission.objects.get(pk=mission.pk)


def told(kind, person=None) -> str:
    found = Notification.objects.filter(kind=kind)
    letter = (found.filter(recipient=person) if person else found).latest("pk")
    assert " au " + spoken(DAY) not in letter.text
    assert "1 heures" not in letter.text
    return letter.text.replace("\xa0", " ")


@pytest.fixture
def mission():
    lent = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)
    Employee.objects.create(
        organisation=lent.offer.organisation, person=lent.offer.person,
        manager_name="Dominique Lefebvre", manager_email="dominique@example.org",
    )  # fmt: skip
    return lasts_a_day(lent)


def asked(mission, *, by=None) -> Agreement:
    return agreements.ask_manager(
        mission, employee=Employee.objects.get(), programme=None,
        by=by or mission.offer.person, now=timezone.now(),
    )  # fmt: skip


def team_of_a_day(**fields):
    return a_team(starts_on=DAY, ends_on=DAY, hours=3, **fields)


# --- the employer --------------------------------------------------------------------------
def test_the_manager_is_asked_for_one_hour_on_one_day(mission):
    asked(mission)
    assert f"sur son temps de travail : 1 heure, {on()}." in told("agreement_asked")


def test_the_manager_asked_by_a_colleague_reads_the_same(mission):
    asked(mission, by=mission.need.created_by)
    assert f"sur son temps de travail : 1 heure, {on()}." in told("agreement_asked")


def test_the_manager_of_one_of_a_team_reads_the_same():
    ana, *_others = named(team_of_a_day())
    says_yes(ana)
    assert f"sur son temps de travail : 1 heure, {on()}." in told("agreement_asked")


def test_a_manager_without_the_names_of_the_team_reads_the_same(mission):
    by = mission.offer.person
    mission.offer.person = None
    mission.offer.save(update_fields=["person"])
    employee = Employee.objects.get()
    agreements.write_to_manager(mission, employee, None, by=by, now=timezone.now())
    assert f"sur son temps de travail : 1 heure, {on()}." in told("agreement_asked")


@pytest.mark.parametrize("alone", [True, False])
def test_a_change_is_put_with_its_day_and_hour(alone):
    signed = signed_mission(Regime.PRESTATION)
    propose(signed, hours=1, ends_on=signed.starts_on)
    said = f"1 heure en tout, le {spoken(signed.starts_on)}."
    if not alone:
        Offer.objects.update(person=None)
        question = Agreement.objects.waiting().get()
        agreements.send_again(question, now=timezone.now())
    letter = told("agreement_asked")
    assert said in letter
    assert ("une équipe (" in letter) is not alone


def test_another_day_is_said_once_to_each_side_and_in_the_story(mission):
    structure = mission.need.created_by
    question, day = asked(mission), in_days(9)
    said = {"starts_on": day, "ends_on": day, "reason": "C’est l’inventaire."}
    agreements.answer(question, answer="OTHER_DATES", now=timezone.now(), **said)
    for kind, person in (
        ("agreement_refused", mission.offer.person),
        ("agreement_refused_structure", structure),
    ):
        assert f"» le {spoken(day)}." in told(kind, person)
    reason = mission.steps.latest("pk").said
    assert reason == f"Le ou la responsable préférerait d’autres dates\u00a0: le {spoken(day)}."
    with translation.override("en"):
        reason = mission.steps.latest("pk").said
        assert reason == f"The manager would rather have other dates: on {spoken(day)}."


def test_a_refused_change_says_the_day_that_would_suit_better():
    signed = signed_mission(Regime.PRESTATION)
    propose(signed)
    question, day = Agreement.objects.waiting().get(), in_days(9)
    said = {"starts_on": day, "ends_on": day, "reason": "C’est l’inventaire."}
    agreements.answer(question, answer="OTHER_DATES", now=timezone.now(), **said)
    better = f"D’autres dates conviendraient mieux, le {spoken(day)} : un autre avenant"
    assert better in told("agreement_refused", signed.offer.person)


def test_several_days_are_told_from_the_first_to_the_last():
    values = {"start": "2026-12-03", "end": "2026-12-05"}
    said = reasons.WORDS.told(reasons.coded("employer-dates-said", **values))
    assert said == "L’employeur préférerait d’autres dates\u00a0: du 3 au 5 décembre 2026."


def test_of_a_team_the_person_and_whoever_named_them_read_the_day():
    mission = team_of_a_day()
    ana, *_others = named(mission)
    says_yes(ana)
    day = in_days(9)
    manager_says(ana, answer="OTHER_DATES", starts_on=day, ends_on=day, reason="L’inventaire.")
    for kind, reader in (
        ("team_manager_answered", ana.person),
        ("team_manager_refused", boss_of(mission)),
    ):
        said = told(kind, reader)
        assert f" le {spoken(day)}." in said
        assert "pas d’accord" not in said, (
            "whoever would rather have other dates said no such thing"
        )
    assert "d’autres dates" in ana.steps.latest("pk").said


# --- as it begins --------------------------------------------------------------------------
def test_it_begins_on_its_day():
    mission = lasts_a_day(make_mission(regime=Regime.VOLUNTEERING))
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    assert f"» commence : {on()}." in told("mission_kick_off", mission.offer.person)


@pytest.mark.parametrize(("first", "last"), [(-9, -5), (-5, -5)])
def test_what_was_started_after_its_days_isn_t_said_to_begin_on_them(first, last):
    """“commence : du 1er au 5 mars” was sent on the 20th."""
    mission = make_mission(
        regime=Regime.VOLUNTEERING, starts_on=in_days(first), ends_on=in_days(last)
    )
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    letter = told("mission_kick_off", mission.offer.person)
    planned = Mission.objects.get().when_words
    assert f"» est lancée ; elle était prévue {planned}." in letter
    assert (
        Notification.objects.filter(kind="mission_kick_off")
        .latest("pk")
        .subject.endswith("» est lancée")
    )
    assert "commence :" not in letter


def test_the_last_day_is_still_one_of_its_days():
    mission = make_mission(regime=Regime.VOLUNTEERING, starts_on=in_days(-3), ends_on=in_days(0))
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    assert "commence :" in told("mission_kick_off", mission.offer.person)


def test_each_of_a_team_reads_the_day():
    mission = team_of_a_day()
    ana, *_others = named(mission)
    says_yes(ana)
    letters.team_begins(ana)
    assert f" : {on()}. Prévu pour vous : 1 h." in told("team_begins", ana.person)
    letters.team_dates(mission)
    assert f"ont changé : {on()}." in told("team_dates", ana.person)


def test_a_team_that_begins_late_is_told_what_was_planned():
    mission = a_team(starts_on=in_days(-9), ends_on=in_days(-5), started_at=timezone.now())
    ana, *_others = named(mission)
    says_yes(ana)
    letters.team_begins(ana)
    assert f"la mission était prévue {mission.when_words}." in told("team_begins", ana.person)
    subject = Notification.objects.filter(kind="team_begins").latest("pk").subject
    assert subject.replace("\xa0", " ").endswith("» est lancée : ce qu’il faut savoir")


def test_a_renewal_of_a_day_says_it_once(mission):
    letters.mission_renewed(mission, by=mission.need.created_by)
    assert f"est préparée, {on()}." in told("mission_renewed", mission.offer.person)


# --- on the pages --------------------------------------------------------------------------
def test_the_coordination_is_asked_about_one_hour_on_one_day(client):
    mission = lasts_a_day(make_mission(work=True, regime=Regime.NON_PROFIT_LOAN))
    client.force_login(make_coordinator(mission.need.pole))
    page = client.get(reverse("mission-below-cost", args=[mission.pk])).text
    assert f"1 heure prévue, {on()}" in page


def test_one_s_own_yes_is_asked_for_one_hour(client):
    ana, *_others = named(team_of_a_day())
    request = ConsentRequest.objects.about(ConsentKind.TEAM, ana).latest("pk")
    page = client.get(own_link(request)).text
    assert f"1 heure sur votre temps de travail, {on()}." in page


def own_link(request) -> str:
    letter = Notification.objects.get(kind="consent_asked", recipient=request.person)
    return "/" + letter.url.split("/", 3)[-1] if "://" in letter.url else letter.url


def test_a_programme_of_one_hour_a_day_gives_and_leaves_one_hour(client, mission):
    programme = CompanyProgramme.objects.create(
        organisation=mission.offer.organisation, name="Une heure", days_per_year=1, hours_per_day=1,
        starts_on=in_days(-30),
    )  # fmt: skip
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text
    assert "1 heure restante sur 1 en" in page
    agreements.ask_manager(
        mission, employee=Employee.objects.get(), programme=programme,
        by=mission.offer.person, now=timezone.now(),
    )  # fmt: skip
    link = re.search(r"/accord/[\w-]+/", told("agreement_asked"))
    assert link
    client.logout()
    assert "1 heure restante sur 1 en" in client.get(link.group()).text
    client.force_login(mission.offer.person)
    assert "1 jour par an, de 1 heure<" in client.get(programme.get_absolute_url()).text


def test_hours_outside_the_day_in_force_are_told_which_day_it_is():
    signed = signed_mission(Regime.VOLUNTEERING)
    day = signed.starts_on
    propose(signed, side=Side.NEED, ends_on=in_days(60))
    Mission.objects.update(ends_on=day)
    with pytest.raises(hours_limits.WrongDay, match=f"en vigueur, le {spoken(day)}. Elles"):
        hours_limits.require_sound(Mission.objects.get(), in_days(0), 1, None, timezone.localdate())
