"""A report as it was sent, and what goes from it with a consent or with a partner."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import figures, report_chapters, reports
from marketplace.actions.market import consents
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    ChapterKind,
    ConsentKind,
    Finding,
    HoursEntry,
    Report,
    ReportPartner,
    ReportVersion,
    Telling,
)
from tests.factories import make_coordinator, make_pole, make_user
from tests.marketplace.desk.report_people import (
    NOW,
    a_lifted_brake,
    a_report,
    a_small_pole,
    browser_of,
    chapter_of,
    fifteen,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small():
    return a_small_pole()


def test_a_version_that_was_sent_stays_what_it_was(small):
    pole, maelle = small
    fifteen(pole)
    report, desk = a_report(pole, maelle), browser_of(maelle)
    sent = desk.post(
        reverse("report-freeze", args=[report.pk]), {"version": "financeur"}, follow=True
    )
    assert "Figé le" in sent.text
    version = ReportVersion.objects.get()
    HoursEntry.objects.update(confirmed_at=None)
    report_chapters.write(
        chapter_of(report), version=1, title="", above="Corrigé.", below="", by=maelle, now=NOW
    )
    figures.refresh(pole, now=NOW + timedelta(days=1))
    page = desk.get(version.get_absolute_url()).text
    assert "100\N{NO-BREAK SPACE}h" in page
    assert "Corrigé." not in page
    assert "100\N{NO-BREAK SPACE}h" not in desk.get(report.get_absolute_url()).text
    desk.post(reverse("report-freeze", args=[report.pk]), {"version": "publique"})
    assert [(one.number, one.edition) for one in report.versions.all()] == [
        (2, "publique"),
        (1, "financeur"),
    ]
    assert browser_of(make_user()).get(version.get_absolute_url()).status_code == 404


def test_a_brake_is_told_in_what_was_sent_as_it_was_that_day(small):
    pole, maelle = small
    report, desk = a_report(pole, maelle), browser_of(maelle)
    early = reports.freeze(report, edition="publique", by=maelle, now=NOW)
    found = a_lifted_brake(pole, maelle)
    late = reports.freeze(report, edition="publique", by=maelle, now=NOW)
    assert found.title not in desk.get(early.get_absolute_url()).text
    Finding.objects.update(title="Autre chose", status="SET_ASIDE")
    assert found.title in desk.get(late.get_absolute_url()).text
    assert found.title not in desk.get(report.get_absolute_url()).text


def test_a_version_that_was_sent_before_the_site_kept_brakes_and_frames_is_read_for_ever(small):
    pole, maelle = small
    report = a_report(pole, maelle)
    found = a_lifted_brake(pole, maelle)
    kept = reports.kept_of(report)
    kept["facts"] = {name: kept["facts"][name] for name in ("now", "before")}
    del kept["brakes"]
    sent = report.versions.create(number=1, edition="publique", kept=kept, by=maelle)
    assert found.title in browser_of(maelle).get(sent.get_absolute_url()).text


def test_without_figures_nothing_is_kept_as_sent(small):
    pole, maelle = small
    report = a_report(pole, maelle)
    Report.objects.update(facts=None, made_at=None)
    with pytest.raises(NotYet):
        reports.freeze(report, edition="publique", by=maelle, now=NOW)
    page = browser_of(maelle).get(report.get_absolute_url())
    assert "en cours de calcul" in page.text
    assert figures.refresh_due(timezone.now()) >= 1, "the clock finds it"
    report.refresh_from_db()
    assert report.facts


def test_a_partner_is_named_with_their_logo_once_they_agree(small, png):
    pole, maelle = small
    desk, url = browser_of(maelle), reverse("report-partners")
    logo = SimpleUploadedFile("logo.png", png, "image/png")
    refused = desk.post(url, {"name": "Région", "role": "", "logo": logo})
    assert refused.context["form"].errors.keys() == {"agreed"}
    logo = SimpleUploadedFile("logo.png", png, "image/png")
    desk.post(
        url,
        {
            "name": "Région Hauts-de-France",
            "role": "Soutient le pôle",
            "logo": logo,
            "agreed": "on",
        },
    )
    partner = ReportPartner.objects.get()
    assert desk.get(partner.logo_url)["Content-Type"] == "image/png"
    assert browser_of(make_user()).get(partner.logo_url).status_code == 404
    report = a_report(pole, maelle)
    page = desk.get(report.get_absolute_url()).text
    assert "Région Hauts-de-France" in page
    assert partner.logo_url in page
    twice = desk.post(url, {"name": "Région Hauts-de-France", "agreed": "on"})
    assert "déjà dans la liste" in twice.text
    stranger = browser_of(make_coordinator(make_pole("Pôle d’ailleurs", ("80",))))
    assert stranger.post(reverse("report-partner-remove", args=[partner.pk])).status_code == 404
    desk.post(reverse("report-partner-remove", args=[partner.pk]))
    assert "Région Hauts-de-France" not in desk.get(report.get_absolute_url()).text


@pytest.fixture
def png():
    from io import BytesIO

    from PIL import Image

    drawn = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(drawn, "PNG")
    return drawn.getvalue()


@pytest.fixture
def told(small):
    """A mission of the year that both sides tell, each by a yes of today."""
    pole, maelle = small
    mission = fifteen(pole)[0]
    speaker = mission.need.organisation.members.first()
    telling = Telling.objects.create(
        mission=mission, needed="Un site", done="Un site en ligne", changed="Trois familles de plus",
        for_need=speaker, for_offer=mission.offer.person,
    )  # fmt: skip
    return telling


def test_a_story_is_told_with_the_consent_of_today_and_gone_with_it_also_from_what_was_sent(
    small, told
):
    pole, maelle = small
    given = [
        consents.give(person, ConsentKind.TELLING, told)
        for person in (told.for_need, told.for_offer)
    ]
    report, desk = a_report(pole, maelle), browser_of(maelle)
    desk.post(reverse("report-freeze", args=[report.pk]), {"version": "publique"})
    version = ReportVersion.objects.get()
    for url in (report.get_absolute_url(), version.get_absolute_url()):
        assert "Trois familles de plus" in desk.get(url).text
    assert "Trois familles de plus" not in str(version.kept), "nothing that somebody tells is kept"
    consents.end(given[0], because="TAKEN_BACK")
    for url in (report.get_absolute_url(), version.get_absolute_url()):
        assert "Trois familles de plus" not in desk.get(url).text


def test_a_story_may_be_left_out_by_the_pole(small, told):
    pole, maelle = small
    for person in (told.for_need, told.for_offer):
        consents.give(person, ConsentKind.TELLING, told)
    report, desk = a_report(pole, maelle), browser_of(maelle)
    chapter = chapter_of(report, ChapterKind.STORIES)
    url = reverse("report-chapter", args=[chapter.pk])
    page = desk.get(url)
    assert page.context["form"]["shown"].value() == [told.mission_id]
    desk.post(url, words(chapter))
    assert "Trois familles de plus" not in desk.get(report.get_absolute_url()).text
    chapter.refresh_from_db()
    desk.post(url, words(chapter, shown=[told.mission_id]))
    assert "Trois familles de plus" in desk.get(report.get_absolute_url()).text
