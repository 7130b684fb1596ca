"""“How is it going?” comes by itself, once, and a doubt reaches a person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.dates import spoken
from marketplace.actions.market import proposals
from marketplace.actions.missions import followups, missions
from marketplace.models import Case, FollowUp, Mission, Promises, Side
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)


@pytest.fixture
def mission():
    proposal = make_proposal(make_need(member=make_user()), make_offer())
    return proposals.accept(proposal, side=Side.NEED, by=proposal.need.organisation.members.get())


def in_a_week(days=7):
    return timezone.localdate() + timedelta(days=days)


def asked(kind):
    return Notification.objects.filter(kind=kind)


def test_nothing_is_asked_before_a_week(mission):
    assert followups.ask_due(in_a_week(6)) == 0


def test_after_a_week_each_side_is_asked_once(mission):
    assert followups.ask_due(in_a_week()) == 2
    assert followups.ask_due(in_a_week(8)) == 0
    assert asked("follow_up_first_week").count() == 2


def test_a_missed_day_is_not_a_missed_person(mission):
    assert followups.ask_due(in_a_week(30)) == 2


def test_opening_the_link_answers_nothing(client, mission):
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.first()
    page = client.get(followups.link(follow_up), {"answer": "GOOD"})
    assert page.status_code == 200
    assert "n’est pas encore partie" in page.text
    assert "n’est pas encore partie" not in client.get(followups.link(follow_up)).text
    follow_up.refresh_from_db()
    assert follow_up.answered_at is None


def test_a_doubt_reaches_the_coordinators_without_signing_in(client, mission):
    coordinator = make_coordinator(mission.need.pole)
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.get(side=Side.OFFER)
    link = followups.link(follow_up)
    page = client.post(link, {"answer": "DOUBT", "words": "Personne ne répond."}, follow=True)
    assert "La coordination est prévenue" in page.content.decode()
    letter = Notification.objects.get(recipient=coordinator, kind="help_asked")
    assert "Personne ne répond." in letter.text
    client.force_login(coordinator)
    case = Case.objects.get()
    assert case.get_absolute_url() in client.get(reverse("desk")).content.decode()
    closing = {"outcome": "SOLVED", "words": "Rendez-vous pris."}
    client.post(reverse("case-close", args=[case.pk]), closing)
    assert case.get_absolute_url() not in client.get(reverse("desk")).content.decode()
    follow_up.refresh_from_db()
    assert follow_up.settled_at is not None


def test_answering_twice_keeps_the_first(client, mission):
    make_coordinator(mission.need.pole)
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.get(side=Side.NEED)
    for answer, words in (("HELP", "Le mot de passe ?"), ("HELP", ""), ("GOOD", ""), ("DOUBT", "")):
        client.post(followups.link(follow_up), {"answer": answer, "words": words})
    follow_up.refresh_from_db()
    assert (follow_up.answer, follow_up.words) == ("HELP", "Le mot de passe ?")
    assert asked("help_asked").count() == 1


def test_all_is_well_may_turn_into_a_call_for_help_by_the_same_letter(client, mission):
    """Whoever clicks again because things went wrong isn't thanked for the good news."""
    coordinator = make_coordinator(mission.need.pole)
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.get(side=Side.NEED)
    link = followups.link(follow_up)
    client.post(link, {"answer": "GOOD", "words": ""})
    assert "Quelque chose a changé depuis" in client.get(link).text
    page = client.get(link, {"answer": "HELP"}).text
    assert "Tout va bien" not in page
    for answer in ("DOUBT", "HELP"):
        page = client.post(link, {"answer": answer, "words": ""}, follow=True).text
        assert "La coordination est prévenue" in page
    assert asked("help_asked").filter(recipient=coordinator).count() == 2
    assert Case.objects.get().entries.count() == 2


def test_after_the_click_one_may_say_what_help_is_needed_for(client, mission):
    coordinator = make_coordinator(mission.need.pole)
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.get(side=Side.NEED)
    link = followups.link(follow_up)
    page = client.post(link, {"answer": "HELP", "words": ""}, follow=True).text
    assert "De quoi s’agit-il" in page
    said = {"add": "yes", "words": "Le site ne s’ouvre plus."}
    page = client.post(link, said, follow=True).text
    client.post(link, said)
    assert page.count("Le site ne s’ouvre plus.") == 1
    assert "Ajouté" in page
    letters = asked("help_asked").filter(recipient=coordinator)
    assert ["ne s’ouvre plus" in letter.text for letter in letters.order_by("pk")] == [False, True]
    entry = Case.objects.get().entries.last()
    assert "Le site ne s’ouvre plus." in entry.told


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001])
def test_a_word_that_says_nothing_or_too_much_is_told_so(client, mission, words):
    followups.ask_due(in_a_week())
    link = followups.link(FollowUp.objects.get(side=Side.NEED))
    client.post(link, {"answer": "DOUBT", "words": ""})
    page = client.post(link, {"add": "yes", "words": words})
    assert page.status_code == 200
    assert words.strip() in page.text
    assert "error-summary" in page.text
    assert Case.objects.get().entries.count() == 1


def test_nothing_is_added_to_good_news_nor_before_an_answer_nor_once_it_is_settled(client, mission):
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.get(side=Side.NEED)
    link, said = followups.link(follow_up), {"add": "yes", "words": "Trop tard."}
    assert client.post(link, said).url == link
    client.post(link, {"answer": "GOOD", "words": ""})
    assert "De quoi s’agit-il" not in client.get(link).text
    assert "s’en est déjà occupée" in client.post(link, said).text
    client.post(link, {"answer": "HELP", "words": ""})
    followups.settle(follow_up, by=make_coordinator(mission.need.pole))
    assert "De quoi s’agit-il" not in client.get(link).text
    page = client.post(link, said).text
    assert "s’en est déjà occupée" in page
    assert "Trop tard." in page  # what was typed stays, to be copied
    follow_up.refresh_from_db()
    assert follow_up.words == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"status": "INTERRUPTED", "interrupted_at": timezone.now()}, "arrêtée en chemin"),
        ({"status": "CLOSED"}, "Elle est close"),
    ],
)
def test_too_late_the_link_says_that_nothing_is_asked_any_more(client, mission, changed, words):
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.get(side=Side.NEED)
    link = followups.link(follow_up)
    Mission.objects.filter(pk=mission.pk).update(**changed)
    page = client.get(link, {"answer": "GOOD"}).text
    assert words in page
    assert '<form method="post" action="/suivi/' not in page
    assert words in client.post(link, {"answer": "HELP", "words": ""}).text
    follow_up.refresh_from_db()
    assert follow_up.answered_at is None
    assert not Case.objects.exists()


def test_once_a_mission_is_stopped_nobody_waits_for_an_answer(client, mission):
    """Neither the home page nor the letter nor a case."""
    coordinator = make_coordinator(mission.need.pole)
    followups.ask_due(in_a_week())
    client.force_login(mission.need.organisation.members.get())
    assert "Comment cela se passe-t-il" in client.get(reverse("home")).text
    missions.interrupt(mission, reason="Un départ.", by=coordinator, now=timezone.now())
    assert "Comment cela se passe-t-il" not in client.get(reverse("home")).text
    assert followups.open_cases(timezone.now() + timedelta(days=40)) == 0
    page = client.get(mission.get_absolute_url()).text
    assert "aucune réponse n’est plus attendue" in page
    assert "pas encore de réponse" not in page


def test_an_answer_given_before_the_end_is_still_thanked_for(client, mission):
    followups.ask_due(in_a_week())
    link = followups.link(FollowUp.objects.get(side=Side.NEED))
    client.post(link, {"answer": "GOOD", "words": ""})
    Mission.objects.filter(pk=mission.pk).update(status="CLOSED")
    page = client.get(link).text
    assert "Merci" in page
    assert "Quelque chose a changé" not in page


def test_a_forged_link_opens_nothing(client, mission):
    followups.ask_due(in_a_week())
    assert client.get(reverse("follow-up", args=["1:forged"])).status_code == 404


def test_silence_is_shown_to_the_coordinator(client, mission):
    followups.ask_due(in_a_week())
    FollowUp.objects.update(asked_on=in_a_week(-10))
    client.force_login(make_coordinator(mission.need.pole))
    assert "n’a pas répondu à" in client.get(reverse("desk"), {"kind": "silence"}).content.decode()


def test_nobody_is_asked_about_an_interrupted_mission(mission):
    missions.interrupt(mission, reason="Reportée.", by=None, now=timezone.now())
    assert followups.ask_due(in_a_week(30)) == 0


def test_nobody_is_asked_how_a_paused_mission_is_going_until_it_goes_on(mission):
    Mission.objects.update(status=MissionStatus.SUSPENDED, started_at=timezone.now())
    assert followups.ask_due(in_a_week()) == 0
    Mission.objects.update(status=MissionStatus.RUNNING)
    assert followups.ask_due(in_a_week(8)) == 2


@pytest.mark.parametrize("who", ["structure", "volunteer"])
def test_only_a_coordinator_settles(client, mission, who):
    followups.ask_due(in_a_week())
    person = mission.need.organisation.members.get() if who == "structure" else mission.offer.person
    client.force_login(person)
    url = reverse("follow-up-settle", args=[FollowUp.objects.first().pk])
    assert client.post(url).status_code == 403


def test_only_what_is_wrong_or_unanswered_can_be_settled(client, mission):
    """« Tout va bien » has no button beside it that says it is seen to."""
    followups.ask_due(in_a_week())
    good, silent = FollowUp.objects.order_by("pk")
    followups.answer(good, answer=FollowUp.Answer.GOOD, words="")
    client.force_login(make_coordinator(mission.need.pole))
    page = client.get(mission.get_absolute_url()).text
    assert reverse("follow-up-settle", args=[silent.pk]) in page
    assert reverse("follow-up-settle", args=[good.pk]) not in page


def test_a_stranger_cannot_settle(client, mission):
    followups.ask_due(in_a_week())
    client.force_login(make_user())
    url = reverse("follow-up-settle", args=[FollowUp.objects.first().pk])
    assert client.post(url).status_code == 404
    assert Mission.objects.count() == 1


def test_silence_opens_a_case_once(mission):
    followups.ask_due(in_a_week())
    later = timezone.now() + timedelta(days=7 + 9)
    assert followups.open_cases(later) == 2
    assert followups.open_cases(later) == 0
    case = Case.objects.get()
    assert (case.mission, case.reason) == (mission, Case.Reason.SILENCE)
    assert case.entries.count() == 2


def test_a_pole_looks_into_silence_after_its_own_days(mission):
    slow = make_pole("Pôle lent", ["62"])
    elsewhere = make_need(make_organisation(pole=slow, member=make_user()))
    proposal = make_proposal(elsewhere, make_offer(pole=slow))
    by = elsewhere.organisation.members.get()
    another = proposals.accept(proposal, side=Side.NEED, by=by)
    Promises.objects.create(pole=mission.need.pole, case_after=1)
    Promises.objects.create(pole=slow, case_after=30)
    followups.ask_due(in_a_week())
    assert FollowUp.objects.filter(mission=another).count() == 2
    assert followups.open_cases(timezone.now() + timedelta(days=7 + 9)) == 2
    assert Case.objects.get().mission == mission


def test_an_answer_in_time_opens_none(mission):
    followups.ask_due(in_a_week())
    for follow_up in FollowUp.objects.all():
        followups.answer(follow_up, answer="GOOD", words="")
    assert followups.open_cases(timezone.now() + timedelta(days=40)) == 0


def test_before_the_end_the_first_questions_are_no_longer_asked(mission):
    Mission.objects.filter(pk=mission.pk).update(status="RUNNING", ends_on=in_a_week(70))
    assert followups.ask_due(in_a_week(66)) == 2
    assert set(FollowUp.objects.values_list("kind", flat=True)) == {"ENDING"}


def test_a_short_mission_isnt_asked_before_its_end_beside_its_first_week(mission):
    Mission.objects.filter(pk=mission.pk).update(status="RUNNING", ends_on=in_a_week(12))
    followups.ask_due(in_a_week(8))
    assert set(FollowUp.objects.values_list("kind", flat=True)) == {"FIRST_WEEK"}


def test_half_way_is_asked_in_its_time_and_not_after(mission):
    Mission.objects.filter(pk=mission.pk).update(status="RUNNING", ends_on=in_a_week(80))
    assert followups.ask_due(in_a_week(41)) == 2
    assert set(FollowUp.objects.values_list("kind", flat=True)) == {"MIDWAY"}


def test_three_months_after_one_says_whether_it_still_serves(client, mission):
    day = timezone.now()
    Mission.objects.filter(pk=mission.pk).update(status="CLOSED", delivered_at=day)
    assert followups.ask_due(in_a_week(89)) == 0
    assert followups.ask_due(in_a_week(90)) == 2
    follow_up = FollowUp.objects.get(side=Side.NEED)
    client.post(followups.link(follow_up), {"answer": "GOOD", "still_used": "PARTLY", "words": ""})
    follow_up.refresh_from_db()
    assert follow_up.still_used == "PARTLY"


def test_a_mission_past_its_end_that_nobody_delivers_is_looked_into(mission):
    Mission.objects.filter(pk=mission.pk).update(status="RUNNING", ends_on=in_a_week(1))
    assert followups.open_cases(timezone.now() + timedelta(days=14)) == 0
    assert followups.open_cases(timezone.now() + timedelta(days=15)) == 1
    assert Case.objects.get().reason == Case.Reason.OVERDUE


def test_a_question_of_long_ago_leads_whoever_is_logged_in_to_the_mission(client, mission):
    """The bell kept it, and ended on a page without a way on."""
    followups.ask_due(in_a_week())
    FollowUp.objects.update(asked_on=in_a_week(-130))
    follow_up = FollowUp.objects.get(side=Side.OFFER)
    link = followups.link(follow_up)
    assert client.get(link).status_code == 410
    client.force_login(make_user())
    assert client.get(link).status_code == 410
    client.force_login(follow_up.asked)
    letter = asked("follow_up_first_week").get(recipient=follow_up.asked)
    page = client.get(reverse("letter-open", args=[letter.pk]), follow=True)
    assert page.redirect_chain[-1][0] == mission.get_absolute_url()
    assert "plus de quatre mois" in page.text


def test_a_mission_without_dates_is_said_to_have_none():
    """“devait commencer le lundi 2 novembre” told a day that nobody had named."""
    need = make_need(member=make_user(), is_undated=True, ranked=False)
    by = need.organisation.members.get()
    mission = proposals.accept(make_proposal(need, make_offer()), side=Side.NEED, by=by)
    followups.ask_due(in_a_week(30))
    letters = asked("follow_up_first_week")
    assert letters.count() == 2
    for letter in letters:
        assert "ses dates ne sont pas encore dites." in letter.text
        assert "commencer" not in letter.text
        assert spoken(mission.starts_on, "j F") not in letter.text


def test_what_is_delivered_is_not_asked_any_more_how_it_is_going(client, mission):
    """“Comment cela se passe-t-il ?” stood on the home of whoever had said how it went. A call for help still comes in."""
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    followups.ask_due(in_a_week())
    client.force_login(mission.offer.person)
    question = "Comment cela se passe-t-il"
    assert question in client.get(reverse("home")).text
    mission = Mission.objects.get()
    missions.deliver(mission, by=mission.offer.person, now=timezone.now())
    assert question not in client.get(reverse("home")).text
    mine = FollowUp.objects.get(asked=mission.offer.person)
    followups.answer(mine, answer=FollowUp.Answer.HELP, words="")
    assert Case.objects.filter(mission=mission).exists()
