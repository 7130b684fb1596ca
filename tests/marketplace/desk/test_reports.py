"""The reports of a pôle: begun, of what year, who may read them, what the page tells and asks."""

import pytest
from django.urls import reverse

from accounts.models import Seat
from accounts.states import SeatStatus
from marketplace.actions.desk import report_chapters
from marketplace.models import (
    ChapterKind,
    Report,
    ReportVersion,
)
from tests.factories import make_coordinator, make_organisation, make_pole, make_user
from tests.marketplace.desk.report_people import (
    NOW,
    YEAR,
    a_lifted_brake,
    a_report,
    a_small_pole,
    browser_of,
    chapter_of,
    fifteen,
    kinds,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small():
    return a_small_pole()


def test_a_coordinator_begins_the_report_of_the_year_in_one_click(small):
    pole, maelle = small
    desk = browser_of(maelle)
    page = desk.get(reverse("figures-report", args=[YEAR]))
    assert "Commencer le rapport" in page.text
    answer = desk.post(reverse("figures-report", args=[YEAR]), {"of": ""}, follow=True)
    report = Report.objects.get()
    assert answer.redirect_chain[-1][0] == report.get_absolute_url()
    assert kinds(report) == [str(kind) for kind in ChapterKind]
    desk.post(reverse("figures-report", args=[YEAR]), {"of": ""})
    assert Report.objects.count() == 1, "begun twice is once"


def test_a_second_year_begins_from_the_first_ones_chapters(small):
    pole, maelle = small
    first = a_report(pole, maelle, year=YEAR - 1)
    report_chapters.write(
        chapter_of(first), version=1, title="Le mot de la présidente", above="Merci.", below="", by=maelle, now=NOW
    )  # fmt: skip
    report_chapters.show(chapter_of(first, ChapterKind.MAP), on=False)
    report_chapters.move(chapter_of(first, ChapterKind.METHOD), up=True)
    second = a_report(pole, maelle)
    assert kinds(second) == kinds(first)
    words = chapter_of(second)
    assert (words.title, words.above) == ("Le mot de la présidente", "Merci.")
    assert not chapter_of(second, ChapterKind.MAP).is_on
    assert kinds(a_report(pole, maelle, department_id="59")) != kinds(first), (
        "another kind of report has its own"
    )


def test_a_year_that_is_past_doesn_t_begin_from_the_words_of_a_later_one(small):
    pole, maelle = small
    later = a_report(pole, maelle)
    report_chapters.write(
        chapter_of(later), version=1, title="", above="En 2025…", below="", by=maelle, now=NOW
    )
    assert chapter_of(a_report(pole, maelle, year=YEAR - 1)).above == ""


@pytest.mark.parametrize("year", [1999, 9999])
def test_a_report_is_of_a_year_that_has_begun(small, year):
    assert browser_of(small[1]).get(reverse("figures-report", args=[year])).status_code == 404


def test_nobody_else_reads_it(small, client):
    pole, maelle = small
    report = a_report(pole, maelle)
    addresses = [
        reverse("report", args=[report.pk]),
        reverse("report-page", args=[report.pk]),
        reverse("report-targets", args=[report.pk]),
        reverse("report-chapter", args=[report.chapters.first().pk]),
    ]
    member = make_user()
    make_organisation(pole=pole, administrator=member)
    elsewhere = make_coordinator(make_pole("Pôle d’ailleurs", ("80",)))
    for url in addresses:
        assert client.get(url).status_code == 302
        for person in (make_user(), member, elsewhere):
            assert browser_of(person).get(url).status_code == 404
        assert browser_of(maelle).get(url).status_code == 200


def test_an_operators_report_is_for_that_operator_alone(small):
    pole, maelle = small
    ours = maelle.memberships.get().organisation
    report = a_report(pole, maelle, operator=ours)
    colleague = make_coordinator(pole)
    assert browser_of(colleague).get(report.get_absolute_url()).status_code == 404
    assert browser_of(maelle).get(report.get_absolute_url()).status_code == 200
    desk = browser_of(colleague)
    desk.post(reverse("figures-report", args=[YEAR]), {"of": f"operator={ours.pk}"})
    assert Report.objects.count() == 1, "nor does anybody else begin one"


def test_whoever_has_left_the_operator_or_whose_operator_has_left_reads_it_no_more(small):
    pole, maelle = small
    report = a_report(pole, maelle)
    other = make_coordinator(pole)
    other.memberships.all().delete()
    assert browser_of(other).get(report.get_absolute_url()).status_code == 404
    Seat.objects.filter(pole=pole).update(status=SeatStatus.ENDED)
    assert browser_of(maelle).get(report.get_absolute_url()).status_code == 404
    desk = browser_of(maelle)
    assert desk.post(reverse("report-freeze", args=[report.pk])).status_code == 404
    assert not ReportVersion.objects.exists()


def test_what_the_page_tells_of_both_versions(small):
    pole, maelle = small
    fifteen(pole)
    report = a_report(pole, maelle)
    desk = browser_of(maelle)
    funder = desk.get(report.get_absolute_url(), {"version": "financeur"}).text
    public = desk.get(report.get_absolute_url(), {"version": "publique"}).text
    assert "Valeur déclarée" in funder
    assert "Valeur déclarée" not in public
    assert "Association 00" in funder
    assert "Association 00" not in public
    assert "Missions convenues" in public
    assert desk.get(report.get_absolute_url(), {"version": "x"}).status_code == 200


def test_a_target_is_a_whole_number_or_nothing(small):
    pole, maelle = small
    report, desk = a_report(pole, maelle), browser_of(maelle)
    url = reverse("report-targets", args=[report.pk])
    for wrong in ("vingt", "-3", "0", "9" * 30, "\0"):
        page = desk.post(url, {"missions": wrong})
        assert page.status_code == 200
        assert page.context["form"].errors
    assert desk.post(url, {"missions": "20", "structures": ""}).status_code == 302
    report.refresh_from_db()
    assert report.targets == {"missions": 20}


def test_a_brake_lifted_in_the_year_is_told_in_the_poles_words_and_not_what_shows_it(small):
    pole, maelle = small
    a_lifted_brake(pole, maelle)
    page = browser_of(maelle).get(a_report(pole, maelle).get_absolute_url()).text
    assert "Assurances mal connues" in page
    assert "Une fiche d’une page" in page
    assert "Mme Petit" not in page


def test_the_page_asks_few_questions_however_many_missions_there_are(
    small, django_assert_max_num_queries
):
    pole, maelle = small
    fifteen(pole)
    report, desk = a_report(pole, maelle), browser_of(maelle)
    desk.get(report.get_absolute_url())  # the map's land is drawn once a process
    with django_assert_max_num_queries(32):
        desk.get(report.get_absolute_url())
