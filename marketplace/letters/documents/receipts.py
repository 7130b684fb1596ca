"""The letters about tax receipts."""

from marketplace.letters.documents.documents import DOCUMENT_MADE
from marketplace.letters.families import MISSIONS
from marketplace.models import Document
from marketplace.rules import audience
from notifications.letter import Letter

RECEIPT_GIVEN = Letter("receipt_given", DOCUMENT_MADE, MISSIONS)


def receipt_given(receipt: Document) -> None:
    mission = receipt.mission
    assert mission is not None
    people = audience.in_charge_at(mission.offer.organisation) if mission.offer.organisation else []
    RECEIPT_GIVEN.tell(people, url=receipt.get_absolute_url(), document=receipt, mission=mission)
