"""What coordinators write down: its page says how long it may be, nothing is cut, and what is too long stays there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import cases
from marketplace.models import CaseEntry, Note
from tests.factories import make_coordinator, make_mission, make_organisation


@pytest.fixture
def coordinator(client):
    user = make_coordinator()
    client.force_login(user)
    return user


@pytest.fixture
def case(coordinator):
    return cases.open_about(
        make_mission(), reason="SILENCE", words="Sans nouvelles.", now=timezone.now()
    )


def at_most(page, most):
    return page.replace("\u202f", "\u00a0").count(f"{most[0]}\u00a0000 caractères au plus")


def test_a_note_says_how_long_it_may_be_and_stays_where_it_is_too_long(client, coordinator):
    structure = make_organisation()
    story = reverse("organisation-story", args=[structure.pk])
    page = client.get(story).text
    assert at_most(page, "4000") == 1
    assert "maxlength" not in page.split('id="kept"')[1].split('name="body"')[1].split(">")[0]
    door, words = reverse("note-new", args=["organisation", structure.pk]), "x" * 4001
    again = client.post(door, {"body": words})
    assert words in again.text
    assert "4001" in again.text
    assert f'href="{story}"' in again.text
    assert client.get(door).url == story  # where the language is changed there
    assert not Note.objects.exists()
    assert client.post(door, {"body": words[1:]}).url == story
    assert Note.objects.get().body == words[1:]


@pytest.mark.parametrize(
    ("act", "said"), [("note", {"kind": "CALL"}), ("close", {"outcome": "SOLVED"})]
)
def test_so_do_the_words_of_a_case(client, case, act, said):
    assert at_most(client.get(case.get_absolute_url()).text, "2000") == 2
    door, words = reverse(f"case-{act}", args=[case.pk]), "x" * 2001
    page = client.post(door, said | {"words": words}).text
    assert page.count(words) == 1
    assert client.get(door).url == case.get_absolute_url()  # where the language is changed there
    assert "2001" in page
    assert not CaseEntry.objects.filter(words__contains="xxx").exists()
    client.post(door, said | {"words": words[1:]})
    assert CaseEntry.objects.filter(words__contains=words[1:]).exists()


def test_who_changes_the_language_at_a_refused_hand_over_is_led_to_its_case(client, case):
    door = reverse("case-assign", args=[case.pk])
    assert client.get(door).url == case.get_absolute_url()
    again = client.post(reverse("set_language"), {"language": "en", "next": door}, follow=True)
    assert again.redirect_chain[-1] == (case.get_absolute_url(), 302)
    assert again.status_code == 200


def test_so_does_a_note_on_a_conversation(client, coordinator):
    thread = make_mission().proposal.thread
    page = client.get(thread.get_absolute_url()).text
    assert at_most(page.split('id="notes"')[1], "5000") == 1
    words = "x" * 5001
    again = client.post(reverse("thread-note", args=[thread.pk]), {"text": words}).text
    assert words in again
