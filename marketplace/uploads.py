"""A file that somebody sends: judged by its content, never by its name, and made harmless."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

HEAVIEST = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 4000
MOST_OBJECTS = 50_000
MOST_UNPACKED = 200 * 1024 * 1024
# What makes a PDF act: scripts, programs, forms that call out, files inside files.
ACTIVE = {"/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA",
          "/SubmitForm", "/ImportData", "/AA", "/GoToR", "/GoToE", "/Sound", "/Movie"}  # fmt: skip
OFFICE = {
    "word/document.xml": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}  # fmt: skip
OPEN_OFFICE = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
MACROS = re.compile(r"vbaProject\.bin$|^Basic/|^Scripts/|/embeddings/|/activeX/", re.IGNORECASE)


@dataclass(frozen=True)
class Clean:
    name: str
    content_type: str
    content: bytes


def clean(sent) -> Clean:
    """Raises ValidationError with the reason and what to do."""
    if sent.size > HEAVIEST:
        raise ValidationError(_("This file is too heavy: ten megabytes at the most."))
    content = sent.read()
    if not content:
        raise ValidationError(_("This file is empty."))
    extension, content_type, content = _judge(content)
    return Clean(clean_name(sent.name, extension), content_type, content)


def clean_name(name: str, extension: str) -> str:
    """No folder, no invisible character, and the ending that the content deserves."""
    stem = PurePath(name.replace("\\", "/").rpartition("/")[2]).stem
    stem = unicodedata.normalize("NFC", stem)
    kept = "".join(sign for sign in stem if sign.isalnum() or sign in " -_.()'’").strip(" .")
    return f"{kept[:120] or 'fichier'}.{extension}"


def _judge(content: bytes) -> tuple[str, str, bytes]:
    if content[:1024].lstrip().startswith(b"%PDF-"):
        _require_still(content)
        return "pdf", "application/pdf", content
    if content.startswith(b"PK\x03\x04"):
        return *_office(content), content
    try:
        return _redrawn(content)
    except UnidentifiedImageError:
        raise ValidationError(
            _(
                "We can’t accept this kind of file: send a PDF, a picture (JPEG, PNG, WebP, GIF) or a document .docx, .xlsx, .pptx, .odt, .ods or .odp without macros. From your software, “save as” or “export to PDF” gives one of these."
            )
        ) from None


def _redrawn(content: bytes) -> tuple[str, str, bytes]:
    """The picture drawn again: what it carried beside, place and date included, is gone."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP", "GIF"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("This picture is too large: make it smaller first."))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            photo = picture.format == "JPEG"
            drawn = io.BytesIO()
            upright.convert("RGB" if photo else "RGBA").save(drawn, "JPEG" if photo else "PNG")
    except UnidentifiedImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(_("This picture is too large: make it smaller first.")) from None
    except (OSError, SyntaxError, ValueError):
        raise ValidationError(_("This picture is damaged: save it again, then send it.")) from None
    kind = "jpeg" if photo else "png"
    return ("jpg" if photo else "png"), f"image/{kind}", drawn.getvalue()


def _require_still(content: bytes) -> None:
    """Each object is opened, those packed in streams too: a name hidden there is a name all the same."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise ValidationError(_("This PDF is locked by a password: send it without."))
        if _acts(reader):
            raise ValidationError(
                _(
                    "This PDF holds scripts or hidden files: print it to a new PDF, then send that one."
                )
            )
    except (PyPdfError, RecursionError, ValueError, KeyError, TypeError, AttributeError, OSError):
        raise ValidationError(_("We can’t read this PDF: save it again, then send it.")) from None


def _acts(reader: PdfReader) -> bool:
    seen: set[int] = set()
    waiting: list = [reader.trailer]
    while waiting:
        thing = waiting.pop()
        thing = thing.get_object() if hasattr(thing, "get_object") else thing
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if len(seen) > MOST_OBJECTS:
            raise ValueError("Too many objects.")
        if isinstance(thing, DictionaryObject):
            values = {str(value) for value in thing.values() if isinstance(value, NameObject)}
            if ACTIVE & (set(thing) | values):
                return True
            waiting.extend(thing[key] for key in thing if key != "/Parent")
        elif isinstance(thing, ArrayObject):
            waiting.extend(thing)
    return False


def _office(content: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            names = box.namelist()
            if sum(entry.file_size for entry in box.infolist()) > MOST_UNPACKED:
                raise ValidationError(_("This file is too large once unpacked."))
            if any(MACROS.search(name) for name in names):
                raise ValidationError(
                    _("This file holds macros or files inside it: save it without, then send it.")
                )
            for part, kind in OFFICE.items():
                if part in names:
                    return kind
            if "mimetype" in names:
                said = box.read("mimetype")[:100].decode("ascii", "replace").strip()
                if said in OPEN_OFFICE:
                    return OPEN_OFFICE[said], said
    except zipfile.BadZipFile:
        raise ValidationError(_("This file is damaged: save it again, then send it.")) from None
    raise ValidationError(_("We don’t accept archives: send the files one by one."))
