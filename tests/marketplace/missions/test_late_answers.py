"""A case opened by a silence says so when the silence ends, and is closed where that was all."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import cases
from marketplace.actions.market import proposals
from marketplace.actions.missions import followups, missions
from marketplace.models import Case, FollowUp, Mission, Side
from tests.factories import make_coordinator, make_need, make_offer, make_proposal, make_user


def make_silent():
    """A mission of which both sides have been asked and nobody has answered, and the case about it."""
    proposal = make_proposal(make_need(member=make_user()), make_offer())
    by = proposal.need.organisation.members.get()
    mission = proposals.accept(proposal, side=Side.NEED, by=by)
    today = timezone.localdate()
    followups.ask_due(today + timedelta(days=7))
    FollowUp.objects.filter(mission=mission).update(asked_on=today - timedelta(days=20))
    followups.open_cases(timezone.now())
    return mission, Case.objects.get(mission=mission)


def all_is_well(mission, *sides):
    for side in sides or Side.values:
        one = FollowUp.objects.get(mission=mission, side=side, kind="FIRST_WEEK")
        followups.answer(one, answer=FollowUp.Answer.GOOD, words="")


@pytest.fixture
def silent():
    other = make_silent()[1]
    mission, case = make_silent()
    yield mission, case
    other.refresh_from_db()
    assert other.is_open
    assert other.entries.count() == 2, "nobody has answered there"


@pytest.fixture
def coordinator(silent):
    return make_coordinator(silent[0].need.pole)


def desk(client, coordinator):
    client.force_login(coordinator)
    return client.get(reverse("desk"), {"kind": "case"}).text


def test_it_is_closed_once_everybody_has_answered(client, silent, coordinator):
    mission, case = silent
    all_is_well(mission, Side.NEED)
    case.refresh_from_db()
    assert (case.is_open, case.reason) == (True, Case.Reason.SILENCE)
    assert (
        "a répondu depuis à la question posée une semaine après le premier jour prévu"
        in client_page(client, coordinator, case)
    )
    assert case.get_absolute_url() in desk(client, coordinator)
    all_is_well(mission, Side.OFFER)
    case.refresh_from_db()
    assert (case.is_open, case.outcome, case.closed_by) == (False, Case.Outcome.ANSWERED, None)
    assert case.get_absolute_url() not in desk(client, coordinator)
    assert "ont répondu d’elles-mêmes" in client_page(client, coordinator, case)


def client_page(client, coordinator, case):
    client.force_login(coordinator)
    return client.get(case.get_absolute_url()).text


def test_a_question_asked_meanwhile_is_still_asked(silent):
    mission, case = silent
    about = {"mission": mission, "asked": mission.offer.person, "asked_on": timezone.localdate()}
    young = FollowUp.objects.create(kind="MIDWAY", side=Side.OFFER, **about)
    all_is_well(mission)
    case.refresh_from_db()
    assert not case.is_open
    young.refresh_from_db()
    assert young.settled_at is None


def test_a_case_that_a_coordinator_works_on_stays_and_says_what_it_is_about(
    client, silent, coordinator
):
    mission, case = silent
    cases.note(case, kind="CALL", words="Locaux inondés : rappeler jeudi.", by=coordinator)
    all_is_well(mission)
    case.refresh_from_db()
    assert case.is_open
    for page in (desk(client, coordinator), client_page(client, coordinator, case)):
        assert "éponse tardive au suivi" in page
        assert "ans réponse au suivi" not in page
    cases.open_about(mission, reason=Case.Reason.SILENCE, now=timezone.now())
    case.refresh_from_db()
    assert case.reason == Case.Reason.SILENCE  # of another question


def test_with_the_mission_it_ends_as_answered(silent, coordinator):
    mission, case = silent
    cases.assign(case, to=coordinator, by=coordinator)
    all_is_well(mission)
    by = mission.need.created_by
    missions.interrupt(mission, reason="Assez.", by=by, now=timezone.now())
    case.refresh_from_db()
    assert (case.is_open, case.outcome) == (False, Case.Outcome.ANSWERED)


@pytest.mark.parametrize("reason", [Case.Reason.OVERDUE, Case.Reason.BAD_REVIEW])
def test_one_that_says_something_else_as_well_is_about_that(silent, reason):
    mission, case = silent
    cases.open_about(mission, reason=reason, words="Rien ne va.", now=timezone.now())
    cases.open_about(mission, reason=Case.Reason.OVERDUE, now=timezone.now())
    all_is_well(mission)
    case.refresh_from_db()
    assert (case.is_open, case.reason) == (True, reason)


def test_a_doubt_that_comes_late_is_what_it_is_about(silent):
    mission, case = silent
    all_is_well(mission, Side.NEED)
    one = FollowUp.objects.get(mission=mission, side=Side.OFFER)
    followups.answer(one, answer=FollowUp.Answer.DOUBT, words="Personne ne m’attendait.")
    case.refresh_from_db()
    assert (case.is_open, case.reason) == (True, Case.Reason.DOUBT)


def test_a_review_given_late_ends_its_silence(silent):
    mission, case = silent
    all_is_well(mission, Side.OFFER)
    waited = FollowUp.objects.filter(mission=mission, side=Side.NEED)
    waited.update(kind=FollowUp.Kind.REVIEW)
    Mission.objects.filter(pk=mission.pk).update(status="DELIVERED", delivered_at=timezone.now())
    by = mission.need.created_by
    missions.review(mission, side=Side.NEED, by=by, rating=4, again=True, words="Merci.")
    case.refresh_from_db()
    assert (case.is_open, case.outcome) == (False, Case.Outcome.ANSWERED)
    assert waited.get().answered_at is not None
