"""The states of an organisation, and where it may go from each."""

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
    OrganisationStatus.CLOSED: set(),  # its last person closed their account
}
