"""The chapters of a report: written by two at once, put in order, left out."""

import pytest
from django.urls import reverse

from marketplace.actions.desk import report_chapters
from marketplace.models import (
    ChapterKind,
)
from tests.factories import make_coordinator
from tests.marketplace.desk.report_people import (
    NOW,
    a_report,
    a_small_pole,
    browser_of,
    chapter_of,
    kinds,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small():
    return a_small_pole()


def test_two_who_write_at_once_lose_nothing(small):
    pole, maelle = small
    jean = make_coordinator(pole, first_name="Jean")
    chapter = chapter_of(a_report(pole, maelle))
    url = reverse("report-chapter", args=[chapter.pk])
    browser_of(jean).post(url, words(chapter, above="Une belle année."))
    page = browser_of(maelle).post(url, words(chapter, above="Une année difficile."))
    assert "Une belle année." in page.text
    assert "Une année difficile." in page.text
    assert "a changé ce chapitre entre-temps" in page.text
    chapter.refresh_from_db()
    assert chapter.above == "Une belle année.", (
        "what the other has saved stays until one has chosen"
    )
    kept = words(chapter, above="Une année difficile.", both="1")
    assert browser_of(maelle).post(url, kept).status_code == 302
    chapter.refresh_from_db()
    assert chapter.above == "Une belle année.\n\nUne année difficile."


def test_of_two_the_later_may_also_take_the_others_place_knowingly(small):
    pole, maelle = small
    chapter = chapter_of(a_report(pole, maelle))
    url = reverse("report-chapter", args=[chapter.pk])
    browser_of(make_coordinator(pole)).post(url, words(chapter, above="Eux."))
    page = browser_of(maelle).post(url, words(chapter, above="Nous."))
    version = page.context["form"]["version"].value()
    browser_of(maelle).post(url, words(chapter, above="Nous.", version=version))
    chapter.refresh_from_db()
    assert chapter.above == "Nous."


def test_what_is_typed_is_kept_at_each_keystroke_and_found_again(small):
    pole, maelle = small
    chapter = chapter_of(a_report(pole, maelle))
    url = reverse("report-chapter", args=[chapter.pk])
    desk = browser_of(maelle)
    key = desk.get(url).context["typing"].key
    kept = words(chapter, above="Cette année", typing_key=key, keep_typing="yes")
    assert desk.post(url, kept).status_code == 200
    chapter.refresh_from_db()
    assert chapter.above == ""
    assert "Cette année" in desk.get(url).text
    report_chapters.write(
        chapter, version=1, title="", above="Autre chose", below="", by=maelle, now=NOW
    )
    page = desk.get(url)
    assert "Autre chose" in page.text, "what was saved meanwhile is beside the draft"
    assert "Cette année" in page.text
    assert page.context["form"]["version"].value() == 2


def test_words_that_are_too_long_are_given_back_with_a_sentence(small):
    pole, maelle = small
    chapter = chapter_of(a_report(pole, maelle))
    page = browser_of(maelle).post(
        reverse("report-chapter", args=[chapter.pk]), words(chapter, above="a" * 6001)
    )
    assert page.status_code == 200
    assert "6000" in page.text.replace("\N{NARROW NO-BREAK SPACE}", "").replace(
        "\N{NO-BREAK SPACE}", ""
    )
    assert "a" * 6001 in page.text
    nothing = browser_of(maelle).post(
        reverse("report-chapter", args=[chapter.pk]), {"version": "x\0", "above": "\0"}
    )
    assert nothing.status_code == 200


def test_chapters_are_moved_left_out_added_and_removed_without_javascript(small):
    pole, maelle = small
    report = a_report(pole, maelle)
    desk, first = browser_of(maelle), report.chapters.first()
    desk.post(reverse("report-chapter-down", args=[first.pk]), {"version": "publique"})
    assert kinds(report)[:2] == ["FIGURES", "WORDS"]
    desk.post(reverse("report-chapter-up", args=[first.pk]))
    desk.post(reverse("report-chapter-up", args=[first.pk]))
    assert kinds(report)[:2] == ["WORDS", "FIGURES"]
    families = chapter_of(report, ChapterKind.FAMILIES)
    desk.post(reverse("report-chapter-hide", args=[families.pk]))
    families.refresh_from_db()
    assert not families.is_on
    desk.post(reverse("report-chapter-show", args=[families.pk]))
    assert desk.post(reverse("report-chapter-new", args=[report.pk])).status_code == 302
    added = report.chapters.last()
    assert added.kind == ChapterKind.WORDS
    desk.post(reverse("report-chapter-remove", args=[families.pk]))
    assert report.chapters.filter(pk=families.pk).exists(), "what the site tells is only left out"
    desk.post(reverse("report-chapter-remove", args=[added.pk]))
    assert not report.chapters.filter(pk=added.pk).exists()
