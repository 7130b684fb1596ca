"""What we tell about tax receipts."""

from marketplace.letters.telling import tell
from marketplace.models import Document
from marketplace.rules import audience


def receipt_given(receipt: Document) -> None:
    mission = receipt.mission
    assert mission is not None
    people = audience.in_charge_at(mission.offer.organisation) if mission.offer.organisation else []
    tell(
        people, "receipt_given", f"document:{receipt.pk}:made", receipt.get_absolute_url(),
        document=receipt, mission=mission,
    )  # fmt: skip
