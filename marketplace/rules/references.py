"""What a message may point at: the sheet, a milestone, a document… of its own proposal
or mission.

A pointer is "kind:number" (or "kind:mission:number"). Its words are kept with the
message, which can still be read when what it points at has changed or gone.
"""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.already_read import may_have
from marketplace.models import Document, Mission, Thread
from marketplace.rules.prepared import rows_for

PLACES = {
    "need": ("need", ""),
    "offer": ("offer", ""),
    "proposal": ("proposal", ""),
    "mission": ("mission", ""),
    "sheet": ("mission-sheet", ""),
    "hours": ("mission-hours", ""),
    "papers": ("mission-documents", ""),
    "document": ("document", ""),
    "milestone": ("mission", "#milestones"),
    "deliverable": ("mission", "#deliverables"),
}
type Reference = tuple[str, str]


def choices(thread: Thread, user: User, known: Mission | None = None) -> list[Reference]:
    """The references_offered that this person may use: only to what they may open. `known`: the mission of the page, which
    has read it `with_pieces`; without it, to all that were made of the proposal, since one goes on with another."""
    return list(_of(thread, user, known))


def _of(thread: Thread, user: User, known: Mission | None) -> Iterator[Reference]:
    need, proposal = thread.subject, thread.proposal
    yield f"need:{need.pk}", _("The need: %(title)s") % {"title": need.title}
    if proposal is None:
        return
    yield f"offer:{proposal.offer_id}", _("The offer: %(title)s") % {"title": proposal.offer.title}
    if proposal.is_agreed:
        for mission in [known] if known else proposal.missions.order_by("-pk"):
            yield from _of_mission(mission, user)


def _of_mission(mission: Mission, user: User) -> Iterator[Reference]:
    yield f"sheet:{mission.pk}", _("The mission sheet")
    yield f"hours:{mission.pk}", _("The hours")
    yield f"papers:{mission.pk}", _("The papers")
    for milestone in mission.milestones.all() if may_have(mission, "milestones") else ():
        words = _("Milestone: %(label)s") % {"label": milestone.label}
        yield f"milestone:{mission.pk}:{milestone.pk}", words
    for deliverable in mission.deliverables.all() if may_have(mission, "deliverables") else ():
        words = _("Deliverable: %(title)s") % {"title": deliverable.title}
        yield f"deliverable:{mission.pk}:{deliverable.pk}", words
    for document in rows_for(user, papers_of, mission.pk) if may_have(mission, "papers") else ():
        words = _("Document: %(kind)s") % {"kind": document.get_kind_display()}
        yield f"document:{document.pk}", words


def papers_of(user: User, mission: int) -> QuerySet[Document]:
    """Its papers that this person may see. Prepared: see common/prepared.py."""
    return Document.objects.visible_to(user).filter(mission=mission)


def url_of(pointer: str) -> str:
    """The address of the page that the pointer leads to; that page checks its reader's rights."""
    kind, _sep, numbers = pointer.partition(":")
    name, anchor = PLACES.get(kind, ("", ""))
    number = numbers.split(":")[0]
    return reverse(name, args=[int(number)]) + anchor if name and number.isdecimal() else ""
