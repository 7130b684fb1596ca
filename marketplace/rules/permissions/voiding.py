"""Who may void a document, or make another version of it."""

from accounts.models import User
from marketplace.models import Document, Kind, Mission, Party, Side
from marketplace.rules import documents
from marketplace.rules.permissions.coordination import follows
from marketplace.rules.permissions.documents import (
    can_give_receipts,
    can_make_documents,
    may_sign_for,
)
from marketplace.rules.permissions.missions import arbitrates, side_in
from marketplace.states import DocumentStatus


def can_void(user: User, document: Document) -> bool:
    """Whether this person may void the document, with a reason.

    What several parties have all signed isn't undone by one side: only a coordinator who
    is on none of them may void it. What one side signs or issues may be voided by that
    side or a coordinator, but not by an employee who is lent. The papers of an amendment
    end with it.
    """
    mission = document.mission
    if document.is_void or document.amendment_id:
        return False
    if document.kind == Kind.RECEIPT:
        return can_give_receipts(user, document.organisation)
    if mission is None:
        return False
    if document.is_signed_by_several:
        return arbitrates(user, mission)
    side = side_in(user, mission)
    return _is_of_its_side(user, document, mission, side) or follows(user, mission)


def _is_of_its_side(user: User, document: Document, mission: Mission, side: str | None) -> bool:
    signs_for_employer = may_sign_for(user, mission.offer.organisation)
    if document.status == DocumentStatus.ISSUED:  # the order of the authority that lends its agent
        return signs_for_employer and not mission.is_own_time
    if Kind(document.kind).signers == (Party.STRUCTURE,):
        return side == Side.NEED
    is_lent = side == Side.OFFER and user.pk == mission.offer.person_id and not mission.is_own_time
    return side is not None and (signs_for_employer or not is_lent)


def can_make(user: User, mission: Mission, kind: Kind) -> bool:
    """Whether this person may make a version of this document. A new version voids the one that was issued, so it
    needs the right to void that one, unless it is out of date."""
    if not can_make_documents(user, mission):
        return False
    given = mission.documents.filter(kind=kind, amendment=None, status=DocumentStatus.ISSUED)
    return all(documents.is_stale(one) or can_void(user, one) for one in given)
