"""From plain data to the bytes of a PDF/UA-1. Knows no model; reads no file but its own templates.

The templates travel in memory and the data as JSON: whatever a person has written can only ever
be text, and the typesetter has neither a folder nor a network to look into.
"""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "templates" / "documents"
PACKAGE = '"@'  # what an import from the typesetter's registry begins with
SHARED = ("common.typ", "clauses.typ")


@cache
def _fonts() -> typst.Fonts:
    """Those that the typesetter carries itself: a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False)


@cache
def sources() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.typ"))}


def sources_of(template: str) -> dict[str, str]:
    """What this document needs, and nothing of the others."""
    return {name: sources()[name] for name in (template, *SHARED)}


@cache
def _nowhere() -> str:
    """An empty folder: left to itself the typesetter looks into the one the process was started in."""
    folder = Path(settings.VAR_DIR) / "nowhere"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def fingerprint(texts: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()


def typeset(template: str, data: dict[str, Any], texts: dict[str, str] | None = None) -> bytes:
    """The same data and the same templates give the same bytes. ValueError: a template that fetches."""
    texts = texts or sources_of(template)
    if any(PACKAGE in text for text in texts.values()):
        raise ValueError("A template fetches nothing from elsewhere.")
    files = {name: text.encode() for name, text in texts.items() if name != template}
    files["main.typ"] = texts[template].encode()
    # Its stubs know nothing of files in memory, which its documentation describes.
    return typst.compile(  # type: ignore[call-overload]
        files,
        format="pdf",
        pdf_standards="ua-1",
        root=_nowhere(),
        package_path=_nowhere(),
        package_cache_path=_nowhere(),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_with_pictures(data))},
    )


def _with_pictures(data: dict[str, Any]) -> dict[str, Any]:
    """Logos rest as base64; the typesetter wants the numbers of their bytes."""
    logos = [
        logo | {"logo": list(base64.b64decode(logo["logo"])) if logo["logo"] else None}
        for logo in data["logos"]
    ]
    return data | {"logos": logos}
