"""A paper is never refused for a sign that its letters lack."""

import io
import random

import pytest
from pypdf import PdfReader

from marketplace.actions.documents import ledger
from marketplace.documents import writable
from marketplace.documents.typeset import typeset
from marketplace.models import MissionSheet
from tests.marketplace.documents.document_desk import make_mission
from tests.marketplace.documents.test_documents import make, text_of

ONLY = {"report.typ": "#let d = json(bytes(sys.inputs.data))\n#set document(title: \"x\")\n#set text(font: \"Libertinus Serif\")\n= x\n#for c in d.all [#c \\ #strong(c) #emph(c) ]"}  # fmt: skip


def letters() -> list[str]:
    ranges = [one.split("-") for one in writable.KNOWN.split()]
    return [
        chr(code)
        for first, *last in ranges
        for code in range(int(first, 16), int((last or [first])[0], 16) + 1)
    ]


@pytest.mark.once
def test_the_typesetter_writes_each_letter_that_we_say_it_knows():
    assert typeset("report.typ", {"logos": [], "all": letters()}, ONLY).startswith(b"%PDF")


@pytest.mark.once
def test_it_writes_them_in_any_order_too():
    """Two directions in a line, letters of several fonts in a word."""
    drawn = random.Random(1512)
    known = letters()
    lines = ["".join(drawn.choices(known, k=40)) for _line in range(150)]
    assert typeset("report.typ", {"logos": [], "all": lines}, ONLY).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Bravo 😀 !", "Bravo  !"),
        ("漢字", "□□"),
        ("e\u0301te\u0301", "été"),
        ("\u202eretourné", "retourné"),
        ("un\x07 deux\x00", "un deux"),
        ("un\r\ndeux\u2028trois", "un\n\ndeux\ntrois"),
        ("Łódź, ½ €, « l’été »", "Łódź, ½ €, « l’été »"),
    ],
)
def test_what_our_letters_lack_is_replaced_or_goes(typed, written):
    assert writable.writable(typed) == written


def test_a_word_longer_than_a_line_may_be_broken_and_a_long_french_one_stays():
    assert writable.BREAK in writable.breakable("a" * 60)
    assert writable.breakable("a" * 60).replace(writable.BREAK, "") == "a" * 60
    assert writable.breakable("anticonstitutionnellement") == "anticonstitutionnellement"


@pytest.mark.django_db
def test_a_smiley_in_what_is_entrusted_leaves_the_mission_its_papers():
    mission = make_mission()
    MissionSheet.objects.filter(mission=mission).update(aim="Tenir la caisse 😀 avec 漢字.")
    mission.refresh_from_db()
    content = ledger.read(make(mission))
    assert "Tenir la caisse" in text_of(content)
    assert PdfReader(io.BytesIO(content)).pages
