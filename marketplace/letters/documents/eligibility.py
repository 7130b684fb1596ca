"""What we tell about the tax receipts that a structure may give."""

from django.urls import reverse

from marketplace.letters.telling import tell
from marketplace.models import (
    Eligibility,
)
from marketplace.rules import audience


def eligibility_declared(said: Eligibility) -> None:
    tell(
        audience.coordinators_of(said.organisation.pole),
        "eligibility_declared",
        f"eligibility:{said.pk}",
        reverse("eligibility", args=[said.organisation_id]),
        but=said.declared_by,
        organisation=said.organisation,
        eligibility=said,
    )


def eligibility_checked(checked: Eligibility) -> None:
    tell(
        checked.organisation.members.filter(is_active=True),
        "eligibility_checked",
        f"eligibility:{checked.pk}",
        reverse("eligibility", args=[checked.organisation_id]),
        but=checked.verified_by,
        organisation=checked.organisation,
        eligibility=checked,
    )
