"""Files that people send: judged by content, made harmless, given back only to those who may."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from marketplace.actions.talk import files
from marketplace.models import Kind
from marketplace.uploads import clean
from tests.factories import make_user
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_documents import make


def sent(content: bytes, name="piece.pdf"):
    return SimpleUploadedFile(name, content)


def pdf(script: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    if script:
        act = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject(key): value for key, value in act.items()}
        )
    writer.write(out)
    return out.getvalue()


def picture(kind="JPEG", **fields) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, kind, **fields)
    return out.getvalue()


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name in names:
            box.writestr(name, "<x/>")
    return out.getvalue()


def test_a_plain_pdf_is_kept_as_it_is():
    assert clean(sent(pdf())).content_type == "application/pdf"


def acting(where: str, act: dict, *, hidden: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """A PDF whose root or page (`where`) holds this dictionary; `hidden` rewrites a name byte for byte."""
    writer, out = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(200, 200)
    holder, key = (page, "/AA") if where == "page" else (writer.root_object, where)
    holder[NameObject(key)] = DictionaryObject(
        {NameObject(name): NameObject(value) for name, value in act.items()}
    )
    writer.write(out)
    return out.getvalue().replace(*hidden)


@pytest.mark.parametrize(
    "content",
    [
        pdf("app.alert('bonjour')"),
        acting("/OpenAction", {"/S": "/JXXXvaScript"}, hidden=(b"/JXXXvaScript", b"/J#61vaScript")),
        acting("/OpenAction", {"/S": "/Launch"}),
        acting("/Names", {"/EmbeddedFiles": "/None"}),
        acting("/AcroForm", {"/XFA": "/None"}),
        acting("page", {"/O": "/None"}),
    ],
    ids=["script", "script under another spelling", "program", "file inside", "form", "page"],
)
def test_a_pdf_that_can_act_is_refused_with_a_way_out(content):
    with pytest.raises(ValidationError, match="scripts"):
        clean(sent(content))


def test_a_picture_is_drawn_again_without_what_it_carried():
    exif = Image.Exif()
    exif[0x010E] = "chez moi, 12 rue des Postes"
    kept = clean(sent(picture(exif=exif), "photo.exe"))
    assert (kept.name, kept.content_type) == ("photo.jpg", "image/jpeg")
    assert b"rue des Postes" not in kept.content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><script>1</script>", "genre de fichier"),
        (b"", "vide"),
        (b"%PDF-1.7 abime", "lire ce PDF"),
        (office("a.txt"), "archives"),
        (office("word/document.xml", "word/vbaProject.bin"), "macros"),
    ],
)
def test_what_is_refused_says_why(content, said):
    with pytest.raises(ValidationError, match=said):
        clean(sent(content))


def test_a_text_is_known_by_what_it_holds():
    assert clean(sent(office("word/document.xml"), "x.pdf")).name == "x.docx"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\passwd", "a\u202efdp.exe", "..."])
def test_names_lose_their_folders_and_their_tricks(name):
    kept = clean(sent(pdf(), name)).name
    assert "/" not in kept
    assert "\\" not in kept
    assert "\u202e" not in kept
    assert kept.endswith(".pdf")


def test_a_file_goes_only_to_those_who_see_the_mission(client):
    mission = make_mission()
    kept = files.store(clean(sent(pdf(), "preuve.pdf")), by=mission.offer.person, mission=mission)
    url = reverse("file", args=[kept.name])
    client.force_login(make_user())
    assert client.get(url).status_code == 404
    client.force_login(mission.offer.person)
    answer = client.get(url)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="preuve.pdf"'
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_page_signed_on_paper_is_kept_with_the_document(client):
    document = make(make_mission(), Kind.CONVENTION_SERVICE)
    client.force_login(head_of(document.organisation))
    said = {"party": "STRUCTURE", "read": document.sha256, "name": "Inès Marchal", "capacity": "présidente",
            "scan": sent(picture(), "scan.jpg")}  # fmt: skip
    client.post(reverse("document-scan", args=[document.pk]), said)
    signature = document.signatures.get()
    assert (signature.how, signature.scan.original_name) == ("SCAN", "scan.jpg")


def scan_of(document, party, name, capacity="présidente"):
    return {"party": party, "read": document.sha256, "name": name, "capacity": capacity,
            "scan": sent(picture(), "scan.jpg")}  # fmt: skip


def test_both_sides_read_the_scan_and_who_handed_it_in(client):
    mission = make_mission()
    document = make(mission, Kind.CONVENTION_SERVICE)
    structure, company = head_of(document.organisation), head_of(mission.offer.organisation)
    scan = reverse("document-scan", args=[document.pk])
    client.force_login(structure)
    client.post(scan, scan_of(document, "STRUCTURE", "Inès Marchal"))
    half = client.get(document.get_absolute_url()).text
    assert "signature électronique simple" in half, "what the other side may still click"
    client.force_login(company)
    url = reverse("file", args=[document.signatures.get().scan.name])
    page = client.get(document.get_absolute_url()).text
    assert url in page
    assert f"remise par {structure}" in page
    assert client.get(url).status_code == 200
    client.post(scan, scan_of(document, "EMPLOYER", "Paul Dubois", "directeur"))
    whole = client.get(document.get_absolute_url()).text
    assert "Signé à la main" in whole
    assert "Signature électronique simple" not in whole
    client.force_login(make_user())
    assert client.get(url).status_code == 404


def test_a_scan_that_comes_second_is_told_that_it_is_signed_already(client):
    document = make(make_mission(), Kind.CONVENTION_SERVICE)
    client.force_login(head_of(document.organisation))
    scan = reverse("document-scan", args=[document.pk])
    for name in ("Inès Marchal", "Paul Dubois"):
        page = client.post(scan, scan_of(document, "STRUCTURE", name), follow=True)
    assert page.status_code == 200
    assert "déjà signé pour cette partie" in page.text
    assert document.signatures.get().name == "Inès Marchal"


def test_one_side_hands_in_no_scan_for_the_other(client):
    document = make(make_mission(), Kind.CONVENTION_SERVICE)
    client.force_login(head_of(document.organisation))
    scan = reverse("document-scan", args=[document.pk])
    assert client.post(scan, scan_of(document, "EMPLOYER", "Paul Dubois")).status_code == 403
