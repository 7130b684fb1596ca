"""A PDF is accepted if it only shows its pages: each object is opened, and one that acts
is refused.

A PDF that readers open although its table of objects is missing or wrong is written
anew from what was read of it, so that what is stored is what was judged. A sound one
stays as it is, with its signatures.
"""

import io
import re
import zlib

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

MOST_OBJECTS = 50_000
MOST_PACKED = (
    8 * 1024 * 1024
)  # bytes, of objects packed in streams: reading one takes a microsecond
# What makes a PDF act: scripts, programs, forms that call out, files inside files.
ACTIVE = {"/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA",
          "/SubmitForm", "/ImportData", "/AA", "/GoToR", "/GoToE", "/Sound", "/Movie"}  # fmt: skip
# What the package raises on a file that is none, or is made to choke its reader.
BROKEN = (
    *(PyPdfError, DependencyError, RecursionError, ValueError, LookupError, TypeError),
    *(AttributeError, OSError, AssertionError, ArithmeticError, NotImplementedError, zlib.error),
)
HEAD_OF_OBJECT = re.compile(rb"(\d{1,10})\s{1,8}(\d{1,5})\s{1,8}obj\b")
STREAM = re.compile(rb"(?<!end)stream *(?:\r\n|\r|\n)")
ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
NEAR = 4096  # bytes of an object before the name that says what it is


def still(content: bytes) -> bytes:
    """The PDF to store. Raises ValidationError with what to do."""
    _require_little_packed(content)
    try:
        _require_still(PdfReader(io.BytesIO(content), strict=True))
    except BROKEN:
        return _anew(content)
    return content


# --- objects packed in streams: counted before the package unpacks them all ----------------
def _require_little_packed(content: bytes) -> None:
    left, end = MOST_PACKED, 0
    for stream in STREAM.finditer(content):
        head = content[max(content.rfind(b"obj", end, stream.start()), end) : stream.start()]
        end = stream.end()
        head = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), head)
        if b"ObjStm" not in head:
            continue
        left -= _unpacked(memoryview(content)[end:], left) if _is_plain(head) else MOST_PACKED
        if left <= 0:
            raise ValidationError(_("We can’t read this PDF: save it again, then send it."))


def _is_plain(head: bytes) -> bool:
    """Whether the object is compressed once, as all programs do it: other layers can't be counted."""
    return head.count(b"/FlateDecode") == 1 and head.count(b"Decode") == 1


def _unpacked(packed: memoryview, most: int) -> int:
    """How many bytes the object has uncompressed, `most` at the most. Counting stops at its end or at what can't be
    uncompressed."""
    inflating, size, at, step = zlib.decompressobj(), 0, 0, 512
    while not inflating.eof and size < most and at < len(packed):
        piece = inflating.unconsumed_tail + bytes(packed[at : at + step])
        at, step = at + step, min(2 * step, 65536)
        try:
            size += len(inflating.decompress(piece, most - size))
        except zlib.error:
            break
    return size


# --- what readers mend ---------------------------------------------------------------------
def _anew(content: bytes) -> bytes:
    try:
        reader = PdfReader(io.BytesIO(_with_an_end(content)), strict=False)
        _require_still(reader)
        if not reader.pages:
            raise ValueError("No page.")
        reader.trailer.setdefault(NameObject("/Size"), NumberObject(1))  # asked for, and not used
        written = io.BytesIO()
        PdfWriter(clone_from=reader).write(written)
    except BROKEN:
        raise ValidationError(_("We can’t read this PDF: save it again, then send it.")) from None
    return written.getvalue()


def _with_an_end(content: bytes) -> bytes:
    """The content with an end that lets the package find the objects itself, and the reference of the catalogue if
    it has none."""
    root = b""
    if b"/Root" not in content and (found := _catalogue(content)):
        root = b"trailer\n<< /Root %b >>\n" % found
    return content + b"\n" + root + b"startxref\n0\n%%EOF\n"


def _catalogue(content: bytes) -> bytes:
    """The reference of the last object that says it is the catalogue; b"" without one."""
    at = content.rfind(b"/Catalog")
    heads = list(HEAD_OF_OBJECT.finditer(content, max(0, at - NEAR), max(at, 0)))
    return b"%b %b R" % heads[-1].groups() if heads else b""


# --- what acts -----------------------------------------------------------------------------
def _require_still(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise ValidationError(_("This PDF is locked by a password: send it without."))
    if _acts(reader):
        raise ValidationError(
            _("This PDF holds scripts or hidden files: print it to a new PDF, then send that one.")
        )


def _acts(reader: PdfReader) -> bool:
    """Whether an object acts; those compressed in streams are read too."""
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
