"""A case has somebody in charge, dated entries and an outcome; only the pôle's coordinators see it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from marketplace.actions.desk import cases
from marketplace.actions.market import people
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Case, CaseEntry, Mission
from marketplace.states import MissionStatus
from marketplace.tasks import follow_moved_structures
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_mission,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.desk.desk_people import lines_of


@pytest.fixture
def coordinator():
    return make_coordinator(first_name="Inès", last_name="Roy")


@pytest.fixture
def case(coordinator):
    return cases.open_about(
        make_mission(), reason="SILENCE", words="Sans nouvelles.", now=timezone.now()
    )


def url(case, act):
    return reverse(f"case-{act}", args=[case.pk])


def test_a_rule_opens_one_case_a_subject_and_tells_the_coordinators(case, coordinator):
    again = cases.open_about(case.mission, reason="DOUBT", words="Encore.", now=timezone.now())
    assert again == case
    assert [entry.kind for entry in case.entries.all()] == ["OPENED", "AGAIN"]
    assert Notification.objects.get(kind="case_opened").recipient == coordinator


def test_the_page_tells_who_to_reach_what_was_done_and_how_it_ends(client, case, coordinator):
    client.force_login(coordinator)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Sans nouvelles." in page
    assert case.mission.offer.person.email in page
    client.post(url(case, "note"), {"kind": "CALL", "words": "Appelé, rappelle demain."})
    case.refresh_from_db()
    assert case.in_charge == coordinator
    client.post(url(case, "close"), {"outcome": "ADJUSTED", "words": "Deux semaines de plus."})
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Appelé, rappelle demain." in page
    assert "Réglé avec un changement" in page
    case.refresh_from_db()
    assert not case.is_open


def test_the_page_gives_each_person_their_own_function(client, case, coordinator):
    person, offer = case.mission.offer.person, case.mission.offer
    User.objects.filter(pk=person.pk).update(trade="Directrice des services")
    type(offer).objects.filter(pk=offer.pk).update(title="Un titre qui n’est à personne")
    client.force_login(coordinator)
    page = client.get(case.get_absolute_url()).text
    people = page.partition("Qui joindre")[2].partition("</section>")[0]
    assert "Directrice des services" in people
    assert "Un titre" not in people


def test_it_is_passed_on_to_a_colleague_who_hears_of_it(client, case, coordinator):
    colleague = make_user(first_name="Omar")
    Membership.objects.create(user=colleague, organisation=coordinator.organisations.get())
    client.force_login(coordinator)
    client.post(url(case, "take"))
    client.post(url(case, "assign"), {"to": colleague.pk, "words": "Tu les connais."})
    case.refresh_from_db()
    assert case.in_charge == colleague
    letter = Notification.objects.get(kind="case_passed_on")
    assert (letter.recipient, "Tu les connais." in letter.text) == (colleague, True)


def test_it_is_not_passed_on_to_a_stranger(client, case, coordinator):
    client.force_login(coordinator)
    client.post(url(case, "assign"), {"to": make_user().pk, "words": ""})
    case.refresh_from_db()
    assert case.in_charge is None


def test_once_closed_nothing_is_added(case, coordinator):
    cases.close(case, outcome="SOLVED", by=coordinator)
    for act in (
        lambda: cases.close(case, outcome="STOPPED", by=coordinator),
        lambda: cases.note(case, kind=CaseEntry.Kind.NOTE, words="Trop tard.", by=coordinator),
        lambda: cases.assign(case, to=coordinator, by=coordinator),
    ):
        with pytest.raises(NotYet):
            act()
    case.refresh_from_db()
    assert (case.outcome, case.entries.count()) == ("SOLVED", 2)


def test_an_outcome_is_wanted(client, case, coordinator):
    client.force_login(coordinator)
    client.post(url(case, "close"), {"outcome": "", "words": "Voilà."})
    case.refresh_from_db()
    assert case.is_open


@pytest.mark.parametrize("act", ["take", "assign", "note", "close"])
def test_another_pole_and_the_two_sides_find_nothing(client, case, act):
    people = [
        make_coordinator(make_pole("Ailleurs", ("62",))),
        case.mission.offer.person,
        case.mission.need.organisation.members.get(),
    ]
    for person in people:
        client.force_login(person)
        assert client.get(case.get_absolute_url()).status_code == 404
        assert client.post(url(case, act)).status_code == 404


@pytest.mark.parametrize("noun", ["mission", "proposal", "organisation"])
def test_a_coordinator_opens_one_by_hand(client, coordinator, noun):
    subject = {
        "mission": make_mission,
        "proposal": make_proposal,
        "organisation": make_organisation,
    }[noun]()
    client.force_login(coordinator)
    door = reverse("case-open", args=[noun, subject.pk])
    assert client.get(door).status_code == 200
    client.post(door, {"words": "Un appel inquiet."})
    case = Case.objects.get()
    assert (case.subject, case.opened_by, case.in_charge) == (subject, coordinator, coordinator)
    assert client.get(door).headers["Location"] == case.get_absolute_url()


def test_the_two_sides_open_none(client):
    mission = make_mission()
    door = reverse("case-open", args=["mission", mission.pk])
    client.force_login(mission.offer.person)
    assert client.post(door, {"words": "Moi."}).status_code == 403
    client.force_login(make_user())
    assert client.post(door, {"words": "Moi."}).status_code == 404
    assert not Case.objects.exists()


@pytest.mark.parametrize("ending", ["closed", "interrupted"])
def test_what_was_silent_is_settled_once_its_mission_is_over(client, coordinator, ending):
    """Nobody answered how it was going; a doubt that somebody wrote waits for a coordinator."""
    for number, again in enumerate(("", "Je ne suis pas sûre."), start=1):
        mission = make_mission(status="REVIEWED" if ending == "closed" else "RUNNING")
        case = cases.open_about(mission, reason="SILENCE", now=timezone.now())
        cases.open_about(mission, reason="OVERDUE", now=timezone.now())
        if again:
            cases.open_about(mission, reason="DOUBT", words=again, now=timezone.now())
        by = mission.need.created_by
        if ending == "closed":
            missions.close(mission, by=by, now=timezone.now())
        else:
            missions.interrupt(mission, reason="Assez.", by=by, now=timezone.now())
        case.refresh_from_db()
        assert case.is_open is bool(again), number
    client.force_login(coordinator)
    page = client.get(Case.objects.exclude(closed_at=None).get().get_absolute_url()).text
    assert "La mission est terminée." in page


@pytest.mark.parametrize(
    ("status", "said"),
    [("FRAMING", "Devait commencer, et n’a pas commencé"), ("RUNNING", "et pas livrée")],
)
def test_a_mission_that_never_began_is_not_said_to_lack_its_delivery(
    client, coordinator, status, said
):
    started = {"started_at": timezone.now()} if status == "RUNNING" else {}
    mission = make_mission(status=status, **started)
    case = cases.open_about(mission, reason="OVERDUE", now=timezone.now())
    client.force_login(coordinator)
    assert said in client.get(case.get_absolute_url()).text
    letter = Notification.objects.get(kind="case_opened", recipient=coordinator)
    assert said[1:] in letter.text


@pytest.mark.parametrize("how", ["leaves the operator", "closes the account"])
def test_a_case_of_whoever_goes_is_in_nobody_s_charge(case, coordinator, how):
    """Else no colleague would find it among those that nobody follows."""
    other, now = make_coordinator(case.pole), timezone.now()
    elsewhere = cases.open_about(make_mission(), reason="SILENCE", now=now)
    cases.assign(case, to=coordinator, by=coordinator)
    cases.assign(elsewhere, to=other, by=other)
    if how == "leaves the operator":
        people.leave(coordinator.memberships.get(), now=now)
    else:
        people.close_account(coordinator, now=now)
    case.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (case.in_charge, elsewhere.in_charge) == (None, other)
    cases.note(case, kind="CALL", words="Il répond.", by=other)
    case.refresh_from_db()
    assert case.in_charge == other


@pytest.mark.parametrize("first", ["they write", "the clock"])
def test_a_case_of_an_organisation_that_has_moved_is_for_the_pole_of_today(
    client, coordinator, first
):
    """As it may until it is verified: those of before read nothing that is written there since."""
    structure = make_organisation(member=make_user(), status="SUBMITTED")
    words, now = "Leur banque ne répond pas.", timezone.now()
    case = cases.open_about(structure, reason="OTHER", words="Vu.", by=coordinator, now=now)
    of_today = make_coordinator(make_pole("Voisin", ("62",)))
    structure.pole = of_today.organisations.get().pole
    structure.save()
    client.force_login(coordinator)
    for act in ("note", "close"):
        told = {"kind": "NOTE", "words": words, "outcome": "SOLVED"}
        assert client.post(url(case, act), told).status_code == 404
    if first == "the clock":
        follow_moved_structures()
    client.force_login(of_today)
    door = reverse("case-open", args=["organisation", structure.pk])
    assert words in client.post(door, {"words": words}, follow=True).text
    case.refresh_from_db()
    assert (case.pole, case.in_charge, case.is_open) == (structure.pole, None, True)
    client.force_login(coordinator)
    assert client.get(case.get_absolute_url()).status_code == 404
    assert structure.name not in client.get(reverse("desk")).text


def test_a_case_whose_closer_is_gone_names_nobody(client, case, coordinator):
    cases.close(case, outcome="SOLVED", by=coordinator)
    Case.objects.update(closed_by=None)
    client.force_login(coordinator)
    page = client.get(case.get_absolute_url()).text
    assert "None" not in page
    assert "Clos le" in page


def offered_to_take_it(client, case):
    form = client.get(case.get_absolute_url()).context["assign_form"]
    return {one.pk for one in form.fields["to"].queryset}


def test_it_is_passed_on_to_colleagues_who_are_on_no_side_and_still_here(client, case, coordinator):
    operator = coordinator.organisations.get()
    colleague, sided, boss, left = (make_user() for _one in range(4))
    for one in (colleague, sided, boss, left):
        Membership.objects.create(user=one, organisation=operator)
    Membership.objects.create(user=sided, organisation=case.mission.need.organisation)
    make_organisation("COMPANY", member=case.mission.offer.person, administrator=boss)
    client.force_login(coordinator)
    assert offered_to_take_it(client, case) == {coordinator.pk, colleague.pk, left.pk}
    left.memberships.all().delete()
    for one in (sided, boss, left):
        client.post(url(case, "assign"), {"to": one.pk, "words": ""})
        case.refresh_from_db()
        assert case.in_charge is None
    assert offered_to_take_it(client, case) == {coordinator.pk, colleague.pk}


def test_the_colleagues_are_asked_about_all_at_once(
    client, case, coordinator, django_assert_max_num_queries
):
    for _one in range(12):
        Membership.objects.create(user=make_user(), organisation=coordinator.organisations.get())
    client.force_login(coordinator)
    client.get(case.get_absolute_url())
    with django_assert_max_num_queries(25):
        assert len(offered_to_take_it(client, case)) == 13


@pytest.mark.parametrize(("days", "how"), [(0, "calm"), (3, "soon"), (6, "late")])
def test_a_case_is_soon_late_once_it_is_and_not_the_minute_it_opens(case, coordinator, days, how):
    Case.objects.update(opened_at=timezone.now() - timedelta(days=days, minutes=1))
    line = next(one for one in lines_of(coordinator) if one.number == case.pk)
    assert line.urgency == how


def test_a_call_for_help_is_said_even_where_a_case_was_open_for_silence(client, coordinator):
    mission, before = make_mission(), timezone.now() - timedelta(days=12)
    case = cases.open_about(mission, reason="SILENCE", words="Sans nouvelles.", now=before)
    for reason, words in (("DOUBT", "Je ne sais pas."), ("HELP", "Personne ne répond.")):
        cases.open_about(mission, reason=reason, words=words, now=timezone.now())
    cases.open_about(mission, reason="DOUBT", words="Moi non plus.", now=timezone.now())
    line = next(one for one in lines_of(coordinator) if one.number == case.pk)
    assert (line.urgency, line.since > before) == ("urgent", True)
    assert "un appel à l’aide" in line.why
    client.force_login(coordinator)
    page = client.get(case.get_absolute_url()).text
    assert "Un doute. Je ne sais pas." in page
    assert "Un appel à l’aide. Personne ne répond." in page
    assert "à nouveau" not in page


def test_two_sides_that_don_t_agree_are_urgent_whatever_their_case_was_opened_for(
    case, coordinator
):
    """The desk went on saying “no answer to the follow-up”."""
    before = next(one for one in lines_of(coordinator) if one.number == case.pk)
    Mission.objects.filter(pk=case.mission_id).update(status=MissionStatus.DISPUTED)
    (line,) = [one for one in lines_of(coordinator) if one.number == case.pk]
    assert line.place < before.place
    assert "les deux parties ne sont pas d’accord" in line.why


def test_a_question_that_is_asked_no_more_isn_t_said_to_wait(client, case, coordinator):
    """“Pas encore de réponse” stood under the case of a mission that had closed."""
    client.force_login(coordinator)
    page, asked = reverse("case", args=[case.pk]), timezone.localdate()
    case.mission.follow_ups.create(
        kind="FIRST_WEEK", side="OFFER", asked=case.mission.offer.person, asked_on=asked
    )
    assert "pas encore de réponse" in client.get(page).text
    case.mission.follow_ups.update(settled_at=timezone.now())
    shown = client.get(page).text
    assert "pas encore de réponse" not in shown
    assert "aucune réponse n’est plus attendue" in shown
