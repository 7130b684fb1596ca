"""Checks that nobody has touched a document: every row, every stored byte and every link of the chains is read
again."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from marketplace.actions.documents import ledger
from marketplace.actions.talk import files
from marketplace.documents import sealing
from marketplace.documents.typeset import fingerprint
from marketplace.models import Book, Document, LostPaper, Register, Seal, Signature
from marketplace.models.documents.documents import vault
from marketplace.states import DocumentStatus

ERASED = ("facts", "file")  # of what the first link says, no longer in the row of an erased paper


def faults() -> Iterator[str]:
    """One sentence for each fault found; nothing when all is as it was made."""
    for register in Register.objects.select_related("organisation").iterator():
        yield from chain(register)
    for document in Document.objects.select_related("template").order_by("pk").iterator():
        yield from _document(document)
    yield from _scans()
    yield from _numbers()
    yield from _lost()


def unknown() -> Iterator[str]:
    """One sentence for each paper that was made after the backup in use: the vault has it, or had it, and no row knows it."""
    for paper in LostPaper.objects.select_related("organisation"):
        told = {"what": paper, "who": paper.organisation or "?", "day": f"{paper.made_at:%Y-%m-%d}"}
        told["where"] = paper.path
        yield _("%(what)s (%(who)s, %(day)s) isn’t in the database: kept as %(where)s.") % told


def _lost() -> Iterator[str]:
    """Check the bytes of papers that the database doesn't know any more."""
    for paper in LostPaper.objects.all():
        try:
            with vault().open(paper.path, "rb") as kept:
                is_whole = hashlib.file_digest(kept, "sha256").hexdigest() == paper.sha256
        except FileNotFoundError:
            yield _("%(what)s: its file is missing.") % {"what": paper}
            continue
        if not is_whole:
            yield _("%(what)s: its bytes have changed.") % {"what": paper}


def chain(register: Register) -> Iterator[str]:
    """The first fault of the chain of a register, if there is one."""
    previous, position = "", 0
    emptied = emptied_links(register)
    for link in register.seals.order_by("position").iterator():
        position += 1
        told = (previous, position, link.act, link.document_id, link.said)
        known = emptied.get((link.document_id, str(link.position))) == link.seal and not link.said
        holds = known or any(sealing.is_seal(one, *told) for one in (link.seal, link.resealed))
        if link.position != position or not holds:
            yield _("%(who)s: the chain is broken at link %(position)s.") % {
                "who": register.organisation, "position": position,
            }  # fmt: skip
            return
        previous = link.seal
    if (register.position, register.seal) != (position, previous):
        yield _("%(who)s: the end of the chain is missing.") % {"who": register.organisation}


def emptied_links(register: Register) -> dict[tuple[int, str], str]:
    """The links of papers that were erased, with the seals that they had: as later links say, whose own seals are read in
    their turn."""
    links = register.seals.filter(act=Seal.Act.ERASED).values_list("document", "said")
    return {
        (document, position): seal
        for document, said in links
        for position, seal in said.get("links", {}).items()
    }


def _erased(document: Document, acts: list[str], said: dict[str, Any]) -> Iterator[str]:
    """Of a paper whose time is over: it was erased by the site, wholly, and its row is the one that was sealed."""
    now = ledger.said_of(document)
    same = {name: value for name, value in now.items() if name not in ERASED}
    left = document.facts or document.file or document.signed_file
    left = left or document.signatures.exclude(name="", email="", scan=None).exists()
    if acts[-1] != Seal.Act.ERASED or left or same != {name: said.get(name) for name in same}:
        yield _("%(what)s: the row isn’t the one that was sealed.") % {"what": document.reference}


def _document(document: Document) -> Iterator[str]:
    links = list(document.seals.order_by("position"))
    acts = [link.act for link in links]
    if document.erased_at and acts[:1] == [Seal.Act.MADE]:
        yield from _erased(document, acts, links[0].said)
        return
    if acts[:1] != [Seal.Act.MADE] or links[0].said != ledger.said_of(document):
        yield _("%(what)s: the row isn’t the one that was sealed.") % {"what": document.reference}
        return
    yield from _bytes(document, document.file, document.sha256)
    if not fingerprint(document.template.texts).startswith(document.facts["template"]):
        yield _("%(what)s: the words of its template have changed.") % {"what": document.reference}
    signatures = [ledger.said_of_signature(one) for one in document.signatures.order_by("pk")]
    if signatures != [link.said for link in links if link.act == Seal.Act.SIGNED]:
        yield _("%(what)s: the signatures aren’t those that were sealed.") % {
            "what": document.reference
        }
    completed = [link.said for link in links if link.act == Seal.Act.COMPLETED]
    kept = {"sha256": document.signed_sha256, "file": document.signed_file.name}
    if completed != ([kept] if document.signed_file else []):
        yield _("%(what)s: the signed copy isn’t the one that was sealed.") % {
            "what": document.reference
        }
    elif completed:
        yield from _bytes(document, document.signed_file, document.signed_sha256)
    if document.status != _status(document, acts):
        yield _("%(what)s: its state isn’t the one that was sealed.") % {"what": document.reference}


def _status(document: Document, acts: list[str]) -> str:
    if Seal.Act.VOIDED in acts:
        return DocumentStatus.VOIDED
    if Seal.Act.COMPLETED in acts:
        return DocumentStatus.SIGNED
    return DocumentStatus.TO_SIGN if document.parties_left() else DocumentStatus.ISSUED


def _bytes(document: Document, field: FieldFile, expected: str) -> Iterator[str]:
    """Check the signed copy, or the original, as it is on the disk."""
    yield from _on_disk(document, field.open, expected)


def _scans() -> Iterator[str]:
    """Check the scans of what was signed on paper: the fingerprint is in the chain, the bytes are on the disk."""
    for signature in Signature.objects.exclude(scan=None).select_related("document", "scan"):
        scan = signature.scan
        assert scan is not None, "the others are left out above"
        opened = partial(vault().open, files.path_of(scan.name))
        yield from _on_disk(signature.document, opened, scan.sha256)


def _on_disk(document: Document, opened: Callable, expected: str) -> Iterator[str]:
    try:
        with opened("rb") as kept:
            found = hashlib.file_digest(kept, "sha256").hexdigest()
    except FileNotFoundError:
        yield _("%(what)s: its file is missing.") % {"what": document.reference}
        return
    if found != expected:
        yield _("%(what)s: its bytes have changed.") % {"what": document.reference}


def _numbers() -> Iterator[str]:
    """Check that the numbers go from 1 to the last, with none missing."""
    for book in Book.objects.select_related("register__organisation").iterator():
        numbers = Document.objects.filter(
            organisation=book.register.organisation, letter=book.letter, year=book.year
        ).order_by("number")
        lost = LostPaper.objects.filter(
            organisation=book.register.organisation, letter=book.letter, year=book.year
        ).exclude(number__in=numbers.values("number"))
        found = list(numbers.values_list("number", flat=True))
        found = sorted({*lost.values_list("number", flat=True)} | {*found}) if lost else found
        if found != list(range(1, book.last + 1)):
            yield _("%(who)s, %(letter)s-%(year)s: a number is missing or doubled.") % {
                "who": book.register.organisation, "letter": book.letter, "year": book.year,
            }  # fmt: skip
