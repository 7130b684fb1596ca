"""A file that somebody sends is judged by its content, never by its name, and made
harmless.

`pdf` judges PDFs, `office` the documents of office suites; a picture is drawn again
here. A virus scanner, if the site has one, looks at all of them (`scanner`).
"""

import io
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from common.pictures import upright
from marketplace.uploads import office, pdf, scanner

HEAVIEST = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 4000


@dataclass(frozen=True)
class Clean:
    name: str
    content_type: str
    content: bytes


def clean(sent: File) -> Clean:
    """The file, made harmless. Raises ValidationError with the reason and what to do."""
    if sent.size > HEAVIEST:
        raise ValidationError(_("This file is too heavy: ten megabytes at the most."))
    content = sent.read()
    if not content:
        raise ValidationError(_("This file is empty."))
    extension, content_type, kept = _judge(content)
    scanner.require_clean(content)
    return Clean(clean_name(sent.name or "", extension), content_type, kept)


def clean_name(name: str, extension: str) -> str:
    """The name without folder or invisible characters, and with the ending that fits the content."""
    stem = PurePath(name.replace("\\", "/").rpartition("/")[2]).stem
    stem = unicodedata.normalize("NFC", stem)
    kept = "".join(sign for sign in stem if sign.isalnum() or sign in " -_.()'’").strip(" .")
    return f"{kept[:120] or 'fichier'}.{extension}"


def _judge(content: bytes) -> tuple[str, str, bytes]:
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf", "application/pdf", pdf.still(content)
    if content.startswith(b"PK\x03\x04"):
        return *office.kind_of(content), content
    try:
        return _redrawn(content)
    except UnidentifiedImageError:
        raise ValidationError(
            _(
                "We can’t accept this kind of file: send a PDF, a picture (JPEG, PNG, WebP, GIF) or a document .docx, .xlsx, .pptx, .odt, .ods or .odp without macros. From your software, “save as” or “export to PDF” gives one of these."
            )
        ) from None


def _redrawn(content: bytes) -> tuple[str, str, bytes]:
    """The picture drawn again, without anything else that the file carried, such as place and date."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP", "GIF"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("This picture is too large: make it smaller first."))
            turned = upright(picture)
            turned.thumbnail((SIDE, SIDE))
            photo = picture.format == "JPEG"
            drawn = io.BytesIO()
            turned.convert("RGB" if photo else "RGBA").save(drawn, "JPEG" if photo else "PNG")
    except UnidentifiedImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(_("This picture is too large: make it smaller first.")) from None
    except (OSError, SyntaxError, ValueError):
        raise ValidationError(_("This picture is damaged: save it again, then send it.")) from None
    kind = "jpeg" if photo else "png"
    return ("jpg" if photo else "png"), f"image/{kind}", drawn.getvalue()
