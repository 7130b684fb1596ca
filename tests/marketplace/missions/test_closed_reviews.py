"""Reviews are closed until both sides have spoken, or their days are over: on pages, files, figures, the desk."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.missions import followups, missions
from marketplace.actions.refusals import NotYet
from marketplace.desk import happened, story
from marketplace.desk.scope import Scope
from marketplace.documents import experience
from marketplace.figures import mentions, organisation_year, reckoning
from marketplace.models import Case, FollowUp, Mission, Offer, Review, Side
from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.states import MissionStatus
from tests.factories import make_coordinator, make_mission, make_user

WORDS = "Il n’est jamais venu le matin."


@pytest.fixture
def mission():
    found = make_mission(status=MissionStatus.DELIVERED)
    Mission.objects.filter(pk=found.pk).update(delivered_at=timezone.localtime())
    found.refresh_from_db()
    return found


@pytest.fixture
def person(mission):
    return mission.offer.person


@pytest.fixture
def head(mission):
    return mission.need.organisation.members.get()


@pytest.fixture
def given(mission, head):
    """By the structure, which comes first."""
    return missions.review(
        mission, side=Side.NEED, by=head, rating=2, again=False, words=WORDS, may_quote=True,
        factors=["calendars"],
    )  # fmt: skip


def answer(mission, person, **said):
    said = {"rating": 4, "again": True} | said
    return missions.review(mission, side=Side.OFFER, by=person, **said)


def page_of(client, mission, user):
    client.force_login(user)
    return client.get(mission.get_absolute_url()).text


def test_whoever_answers_second_does_not_read_the_first(client, given, mission, person):
    page = page_of(client, mission, person)
    assert WORDS not in page
    assert "2 sur 5" not in page
    assert f"{mission.need.organisation}\u00a0: bilan donné" in page
    answer(mission, person)
    assert WORDS in page_of(client, mission, person)


def test_the_date_opens_them_too(client, given, mission, person):
    Mission.objects.filter(pk=mission.pk).update(
        delivered_at=timezone.localtime() - REVIEWS_AWAITED
    )
    assert WORDS in page_of(client, mission, person)


def test_its_author_reads_their_own_a_colleague_waits_like_the_others(client, given, mission, head):
    assert WORDS in page_of(client, mission, head)
    colleague = make_user()
    mission.need.organisation.memberships.create(user=colleague, role="MEMBER")
    assert WORDS not in page_of(client, mission, colleague)


def test_a_coordinator_sees_only_that_it_is_given(client, given, mission, person):
    coordinator = make_coordinator(mission.need.pole)
    page = page_of(client, mission, coordinator)
    assert WORDS not in page
    assert "bilan donné" in page
    told = happened.of_person(
        given.author,
        Scope.of(
            coordinator, coordinator.memberships.select_related("organisation"), timezone.now()
        ),
    )
    assert WORDS not in " ".join(event.words for event in story.page_of(told, None))
    assert not Case.objects.exists()
    answer(mission, person)
    assert WORDS in page_of(client, mission, coordinator)
    assert Case.objects.get().reason == Case.Reason.BAD_REVIEW


def test_an_unhappy_review_opens_one_case_when_its_date_has_passed(given, mission):
    now = timezone.localtime()
    missions.end_awaited_reviews(now + REVIEWS_AWAITED)
    missions.end_awaited_reviews(now + REVIEWS_AWAITED + timedelta(days=1))
    case = Case.objects.get()
    assert WORDS in case.entries.get().words


def test_nothing_of_it_stands_in_figures_files_and_public_pages(client, given, mission, person):
    structure, pole, year = mission.need.organisation, mission.need.pole, timezone.localdate().year
    now = timezone.now()

    def told() -> dict[str, bool]:
        counted = reckoning.reckon(pole, now=timezone.now())
        return {
            "public": WORDS in client.get(structure.get_absolute_url()).text,
            "quoted": Review.objects.public().exists(),
            "year": bool(organisation_year.received_by(structure, year).reviews),
            "register": any(line.now for line in mentions.of_kind("BRAKE", pole, now)),
            "met": mentions.missions_that_met("calendars", pole, now).exists(),
            "experience": any(done.said for done in experience.of(person).missions),
            "figures": any(counts.reviews for counts in counted.slices.values()),
        }

    assert not any(told().values()), told()
    answer(mission, person)
    shown = told()
    shown.pop("public")  # about the structure: what the others said
    assert all(shown.values()), shown


def test_a_click_that_says_all_is_well_waits_too(client, mission, person, head):
    Mission.objects.filter(pk=mission.pk).update(
        delivered_at=timezone.localtime() - timedelta(days=2)
    )
    followups.ask_due(timezone.localdate())
    asked = FollowUp.objects.get(kind="REVIEW", side=Side.NEED)
    followups.answer(asked, answer="GOOD", words="Parfait du début à la fin.")
    coordinator = make_coordinator(mission.need.pole)
    for reader in (person, coordinator):
        page = page_of(client, mission, reader)
        assert "Réponse donnée" in page
        assert "Tout va bien" not in page
    told = happened.of_organisation(
        Organisation.objects.get(pk=mission.need.organisation_id),
        Scope.of(
            coordinator, coordinator.memberships.select_related("organisation"), timezone.now()
        ),
    )
    assert "Parfait" not in " ".join(event.words for event in story.page_of(told, None))


def test_a_review_that_was_asked_for_and_given_is_told_no_otherwise_than_the_others(
    client, mission, person, head
):
    mission.follow_ups.create(
        kind="REVIEW", side=Side.NEED, asked=head, asked_on=timezone.localdate(),
        answered_at=timezone.now(),
    )  # fmt: skip
    assert "Bilan fait" not in page_of(client, mission, person)


def test_a_doubt_at_the_end_reaches_the_coordination_at_once_and_not_the_other_side(
    client, mission, person
):
    Mission.objects.filter(pk=mission.pk).update(
        delivered_at=timezone.localtime() - timedelta(days=2)
    )
    followups.ask_due(timezone.localdate())
    asked = FollowUp.objects.get(kind="REVIEW", side=Side.NEED)
    followups.answer(asked, answer="DOUBT", words="Il manque les codes.")
    assert Case.objects.exists()
    assert "J’ai un doute" in page_of(client, mission, make_coordinator(mission.need.pole))
    assert "J’ai un doute" not in page_of(client, mission, person)


def test_the_form_says_who_will_read_it_and_when(client, mission, person):
    client.force_login(person)
    page = client.get(reverse("mission-review", args=[mission.pk])).text
    assert "Qui lira votre bilan" in page
    assert f"la structure ({mission.need.organisation})" in page
    until = timezone.localtime(mission.reviews_awaited_until)
    assert f"le {until.day} " in page
    followups.ask_due(timezone.localdate() + timedelta(days=1))
    asked = FollowUp.objects.get(kind="REVIEW", side=Side.OFFER)
    client.logout()
    assert "Qui lira votre bilan" in client.get(f"{followups.link(asked)}bilan/").text


def test_a_late_one_is_told_that_it_is_read_at_once(client, given, mission, person):
    now = timezone.localtime() + REVIEWS_AWAITED
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.REVIEWED, regime="PRESTATION", delivered_at=now - 3 * REVIEWS_AWAITED
    )
    client.force_login(person)
    page = client.get(reverse("mission-review", args=[mission.pk])).text
    assert "le vôtre est lu aussitôt" in page


def test_a_stopped_mission_has_nothing_closed_any_more(client, given, mission, person):
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.INTERRUPTED, interrupted_at=timezone.now(), delivered_at=None
    )
    assert WORDS in page_of(client, mission, person)


def test_nobody_answers_what_they_have_read_because_the_mission_was_stopped(
    client, mission, person, head
):
    """“Something is missing”, then a stop, and the company declares what the hours were worth."""
    answer(mission, person, words=WORDS)
    missions.resume(mission, reason="Il manque les codes.", by=head)
    missions.interrupt(
        Mission.objects.get(pk=mission.pk), reason="Fin.", by=head, now=timezone.now()
    )
    assert WORDS in page_of(client, mission, head)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.VALUED)
    door = reverse("mission-review", args=[mission.pk])
    client.post(door, {"rating": 1, "again": "no", "words": "Tout est faux."})
    asked = FollowUp.objects.create(
        mission=mission, kind="REVIEW", side=Side.NEED, asked=head, asked_on=timezone.localdate()
    )
    client.post(f"{followups.link(asked)}bilan/", {"rating": 1, "again": "no"})
    assert not mission.reviews.filter(side=Side.NEED).exists()


def test_a_review_sent_from_a_page_that_has_grown_old_waits_for_the_end(mission, person, head):
    seen = Mission.objects.get(pk=mission.pk)
    missions.resume(mission, reason="Il manque les codes.", by=head)
    with pytest.raises(NotYet):
        answer(seen, person)
    assert not mission.reviews.exists()


def test_no_date_opens_them_during_a_disagreement(client, given, mission, person):
    """Nobody can answer before a coordinator ends it: whoever waits doesn't read the other meanwhile."""
    long_ago = timezone.localtime() - REVIEWS_AWAITED
    missions.dispute(mission, reason="Rien n’avance.", by=person)
    Mission.objects.filter(pk=mission.pk).update(delivered_at=long_ago)
    assert WORDS not in page_of(client, mission, person)
    assert not Review.objects.opened(timezone.now()).exists()
    coordinator = make_coordinator(mission.need.pole)
    missions.deliver(Mission.objects.get(pk=mission.pk), by=coordinator, now=timezone.now())
    assert WORDS not in page_of(client, mission, person)
    answer(mission, person)
    assert WORDS in page_of(client, mission, person)


def test_the_form_names_whoever_comes_on_working_time_among_its_readers(client):
    """What their company or the structure writes of them, they read as well."""
    mission = make_mission(work=True, status=MissionStatus.DELIVERED)
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.localtime())
    client.force_login(mission.need.organisation.members.get())
    page = client.get(reverse("mission-review", args=[mission.pk])).text
    readers = page.split("Qui lira votre bilan")[1].split("</section>")[0]
    assert mission.offer.person.get_full_name() in readers
    assert f"chez {mission.offer.organisation}" in readers


def test_whoever_writes_a_review_is_told_all_that_the_others_read_of_it(
    client, mission, head, person
):
    """The answer to “can the team go on alone?” was read by all, and said to be read by nobody."""
    for who, is_asked in ((head, True), (person, False)):
        client.force_login(who)
        page = client.get(reverse("mission-review", args=[mission.pk])).text
        readers = page.split("Qui lira votre bilan")[1].split("</section>")[0]
        assert ("si votre équipe peut continuer seule" in readers) == is_asked
        assert "si vous recommenceriez" in readers
    said = Review.HandedOver.HELP
    missions.review(mission, side=Side.NEED, by=head, rating=4, again=True, handed_over=said)
    missions.review(mission, side=Side.OFFER, by=person, rating=4, again=True)
    assert "Avec un peu d’aide" in client.get(mission.get_absolute_url()).text


def test_an_open_review_is_not_said_to_be_read_later(mission):
    context = {"mission": mission, "is_open": True}
    words = render_to_string("marketplace/missions/_review_readers.html", context)
    assert "le vôtre est lu aussitôt" in words
    assert "Ensuite" not in words


@pytest.mark.parametrize("team", [False, True])
def test_who_is_waited_for_is_named_and_not_the_employer(client, team):
    """Two had given theirs, the structure and the employer, above “once both sides have given theirs”."""
    mission = make_mission(work=True, status=MissionStatus.DELIVERED)
    Mission.objects.update(delivered_at=timezone.now())
    if team:
        Offer.objects.filter(pk=mission.offer_id).update(person=None)
    head = mission.need.organisation.members.get()
    missions.review(mission, side=Side.NEED, by=head, rating=4, again=True)
    said = "la structure et l’équipe venue" if team else "la structure et la personne venue"
    client.force_login(head)
    assert f"Ils s’ouvrent à tous quand {said} ont donné le leur" in (
        client.get(mission.get_absolute_url()).text
    )
