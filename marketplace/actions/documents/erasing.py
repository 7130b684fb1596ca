"""A paper whose time is over: what it says, its file and its signatures go; its number and its place in the chain stay.

The chain holds, since the emptied links are sealed anew: the paper's last link lists them, each with the seal that it
had. Whoever empties a link without the key has no such link to show, and `verify_documents` says so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from marketplace.actions.documents import documents, ledger
from marketplace.models import Document, DocumentStep, Kind, Seal, Signature, SigningLink, reasons
from marketplace.models.documents.documents import ERASED_AFTER, vault
from marketplace.states import LIVE

# The lines of the retention table, each with the kinds of paper that it is about.
HOURS = (Kind.HOURS_CERTIFICATE, Kind.VOLUNTEER_CERTIFICATE, Kind.PASSPORT)
YEARS = (Kind.STRUCTURE_STATEMENT, Kind.COMPANY_STATEMENT)
OTHERS = tuple(
    kind for kind in Kind if kind not in (*HOURS, *YEARS, Kind.RECEIPT)
)  # what people bind themselves by
OLD = timedelta(days=ERASED_AFTER)
SAYS_WHO = (Seal.Act.SIGNED, Seal.Act.VOIDED)  # what these links say may name somebody


def of_missions(before: datetime) -> QuerySet[Document]:
    """Those that bind, of missions that were over before this moment."""
    over = Q(mission__ends_on__lt=before.date()) & ~Q(mission__status__in=LIVE)
    return _kept(OTHERS, before).filter(over | Q(mission=None))


def of_kinds(*kinds: str) -> Callable[[datetime], QuerySet[Document]]:
    """Those of the years before the one in which this moment falls."""
    return lambda before: _kept(kinds, before).filter(year__lt=before.year)


def _kept(kinds: tuple[str, ...], before: datetime) -> QuerySet[Document]:
    """The time counts from the last thing that was done to the paper, whatever it was."""
    signed = Signature.objects.filter(document=OuterRef("pk"), at__gte=before)
    moved = DocumentStep.objects.filter(document=OuterRef("pk"), at__gte=before)
    old = Document.objects.kept().filter(kind__in=kinds, made_at__lt=before)
    return old.filter(~Exists(signed), ~Exists(moved))


@transaction.atomic
def erase(pk: int, *, now: datetime) -> bool:
    """Erase one paper; one that still waited for a signature is voided with it. False when somebody was first."""
    document = Document.objects.select_related("organisation").get(pk=pk)
    register = ledger.lock(document.organisation)
    if not Document.objects.kept().filter(pk=pk).update(erased_at=now):
        return False
    paths = [path for path in (document.file.name, document.signed_file.name) if path]
    emptied = list(document.seals.filter(act__in=SAYS_WHO).order_by("position"))
    if document.waits_for_signatures:
        documents.void_with(document, register, reason=reasons.coded("paper-kept"), by=None)
    said = {"links": {str(link.position): link.seal for link in emptied}, "at": now.timestamp()}
    Seal.objects.filter(pk__in=[link.pk for link in emptied]).update(said={})
    document.signatures.update(name="", capacity="", email="", ip=None, scan=None)
    document.steps.filter(at__lt=now - OLD).exclude(reason="").update(reason="")
    SigningLink.objects.filter(document=document).delete()
    Document.objects.filter(pk=pk).update(facts={}, file="", signed_file="")
    ledger.add(register, document, Seal.Act.ERASED, said)
    transaction.on_commit(partial(_throw_away, paths), robust=True)
    return True


def _throw_away(paths: list[str]) -> None:
    """The files, once nothing can bring the row back; what a full disk or a crash leaves is swept with the vault."""
    for path in paths:
        vault().delete(path)
