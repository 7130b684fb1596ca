"""Draws some words as the picture that a page shows where its address is shared: 1200 by 630, in the house's own letters."""

import unicodedata
from bisect import bisect_left
from functools import cache, lru_cache
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN = 1200, 630, 80
DARK, PAPER, SAND, ACCENT = "#0f5c5c", "#fbf8f3", "#f6ede2", "#e2725b"
LETTERS = settings.BASE_DIR / "static/vendor/fonts/source-sans-3-latin-wght-normal.woff2"
BOLD, PLAIN = 700, 400
TITLE_SIZES, TITLE_TALL, LEADING = range(84, 43, -4), 290, 1.14
LINE_SIZE, KICKER_SIZE = 36, 32
SPOKEN = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"})
STUCK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
KEPT = 64  # pictures, in each process: some forty kilobytes each
LONGEST = 1_000  # letters of a line or a title: more never fit
DRAWING = "1"  # to be changed with the drawing: browsers ask again


class Words(NamedTuple):
    kicker: str
    title: str
    line: str
    house: str


def mark_of(words: Words) -> str:
    """What is the same as long as the picture is."""
    return sha256("\0".join((DRAWING, *words)).encode()).hexdigest()[:20]


@lru_cache(maxsize=KEPT)
def drawn(words: Words) -> bytes:
    """The bytes of the PNG."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), DARK)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, HEIGHT - 96, WIDTH, HEIGHT), fill=PAPER)
    inside = WIDTH - 2 * MARGIN
    pen.text(
        (MARGIN, 64), _cut(words.kicker, KICKER_SIZE, BOLD, inside), SAND, _font(KICKER_SIZE, BOLD)
    )
    size, lines = _fitted(writable(words.title[:LONGEST]) or words.house, inside)
    top = 128.0
    for line in lines:
        pen.text((MARGIN, top), line, PAPER, _font(size, BOLD))
        top += size * LEADING
    said = _cut(words.line, LINE_SIZE, PLAIN, inside)
    pen.text((MARGIN, min(top + 22, HEIGHT - 160)), said, SAND, _font(LINE_SIZE, PLAIN))
    _logo(pen, MARGIN, HEIGHT - 76)
    pen.text((MARGIN + 136, HEIGHT - 50), words.house, DARK, _font(40, BOLD), anchor="lm")
    kept = BytesIO()
    picture.quantize(64).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def writable(text: str) -> str:
    """The text without what our letters can't write: a letter with a foreign mark becomes the letter, a smiley goes."""
    composed = unicodedata.normalize("NFC", text).translate(SPOKEN)
    written = "".join(_written(letter) for letter in composed)
    return " ".join(word for word in written.split(" ") if word)


@cache
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(LETTERS, size)
    font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=2_000)
def _written(letter: str) -> str:
    if letter in STUCK:
        return "\N{NO-BREAK SPACE}"
    if letter.isspace():
        return " "
    for one in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        if one.isprintable() and _shape(one) not in {_shape("\U0010fffe"), b""}:
            return one
    return ""


def _shape(letter: str) -> bytes:
    return bytes(_font(40, PLAIN).getmask(letter))


def _fitted(text: str, wide: int) -> tuple[int, list[str]]:
    """The largest size in which the text fits, and its lines; the smallest, cut, for the longest."""
    for size in TITLE_SIZES:
        lines = _lines(text, size, wide)
        if len(lines) * size * LEADING <= TITLE_TALL:
            return size, lines
    kept = lines[: int(TITLE_TALL / (size * LEADING))]
    kept[-1] = _cut(f"{kept[-1]} {lines[len(kept)]}", size, BOLD, wide)
    return size, kept


def _lines(text: str, size: int, wide: int) -> list[str]:
    font, lines = _font(size, BOLD), [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= wide:
            lines[-1] = longer
        else:
            lines.append(_cut(word, size, BOLD, wide))
    return [line for line in lines if line]


def _cut(text: str, size: int, weight: int, wide: int) -> str:
    """The text, or as much of it as is so wide, with three dots."""
    font, text = _font(size, weight), writable(text[:LONGEST])
    if font.getlength(text) <= wide:
        return text
    longest = bisect_left(
        range(1, len(text) + 1), True, key=lambda n: font.getlength(f"{text[:n]}…") > wide
    )
    return f"{text[:longest].rstrip()}…"


def _logo(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """As in static/img/logo.svg, at 1.3 times its size."""

    def at(x: float, y: float) -> tuple[float, float]:
        return left + 1.3 * x, top + 1.3 * y

    pen.ellipse((*at(5, 5), *at(39, 39)), fill=DARK)
    pen.rounded_rectangle((*at(51.5, 4.5), *at(86.5, 39.5)), 15, outline=DARK, width=7)
    for half, ink in ((6.5, PAPER), (3.5, ACCENT)):
        pen.rounded_rectangle(
            (*at(22 - half, 22 - half), *at(68 + half, 22 + half)), 1.3 * half, fill=ink
        )
