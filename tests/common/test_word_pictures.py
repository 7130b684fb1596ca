"""Words drawn as a picture: none leaves it, however long or strange they are."""

from io import BytesIO

import pytest
from PIL import Image

from common import word_pictures


@pytest.mark.parametrize("text", ["x" * 120, "mot " * 30, "anticonstitutionnellement " * 5, "É"])
def test_no_line_leaves_the_picture_and_none_is_lost_without_a_sign(text):
    inside = word_pictures.WIDTH - 2 * word_pictures.MARGIN
    size, lines = word_pictures._fitted(word_pictures.writable(text), inside)
    font = word_pictures._font(size, word_pictures.BOLD)
    assert all(font.getlength(line) <= inside for line in lines)
    assert len(lines) * size * word_pictures.LEADING <= word_pictures.TITLE_TALL
    whole = " ".join(lines) == " ".join(text.split())
    assert whole or lines[-1].endswith("…")


@pytest.mark.parametrize("text", ["b" * 20_000, "b c " * 5_000, "\u200b" * 20_000, "😀" * 20_000])
def test_a_picture_measures_little_of_what_is_too_long_for_it(monkeypatch, text):
    measured = []
    measure = word_pictures.ImageFont.FreeTypeFont.getlength

    def counted(font, letters, *args, **kwargs):
        measured.append(len(letters))
        return measure(font, letters, *args, **kwargs)

    monkeypatch.setattr(word_pictures.ImageFont.FreeTypeFont, "getlength", counted)
    drawn = word_pictures.drawn.__wrapped__(word_pictures.Words(text, text, text, "Trait d’union"))
    assert Image.open(BytesIO(drawn)).size == (1200, 630)
    assert sum(measured) < 200_000


def test_letters_that_we_cannot_write_become_their_nearest_or_go():
    assert (
        word_pictures.writable("Été à Lœuilly : 😀 日本 ťaž, 10\xa0€")
        == "Été à Lœuilly : taz, 10\xa0€"
    )
    nothing = word_pictures.Words("", "日本", "", "Trait d’union")
    assert Image.open(BytesIO(word_pictures.drawn(nothing))).size == (1200, 630)
