"""What may still be done once a mission is closed: another receipt, where the one that was given has been voided."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from marketplace.models import DocumentStep, Mission
from marketplace.models.documents.documents import Kind
from marketplace.rules import documents
from marketplace.rules.mission_roles import RECEIPTS
from marketplace.rules.next_acts import before_receipt
from marketplace.rules.next_acts.act import Act, act_of
from marketplace.states import DocumentStatus


def another_receipt(mission: Mission) -> Iterator[Act]:
    """Its declared value stands: the structure gives another, unless something stands before any receipt of its."""
    given = {status for kind, status in documents.listed(mission) if kind == Kind.RECEIPT}
    if given != {DocumentStatus.VOIDED} or before_receipt.of(mission) is not None:
        return
    voided = DocumentStep.objects.filter(
        document__mission=mission, document__kind=Kind.RECEIPT, after=DocumentStatus.VOIDED
    )
    words = _("The receipt was voided, and the value stands: another receipt may be given.")
    label, task = _("Give the receipt"), _("give another receipt")
    since = voided.order_by("-at").values_list("at", flat=True).first()
    act = act_of(mission, RECEIPTS, "mission-receipt", words, label, task)
    yield replace(act, since=since)
