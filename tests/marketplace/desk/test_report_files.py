"""A report is taken out as a file: by whom, and noted before it leaves."""

import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from marketplace.actions.desk import reports
from marketplace.models import JournalEntry, JournalKind, Report
from tests.factories import make_coordinator, make_pole, make_user
from tests.marketplace.desk.report_people import NOW, a_report, a_small_pole, browser_of, fifteen

pytestmark = pytest.mark.django_db
BEGINS = {"pdf": b"%PDF-", "odt": b"PK"}


@pytest.mark.parametrize("kind", BEGINS)
def test_a_coordinator_takes_it_out_and_the_journal_says_so(kind):
    pole, maelle = a_small_pole()
    fifteen(pole)
    report, desk = a_report(pole, maelle), browser_of(maelle)
    version = reports.freeze(report, edition="publique", by=maelle, now=NOW)
    for name, row in (("report-file", report), ("report-version-file", version)):
        sent = desk.post(reverse(name, args=[row.pk, kind]), {"version": "publique"})
        assert sent.content.startswith(BEGINS[kind])
        assert sent["Content-Disposition"].startswith("attachment")
    first, second = JournalEntry.objects.filter(kind=JournalKind.POLE_REPORT).order_by("pk")
    assert (first.by, first.pole, first.form) == (maelle, pole, kind)
    assert "Version publique" in first.words
    assert "version 1" in second.words


def test_nobody_else_takes_it_out_and_no_other_kind_is_made(client):
    pole, maelle = a_small_pole()
    report = a_report(pole, maelle)
    url = reverse("report-file", args=[report.pk, "pdf"])
    assert client.post(url).status_code == 302
    for person in (make_user(), make_coordinator(make_pole("Pôle d’ailleurs", ("80",)))):
        assert browser_of(person).post(url).status_code == 404
    desk = browser_of(maelle)
    assert desk.get(url).status_code == 405
    assert desk.post(reverse("report-file", args=[report.pk, "exe"])).status_code == 404
    Report.objects.update(facts=None, made_at=None)
    assert "pas encore faits" in desk.post(url, follow=True).text
    assert not JournalEntry.objects.exists()


def test_it_bears_the_logo_of_its_pole():
    pole, maelle = a_small_pole()
    report, desk = a_report(pole, maelle), browser_of(maelle)
    url = reverse("report-file", args=[report.pk, "pdf"])
    assert not pictures_of(desk.post(url).content)
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "#0f5c5c").save(drawn, "PNG")
    pole.logo.save("pole.png", ContentFile(drawn.getvalue()))
    assert len(pictures_of(desk.post(url).content)) == 1


def pictures_of(content: bytes) -> list:
    return list(PdfReader(io.BytesIO(content)).pages[0].images)
