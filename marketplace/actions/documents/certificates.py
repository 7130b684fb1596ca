"""The certificate of what was done is made by itself when the mission closes, ready for the structure to sign."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from marketplace.actions.documents import documents
from marketplace.actions.refusals import NotYet
from marketplace.models import Kind, Mission
from marketplace.models.documents.documents import kinds_after
from marketplace.states import DocumentStatus


def make_at_the_end(mission: Mission, *, now: datetime) -> None:
    """Make the first paper of the mission's end. What can't be made is left to be asked for on the page of the papers: the
    mission closes all the same. One that somebody has voided isn't made again by itself; where a receipt is given, that is
    its paper. The mission has to be locked."""
    kinds = kinds_after(mission.regime)
    if mission.gives_a_receipt or not (kinds and mission.structure.is_accepted):
        return
    if not _was_voided(kinds[0], mission):
        with suppress(NotYet), transaction.atomic():
            documents.make(kinds[0], mission, by=None, now=now)


def _was_voided(kind: Kind, mission: Mission) -> bool:
    last = mission.documents.filter(kind=kind).order_by("-pk").first()
    return last is not None and last.status == DocumentStatus.VOIDED
