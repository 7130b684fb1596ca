"""A report to those who pay as a PDF: its blocks turned into plain data, which the template lays out."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.utils.translation import override

from common.quotes import quoted
from marketplace.documents import report_map
from marketplace.documents.report_blocks import (
    Bars,
    Block,
    Figures,
    LaidOut,
    Map,
    Names,
    Partners,
    Story,
    Words,
)
from marketplace.documents.report_words import (
    HEAD,
    LABEL,
    TITLE,
    in_percent,
    logo_in_words,
    map_in_words,
    our_logo_in_words,
    our_words,
    photo_in_words,
    short,
    titled,
    told,
)
from marketplace.documents.small_pictures import in_svg, size_of, small
from marketplace.documents.typeset import draw, typeset
from marketplace.documents.writable import breakable, writable

TEMPLATE, PICTURE = "report.typ", "report_picture.typ"
LOGO, PHOTO = 320, 800  # pixels
MAP_WIDE, MAP_TALLEST = 166, 120  # millimetres
PHOTO_WIDE, PHOTO_TALLEST = 54, 66
RUNNING = 110  # letters above each page
PROUD = 4  # figures on the first page
LONG_STORY = 900  # letters: a longer one may go on over the page
SHORT, ONE_LINE = 12, 24  # letters of a figure that is written large, that is never broken
# What the papers' shared template asks.
NOTHING_DRAWN = {"preview": False, "void": "", "logos": [], "signatures": []}

type Data = dict[str, Any]


def pdf(laid_out: LaidOut, *, logo: str = "") -> bytes:
    """The whole report. `logo`: that of the pôle, as a path in the media storage."""
    with override(laid_out.language):
        pictures = Pictures()
        data = NOTHING_DRAWN | {
            "title": titled(writable(laid_out.title)),
            "subtitle": short(laid_out.subtitle, TITLE),
            "running": _running(laid_out),
            "proud": _proud(laid_out),
            "made-on": short(laid_out.made_on, LABEL),
            "language": laid_out.language,
            "words": our_words(),
            "logo": pictures.of(logo, LOGO, our_logo_in_words()),
            "chapters": [
                {
                    "title": titled(writable(chapter.title)),
                    "blocks": [_laid(one, pictures) for one in chapter.blocks],
                }
                for chapter in laid_out.chapters
            ],
        }
    return typeset(TEMPLATE, _breakable(data), pictures=pictures.drawn)


def picture_of(block: Bars | Map, language: str) -> bytes:
    """A chart or a map by itself, as a PNG; b"" where there is nothing to draw."""
    data: Data = NOTHING_DRAWN | {"language": language, "file": "", "head": [], "rows": []}
    if isinstance(block, Bars):
        return draw(PICTURE, _breakable(data | _bars(block))) if block.rows else b""
    found = report_map.drawn(block)
    if found is None:
        return b""
    return draw(PICTURE, data | {"file": "map.svg"}, {"map.svg": report_map.as_svg(found)})


class Pictures:
    """The pictures that the template reads, by the names it reads them by."""

    def __init__(self) -> None:
        self.drawn: dict[str, bytes] = {}

    def of(self, path: str, side: int, alt: str) -> Data | None:
        content = small(path, side)
        return self.named(in_svg(content), alt) if content else None

    def named(self, svg: bytes, alt: str) -> Data:
        name = f"picture-{len(self.drawn)}.svg"
        self.drawn[name] = svg
        return {"file": name, "alt": short(alt, TITLE)}


NO_PICTURE = {"file": None, "alt": ""}


def _running(laid_out: LaidOut) -> str:
    """What stands above each page."""
    whole = " · ".join(one for one in (laid_out.title, laid_out.subtitle) if one)
    return short(whole if len(whole) <= RUNNING else laid_out.title, RUNNING)


def _proud(laid_out: LaidOut) -> list[dict[str, str]]:
    """The first figures of the report that are told in digits, for its first page."""
    blocks = (block for chapter in laid_out.chapters for block in chapter.blocks)
    rows = next((block.rows for block in blocks if isinstance(block, Figures)), [])
    digits = [row for row in rows if "".join(row.value.split()).isdecimal()]
    return [{"value": row.value, "label": short(row.label, LABEL)} for row in digits[:PROUD]]


def _laid(block: Block, pictures: Pictures) -> Data:
    lay: Callable[[], Data]
    match block:
        case Words():
            lay = partial(_said, block)
        case Figures():
            lay = partial(_figures, block)
        case Bars():
            lay = partial(_bars, block)
        case Map():
            lay = partial(_map, block, pictures)
        case Names():
            lay = partial(_names, block)
        case Story():
            lay = partial(_story, block, pictures)
        case Partners():
            lay = partial(_partners, block, pictures)
    return lay()


def _said(block: Words) -> Data:
    return {
        "kind": "words",
        "paragraphs": [told(one) for one in block.paragraphs],
        "is-note": block.is_note,
    }


def _figures(block: Figures) -> Data:
    return {
        "kind": "figures",
        "year": short(block.year, HEAD),
        "year-before": short(block.year_before, HEAD),
        "all-short": all(len(row.value) <= ONE_LINE for row in block.rows),
        "has-before": any(row.before for row in block.rows),
        "has-target": any(row.target for row in block.rows),
        "has-share": any(row.share_of_target is not None for row in block.rows),
        "rows": [
            {
                "label": short(row.label, LABEL),
                "value": short(row.value, HEAD),
                "short": len(row.value) <= SHORT,
                "before": short(row.before, HEAD),
                "target": short(row.target, HEAD),
                "share": row.share_of_target,
                "share-said": in_percent(row.share_of_target),
            }
            for row in block.rows
        ],
    }


def _bars(block: Bars) -> Data:
    return {
        "kind": "bars",
        "title": titled(writable(block.title)),
        "head": [short(one, HEAD) for one in block.head],
        "rows": [
            {
                "label": short(row.label, LABEL),
                "said": short(row.said, HEAD),
                "share": row.share,
                "hidden": is_hidden(row.share, row.said),
            }
            for row in block.rows
        ],
    }


def is_hidden(share: int, said: str) -> bool:
    """Whether the bar stands for a number that isn't told: no length, and words where a number would be."""
    return share == 0 and not said.strip()[:1].isdigit()


def _map(block: Map, pictures: Pictures) -> Data:
    found = report_map.drawn(block)
    picture = NO_PICTURE
    if found is not None:
        picture = pictures.named(report_map.as_svg(found), map_in_words(block))
    tall = MAP_WIDE * found.height / found.width if found else 0
    places = [
        {"name": short(one.name, LABEL), "count": str(one.count)}
        for one in report_map.most_first(block)
    ]
    return {
        "kind": "map",
        "title": titled(writable(block.title)),
        "places": places,
        "tall": min(tall, MAP_TALLEST),
    } | picture


def _names(block: Names) -> Data:
    return {
        "kind": "names",
        "rows": [
            {"name": short(name, LABEL), "where": short(where, LABEL)} for name, where in block.rows
        ],
    }


def _story(block: Story, pictures: Pictures) -> Data:
    picture = pictures.of(block.picture, PHOTO, photo_in_words(block)) or NO_PICTURE
    tall = _tall(small(block.picture, PHOTO)) if picture["file"] else 0
    return {
        "kind": "story",
        "tall": tall,
        "title": titled(writable(block.title)),
        "lines": [told(one) for one in block.lines],
        "quote": quoted(told(block.quote)) if block.quote else "",
        "quoted": short(block.quoted, LABEL),
        "long": sum(map(len, block.lines)) + len(block.quote) > LONG_STORY,
    } | picture


def _tall(picture: bytes) -> float:
    """How tall it stands beside the words, in millimetres."""
    wide, tall = size_of(picture)
    return min(PHOTO_WIDE * tall / wide, PHOTO_TALLEST)


def _partners(block: Partners, pictures: Pictures) -> Data:
    return {
        "kind": "partners",
        "rows": [
            {
                "name": short(one.name, LABEL),
                "role": short(one.role, LABEL),
                "initials": initials(one.name),
            }
            | (pictures.of(one.logo, LOGO, logo_in_words(one.name)) or NO_PICTURE)
            for one in block.rows
        ],
    }


def initials(name: str) -> str:
    """Two letters, where there is no logo."""
    words = [word for word in writable(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


def _breakable(data: Any) -> Any:
    """The data with places to break its longest words at, the names of pictures apart: those are short."""
    if isinstance(data, str):
        return breakable(data)
    if isinstance(data, dict):
        return {key: _breakable(value) for key, value in data.items()}
    return [_breakable(one) for one in data] if isinstance(data, Iterable) else data
