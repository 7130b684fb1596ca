"""Who may change what was signed by all: propose, decline or withdraw an amendment."""

from accounts.models import User
from marketplace.models import Amendment, Document, Mission, Side
from marketplace.rules.permissions.coordination import follows
from marketplace.rules.permissions.documents import may_sign_for, parties_to_sign
from marketplace.rules.permissions.organisations import is_in_charge_at


def can_propose_amendment(user: User, mission: Mission) -> bool:
    """True for the referents and signatories of both sides, those who run skills sponsorship at the company, and
    the pôle's coordinators. A volunteer is a side; an employee who is lent isn't one."""
    return side_in_amending(user, mission) is not None or follows(user, mission)


def side_in_amending(user: User, mission: Mission) -> str | None:
    """The side for which this person may propose a change of what was signed, or None."""
    if _amends_for_structure(user, mission):
        return Side.NEED
    return Side.OFFER if _amends_for_offer(user, mission) else None


def _amends_for_structure(user: User, mission: Mission) -> bool:
    if user.pk == mission.offer.spokesperson_id:
        return False
    structure = mission.structure
    is_referent = user.pk == mission.sheet.need_referent_id and user.speaks_for(structure)
    return is_referent or may_sign_for(user, structure)


def _amends_for_offer(user: User, mission: Mission) -> bool:
    if mission.is_own_time:
        return mission.offer.brings(user)
    company = mission.offer.organisation
    if may_sign_for(user, company) or is_in_charge_at(user, company):
        return True
    is_referent = user.pk == mission.sheet.offer_referent_id != mission.offer.person_id
    return is_referent and user.speaks_for(company)


def documents_to_sign(user: User, amendment: Amendment) -> list[Document]:
    """The amendment's papers that this person may sign now."""
    return [
        document
        for document in amendment.documents.select_related("mission__need", "mission__offer")
        if document.waits_for_signatures and parties_to_sign(user, document)
    ]


def can_decline_amendment(user: User, amendment: Amendment) -> bool:
    """True for whoever has a document of the amendment to sign."""
    return amendment.is_open and bool(documents_to_sign(user, amendment))


def can_withdraw_amendment(user: User, amendment: Amendment) -> bool:
    """True for the side that proposed the amendment, and for the coordinators."""
    if not amendment.is_open:
        return False
    if amendment.side and side_in_amending(user, amendment.mission) == amendment.side:
        return True
    return follows(user, amendment.mission)
