"""The front page tells what one may be proud of, names who coordinates, and nothing that isn't so."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.figures import comparison, discretion, front_page
from marketplace.models import MonthFigures
from tests.factories import (
    a_pole,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_seat,
    make_user,
)

pytestmark = pytest.mark.django_db


def words():
    return " ".join(f"{number} {said}" for number, said in front_page.proud())


def read_in(pole, *, in_time, late):
    """So many that were handed in and read within two days, and so many after nine."""
    MonthFigures.objects.create(
        pole=pole,
        month=timezone.localdate().replace(day=1),
        slice="",
        counts={"read_days": {"1": in_time, "9": late}},
    )


def test_an_empty_site_shows_no_figure(client):
    page = client.get("/").text
    assert front_page.proud() == []
    assert 'class="figures"' not in page
    assert "Qu’est-ce qui vous aiderait" in page


def test_a_figure_is_shown_from_ten_on(client):
    structure = make_organisation(member=make_user())
    for _ in range(9):
        make_need(structure, ranked=False)
    assert "besoins ouverts" not in client.get("/").text
    make_need(structure, ranked=False)
    assert "besoins ouverts" in client.get("/").text


def test_those_who_could_help_are_told_to_the_nearest_five():
    for _ in range(12):
        make_offer(make_user(), ranked=False)
    assert words().startswith("10 ")
    make_offer(make_user(), ranked=False)
    assert words().startswith("15 ")


@pytest.mark.parametrize(
    ("in_time", "late", "told"), [(49, 1, [98]), (9, 1, [90]), (9, 0, []), (80, 20, []), (0, 0, [])]
)
def test_a_promise_is_boasted_of_where_it_is_kept_in_enough_cases(in_time, late, told):
    read_in(a_pole(), in_time=in_time, late=late)
    assert [one.percent for one in front_page.kept(today=timezone.localdate())] == told


def test_the_promise_says_how_many_days_and_where(client):
    pole = a_pole()
    read_in(pole, in_time=49, late=1)
    page = client.get("/").text.replace("\u00a0", " ")
    assert "98 %" in page
    assert "lu en 2 jours ouvrés" in page
    assert f"#pole-{pole.pk}" in page


def test_the_best_kept_comes_first_and_another_poles_failure_is_not_told():
    good, better, bad = (make_pole(name, departments=()) for name in ("A", "B", "C"))
    read_in(good, in_time=91, late=9)
    read_in(better, in_time=99, late=1)
    read_in(bad, in_time=50, late=50)
    kept = front_page.kept(today=timezone.localdate())
    assert [one.pole for one in kept] == [better, good]
    read = comparison.read_in_time({bad.pk: 2}, today=timezone.localdate())
    assert discretion.share(*read[bad.pk]) == 50


def test_who_coordinates_is_named_once_and_nobody_else(client):
    passeurs = make_organisation(Organisation.Kind.OPERATOR, name="Les Passeurs")
    make_seat(passeurs, make_pole("Ailleurs", departments=()))
    suspended = make_organisation(Organisation.Kind.OPERATOR, name="En pause")
    type(suspended).objects.filter(pk=suspended.pk).update(status=OrganisationStatus.SUSPENDED)
    make_organisation(name="Une association")
    page = client.get("/").text
    assert page.count("Les Passeurs</a>") == 1
    named = page.partition("Les Passeurs</a>")[2].partition("</li>")[0]
    assert "Ailleurs" in named, "each pôle that it coordinates, not its own alone"
    assert str(passeurs.pole) in named
    assert "En pause" not in page
    assert "Une association" not in page


def test_the_page_has_as_many_questions_for_many_as_for_one(client, django_assert_max_num_queries):
    for number in range(3):
        read_in(make_pole(f"P{number}", departments=()), in_time=30, late=0)
        make_organisation(Organisation.Kind.OPERATOR, name=f"O{number}")
        make_need(ranked=False)
    caches["counts"].clear()
    with django_assert_max_num_queries(18):
        client.get("/")


def test_the_box_keeps_what_was_said_within_the_day(client):
    client.post("/commencer/", {"kind": "OFFER", "text": "Je fais la paie", "continue": "yes"})
    assert "Je fais la paie" in client.get("/").text
    session = client.session
    session["coming"]["at"] -= timedelta(hours=25).total_seconds()
    session.save()
    assert "Je fais la paie" not in client.get("/").text
