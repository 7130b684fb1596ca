"""The pages on which somebody whose account is closed is still told of: no address, and nothing more to note."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import people
from marketplace.models import Note, Tag, Task
from tests.factories import make_coordinator, make_offer, make_organisation, make_user


@pytest.fixture
def nora():
    return make_user("Nora", "Cherif", email="nora@cherif.example")


def test_coordinators_note_nothing_more_of_a_closed_account(client, nora):
    offer = make_offer(nora)
    offer.move("PAUSED", by=nora)
    client.force_login(make_coordinator(offer.pole))
    story = reverse("person-story", args=[nora.pk])
    note, tag = (reverse(name, args=["person", nora.pk]) for name in ("note-new", "tag-new"))
    task = reverse("task-new") + f"?sur=person-{nora.pk}"
    read = client.get(story).text
    assert "mailto:nora@cherif.example" in read
    assert offer.get_absolute_url() in read
    assert note in read
    assert client.get(task).status_code == 200
    people.close_account(nora, now=timezone.now())
    read = client.get(story).text
    assert "Ce compte est fermé" in read
    assert offer.get_absolute_url() not in read, "nobody reads it any more"
    for gone in ("closed.invalid", note, tag, "task-new", f"sur=person-{nora.pk}"):
        assert gone not in read
    told = [client.post(note, {"body": "x"}), client.post(tag, {"words": "x"}), client.get(task)]
    assert [answer.status_code for answer in told] == [403, 403, 403]
    assert [model.objects.count() for model in (Note, Tag, Task)] == [0, 0, 0]


def test_their_employer_is_told_of_no_name_and_no_free_time_that_goes_on(client, nora):
    head = make_user()
    house = make_organisation("COMPANY", administrator=head, member=nora)
    people.close_account(nora, now=timezone.now())
    client.force_login(head)
    read = client.get(reverse("employees", args=[house.pk]), {"etat": "parti"}).text
    assert "Compte fermé" in read
    assert "sauf pour qui ferme son compte" in read
    assert "temps libre continue" not in read
