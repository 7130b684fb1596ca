"""Gives every document its number, without gaps, and its seal, which chains it to the one before."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Organisation, User
from accounts.storage import FULL, NoRoom, checked
from common import apart
from marketplace.actions.refusals import NoRoomForIt, where_there_is_room
from marketplace.documents import sealing
from marketplace.documents.typeset import fingerprint, sources_of, typeset
from marketplace.models import Book, Document, Kind, Register, Seal, Signature, Template
from marketplace.states import DocumentStatus

PAPERS = "papers"  # the list apart from the database; then what its lines say of a paper
MADE, SIGNED = "made", "signed"


def lock(organisation: Organisation) -> Register:
    """Lock the organisation's register: whoever else makes, signs or voids one of its documents waits."""
    Register.objects.get_or_create(organisation=organisation)
    return Register.objects.select_for_update(no_key=True).get(organisation=organisation)


def next_number(register: Register, letter: str, year: int) -> int:
    """The next number of the year. When the transaction is rolled back the number is free again, so there is no
    gap."""
    book, _created = Book.objects.get_or_create(register=register, letter=letter, year=year)
    book.last += 1
    book.save(update_fields=["last"])
    return book.last


def add(register: Register, document: Document, act: str, said: dict[str, Any]) -> Seal:
    """Add a link to the chain. The register has to be locked."""
    register.position += 1
    register.seal = sealing.seal(register.seal, register.position, act, document.pk, said)
    register.save(update_fields=["position", "seal"])
    return Seal.objects.create(
        register=register,
        position=register.position,
        document=document,
        act=act,
        said=said,
        seal=register.seal,
    )


def write(
    register: Register, kind: Kind, facts: dict[str, Any], *, letter: str, on: date, by: User | None,
    **fields: Any,
) -> Document:  # fmt: skip
    """Number a document, typeset it, store its bytes and seal it."""
    number = next_number(register, letter, on.year)
    texts = sources_of(kind.template)
    template, _created = Template.objects.get_or_create(
        fingerprint=fingerprint(texts), defaults={"texts": texts}
    )
    version = fields.pop("version", 1)
    facts = facts | {
        "reference": f"{letter}-{on.year}-{number:04}",
        "version": version,
        "template": template.fingerprint[:8],
    }
    if "receipt" in facts:
        facts = facts | {"receipt": facts["receipt"] | {"number": facts["reference"]}}
    content = typeset(kind.template, facts, texts)
    document = Document(
        organisation=register.organisation,
        kind=kind,
        letter=letter,
        year=on.year,
        number=number,
        version=version,
        status=DocumentStatus.TO_SIGN if kind.signers else DocumentStatus.ISSUED,
        facts=facts,
        template=template,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        made_by=by,
        **fields,
    )
    with where_there_is_room():
        document.file.save("", ContentFile(content), save=False)
    document.save()
    document.begin(by=by)
    add(register, document, Seal.Act.MADE, said_of(document))
    note_apart(document, MADE, document.file.name, document.sha256, at=document.made_at)
    return document


def note_apart(
    document: Document, act: str, path: str | None, sha256: str, *, at: datetime
) -> None:
    """Note a paper, or its signed copy, before the transaction that makes it ends: rather a number too many on the list than
    one that a restored database gives again. Raises NoRoomForIt."""
    series = f"{document.organisation_id} {document.letter} {document.year} {document.number}"
    try:
        with where_there_is_room():
            apart.add(PAPERS, [f"{series} {act} {path} {sha256} {at.isoformat()}"])
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise NoRoomForIt(str(NoRoom())) from error


def said_of(document: Document) -> dict[str, Any]:
    """What the seal of a document covers: all that must never change in its row, with the fingerprint (SHA-256) of
    its bytes."""
    facts = hashlib.sha256(_canonical(document.facts)).hexdigest()
    about = {"amendment": document.amendment_id} if document.amendment_id else {}
    about |= {"member": document.member_id} if document.member_id else {}
    return about | {
        "reference": document.reference,
        "kind": document.kind,
        "mission": document.mission_id,
        "version": document.version,
        "sha256": document.sha256,
        "size": document.size,
        "file": document.file.name,
        "facts": facts,
        "template": document.template_id,
        "donor": document.donor_id,
        "amount": None if document.amount is None else f"{document.amount:.2f}",
        "counterparts": None if document.counterparts is None else f"{document.counterparts:.2f}",
        "replaces": document.replaces_id,
        "by": document.made_by_id,
        "at": document.made_at.timestamp(),
    }


def _canonical(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()


def said_of_signature(signature: Signature) -> dict[str, Any]:
    return {
        "party": signature.party,
        "user": signature.user_id,
        "name": signature.name,
        "capacity": signature.capacity,
        "email": signature.email,
        "ip": signature.ip,
        "how": signature.how,
        "scan": signature.scan.sha256 if signature.scan else None,
        "sha256": signature.sha256,
        "at": signature.at.timestamp(),
    }


def read(document: Document, *, signed: bool = False) -> bytes:
    """The stored bytes. Raises FileNotFoundError when the file is gone, or isn't the one that was sealed."""
    field, sha256 = document.file, document.sha256
    if signed and document.signed_file:
        field, sha256 = document.signed_file, document.signed_sha256
    with field.storage.open(str(field.name), "rb") as kept:
        return checked(kept, sha256).read()


def is_intact(document: Document) -> bool:
    """Raises NoRoomForIt where the files can't be asked now."""
    try:
        with where_there_is_room():
            read(document)
    except FileNotFoundError:
        return False
    return True
