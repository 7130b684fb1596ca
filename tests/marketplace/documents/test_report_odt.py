"""The report as a text document: read back as what any text editor reads, and by LibreOffice where it is installed."""

import io
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from PIL import Image

from accounts import land
from marketplace.documents.report_blocks import Chapter, LaidOut
from marketplace.documents.report_odt import odt
from tests.factories import make_commune
from tests.marketplace.documents.report_example import (
    EVERYWHERE,
    LONG,
    TRAP,
    hostile,
    kept_picture,
    small_pole,
)
from tests.marketplace.documents.test_documents import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SPACES = {
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
}


@pytest.fixture(autouse=True)
def _communes():
    land.around.cache_clear()
    make_commune("62498", "Lens", latitude=50.43, longitude=2.83)


def part(content: bytes, name: str = "content.xml") -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "mimetype"
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.text"
        return ElementTree.fromstring(archive.read(name))


def said(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_its_chapters_are_headings_of_the_editor_and_its_blocks_headings_below():
    headings = part(odt(small_pole())).iterfind(".//text:h", SPACES)
    levels = [(one.get(f"{{{SPACES['text']}}}outline-level"), said(one)) for one in headings]
    assert [words for level, words in levels if level == "1"] == [
        "L’année en bref", "Par famille", "Où cela s’est passé", "Les structures qui ont trouvé quelqu’un", "Ce qui a changé", "Ils nous soutiennent",
    ]  # fmt: skip
    assert ("2", "Une caisse qui tient") in levels
    assert {level for level, _words in levels} == {"1", "2"}


def test_each_table_says_what_its_columns_hold():
    tables = part(odt(small_pole())).findall(".//table:table", SPACES)
    heads = [
        [said(cell) for cell in one.iterfind("table:table-header-rows//table:table-cell", SPACES)]
        for one in tables
    ]
    assert heads == [
        ["Chiffre", "2026", "2025", "Objectif", "Part de l’objectif"],
        ["Famille", "Missions"],
        ["Commune", "Missions"],
        ["Structure", "Commune"],
        ["Partenaire", "Rôle", "Logo"],
    ]
    first = [said(one) for one in tables[0].findall("table:table-row", SPACES)[0]]
    assert first == ["Missions menées à bien", "15", "11", "20", "75 %"]


def test_each_picture_is_there_and_told_to_who_does_not_see_it():
    content = odt(small_pole())
    frames = part(content).findall(".//draw:frame", SPACES)
    assert len(frames) == 4  # chart, map, photograph, logo
    for frame in frames:
        assert frame.findtext("svg:desc", "", SPACES)
        assert frame.findtext("svg:title", "", SPACES)
        held = frame.find("draw:image", SPACES).get(f"{{{SPACES['xlink']}}}href")
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(held) as picture:
            Image.open(picture).verify()


def test_the_logo_of_the_pole_stands_above_its_title():
    frames = part(odt(small_pole(), logo=kept_picture("pole.png"))).findall(".//draw:frame", SPACES)
    assert frames[0].findtext("svg:desc", "", SPACES) == "Logo du pôle"
    assert len(frames) == 5


def test_its_title_and_language_are_kept_with_it():
    content = odt(small_pole())
    meta = part(content, "meta.xml")
    assert meta.findtext(".//dc:title", "", SPACES) == "Rapport d’activité 2026"
    assert meta.findtext(".//dc:language", "", SPACES) == "fr-FR"
    made = meta.findtext(".//{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}creation-date", "")
    assert made.startswith(f"{timezone.localdate():%Y-%m-%d}"), "not that of an empty document"
    languages = {
        one.get(f"{{{SPACES['fo']}}}language")
        for one in part(content, "styles.xml").iter()
        if one.get(f"{{{SPACES['fo']}}}language")
    }
    assert languages <= {"fr", "none"}
    assert "fr" in languages


def test_only_the_columns_that_say_something_are_there():
    from marketplace.documents.report_blocks import Figure, Figures

    chapters = [Chapter("Chiffres", [Figures("2026", "2025", [Figure("Missions", "15")])])]
    head = part(odt(small_pole(chapters=chapters))).find(".//table:table-header-rows", SPACES)
    assert [said(cell) for cell in head.iterfind(".//table:table-cell", SPACES)] == ["Chiffre", "2026"]  # fmt: skip


@pytest.mark.parametrize(
    "words", [TRAP, EVERYWHERE, LONG, "", "\x00\x0b\ud800 <b>&amp;", "\n" * 300]
)
def test_nobody_s_words_break_it(words):
    body = said(part(odt(hostile(words))))
    if words == TRAP:
        assert '#read("/etc/passwd") $x^2$ *gras*' in body
    if words == EVERYWHERE:
        assert "😀" in body
        assert "\u202e" not in body


def test_without_a_chapter_it_says_so():
    assert "aucun chapitre" in said(part(odt(LaidOut("Rapport", "Pôle", "Le 3 mars", "fr"))))


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice isn't installed here")
def test_libreoffice_opens_it(tmp_path):
    path = tmp_path / "report.odt"
    path.write_bytes(odt(small_pole()))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    read = text_of((tmp_path / "report.pdf").read_bytes())
    for words in ("Rapport d’activité 2026", "Une caisse qui tient", "non communiqué"):
        assert words in read, words
