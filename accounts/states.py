"""The states of an organisation and of a seat, and where each may go from there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationStatus(TextChoices):
    SUBMITTED = "SUBMITTED", _("waiting for verification")
    MORE_ASKED = "MORE_ASKED", _("more information asked")
    ACCEPTED = "ACCEPTED", _("verified")
    REFUSED = "REFUSED", _("refused")
    SUSPENDED = "SUSPENDED", _("suspended")
    CLOSED = "CLOSED", _("gone")


# Its people act for it. While it is suspended they read, export and talk with the coordination.
ACTIVE = (
    OrganisationStatus.SUBMITTED,
    OrganisationStatus.MORE_ASKED,
    OrganisationStatus.ACCEPTED,
    OrganisationStatus.REFUSED,
)

# A coordinator has read its legal identity, which only a coordinator changes from then on.
VERIFIED = (OrganisationStatus.ACCEPTED, OrganisationStatus.SUSPENDED)

ORGANISATION_MOVES: dict[str, set[str]] = {
    OrganisationStatus.SUBMITTED: {
        OrganisationStatus.ACCEPTED,
        OrganisationStatus.MORE_ASKED,
        OrganisationStatus.REFUSED,
        OrganisationStatus.CLOSED,
    },
    OrganisationStatus.MORE_ASKED: {
        OrganisationStatus.SUBMITTED,
        OrganisationStatus.ACCEPTED,
        OrganisationStatus.REFUSED,
        OrganisationStatus.CLOSED,
    },
    OrganisationStatus.ACCEPTED: {OrganisationStatus.SUSPENDED, OrganisationStatus.CLOSED},
    OrganisationStatus.REFUSED: {OrganisationStatus.SUBMITTED, OrganisationStatus.CLOSED},
    OrganisationStatus.SUSPENDED: {OrganisationStatus.ACCEPTED, OrganisationStatus.CLOSED},
    OrganisationStatus.CLOSED: set(),  # its administrators leave the site, or its last person does
}


class SeatStatus(TextChoices):
    PROPOSED = "PROPOSED", _("waits for a second operator")
    INVITED = "INVITED", _("waits for its own yes")
    SEATED = "SEATED", _("coordinates")
    LEAVING = "LEAVING", _("is to leave, once a second operator agrees")
    DECLINED = "DECLINED", _("not followed up")
    ENDED = "ENDED", _("has left")


# Its people coordinate the pôle: until the second yes nothing changes for one that is to leave.
HELD = (SeatStatus.SEATED, SeatStatus.LEAVING)

SEAT_MOVES: dict[str, set[str]] = {
    SeatStatus.PROPOSED: {SeatStatus.INVITED, SeatStatus.DECLINED},
    SeatStatus.INVITED: {SeatStatus.SEATED, SeatStatus.DECLINED},
    SeatStatus.SEATED: {SeatStatus.LEAVING},
    SeatStatus.LEAVING: {SeatStatus.SEATED, SeatStatus.ENDED},
    SeatStatus.DECLINED: set(),  # whoever asks again begins another one
    SeatStatus.ENDED: set(),
}
