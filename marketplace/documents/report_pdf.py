"""A report to those who pay as a PDF: its blocks turned into plain data, which the template lays out."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from common.quotes import quoted
from marketplace.documents import report_map
from marketplace.documents.report_blocks import (
    Bars,
    Block,
    Figures,
    LaidOut,
    Map,
    Partners,
    Story,
    Words,
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
SHORT = 12  # letters of a figure that is written large
NAMED_IN_ALT = 5
NOTHING_DRAWN = {
    "preview": False,
    "void": "",
    "logos": [],
    "signatures": [],
}  # what the papers' shared template asks

type Data = dict[str, Any]


def pdf(laid_out: LaidOut, *, logo: str = "") -> bytes:
    """The whole report. `logo`: that of the pôle, as a path in the media storage."""
    with override(laid_out.language):
        pictures = Pictures()
        data = NOTHING_DRAWN | {
            "title": laid_out.title,
            "subtitle": laid_out.subtitle,
            "running": _running(laid_out),
            "proud": _proud(laid_out),
            "made-on": laid_out.made_on,
            "language": laid_out.language,
            "words": our_words(),
            "logo": pictures.of(logo, LOGO, _("Logo of the pôle")),
            "chapters": [
                {"title": chapter.title, "blocks": [_laid(one, pictures) for one in chapter.blocks]}
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
        return {"file": name, "alt": alt}


NO_PICTURE = {"file": None, "alt": ""}


def _running(laid_out: LaidOut) -> str:
    """What stands above each page."""
    whole = " · ".join(one for one in (laid_out.title, laid_out.subtitle) if one)
    if len(whole) <= RUNNING:
        return whole
    title = laid_out.title
    return title if len(title) <= RUNNING else f"{title[:RUNNING].rstrip()}…"


def _proud(laid_out: LaidOut) -> list[dict[str, str]]:
    """The first figures of the report that are told in digits, for its first page."""
    blocks = (block for chapter in laid_out.chapters for block in chapter.blocks)
    rows = next((block.rows for block in blocks if isinstance(block, Figures)), [])
    told = [row for row in rows if "".join(row.value.split()).isdecimal()]
    return [{"value": row.value, "label": row.label} for row in told[:PROUD]]


def our_words() -> dict[str, str]:
    """Our own words, in the language of the report."""
    return {
        "page": _("page"),
        "contents": _("Contents"),
        "nothing": _("This report has no chapter yet."),
        "empty": _("Nothing to tell in this chapter for this period."),
        "nowhere": _("No mission of this period has a place."),
        "figure": _("Figure"),
        "target": _("Target"),
        "share": _("Share of the target"),
        "place": _("Place"),
        "number": _("How many"),
    }


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
        case Story():
            lay = partial(_story, block, pictures)
        case Partners():
            lay = partial(_partners, block, pictures)
    return lay()


def _said(block: Words) -> Data:
    return {"kind": "words", "paragraphs": block.paragraphs, "is-note": block.is_note}


def _figures(block: Figures) -> Data:
    return {
        "kind": "figures",
        "year": block.year,
        "year-before": block.year_before,
        "all-short": all(len(row.value) <= SHORT for row in block.rows),
        "has-before": any(row.before for row in block.rows),
        "has-target": any(row.target for row in block.rows),
        "has-share": any(row.share_of_target is not None for row in block.rows),
        "rows": [
            {
                "label": row.label,
                "value": row.value,
                "short": len(row.value) <= SHORT,
                "before": row.before,
                "target": row.target,
                "share": row.share_of_target,
                "share-said": in_percent(row.share_of_target),
            }
            for row in block.rows
        ],
    }


def in_percent(share: int | None) -> str:
    return "" if share is None else _("%(share)d%%") % {"share": share}


def _bars(block: Bars) -> Data:
    return {
        "kind": "bars",
        "title": block.title,
        "head": block.head,
        "rows": [
            {
                "label": row.label,
                "said": row.said,
                "share": row.share,
                "hidden": is_hidden(row.share, row.said),
            }
            for row in block.rows
        ],
    }


def is_hidden(share: int, said: str) -> bool:
    """Whether the bar stands for a number that isn't told: no length, and words where a number would be."""
    return share == 0 and not said.strip().isdecimal()


def _map(block: Map, pictures: Pictures) -> Data:
    found = report_map.drawn(block)
    picture = NO_PICTURE
    if found is not None:
        picture = pictures.named(report_map.as_svg(found), map_in_words(block))
    tall = MAP_WIDE * found.height / found.width if found else 0
    places = [{"name": one.name, "count": str(one.count)} for one in report_map.most_first(block)]
    return {
        "kind": "map",
        "title": block.title,
        "places": places,
        "tall": min(tall, MAP_TALLEST),
    } | picture


def map_in_words(block: Map) -> str:
    """What somebody who doesn't see the map is told of it."""
    places = report_map.most_first(block)
    first = ", ".join(f"{one.name} ({one.count})" for one in places[:NAMED_IN_ALT])
    return ngettext(
        "Map of one place: %(first)s.",
        "Map of %(count)d places; those with most: %(first)s. The list below tells them all.",
        len(places),
    ) % {"count": len(places), "first": first}


def _story(block: Story, pictures: Pictures) -> Data:
    picture = pictures.of(block.picture, PHOTO, photo_in_words(block)) or NO_PICTURE
    tall = _tall(small(block.picture, PHOTO)) if picture["file"] else 0
    return {
        "kind": "story",
        "tall": tall,
        "title": block.title,
        "lines": block.lines,
        "quote": quoted(block.quote) if block.quote else "",
        "quoted": block.quoted,
        "long": sum(map(len, block.lines)) + len(block.quote) > LONG_STORY,
    } | picture


def _tall(picture: bytes) -> float:
    """How tall it stands beside the words, in millimetres."""
    wide, tall = size_of(picture)
    return min(PHOTO_WIDE * tall / wide, PHOTO_TALLEST)


def photo_in_words(block: Story) -> str:
    return _("Photograph: %(title)s") % {"title": block.title}


def _partners(block: Partners, pictures: Pictures) -> Data:
    return {
        "kind": "partners",
        "rows": [
            {"name": one.name, "role": one.role, "initials": initials(one.name)}
            | (pictures.of(one.logo, LOGO, logo_in_words(one.name)) or NO_PICTURE)
            for one in block.rows
        ],
    }


def logo_in_words(name: str) -> str:
    return _("Logo: %(name)s") % {"name": name}


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
