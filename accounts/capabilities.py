"""What each kind of organisation may do here. Permissions, forms, cards and matching ask this table, never the kind."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Capability(StrEnum):
    ASK = "ASK"  # write needs
    OFFER = "OFFER"  # offer the working time of its people
    COORDINATE = "COORDINATE"  # see to a pôle's needs, offers and missions
    RECEIPT = "RECEIPT"  # give tax receipts, once its eligibility is declared and looked at


_MAY: Mapping[str, frozenset[Capability]] = {
    "ESS": frozenset({Capability.ASK, Capability.OFFER, Capability.RECEIPT}),
    "COMPANY": frozenset({Capability.OFFER}),
    "AUTHORITY": frozenset({Capability.ASK, Capability.OFFER, Capability.RECEIPT}),
    "OPERATOR": frozenset({Capability.COORDINATE}),
}


def of(kind: str) -> frozenset[Capability]:
    """What an organisation of this kind may do. Raises KeyError for a kind that the table doesn't know."""
    return _MAY[kind]


def kinds_that(capability: Capability) -> list[str]:
    """The kinds of organisation that may do this, to filter with."""
    return [kind for kind, held in _MAY.items() if capability in held]


class Capable:
    """What an organisation may do by its kind, as questions that templates ask too; its state is asked apart."""

    kind: Any  # a column of the model

    def may_do(self, capability: Capability) -> bool:
        return capability in of(self.kind)

    @property
    def may_ask(self) -> bool:
        return self.may_do(Capability.ASK)

    @property
    def may_offer(self) -> bool:
        """Whether it may offer the working time of its people."""
        return self.may_do(Capability.OFFER)

    @property
    def asks_and_offers(self) -> bool:
        return self.may_ask and self.may_offer

    @property
    def may_coordinate(self) -> bool:
        return self.may_do(Capability.COORDINATE)

    @property
    def may_give_receipts(self) -> bool:
        return self.may_do(Capability.RECEIPT)
