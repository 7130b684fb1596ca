"""The models of people, organisations and places, and of who may speak for whom."""

from accounts.models.addresses import AddressChange
from accounts.models.groups import GroupTie
from accounts.models.invitations import Invitation
from accounts.models.moves import ForbiddenMove, Movable, Step
from accounts.models.organisations import (
    Membership,
    Organisation,
    OrganisationStep,
    coordinated_by,
    poles_of,
)
from accounts.models.people import Anybody, User
from accounts.models.places import Commune, Department
from accounts.models.poles import Pole
from accounts.models.typed import TypedForm

__all__ = [
    "AddressChange",
    "Anybody",
    "Commune",
    "Department",
    "ForbiddenMove",
    "GroupTie",
    "Invitation",
    "Membership",
    "Movable",
    "Organisation",
    "OrganisationStep",
    "Pole",
    "Step",
    "TypedForm",
    "User",
    "coordinated_by",
    "poles_of",
]
