"""Who may make, sign and give a mission's documents and receipts."""

from accounts.models import Organisation, User
from marketplace.models import (
    Document,
    Duty,
    Mission,
    Party,
    Served,
)
from marketplace.rules.documents import is_called_off
from marketplace.rules.duties import is_charged_with
from marketplace.rules.parties import has_asked_facing, has_signed_facing
from marketplace.rules.permissions.organisations import can_see_costs, has_duty, is_in_charge_at
from marketplace.rules.permissions.proposals import can_write_in
from marketplace.rules.teams import has_come


def can_make_documents(user: User, mission: Mission) -> bool:
    return can_write_in(user, mission.proposal)


def may_sign_for(user: User, organisation: Organisation | None) -> bool:
    """True for those charged with signing or, where nobody is, the administrators. Nobody signs for a suspended
    organisation."""
    return (
        organisation is not None
        and organisation.is_active
        and has_duty(user, organisation, Duty.Kind.SIGNATORY)
    )


def parties_to_sign(user: User, document: Document) -> list[Party]:
    """The parties for which this person may sign the document now; never for both of those who deal with each
    other, nor for one of them what they proposed for the other."""
    mission = document.mission
    if mission is None or document.is_void or mission.has_been_left or is_called_off(document):
        return []
    may = {
        Party.STRUCTURE: user.pk != mission.offer.spokesperson_id
        and not has_come(mission, user.pk)
        and may_sign_for(user, mission.structure),
        Party.EMPLOYER: not mission.is_own_time and may_sign_for(user, mission.offer.organisation),
        Party.PERSON: mission.offer.brings(user),
    }
    return [
        party
        for party in document.parties_left()
        if may[party]
        and not has_signed_facing(document, party, user)
        and not has_asked_facing(document, party, user)
    ]


def can_give_mandate(user: User, served: Served) -> bool:
    """Whether this person agrees, in the name of a structure served, that the lead signs for it: whoever may sign for it,
    and is of nobody's side with whom it deals."""
    mission = served.mission
    came = user.pk == mission.offer.spokesperson_id or has_come(mission, user.pk)
    employer = None if mission.is_own_time else mission.offer.organisation
    facing = came or (employer is not None and user.belongs_to(employer))
    first = served.organisation_id == mission.structure_id
    return not facing and not first and may_sign_for(user, served.organisation)


def can_give_receipts(user: User, organisation: Organisation) -> bool:
    """True for those who sign for the structure, and for its treasurer."""
    return organisation.is_active and can_see_receipts(user, organisation)


def can_see_receipts(user: User, organisation: Organisation) -> bool:
    """Those who give receipts may read and export them, even while the structure is suspended."""
    treasurer = is_charged_with(user, organisation, Duty.Kind.TREASURER)
    return treasurer or has_duty(user, organisation, Duty.Kind.SIGNATORY)


def can_declare_value(user: User, mission: Mission) -> bool:
    company = mission.offer.organisation
    return mission.gives_a_receipt and (
        can_see_costs(user, company) or is_in_charge_at(user, company)
    )
