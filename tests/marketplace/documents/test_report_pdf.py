"""The report to those who pay as a PDF: what it says, how it is read aloud, and that nobody's words run in it."""

import io
import resource
import time
import tracemalloc
from pathlib import Path

import pytest
from pypdf import PdfReader

from accounts import land
from marketplace.documents.report_blocks import (
    Bar,
    Bars,
    Chapter,
    LaidOut,
    Map,
    Partner,
    Partners,
    Place,
    Story,
    Words,
)
from marketplace.documents.report_pdf import is_hidden, pdf, picture_of
from marketplace.documents.small_pictures import small
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


@pytest.fixture(autouse=True)
def _drawn_anew():
    land.around.cache_clear()
    small.cache_clear()


@pytest.fixture
def communes():
    make_commune("62498", "Lens", latitude=50.43, longitude=2.83)
    make_commune("62041", "Arras", latitude=50.29, longitude=2.78)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def parts(content: bytes) -> list:
    """All elements of the structure that a screen reader follows."""
    found, waiting = [], [read(content).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if not hasattr(one, "get"):
            continue
        found.append(one)
        below = one.get("/K", [])
        waiting += below if isinstance(below, list) else [below]
    return [one for one in found if "/S" in one]


def test_it_says_all_that_its_blocks_say(communes):
    said = text_of(pdf(small_pole()))
    for words in (
        "Rapport d’activité 2026", "Établi le 3 mars 2027", "Sommaire", "Missions menées à bien", "15", "11", "75 %",
        "Objectif", "non communiqué", "moins de 5", "Béthune", "Une caisse qui tient", "« On a retrouvé le sommeil. »",
        "Mme Petit, présidente", "Région Hauts-de-France", "Financeur", "page 1 / ",
    ):  # fmt: skip
        assert words in said.replace("\xa0", " "), words


def test_it_is_tagged_with_its_title_language_headings_and_heads_of_tables(communes):
    content = pdf(small_pole())
    root = read(content).trailer["/Root"]
    assert str(root["/Lang"]).startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read(content).metadata.title == "Rapport d’activité 2026"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    kinds = [one["/S"] for one in parts(content)]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 7  # the contents and six chapters
    assert kinds.count("/H3") == 3
    assert {"/Table", "/TH", "/TD", "/Figure"} <= set(kinds)


def test_the_map_and_each_picture_are_told_to_who_does_not_see_them(communes):
    told = [str(one["/Alt"]) for one in parts(pdf(small_pole(), logo=kept_picture("pole.png"))) if "/Alt" in one]  # fmt: skip
    assert any("3 lieux" in one and "Lens (4)" in one for one in told)
    assert any("Une caisse qui tient" in one for one in told)
    assert any("Région Hauts-de-France" in one for one in told)
    assert any("Logo du pôle" in one for one in told)


def test_it_is_read_in_english_too(communes):
    said = text_of(pdf(small_pole(language="en")))
    for words in ("Contents", "Target", "“On a retrouvé le sommeil.”", "page 1 / "):
        assert words in said, words


@pytest.mark.parametrize("words", [TRAP, EVERYWHERE, LONG, "", "x" * 5_000, "\n" * 500, "=" * 400])
def test_nobody_s_words_run_nor_break_it(words):
    said = text_of(pdf(hostile(words)))
    if words == TRAP:
        assert '#read("/etc/passwd") $x^2$ *gras*' in said
        assert "root:" not in said


def test_without_a_chapter_it_says_so():
    content = pdf(LaidOut("Rapport 2026", "Pôle", "Établi le 3 mars", "fr"))
    assert "aucun chapitre" in text_of(content)
    assert len(read(content).pages) == 1


def test_a_chapter_of_nothing_and_a_map_of_nowhere_say_so():
    blocks = [Map("Missions", [Place("Lens", 50.4, 2.8, 0)])]
    said = text_of(pdf(small_pole(chapters=[Chapter("Vide", []), Chapter("Carte", blocks)])))
    assert "Rien à dire" in said
    assert "n’a de lieu" in said


def test_a_map_without_known_communes_is_its_list():
    said = text_of(pdf(small_pole()))
    assert "Béthune" in said


def test_a_picture_that_is_lost_or_damaged_leaves_the_words(settings):
    from pathlib import Path

    (Path(settings.MEDIA_ROOT) / "report").mkdir(parents=True, exist_ok=True)
    (Path(settings.MEDIA_ROOT) / "report/broken.png").write_bytes(b"\x89PNG broken")
    stories = [
        Story("Un site", ["Il tient."], picture=path)
        for path in ("report/nowhere.png", "report/broken.png", "../../../etc/passwd")
    ]
    content = pdf(small_pole(chapters=[Chapter("Histoires", stories)]))
    assert text_of(content).count("Il tient.") == 3
    assert "/Figure" not in [one["/S"] for one in parts(content)]


def test_no_title_stands_alone_at_the_foot_of_a_page():
    for lines in range(20, 50):
        chapters = [
            Chapter("Premier", [Words(["Une ligne."] * lines)]),
            Chapter("Le deuxième", [Words(["Ce qui suit."])]),
        ]
        page = next(
            one.extract_text()
            for one in read(pdf(small_pole(chapters=chapters))).pages[1:]
            if "Le deuxième" in one.extract_text()
        )
        assert "Ce qui suit." in page, lines


def test_eight_thousand_words_forty_partners_and_many_places_take_no_time():
    words = ["Le pôle a accompagné des structures de toutes tailles. " * 100] * 10
    logo = kept_picture("logo.png")
    chapters = [
        Chapter("Mots", [Words(words)]),
        Chapter("Partenaires", [Partners([Partner(f"Partenaire {n}", "Financeur", logo) for n in range(40)])]),
        Chapter("Carte", [Map("Missions", [Place(f"Commune {n}", 50 + n / 400, 2.5 + n % 20 / 20, 1 + n % 7) for n in range(400)])]),
        Chapter("Familles", [Bars("Missions", ("Famille", "n"), [Bar(f"Famille {n}", str(n), n) for n in range(100)])]),
    ]  # fmt: skip
    make_commune("62498", "Lens", latitude=50.43, longitude=2.83)
    laid_out = small_pole(chapters=chapters)
    tracemalloc.start()
    begun = time.process_time()
    content = pdf(laid_out)
    spent, (_now, most) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(read(content).pages) > 15
    assert spent < 3
    assert most < 50_000_000


def test_a_number_that_is_not_told_has_a_bar_of_its_own_and_a_nought_has_none():
    assert is_hidden(0, "moins de 5")
    assert is_hidden(0, "non communiqué")
    assert not is_hidden(0, "0")
    assert not is_hidden(0, "0 heure")
    assert not is_hidden(2, "12")
    shares = Bars("Missions", ("Famille", "n"), [Bar("Droit", "moins de 5", 0)])
    assert picture_of(shares, "fr").startswith(b"\x89PNG")


def test_long_reports_one_after_the_other_take_no_more_memory_than_one(communes):
    """The typesetter remembers its last ten compilations: of such reports they would be eight hundred megabytes."""
    sizes = [_megabytes(number) for number in range(12)]
    assert sizes[-1] - sizes[0] < 400, sizes


def _megabytes(number: int) -> float:
    """How much this process holds once it has laid out another long report."""
    words = Words([f"mot{number} " * 2000] * 30)
    pdf(small_pole(chapters=[Chapter(f"Chapitre {turn}", [words]) for turn in range(4)]))
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def test_the_structures_are_a_table_of_two_by_two(communes):
    told = text_of(pdf(small_pole()))
    for said in ("Cap Devoirs", "Garage solidaire", "Une place à table", "Calais"):
        assert said in told
