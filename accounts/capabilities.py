"""What each kind of organisation may do here. Permissions, forms, cards and matching ask this table, never the kind."""

from collections.abc import Mapping
from enum import StrEnum


class Capability(StrEnum):
    ASK = "ASK"  # write needs
    OFFER = "OFFER"  # offer the working time of its people
    COORDINATE = "COORDINATE"  # see to a pôle's needs, offers and missions
    RECEIPT = "RECEIPT"  # give tax receipts, once its eligibility is declared and looked at


_MAY: Mapping[str, frozenset[Capability]] = {
    "ESS": frozenset({Capability.ASK, Capability.RECEIPT}),
    "COMPANY": frozenset({Capability.OFFER}),
    "OPERATOR": frozenset({Capability.COORDINATE}),
}


def of(kind: str) -> frozenset[Capability]:
    """What an organisation of this kind may do. Raises KeyError for a kind that the table doesn't know."""
    return _MAY[kind]


def kinds_that(capability: Capability) -> list[str]:
    """The kinds of organisation that may do this, to filter with."""
    return [kind for kind, held in _MAY.items() if capability in held]
