"""The letters about the value that a company declares."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.missions import mission_of
from marketplace.models import Valuation
from marketplace.models.documents.eligibility import why_no_receipt
from marketplace.rules import audience, permissions
from notifications.letter import Key, Letter
from notifications.models import Notification


def _receipt_given(letter: Notification, **_parts: object) -> str:
    mission = mission_of(letter)
    given = mission and mission.documents.receipts().standing().exists()
    return gettext_noop("Answered meanwhile") if given else ""


VALUE_DECLARED = Letter(
    "value_declared", Key("valuation:{valuation}"), MISSIONS, asks=True, moot=_receipt_given
)


def value_declared(valuation: Valuation) -> None:
    """Tell those of the structure who give receipts; its members, while nothing allows one or nobody gives them."""
    mission = valuation.mission
    structure = mission.need.organisation
    members = audience.structure(mission.need)
    give = [one for one in members if permissions.can_give_receipts(one, structure)]
    if why_no_receipt(structure, timezone.localdate()):
        give = []
    VALUE_DECLARED.tell(
        give or members, url=reverse("mission-documents", args=[mission.pk]), mission=mission,
        valuation=valuation, may_give=bool(give),
    )  # fmt: skip
