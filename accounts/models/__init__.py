"""The models of people, organisations and places, and of who may speak for whom."""

from accounts.models.addresses import AddressChange
from accounts.models.comings import Coming
from accounts.models.erasures import Erasure, Restoration
from accounts.models.form_drafts import FormDraft
from accounts.models.groups import GroupTie
from accounts.models.invitations import Invitation
from accounts.models.join_links import JoinLink
from accounts.models.leavings import Leaving
from accounts.models.mail_domains import JoinRequest, MailDomain
from accounts.models.memberships import Membership, PastMembership
from accounts.models.moves import ForbiddenMove, Movable, Step
from accounts.models.organisations import Organisation, OrganisationStep
from accounts.models.people import Anybody, User
from accounts.models.places import Commune, Department
from accounts.models.poles import Pole
from accounts.models.seats import Door, Seat, SeatStep, coordinated_by, poles_of
from accounts.models.sign_ins import SignIn
from accounts.models.typed import TypedForm

__all__ = [
    "AddressChange",
    "Anybody",
    "Coming",
    "Commune",
    "Department",
    "Door",
    "Erasure",
    "ForbiddenMove",
    "FormDraft",
    "GroupTie",
    "Invitation",
    "JoinLink",
    "JoinRequest",
    "Leaving",
    "MailDomain",
    "Membership",
    "Movable",
    "Organisation",
    "OrganisationStep",
    "PastMembership",
    "Pole",
    "Restoration",
    "Seat",
    "SeatStep",
    "SignIn",
    "Step",
    "TypedForm",
    "User",
    "coordinated_by",
    "poles_of",
]
