"""Judges a document of an office suite (OOXML or ODF): each part of its zip is unpacked
and read before any other program does.

Refused are: what runs (macros, controls), what holds another file (embedded objects,
HTML under another name), and what fetches something when it is opened (a remote
template, a linked workbook or picture, DDE). A link that a person clicks is accepted.
Only what is read counts, never what the file says of itself.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.uploads import scanner

MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 5_000
MOST_ELEMENTS = 5_000_000
PIECE = 64 * 1024
LONGEST_FIELD = 10_000  # characters of a formula or a field that are looked at
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
# Ends of the types of relationships (ECMA-376) whose target acts, is another file, or is fetched unasked.
ACTING = {
    "activexcontrolbinary", "afchunk", "attachedtemplate", "attachedtoolbars", "connections", "control",
    "externallink", "externallinklongpath", "externallinkpath", "frame", "keymapcustomizations", "oleobject",
    "package", "querytable", "subdocument", "vbaproject", "wordvbadata", "xlintlmacrosheet", "xlmacrosheet",
}  # fmt: skip
TYPES = re.compile(r"macro|vba|activex|oleobject|html|rfc822|rtf", re.IGNORECASE)
# Elements, in either format.
ELEMENTS = {
    "altChunk", "ddeLink", "oleLink", "OLEObject", "oleObj", "oleObject", "applet", "cell-range-source",
    "dde-connection", "dde-source", "floating-frame", "object-ole", "section-source",
    "table-source",
}  # fmt: skip
WATCHED = {"event-listener", "fldChar"}
RUNS = {
    "",
    "execute",
    "macro",
    "verb",
}  # what a click in a presentation may set off; "": always a script
# Attributes that may lead somewhere.
TELLING = {"Type", "TargetMode", "ContentType", "media-type", "href", "instr", "action", "Target"}
FIELDS = {"f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "instrText"}  # fmt: skip
COMMAND = re.compile(r"^\s*(?:DDE|DDEAUTO|INCLUDETEXT)\b", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')
DDE = re.compile(r"[\w.\]]\s?\|\s?(?:'[^']*'|[^\s'!|]{1,255})!")
ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+:|//|\\\\)", re.IGNORECASE)
COMMANDING = re.compile(
    r"\s*(?:vnd\.sun\.star\.script:|(?:macro|script|javascript|vbscript):|ppaction://(?:program|macro|ole))",
    re.IGNORECASE,
)
CLICKED = {"a", "hlinkClick", "hlinkHover", "hlinkMouseOver"}
# What the standard library raises on an archive that is none.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, expat.ExpatError),
    *(NotImplementedError, RuntimeError, EOFError, OSError, ValueError, LookupError),
)


class Acting(Exception):
    """The part does more than show itself: it runs, holds or fetches something."""


def kind_of(content: bytes) -> tuple[str, str]:
    """The ending and the type of the document. Raises ValidationError with what to do."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            return _judged(box)
    except Acting:
        raise ValidationError(
            _(
                "This file holds another one, or fetches something when it is opened (a template, a linked workbook or picture, a command): export it to PDF from your software, then send the PDF."
            )
        ) from None
    except BROKEN:
        raise ValidationError(_("This file is damaged: save it again, then send it.")) from None


def _judged(box: zipfile.ZipFile) -> tuple[str, str]:
    entries = box.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or len({name.lower() for name in names}) < len(names):
        raise zipfile.BadZipFile  # two parts of one name: each program would read another
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(_("This file is locked by a password: send it without."))
    if any(MACROS.search(name) for name in names):
        raise ValidationError(
            _("This file holds macros or files inside it: save it without, then send it.")
        )
    kind = _kind(box, names)
    left = MOST_UNPACKED
    for entry in entries:
        left -= _read(box, entry, left)
    return kind


def _kind(box: zipfile.ZipFile, names: list[str]) -> tuple[str, str]:
    for part, kind in OFFICE.items():
        if part in names:
            return kind
    if "mimetype" in names:
        with box.open("mimetype") as opened:
            said = opened.read(100).decode("ascii", "replace").strip()
        if said in OPEN_OFFICE:
            return OPEN_OFFICE[said], said
    raise ValidationError(_("We don’t accept archives: send the files one by one."))


def _read(box: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """The number of bytes in the part, counted as they are unpacked. Raises ValidationError beyond `most`."""
    reader = Part(entry.filename) if entry.filename.lower().endswith((".xml", ".rels")) else None
    size, end = 0, b""
    for piece in _pieces(box, entry):
        size += len(piece)
        if size > most:
            raise ValidationError(_("This file is too large once unpacked."))
        scanner.require_no_test(end + piece)
        end = piece[-len(scanner.TEST_SIGNATURE) :]
        if reader:
            reader.feed(piece)
    if reader and size:
        reader.close()
    return size


def _pieces(box: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with box.open(entry) as part:
        while piece := part.read(PIECE):
            yield piece


class Part:
    """Reads the XML of one part piece by piece; nothing of it is kept but the field being read."""

    def __init__(self, name: str) -> None:
        self.name = name.lower()
        self.elements = 0
        self.field: str | None = None
        self.commands = ""  # Word cuts a field's words in as many pieces as it likes
        # Names of elements and attributes that say nothing: a workbook has some millions of them.
        self.dull_tags: set[str] = set()
        self.dull_names: set[str] = set()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._opened
        self.parser.EntityDeclHandler = self._entity

    def feed(self, piece: bytes) -> None:
        self.parser.Parse(piece, False)
        if self.elements > MOST_ELEMENTS:
            raise ValidationError(_("This file is too large once unpacked."))

    def close(self) -> None:
        self.parser.Parse(b"", True)

    def _entity(self, *_told: object) -> None:
        raise Acting  # no office suite writes any

    def _opened(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if tag in self.dull_tags and self.dull_names.issuperset(attributes):
            return
        name, told = _local(tag), {_local(key): value for key, value in attributes.items()}
        if name in ELEMENTS or (name == "event-listener" and told.get("action", "") in RUNS):
            raise Acting
        if name == "encryption-data":
            raise ValidationError(_("This file is locked by a password: send it without."))
        _require_own(name, told)
        self._begin_field(name)
        if name not in WATCHED | FIELDS:
            self.dull_tags.add(tag)
        self.dull_names |= {key for key in attributes if _local(key) not in TELLING}

    # --- formulas, and Word's fields -------------------------------------------------------
    def _begin_field(self, name: str) -> None:
        if name == "fldChar":
            self.commands = ""
        if name in FIELDS:
            self.field = ""
            self.parser.CharacterDataHandler = self._said
            self.parser.EndElementHandler = self._shut

    def _said(self, words: str) -> None:
        if self.field is not None and len(self.field) < LONGEST_FIELD:
            self.field += words[:LONGEST_FIELD]

    def _shut(self, tag: str) -> None:
        if _local(tag) not in FIELDS:
            return
        said, self.field = self.field or "", None
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        if _local(tag) == "instrText":
            self.commands = (self.commands + said)[:LONGEST_FIELD]
            said = ""
        if COMMAND.match(self.commands) or DDE.search(QUOTED.sub("", said)):
            raise Acting


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _require_own(name: str, told: dict[str, str]) -> None:
    """Raises Acting for what is outside the file, except a link to click, and for a file of another kind inside it."""
    if name == "Relationship":
        kind = told.get("Type", "").rpartition("/")[2].lower()
        outside = told.get("TargetMode", "").lower() == "external"
        if kind in ACTING or (outside and kind != "hyperlink"):
            raise Acting
    if TYPES.search(told.get("ContentType", "") + told.get("media-type", "")):
        raise Acting
    leads = told.get("href", "")
    local = leads.lower().startswith("file:") and name == "template"  # where its writer keeps it
    if name not in CLICKED and not local and ELSEWHERE.match(leads):
        raise Acting
    if COMMAND.match(told.get("instr", "")):
        raise Acting
    if any(COMMANDING.match(told.get(each, "")) for each in ("href", "action", "Target")):
        raise Acting
