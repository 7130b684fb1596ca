"""Each bad file, sent as a browser sends it: refused with its sentence, and nothing kept."""

import os
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter

from marketplace import tasks
from marketplace.actions.talk import files
from marketplace.forms.talk.files import CleanFileField
from marketplace.models import Deliverable, Eligibility, Kind, StoredFile
from marketplace.models.documents.documents import vault
from marketplace.states import MissionStatus
from marketplace.uploads import HEAVIEST, clean
from marketplace.uploads.office import OFFICE, OPEN_OFFICE
from tests.factories import make_coordinator, make_user
from tests.marketplace.documents.document_desk import head_of, make_mission, make_structure
from tests.marketplace.documents.test_documents import make
from tests.marketplace.talk.test_files import office, pdf, picture


def locked() -> bytes:
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def bomb() -> bytes:
    """A picture of nearly no bytes and of a hundred million points."""
    out = BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG")
    return out.getvalue()


BAD = {
    "a page disguised as a PDF": (b"<html><script>alert(1)</script>", "devis.pdf", "genre de fichier"),
    "a program": (b"MZ\x90\x00" + b"\0" * 400, "photo.jpg", "genre de fichier"),
    "a drawing that can act": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "logo.svg", "genre de fichier"),
    "a PDF with a script": (pdf("app.alert('bonjour')"), "a.pdf", "scripts"),
    "a PDF whose script is spelt askew": (pdf("x").replace(b"/JavaScript", b"/Java#53cript"), "a.pdf", "scripts"),
    "a PDF with a password": (locked(), "a.pdf", "mot de passe"),
    "a broken PDF": (b"%PDF-1.7 abime", "a.pdf", "lire ce PDF"),
    "an archive": (office("a.txt"), "tout.zip", "archives"),
    "a text with macros": (office("word/document.xml", "word/vbaProject.bin"), "a.docx", "macros"),
    "a table with a file inside": (office("xl/workbook.xml", "xl/embeddings/x.bin"), "a.xlsx", "macros"),
    "a broken picture": (picture("PNG")[:60], "a.png", "abîmée"),
    "a picture too large": (bomb(), "a.png", "trop grande"),
    "nothing": (b"", "vide.pdf", "vide"),
    "a file too heavy": (b"%PDF-1.7" + b"0" * HEAVIEST, "gros.pdf", "trop lourd"),
}  # fmt: skip


@pytest.fixture
def mission():
    return make_mission(status=MissionStatus.RUNNING)


def send(client, mission, content, name):
    url = reverse("deliverable-new", args=[mission.pk])
    return client.post(url, {"title": "Le livrable", "sent": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("case", BAD)
def test_a_bad_deliverable_is_refused_with_its_sentence(client, mission, case):
    content, name, said = BAD[case]
    client.force_login(mission.offer.person)
    answer = send(client, mission, content, name)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert not Deliverable.objects.exists()


@pytest.mark.parametrize("case", ["a PDF with a script", "an archive", "a file too heavy"])
def test_a_bad_proof_is_refused_with_its_sentence(client, case):
    content, name, said = BAD[case]
    structure = make_structure()
    client.force_login(head_of(structure))
    told = {"declare": "yes", "status": "RESCRIT", "category": "GENERAL_INTEREST",
            "proof": SimpleUploadedFile(name, content)}  # fmt: skip
    answer = client.post(reverse("eligibility", args=[structure.pk]), told)
    assert said in answer.content.decode()
    assert not Eligibility.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("case", ["a program", "a PDF with a password", "a broken picture"])
def test_a_bad_scan_is_refused_with_its_sentence(client, case):
    content, name, said = BAD[case]
    document = make(make_mission(), Kind.CONVENTION_SERVICE)
    client.force_login(head_of(document.organisation))
    told = {"party": "STRUCTURE", "read": document.sha256, "name": "Inès", "capacity": "présidente",
            "scan": SimpleUploadedFile(name, content)}  # fmt: skip
    answer = client.post(reverse("document-scan", args=[document.pk]), told, follow=True)
    assert said in answer.content.decode()
    assert not document.signatures.exists()
    assert not StoredFile.objects.exists()


ENDINGS = re.compile(r"\.[a-z]+")


def test_the_help_names_each_kind_that_is_taken_and_no_other():
    field = CleanFileField()
    pictures_and_pdf = {".pdf", ".png", ".jpg", ".jpeg", ".webp", ".gif"}
    accepted = set(field.widget.attrs["accept"].split(","))
    assert set(ENDINGS.findall(str(field.help_text))) == accepted - pictures_and_pdf
    for words in ("PDF", "JPEG", "PNG", "WebP", "GIF"):
        assert words in field.help_text
    documents = {ending for _part, (ending, _type) in OFFICE.items()} | set(OPEN_OFFICE.values())
    assert {f".{ending}" for ending in documents} == accepted - pictures_and_pdf


def test_plain_text_is_refused_with_what_to_do_instead(client, mission):
    client.force_login(mission.offer.person)
    assert "exporter en PDF" in send(client, mission, b"Des notes.", "notes.txt").text
    assert not Deliverable.objects.exists()


def test_a_deliverable_is_sent_shown_and_given_back_to_the_two_sides_alone(client, mission):
    client.force_login(mission.offer.person)
    send(client, mission, picture(), "../../maquette finale.exe")
    kept = Deliverable.objects.get().file
    assert kept.original_name == "maquette finale.jpg"
    assert kept.name not in kept.original_name
    url = reverse("file", args=[kept.name])
    client.force_login(head_of(mission.need.organisation))
    assert url in client.get(mission.get_absolute_url()).content.decode()
    answer = client.get(url)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    client.force_login(make_user())
    assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_a_title_alone_hands_nothing_over(client, mission):
    client.force_login(mission.offer.person)
    answer = client.post(reverse("deliverable-new", args=[mission.pk]), {"title": "Le livrable"})
    assert "Envoyez un fichier" in answer.content.decode()
    assert not Deliverable.objects.exists()


def test_the_proof_is_for_the_structure_and_its_coordinators(client):
    structure = make_structure()
    client.force_login(head_of(structure))
    told = {"declare": "yes", "status": "RESCRIT", "category": "GENERAL_INTEREST",
            "proof": SimpleUploadedFile("rescrit.pdf", pdf())}  # fmt: skip
    client.post(reverse("eligibility", args=[structure.pk]), told)
    kept = Eligibility.objects.get().proof
    url = reverse("file", args=[kept.name])
    coordinator = make_coordinator(structure.pole)
    client.force_login(coordinator)
    assert url in client.get(reverse("eligibility", args=[structure.pk])).content.decode()
    assert client.get(url).status_code == 200
    client.force_login(make_user())
    assert client.get(url).status_code == 404


@pytest.fixture
def empty_vault(settings, tmp_path):
    """The other tests' files are left behind by their rolled back transactions: not counted here."""
    settings.VAR_DIR = tmp_path


def test_the_sweep_takes_what_nothing_names_and_leaves_the_rest(empty_vault, mission):
    by = mission.offer.person
    named = files.store(clean(SimpleUploadedFile("a.pdf", pdf())), by=by, mission=mission)
    Deliverable.objects.create(mission=mission, title="Le livrable", file=named, by=by)
    alone = files.store(clean(SimpleUploadedFile("b.pdf", pdf())), by=by, mission=mission)
    document = make(make_mission())
    lost = vault().save("documents/ab/perdu.pdf", ContentFile(b"x"))
    assert files.sweep(timezone.now()) == (0, 0)  # all of today: a transaction may still be open

    later = timezone.now() + files.ORPHANS_KEPT + timedelta(hours=1)
    assert files.sweep(later) == (1, 2)
    assert list(StoredFile.objects.all()) == [named]
    assert files.read(named).startswith(b"%PDF")
    assert not vault().exists(files.path_of(alone.name))
    assert not vault().exists(lost)
    assert vault().exists(document.file.name)
    assert files.sweep(later) == (0, 0)


def test_the_clock_sweeps_the_vault(settings, empty_vault):
    """Once a day, by the task that beat names."""
    assert settings.CELERY_BEAT_SCHEDULE["vault"]["task"] == tasks.sweep_vault.name
    old = vault().save("files/ab/" + "ab" * 16, ContentFile(b"x"))
    long_ago = (timezone.now() - timedelta(days=30)).timestamp()
    os.utime(Path(vault().path(old)), (long_ago, long_ago))
    tasks.sweep_vault()
    assert not vault().exists(old)
