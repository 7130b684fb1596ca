"""Signing by a click: from an account, from a link, or on paper. One verb, one transaction."""

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters
from marketplace.actions.documents import ledger
from marketplace.actions.missions import amendment_effect
from marketplace.actions.refusals import NotYet, where_there_is_room
from marketplace.documents import facts
from marketplace.documents.typeset import typeset
from marketplace.models import (
    Document,
    Kind,
    Mission,
    Party,
    Register,
    Seal,
    Signature,
    StoredFile,
)
from marketplace.models.documents.documents import kinds_before
from marketplace.rules import below_cost, documents, lenders, served
from marketplace.rules.parties import has_asked_facing, has_signed_facing
from marketplace.states import DocumentStatus


@transaction.atomic
def sign(
    document: Document,
    *,
    party: str,
    read: str,
    name: str,
    capacity: str,
    how: str,
    now: datetime,
    by: User | None = None,
    email: str = "",
    given_by: User | None = None,
    ip: str | None = None,
    scan: StoredFile | None = None,
) -> Signature:
    """Sign a document. `read` is the fingerprint of the bytes that were on the screen: if the document isn't those
    bytes any more, nothing is signed. `given_by` is who gave the address of somebody who signs without an account."""
    document = locked(document)
    register = ledger.lock(document.organisation)
    document.refresh_from_db(fields=["status"])
    require_signable(document, party, read)
    if has_signed_facing(document, party, by or given_by, email):
        raise NotYet(_("You have signed it for the other side: somebody else signs for this one."))
    if has_asked_facing(document, party, by or given_by):
        raise NotYet(_("You proposed it for the other side: somebody else signs for this one."))
    signature = Signature.objects.create(
        document=document, party=party, user=by, name=name, capacity=capacity, email=email, ip=ip,
        how=how, scan=scan, sha256=document.sha256, at=now,
    )  # fmt: skip
    ledger.add(register, document, Seal.Act.SIGNED, ledger.said_of_signature(signature))
    if document.parties_left():
        letters.signature_given(signature)
    else:
        _complete(document, register, by=by)
        if document.amendment:
            amendment_effect.settle(document.amendment, by=by)  # its own letters tell it
        else:
            letters.document_signed(document)
    return signature


def locked(document: Document) -> Document:
    """The document, once its mission is locked, so that the sheet can't change while somebody signs. Every act
    locks the mission first."""
    if document.mission_id:
        Mission.objects.select_for_update(no_key=True).get(pk=document.mission_id)
    sides = ("mission__need__organisation", "mission__offer__organisation")
    rows = Document.objects.select_related("mission__sheet", "organisation", *sides)
    return rows.get(pk=document.pk)


def _why_lends_nobody(document: Document) -> str:
    """Why the employer may not lend the person whom a paper that is signed before the start names, or not at that
    price; "" otherwise."""
    mission = document.mission
    if mission is None or document.kind not in kinds_before(mission.regime):
        return ""
    too_small = lenders.why_too_small_for(mission.offer, timezone.localdate())
    return too_small or lenders.why_not_in_frame(mission) or below_cost.refusal_of(mission)


def why_not_for_all(document: Document, party: str) -> str:
    """Why the structure doesn't sign yet in the name of all that the mission serves; "" when it may, and for the others."""
    mission = document.mission
    if mission is None or party != Party.STRUCTURE:
        return ""
    if document.amendment is None and document.kind not in kinds_before(mission.regime):
        return ""
    return served.why_not_signed(mission, amends=document.amendment is not None)


def require_signable(document: Document, party: str, read: str) -> None:
    if document.is_void:
        raise NotYet(
            _(
                "This version doesn’t count any more: a newer one has replaced it. Read that one, then sign it."
            )
        )
    if documents.is_called_off(document):
        raise NotYet(documents.called_off())
    if document.mission is not None and document.mission.has_been_left:
        raise NotYet(
            _("The person who came has left their employer: nothing is signed before it goes on.")
        )
    if why := _why_lends_nobody(document):
        raise NotYet(why)
    if why := why_not_for_all(document, party):
        raise NotYet(why)
    if party not in document.parties_left():
        raise NotYet(_("This document is already signed for this side."))
    if read != document.sha256:
        raise NotYet(
            _("The document has changed since you opened it: read it again before you sign.")
        )
    if documents.is_stale(document):
        raise NotYet(
            _(
                "The mission has changed since this document was made: a new version has to be made before anybody signs."
            )
        )
    if not ledger.is_intact(document):
        raise NotYet(
            _(
                "The file kept isn’t the one that was made: nobody can sign it. Please tell the coordinators."
            )
        )


def _complete(document: Document, register: Register, *, by: User | None) -> None:
    """Everybody has signed: keep the same document with its page of signatures."""
    data = document.facts | {
        "signatures": facts.signatures(document),
        "signed-sha256": document.sha256,
    }
    kind = Kind(document.kind)
    content = typeset(kind.template, data, document.template.texts)
    document.signed_sha256 = hashlib.sha256(content).hexdigest()
    with where_there_is_room():
        document.signed_file.save("", ContentFile(content), save=False)
    document.save(update_fields=["signed_file", "signed_sha256"])
    document.move(DocumentStatus.SIGNED, by=by)
    said = {"sha256": document.signed_sha256, "file": document.signed_file.name}
    ledger.add(register, document, Seal.Act.COMPLETED, said)
    copy = document.signed_file.name
    ledger.note_apart(document, ledger.SIGNED, copy, document.signed_sha256, at=timezone.now())
