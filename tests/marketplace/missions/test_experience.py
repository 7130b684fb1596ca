"""One's own path: missions, skills and words received, on its page and in the file to take along."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from common.dates import spoken
from marketplace.actions.market import proposals
from marketplace.actions.missions import missions
from marketplace.models import (
    Mission,
    Side,
    Skill,
    Voice,
)
from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.states import MissionStatus
from tests.factories import (
    in_days,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_skill,
    make_user,
)
from tests.marketplace.documents.document_desk import give_hours


@pytest.fixture
def mission():
    found = make_mission(status=MissionStatus.DELIVERED)
    Mission.objects.filter(pk=found.pk).update(delivered_at=timezone.now() - timedelta(days=2))
    return found


def test_a_path_says_when_the_work_was_done_and_not_until_when_it_was_planned(client):
    mission = make_mission(status=MissionStatus.CLOSED, starts_on=in_days(-9), ends_on=in_days(50))
    delivered = timezone.now() - timedelta(days=3)
    Mission.objects.filter(pk=mission.pk).update(started_at=delivered, delivered_at=delivered)
    client.force_login(mission.offer.person)
    page = client.get(reverse("experience")).text
    assert spoken(in_days(-3), "j F Y") in page
    assert spoken(in_days(50), "j F Y") not in page


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_path_tells_of_what_was_given_before_a_mission_stopped(client, confirmed):
    mission = give_hours(
        make_mission(
            status=MissionStatus.INTERRUPTED,
            interrupted_at=timezone.now(),
            started_at=timezone.now(),
        ),
        confirmed=confirmed,
    )
    client.force_login(mission.offer.person)
    page = client.get(reverse("experience")).text
    assert ("arrêtée avant la fin" in page) is confirmed
    assert ("14 h confirmées" in page) is confirmed


def test_a_path_of_three_missions_asks_as_much_as_one_of_one(client):
    person, asked = make_user(), []
    client.force_login(person)
    for _one in range(3):
        mission = make_mission(offer=make_offer(person), status=MissionStatus.CLOSED)
        by = mission.need.organisation.members.get()
        mission.reviews.create(side=Voice.NEED, author=by, rating=5, again=True, words="Merci.")
        client.get(reverse("experience"))
        with CaptureQueriesContext(connection) as questions:
            client.get(reverse("experience"))
        asked.append(len(questions))
    assert asked[0] == asked[2]


def test_a_long_path_is_shown_a_page_at_a_time_and_its_skills_are_those_of_all(client, monkeypatch):
    """A path of three hundred missions weighed 97 kB; the file to take along holds them all."""
    monkeypatch.setattr("marketplace.documents.experience.A_PAGE", 2)
    person, skill = make_user(), make_skill()
    done = [
        make_mission(
            need=make_need(title=f"Mission numéro {n}"),
            offer=make_offer(person),
            status=MissionStatus.CLOSED,
            starts_on=in_days(-9 * n - 9),
        )
        for n in range(3)
    ]
    client.force_login(person)
    first, last = (client.get(reverse("experience"), {"page": n}).text for n in (1, 2))
    said = [one.need.title for one in done]
    assert [title in first for title in said] == [True, True, False]
    assert [title in last for title in said] == [False, False, True]
    for page in (first, last):
        assert f"<strong>{skill}</strong> 3 missions" in page
    file = PdfReader(io.BytesIO(client.get(reverse("experience-file")).content))
    text = " ".join(page.extract_text() for page in file.pages)
    assert all(title in text for title in said)


def test_one_s_path_holds_missions_skills_and_the_words_received(client, mission):
    by, person = mission.need.organisation.members.get(), mission.offer.person
    said = {"rating": 5, "again": True, "words": "Précieux et patient."}
    missions.review(mission, side=Voice.NEED, by=by, **said)
    missions.review(
        mission, side=Voice.OFFER, by=person, rating=5, again=True, gained=[make_skill().pk]
    )
    client.force_login(person)
    page = client.get(reverse("experience")).content.decode()
    assert "Précieux et patient." in page
    assert mission.need.title in page
    file = client.get(reverse("experience-file"))
    assert file.content.startswith(b"%PDF")
    client.force_login(by)
    assert "Précieux et patient." not in client.get(reverse("experience")).content.decode()


@pytest.mark.parametrize("consents", [True, False])
def test_the_file_to_take_along_quotes_with_consent_only(client, mission, consents):
    by, person = mission.need.organisation.members.get(), mission.offer.person
    said = {"rating": 5, "again": True, "words": "Précieux et patient.", "may_quote": consents}
    missions.review(mission, side=Voice.NEED, by=by, **said)
    Mission.objects.update(delivered_at=timezone.now() - REVIEWS_AWAITED)
    client.force_login(person)
    page = client.get(reverse("experience")).text
    assert ("sans accord pour la citation" in page) != consents
    assert "à vous seul" not in page  # the coordination reads them too, and a company that lends
    file = PdfReader(io.BytesIO(client.get(reverse("experience-file")).content))
    text = " ".join(page.extract_text() for page in file.pages)
    assert mission.need.title in text
    assert ("Précieux et patient" in text) == consents


def test_the_file_names_whoever_is_quoted_as_they_agreed_to_and_is_in_one_language(client, mission):
    """“With the first name and the organisation” is what they ticked; the paper is French for all its readers."""
    by, person = mission.need.organisation.members.get(), mission.offer.person
    said = {"rating": 5, "again": True, "words": "Précieux et patient.", "may_quote": True}
    missions.review(mission, side=Voice.NEED, by=by, **said)
    Mission.objects.update(delivered_at=timezone.now() - REVIEWS_AWAITED)
    Skill.objects.update(label_fr="Site internet", label_en="Websites")
    type(person).objects.filter(pk=person.pk).update(language="en")
    client.force_login(type(person).objects.get(pk=person.pk))
    file = PdfReader(io.BytesIO(client.get(reverse("experience-file")).content))
    text = " ".join(page.extract_text() for page in file.pages)
    assert f"{by.first_name}, {mission.need.organisation}" in text
    assert by.last_name not in text
    assert "Site internet" in text
    assert "Websites" not in text


def test_a_path_without_a_skill_in_common_heads_no_empty_list(client, mission):
    mission.offer.held.all().delete()
    client.force_login(mission.offer.person)
    page = client.get(reverse("experience")).text
    assert mission.need.title in page
    assert "Compétences mises en œuvre" not in page


def test_a_running_mission_is_not_yet_in_it(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    client.force_login(mission.offer.person)
    assert mission.need.title not in client.get(reverse("experience")).content.decode()


def test_in_a_team_whoever_has_given_hours_did_the_mission(client):
    """“Après votre première mission, vous retrouvez ici…” stood on the page of those who had given them."""
    author, member, other = make_user(), make_user(), make_user()
    company = make_organisation("COMPANY", legal_form="SAS", administrator=author, member=member)
    company.memberships.create(user=other)
    offer = make_offer(author, organisation=company, somebody=None)
    mission = proposals.accept(
        make_proposal(make_need(member=make_user()), offer), side=Side.NEED, by=make_user()
    )
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    now, by = timezone.now(), mission.need.organisation.members.get()
    for who, hours in ((author, 3), (member, 4)):
        mission.hours.create(
            person=who, day=in_days(0), hours=hours, confirmed_at=now, confirmed_by=by
        )
    for who, said in ((author, "3 h confirmées"), (member, "4 h confirmées"), (other, "")):
        client.force_login(who)
        page = client.get(reverse("experience")).text
        assert (mission.need.title in page) == bool(said)
        assert (
            "en équipe une fois la mission faite et des heures de vous confirmées" in page
        ) != bool(said)
        assert said in page
        assert "7 h confirmées" not in page
