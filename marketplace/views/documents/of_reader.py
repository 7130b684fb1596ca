"""The paper of which a page is, for whoever may see it."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.requests import SignedInRequest
from marketplace.models import Document
from marketplace.rules.prepared import rows_for


def visible(request: SignedInRequest, pk: int) -> Document:
    """Whether the reader may see it is asked by a short question, put together once; what its page reads comes then."""
    if not rows_for(request.user, _seen, pk):
        raise Http404
    found = Document.objects.select_related(
        "organisation",
        "member__person",
        "mission__sheet",
        "mission__need__organisation",
        "mission__need__pole",
        "mission__offer__organisation",
        "mission__offer__person",
        "mission__proposal",
    )
    document = get_object_or_404(found, pk=pk)
    if mission := document.mission:  # of the same need and the same offer: not joined once more
        mission.proposal.need, mission.proposal.offer = mission.need, mission.offer
    return document


def _seen(user: User, pk: int) -> QuerySet[Document]:
    """Prepared (common/prepared.py)."""
    return Document.objects.visible_to(user).filter(pk=pk).only("pk")
