"""A question of the follow-up is answered from one's own pages too, not by its letter alone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.desk import cases
from marketplace.actions.market import people
from marketplace.actions.missions import followups, missions
from marketplace.models import Case, FollowUp, Mission
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission():
    found = make_mission()
    followups.ask_due(timezone.localdate() + timedelta(days=7))
    return found


def of_structure(mission):
    return mission.need.organisation.members.get()


def answer_link(client, mission):
    page = client.get(mission.get_absolute_url()).text
    found = re.search(r'href="(/suivi/[^"]+)">Répondre', page)
    return found and found[1]


def test_the_home_page_leads_to_where_it_is_answered(client, mission):
    """“Répondre” led to a page on which nothing could be."""
    for person in (of_structure(mission), mission.offer.person):
        client.force_login(person)
        assert mission.get_absolute_url() + "#suivi" in client.get(reverse("home")).text
        assert 'id="suivi"' in client.get(mission.get_absolute_url()).text
        question = client.get(answer_link(client, mission))
        assert question.context["follow_up"].asked == person
        client.post(answer_link(client, mission), {"answer": "GOOD", "words": ""})
        assert answer_link(client, mission) is None
    assert not FollowUp.objects.unanswered().exists()


def test_nobody_else_finds_the_link_on_the_page(client, mission):
    colleague = make_user()
    Membership.objects.create(
        user=colleague, organisation=mission.need.organisation, role="ADMINISTRATOR"
    )
    for other in (colleague, make_coordinator(mission.need.pole)):
        client.force_login(other)
        assert answer_link(client, mission) is None


def test_whoever_has_left_the_structure_finds_no_link(client, mission):
    structure = of_structure(mission)
    asked = FollowUp.objects.get(side="NEED")
    assert followups.own_link(asked, structure)
    Membership.objects.filter(user=structure).delete()
    asked = FollowUp.objects.get(side="NEED")
    assert followups.own_link(asked, structure) == ""


def test_nothing_is_awaited_of_a_mission_that_was_stopped(client, mission):
    missions.interrupt(mission, reason="Un départ.", by=of_structure(mission), now=timezone.now())
    client.force_login(mission.offer.person)
    assert answer_link(client, mission) is None


def test_a_question_is_no_longer_asked_once_its_link_has_run_out(client, mission):
    client.force_login(mission.offer.person)
    today = timezone.localdate()
    FollowUp.objects.update(asked_on=today - followups.LINK_LASTS)
    followups.ask_due(today)
    assert answer_link(client, mission)
    FollowUp.objects.update(asked_on=today - followups.LINK_LASTS - timedelta(days=1))
    assert answer_link(client, mission) is None
    followups.ask_due(today)
    assert "#suivi" not in client.get(reverse("home")).text
    assert "aucune réponse n’est plus attendue" in client.get(mission.get_absolute_url()).text


def test_of_a_mission_that_never_began_the_page_says_no_week_of_it(client, mission):
    client.force_login(of_structure(mission))
    Mission.objects.filter(pk=mission.pk).update(started_at=None)
    page = client.get(mission.get_absolute_url()).text
    assert "une semaine après le premier jour prévu" in page
    Mission.objects.filter(pk=mission.pk).update(started_at=timezone.now())
    page = client.get(mission.get_absolute_url()).text
    assert "après une semaine" in page
    assert "premier jour prévu" not in page


def test_a_question_that_is_settled_leads_to_the_case_that_stays_on_the_desk(client, mission):
    """“Réglé : ce n’est plus sur votre bureau” was read, while its case stayed there for weeks."""
    coordinator = make_coordinator(mission.need.pole)
    worried, silent = FollowUp.objects.order_by("pk")
    followups.answer(worried, answer=FollowUp.Answer.DOUBT, words="Les horaires.")
    client.force_login(coordinator)
    door = reverse("follow-up-settle", args=[worried.pk])
    said, case = client.post(door, follow=True), Case.objects.get()
    assert said.redirect_chain[-1][0] == case.get_absolute_url()
    assert "reste sur le bureau" in said.text
    assert "ce n’est plus sur votre bureau" not in said.text
    page = client.get(followups.link(worried)).text
    assert "La coordination s’en est occupée" in page
    assert "prendra contact avec vous" not in page
    data = {"outcome": Case.Outcome.SOLVED, "words": "Vu avec elle."}
    client.post(reverse("case-close", args=[case.pk]), data)
    FollowUp.objects.filter(pk=silent.pk).update(settled_at=None)
    said = client.post(reverse("follow-up-settle", args=[silent.pk]), follow=True).text
    assert "ce n’est plus sur votre bureau" in said


@pytest.mark.parametrize(
    ("answer", "words"), [("DOUBT", "a un doute"), ("HELP", "a besoin de vous")]
)
def test_a_doubt_isnt_told_as_a_call_for_help(mission, answer, words):
    coordinator, asked = make_coordinator(mission.need.pole), FollowUp.objects.first()
    followups.answer(asked, answer=answer, words="Les horaires.")
    letter = Notification.objects.get(kind="help_asked", recipient=coordinator)
    assert f"{asked.asked.get_full_name()} {words}" in letter.subject


def test_closing_a_case_leaves_their_question_to_whoever_was_just_asked(client, mission):
    """The doubt of one side was seen to three minutes after both had been asked: the other found “restée sans réponse”, and
    nowhere to answer."""
    by, structure = make_coordinator(mission.need.pole), of_structure(mission)
    client.force_login(mission.offer.person)
    client.post(
        answer_link(client, mission), {"answer": "DOUBT", "words": "Personne pour m’ouvrir."}
    )
    FollowUp.objects.update(asked_on=timezone.localdate())
    cases.close(Case.objects.get(), outcome="SOLVED", by=by)
    client.force_login(structure)
    assert mission.get_absolute_url() + "#suivi" in client.get(reverse("home")).text
    assert answer_link(client, mission)
    assert FollowUp.objects.get(side="OFFER").settled_at


def test_closing_a_case_asks_no_more_of_whoever_has_long_been_silent(client, mission):
    by = make_coordinator(mission.need.pole)
    FollowUp.objects.update(asked_on=timezone.localdate() - timedelta(days=30))
    followups.open_cases(timezone.now())
    cases.close(Case.objects.get(), outcome="SOLVED", by=by)
    client.force_login(of_structure(mission))
    assert answer_link(client, mission) is None
    assert "aucune réponse n’est plus attendue" in client.get(mission.get_absolute_url()).text


@pytest.mark.parametrize("is_noted", [False, True])
def test_a_doubt_said_to_be_settled_waits_on_no_desk(client, mission, is_noted):
    """Two months later the desk still said that it waited for an answer of whoever had pressed “C’est réglé”."""
    by = make_coordinator(mission.need.pole)
    FollowUp.objects.filter(side="NEED").delete()
    client.force_login(mission.offer.person)
    client.post(answer_link(client, mission), {"answer": "DOUBT", "words": "Personne."})
    case = Case.objects.get()
    if is_noted:
        cases.note(case, kind="NOTE", words="À rappeler jeudi.", by=by)
    client.force_login(by)
    door = reverse("follow-up-settle", args=[FollowUp.objects.get().pk])
    said = client.post(door, follow=True).text
    case.refresh_from_db()
    assert case.is_open == is_noted
    assert ("ce n’est plus sur votre bureau" in said) != is_noted


def test_nothing_is_awaited_of_whoever_has_closed_their_account(client):
    """“Compte fermé : pas encore de réponse”, and a week later a case about it."""
    mission = make_mission(status="CLOSED")
    person, by = mission.offer.person, make_coordinator(mission.need.pole)
    today = timezone.localdate()
    mission.follow_ups.create(kind="LATER", side="OFFER", asked=person, asked_on=today)
    people.close_account(person, now=timezone.now())
    client.force_login(by)
    assert "pas encore de réponse" not in client.get(mission.get_absolute_url()).text
    followups.open_cases(timezone.now() + timedelta(days=30))
    assert not Case.objects.exists()
