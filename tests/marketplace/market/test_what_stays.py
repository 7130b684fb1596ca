"""Whoever has left reads their own words and the papers they signed, and nothing of the others'."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from common.dates import spoken
from marketplace.actions.documents import documents
from marketplace.actions.market import people
from marketplace.actions.talk import messages
from marketplace.models import Kind, Message, Regime
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents.document_desk import head_of
from tests.marketplace.missions.amending import coordinator_of, propose, signed_mission
from tests.marketplace.missions.leavers import goes

PAGE = reverse("missions-done")


@pytest.fixture
def thread():
    """Between a structure of two people and a volunteer."""
    structure = make_organisation(member=make_user(), administrator=make_user())
    return make_proposal(make_need(structure)).thread


@pytest.fixture
def aline(thread):
    return thread.subject.organisation.memberships.get(role="MEMBER").user


@pytest.fixture
def said(thread, aline):
    messages.say(thread, text="Jeudi matin ?", sent_key="a", by=aline)
    messages.say(thread, text="Plutôt vendredi.", sent_key="b", by=thread.proposal.offer.person)
    return thread


def read_by(client, person) -> str:
    client.force_login(person)
    return client.get(PAGE).text


def test_before_leaving_the_page_is_empty_since_the_conversation_is_open(client, said, aline):
    assert "Jeudi matin" not in read_by(client, aline)


@pytest.mark.parametrize("way", ["left", "removed"])
def test_own_words_stay_and_those_of_the_others_don_t(client, said, aline, way):
    membership = aline.memberships.get()
    if way == "left":
        people.leave(membership, now=timezone.now())
    else:
        boss = membership.organisation.memberships.administrators().get().user
        people.remove(membership, by=boss, now=timezone.now())
    page = read_by(client, aline)
    assert "Jeudi matin" in page
    assert "vendredi" not in page
    assert client.get(said.get_absolute_url()).status_code == 404


def test_of_two_conversations_the_one_that_is_still_open_is_not_there(client, said, aline):
    people.leave(aline.memberships.get(), now=timezone.now())
    other = make_proposal(make_need(make_organisation(member=aline))).thread
    messages.say(other, text="Rendez-vous à midi.", sent_key="d", by=aline)
    page = read_by(client, aline)
    assert "Jeudi matin" in page
    assert "Rendez-vous à midi" not in page


def test_a_coordinator_who_has_left_keeps_theirs(client, said):
    solene = make_coordinator(said.subject.pole)
    messages.say(said, text="Je vous laisse fixer le jour.", sent_key="c", by=solene)
    solene.memberships.all().delete()
    page = read_by(client, solene)
    assert "fixer le jour" in page
    assert "Jeudi matin" not in page


def test_what_was_taken_down_is_gone_for_its_author_too(client, said, aline):
    Message.objects.filter(author=aline).update(removed_at=timezone.now(), text="", search_text="")
    people.leave(aline.memberships.get(), now=timezone.now())
    assert "Messages que vous avez écrits" not in read_by(client, aline)


def test_the_profile_leads_there(client, aline):
    client.force_login(aline)
    assert PAGE in client.get(reverse("profile")).text


ACTS = ("sheet-agree", "interrupt", "deliver", "suspend", "review")


@pytest.mark.parametrize("act", ACTS)
def test_what_they_press_on_a_page_left_open_is_refused_in_a_sentence(client, act):
    """Not « page introuvable », and nothing is done."""
    mission = make_mission(work=True, status="RUNNING")
    person = mission.offer.person
    people.leave(person.memberships.get(), now=timezone.now())
    client.force_login(person)
    page = client.post(
        reverse(f"mission-{act}", args=[mission.pk]), {"reason": "Non."}, follow=True
    )
    assert "Vous n’êtes plus chez cet employeur" in page.text
    mission.refresh_from_db()
    assert mission.status == "LEFT"


@pytest.mark.parametrize("name", ["mission", "mission-hours"])
def test_the_open_page_of_who_has_left_leads_to_what_stays(client, name):
    mission = make_mission(work=True)
    person = mission.offer.person
    people.leave(person.memberships.get(), now=timezone.now())
    client.force_login(person)
    page = client.get(reverse(name, args=[mission.pk]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("mission-done", args=[mission.pk])
    assert "voici ce qui reste à vous" in page.text
    client.force_login(make_user())
    assert client.get(reverse(name, args=[mission.pk])).status_code == 404


def test_what_a_letter_led_to_before_leaving_leads_to_what_stays(client):
    """The bell still shows their letters: none of them ends on a page that can't be found."""
    mission = signed_mission(Regime.PRESTATION)
    person = mission.offer.person
    pages = [
        reverse("mission-sheet", args=[mission.pk]),
        reverse("mission-versions", args=[mission.pk]),
        reverse("mission-documents", args=[mission.pk]),
        reverse("thread", args=[mission.proposal.thread.pk]),
        reverse("proposal", args=[mission.proposal_id]),
        mission.documents.get(kind=Kind.CONVENTION_SERVICE).get_absolute_url(),
    ]
    people.leave(person.memberships.get(), now=timezone.now())
    for page in pages:
        client.force_login(person)
        assert client.get(page).headers.get("Location") == reverse(
            "mission-done", args=[mission.pk]
        )
        client.force_login(make_user())
        assert client.get(page).status_code == 404


def test_the_list_of_what_stays_ends_with_the_last_day_and_not_with_the_plan(client):
    mission = make_mission(work=True, status="RUNNING", ends_on=in_days(60))
    person = mission.offer.person
    people.leave(person.memberships.get(), now=timezone.now())
    page = read_by(client, person)
    assert spoken(timezone.localdate(), "j F Y") in page
    assert spoken(mission.ends_on, "j F Y") not in page


def test_no_day_after_the_last_one_is_offered_to_write(client):
    mission = make_mission(work=True, status="RUNNING", starts_on=in_days(-20), ends_on=in_days(60))
    person = mission.offer.person
    people.leave(person.memberships.get(), now=timezone.now())
    last = timezone.localdate() - timedelta(days=timezone.localdate().weekday() + 5)
    mission.departures.update(last_on=last)  # a Tuesday
    client.force_login(person)
    address = reverse("mission-done", args=[mission.pk])
    page = client.get(f"{address}?semaine={last}").text
    assert f'name="hours_{last:%Y%m%d}"' in page
    assert f'name="hours_{last + timedelta(days=1):%Y%m%d}"' not in page
    assert "Après le dernier jour chez l’employeur." in page
    assert "Semaine d’après" not in page
    assert "Semaine d’après" in client.get(f"{address}?semaine={last - timedelta(days=7)}").text


# --- papers they signed --------------------------------------------------------------------
REASON = "Les signataires se disputent."


@pytest.fixture
def loan():
    """Signed by all, among them the employee who is lent and whoever signs for the structure."""
    return signed_mission(Regime.LOAN)


def lent(mission, *, seen_by_the_clock=True):
    person = mission.offer.person
    if seen_by_the_clock:
        goes(mission)
    else:
        person.memberships.all().delete()
    return person


def signatory(mission):
    person = head_of(mission.need.organisation)
    Membership.objects.create(
        user=make_user(), organisation=mission.need.organisation, role="ADMINISTRATOR"
    )
    people.leave(person.memberships.get(), now=timezone.now())
    return person


@pytest.mark.parametrize(
    "leave", [lent, lambda mission: lent(mission, seen_by_the_clock=False), signatory]
)
def test_of_a_paper_signed_nothing_is_read_that_was_written_after_leaving(client, loan, leave):
    document = loan.documents.get(kind=Kind.AMENDMENT)
    leaver, coordinator = leave(loan), coordinator_of(loan)
    documents.void(document, reason=REASON, by=coordinator)
    client.force_login(leaver)
    page = client.get(document.get_absolute_url())
    assert page.status_code == 200
    assert REASON not in page.text
    assert page.context["document"].is_void
    assert "Annulé" in page.text, "that it is void is so, and said"
    assert list(page.context["steps"]), "what was done before stays"
    client.force_login(coordinator)
    assert REASON in client.get(document.get_absolute_url()).text


def test_nor_of_what_changes_the_paper_since(client, loan):
    document = loan.documents.get(kind=Kind.CONVENTION_LOAN)
    leaver, coordinator = signatory(loan), coordinator_of(loan)
    amendment = propose(loan, by=coordinator, side="")
    client.force_login(leaver)
    page = client.get(document.get_absolute_url())
    assert page.status_code == 200
    assert amendment.get_absolute_url() not in page.text
    client.force_login(coordinator)
    assert amendment.get_absolute_url() in client.get(document.get_absolute_url()).text


def test_whoever_signs_last_and_leaves_still_reads_that_it_was_signed_by_all(client, loan):
    """Their own act is theirs to read, though it is written a moment after their signature."""
    document = loan.documents.get(kind=Kind.CONVENTION_LOAN)
    last = document.steps.get(after="SIGNED")
    leaver = last.by
    assert leaver == head_of(loan.need.organisation)
    signatory(loan)
    client.force_login(leaver)
    assert last in client.get(document.get_absolute_url()).context["steps"]
