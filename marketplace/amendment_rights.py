"""Who may touch what was signed by all: amend it, decline or withdraw an amendment, void a paper."""

from marketplace import permissions
from marketplace.actions import papers
from marketplace.models import Amendment, Document, Kind, Mission, Party, Side
from marketplace.states import DocumentStatus


def can_propose_amendment(user, mission: Mission) -> bool:
    """The referents and signatories of both sides, whoever runs skills sponsorship at the company, and the
    pôle's coordinators. The employee who is lent isn't a side of their own; a volunteer is."""
    return user.coordinates(mission.need.pole) or side_in_amending(user, mission) is not None


def side_in_amending(user, mission: Mission) -> str | None:
    """For which side this person may propose a change of what was signed, or None."""
    if _amends_for_structure(user, mission):
        return Side.NEED
    return Side.OFFER if _amends_for_offer(user, mission) else None


def _amends_for_structure(user, mission: Mission) -> bool:
    if user.pk == mission.offer.person_id:
        return False
    structure = mission.need.organisation
    is_referent = user.pk == mission.sheet.need_referent_id and user.speaks_for(structure)
    return is_referent or permissions.may_sign_for(user, structure)


def _amends_for_offer(user, mission: Mission) -> bool:
    if mission.is_own_time:
        return mission.offer.brings(user)
    company = mission.offer.organisation
    if permissions.may_sign_for(user, company) or permissions.is_in_charge_at(user, company):
        return True
    is_referent = user.pk == mission.sheet.offer_referent_id != mission.offer.person_id
    return is_referent and user.speaks_for(company)


def papers_to_sign(user, amendment: Amendment) -> list[Document]:
    """Those of its papers that this person may sign now."""
    return [
        document
        for document in amendment.documents.select_related("mission__need", "mission__offer")
        if document.waits_for_signatures and permissions.parties_to_sign(user, document)
    ]


def can_decline_amendment(user, amendment: Amendment) -> bool:
    """Whoever has to sign it and hasn't."""
    return amendment.is_open and bool(papers_to_sign(user, amendment))


def can_withdraw_amendment(user, amendment: Amendment) -> bool:
    """The side that proposed it, and the coordinators."""
    if not amendment.is_open:
        return False
    if user.coordinates(amendment.mission.need.pole):
        return True
    return bool(amendment.side) and side_in_amending(user, amendment.mission) == amendment.side


def can_void(user, document: Document) -> bool:
    """What all have signed isn't undone by one side: a coordinator who is on none of them may, with a reason.
    What one side signs, or gives, is that side's or a coordinator's to take away; the person who is lent
    takes away nothing alone. An amendment's papers end with it."""
    mission = document.mission
    if document.is_void or document.amendment_id:
        return False
    if document.kind == Kind.RECEIPT:
        return permissions.can_give_receipts(user, document.organisation)
    if mission is None:
        return False
    side = permissions.side_in(user, mission)
    if document.is_signed_by_several:
        came = user.pk == mission.offer.person_id
        return user.coordinates(mission.need.pole) and side is None and not came
    return user.coordinates(mission.need.pole) or _is_of_its_side(user, document, mission, side)


def _is_of_its_side(user, document: Document, mission: Mission, side: str | None) -> bool:
    signs_for_employer = permissions.may_sign_for(user, mission.offer.organisation)
    if document.status == DocumentStatus.ISSUED:  # the order of the authority that lends its agent
        return signs_for_employer and not mission.is_own_time
    if Kind(document.kind).signers == (Party.STRUCTURE,):
        return side == Side.NEED
    is_lent = side == Side.OFFER and user.pk == mission.offer.person_id and not mission.is_own_time
    return side is not None and (signs_for_employer or not is_lent)


def can_make(user, mission: Mission, kind: Kind) -> bool:
    """A new version takes away what stands: one that was given asks for the right to void it."""
    if not permissions.can_make_papers(user, mission):
        return False
    given = mission.documents.filter(kind=kind, amendment=None, status=DocumentStatus.ISSUED)
    return all(papers.is_stale(one) or can_void(user, one) for one in given)
