"""How the page of a report shows its blocks: charts that are tables, a map with its list."""

import pytest
from django.template.loader import render_to_string

from accounts import land
from marketplace.documents.report_blocks import (
    Bar,
    Bars,
    Chapter,
    Figure,
    Figures,
    LaidOut,
    Map,
    Place,
)
from marketplace.views.desk.reports import shown
from tests.factories import make_commune
from tests.marketplace.desk.report_people import a_report, a_small_pole, made

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def page(*blocks) -> str:
    land.around.cache_clear()
    make_commune("62498", "Lens", latitude=50.43, longitude=2.83)
    report = made(a_report(*a_small_pole()))
    laid_out = LaidOut("Rapport", "Pôle", "Le 3 mars", "fr", [Chapter("Chapitre", list(blocks))])
    return render_to_string("marketplace/desk/_report_chapters.html", shown(laid_out, report, report.facts))  # fmt: skip


def test_a_chart_is_a_table_and_what_is_not_told_has_no_length():
    told = page(Bars("Familles", ("Famille", "Missions"), [Bar("Droit", "12", 100), Bar("Eau", "moins de 5", 0), Bar("Art", "0", 0)]))  # fmt: skip
    assert '<th scope="col">Famille</th>' in told
    assert told.count("bar-untold") == 1
    assert "moins de 5</td>" in told


def test_the_map_holds_numbers_and_its_list_tells_each_place():
    told = page(Map("Missions par commune", [Place("Lens", 50.43, 2.83, 4), Place("Arras", 50.29, 2.78, 1)]))  # fmt: skip
    assert told.count("map-number") == 2
    assert '<th scope="row">Arras</th><td class="end num">1</td>' in told


def test_a_column_that_says_nothing_is_left_out():
    told = page(Figures("2026", "2025", [Figure("Missions", "15")]))
    assert "2026" in told
    assert "2025" not in told


def test_the_year_before_stands_beside_where_it_is_known():
    told = page(Figures("2026", "2025", [Figure("Missions", "15", "11"), Figure("Besoins", "3")]))
    assert told.count("2025") == 3  # the head, and on a phone each row
    assert ">11</td>" in told
