"""What we tell about the employer's agreement."""

from django.urls import reverse

from marketplace.letters.missions.missions import _both_sides
from marketplace.letters.telling import tell
from marketplace.models import (
    Agreement,
)
from marketplace.rules import audience
from notifications import outbox


def agreement_asked(agreement: Agreement, token: str) -> None:
    """The link lets its reader answer: an earlier one that hasn't left must not leave any more."""
    outbox.cancel(key_prefix=f"agreement:{agreement.pk}:asked:", reason="A newer link replaces it")
    outbox.post(
        address=agreement.email,
        key=f"agreement:{agreement.pk}:asked:{agreement.sent_count}",
        template="agreement_asked",
        url=reverse("agreement", args=[token]),
        expires_at=agreement.expires_at,
        agreement=agreement,
        mission=agreement.subject,
    )


def agreement_for_company(agreement: Agreement) -> None:
    company = agreement.mission.offer.organisation
    assert company is not None, "only a company is asked after the manager"
    tell(
        audience.in_charge_at(company),
        "agreement_for_company",
        f"agreement:{agreement.pk}:company",
        reverse("mission-agreement", args=[agreement.mission_id]),
        agreement=agreement,
        mission=agreement.mission,
    )


def agreement_refused(agreement: Agreement) -> None:
    """No, or other dates: to the person who asked, with the reason; the structure hears that it is framed anew.
    An amendment may have been proposed by the structure, which never reads the employer's reason; that it
    has fallen its own letter says."""
    mission = agreement.mission
    asked = [] if agreement.amendment else [agreement.asked_by]
    tell(
        [*audience.offering(mission.offer), *asked],
        "agreement_refused",
        f"agreement:{agreement.pk}:answer",
        mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=mission,
    )
    if agreement.amendment:
        return
    tell(
        [*audience.structure(mission.need), *audience.coordinators(mission.need)],
        "agreement_refused_structure",
        f"agreement:{agreement.pk}:answer",
        mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=mission,
    )


def agreement_given(agreement: Agreement) -> None:
    tell(
        _both_sides(agreement.mission),
        "agreement_given",
        f"agreement:{agreement.pk}:given",
        agreement.mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=agreement.mission,
    )
