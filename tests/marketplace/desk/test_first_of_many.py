"""What stands beside much else on a page shows its first lines; the others are a link away, and cost no question more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.models import Note
from marketplace.views.desk import lists
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_skill,
    make_user,
)


@pytest.fixture
def nadia(client):
    user = make_coordinator(first_name="Nadia")
    client.force_login(user)
    return user


@pytest.fixture
def need(nadia):
    return make_need(member=make_user(), ranked=False)


@pytest.fixture
def page(need):
    return reverse("desk-need", args=[need.pk])


def note(need, by, many):
    for n in range(many):
        Note.objects.create(pole=need.pole, by=by, body=f"Appel n° {n:02}.", need=need)


def test_the_last_ten_notes_then_all(client, nadia, need, page):
    note(need, nadia, 12)
    shown = client.get(page).text
    assert "Appel n° 11." in shown
    assert "Appel n° 01." not in shown
    assert 'href="?notes=tous#kept"' in shown
    every = client.get(page, {"notes": "tous"}).text
    assert "Appel n° 00." in every
    assert 'href="?notes=tous#kept"' not in every


def test_the_last_ten_who_were_asked_then_all(client, need, page):
    for n in range(12):
        make_proposal(need, make_offer(make_user("Ada", f"Nom{n:02}"), ranked=False))
    shown = client.get(page)
    assert len(shown.context["asked"]) == 10
    assert 'href="?demandes=tous#asked"' in shown.text
    assert len(client.get(page, {"demandes": "tous"}).context["asked"]) == 12


def test_many_lines_ask_no_more_than_a_few(client, nadia, need, page):
    def questions():
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        return len(asked)

    make_proposal(need, make_offer(ranked=False))
    note(need, nadia, 1)
    few = questions()
    note(need, nadia, 20)
    for _each in range(12):
        make_proposal(need, make_offer(make_user(), ranked=False))
    assert questions() <= few <= 33


def test_a_filter_of_many_choices_brings_them_once_they_are_asked_for(client, nadia):
    url = reverse("lists", args=["besoins"])
    for number in range(lists.MOST_LISTED + 1):
        make_skill(f"metier-{number}", label=f"Métier {number}")
    make_need(member=make_user(), skills=["metier-7"], ranked=False)
    page = client.get(url, {"tout": "1"}).text
    assert "Métier 8" not in page
    assert 'name="choisir" value="competence"' in page
    asked = client.get(url, {"tout": "1", "choisir": "competence"}).text
    assert '<option value="metier-8">Métier 8</option>' in asked
    assert 'name="choisir" value="competence"' not in asked
    found = client.get(url, {"competence": "metier-7"})
    assert len(found.context["rows"]) == 1
    assert '<option value="metier-7" selected>Métier 7</option>' in found.text
    assert "Métier 8" not in found.text
