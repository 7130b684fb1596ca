"""Turns plain data into the bytes of a PDF/UA-1. Knows no model, and reads no file but
its own templates.

The templates are passed in memory and the data as JSON: what a person has written is
only ever text, and the typesetter has access to no folder and no network.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from marketplace.documents.writable import everywhere

FOLDER = Path(settings.BASE_DIR) / "templates" / "documents"
PACKAGE = '"@'  # what an import from the typesetter's registry begins with
SHARED = ("common.typ", "clauses.typ")
IMPORTED = re.compile(r'#import "(\w+\.typ)"')
SHARP = 220  # pixels an inch, of a picture that is put in a document of somebody else's
LARGE = 64_000  # bytes of what is laid out: no paper of a mission is as long
REMEMBERED = 12  # compilations, of which the typesetter keeps what it worked out


@cache
def _fonts() -> typst.Fonts:
    """The fonts built into the typesetter, so that a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False)


@cache
def sources() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.typ"))}


def sources_of(template: str) -> dict[str, str]:
    """The template and the shared files that it needs, by name."""
    imported = IMPORTED.findall(sources()[template])
    return {name: sources()[name] for name in dict.fromkeys((template, *SHARED, *imported))}


@cache
def _nowhere() -> str:
    """An empty folder for the typesetter, which would otherwise read the working directory of the process."""
    folder = Path(settings.VAR_DIR) / "nowhere"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def fingerprint(texts: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()


def typeset(
    template: str,
    data: dict[str, Any],
    texts: dict[str, str] | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The bytes of the PDF; the same data and templates always give the same bytes. `pictures`: those that the template
    reads by their names. Raises ValueError for a template that fetches a package."""
    return _compiled(template, data, texts, pictures, format="pdf", pdf_standards="ua-1")


def draw(template: str, data: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The bytes of the PNG of a template that fills one page."""
    return _compiled(template, data, None, pictures, format="png", ppi=SHARP)


def _compiled(
    template: str,
    data: dict[str, Any],
    texts: dict[str, str] | None,
    pictures: Mapping[str, bytes] | None,
    **asked: Any,
) -> bytes:
    texts = texts or sources_of(template)
    if any(PACKAGE in text for text in texts.values()):
        raise ValueError("A template fetches nothing from elsewhere.")
    files = {name: text.encode() for name, text in texts.items() if name != template}
    files |= pictures or {}
    files["main.typ"] = texts[template].encode()
    words = json.dumps(_with_pictures(everywhere(data)))
    is_large = len(words) + sum(map(len, files.values())) > LARGE
    try:
        return _asked(files, sys_inputs={"data": words}, **asked)
    finally:
        if is_large:
            _forget()


def _asked(files: Mapping[str, bytes], **asked: Any) -> bytes:
    # Its stubs know nothing of files in memory, which its documentation describes.
    compiled: Any = typst.compile
    return compiled(
        files,
        root=_nowhere(),
        package_path=_nowhere(),
        package_cache_path=_nowhere(),
        font_paths=_fonts(),
        **asked,
    )


def _forget() -> None:
    """Pages of nothing, a millisecond each: of a long report the typesetter would keep a hundred megabytes until it has
    laid out as many others, and there is no other way to tell it."""
    for _turn in range(REMEMBERED):
        _asked({"main.typ": b" "}, format="svg")


def _with_pictures(data: dict[str, Any]) -> dict[str, Any]:
    """The data with its logos as lists of byte values, which the typesetter reads, instead of base64."""
    logos = [
        logo | {"logo": list(base64.b64decode(logo["logo"])) if logo["logo"] else None}
        for logo in data["logos"]
    ]
    return data | {"logos": logos}
