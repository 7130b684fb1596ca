"""What a paper says of the structures that a mission serves beside the one that it names first."""

from typing import Any

from marketplace.documents.parties import describe
from marketplace.law import regimes
from marketplace.models import Mission
from marketplace.rules import served

RECEIPTS = {
    regimes.YES: "délivre un reçu fiscal pour ses propres heures",
    regimes.UNKNOWN: "confirme d’abord qu’elle peut délivrer un reçu fiscal pour ses propres heures",
    regimes.NO: "ne délivre pas de reçu fiscal",
}


def beside(mission: Mission) -> dict[str, Any]:
    """Each of them, and what it will give for its hours; nothing where the mission serves one structure."""
    rows = served.others(mission)
    if not rows:
        return {}
    return {"served-too": [_one(mission, row.organisation) for row in rows]}


def _one(mission: Mission, structure: Any) -> dict[str, Any]:
    said = RECEIPTS[served.gives(structure)] if mission.gives_a_receipt else ""
    return describe(structure) | {"receipt": said}
