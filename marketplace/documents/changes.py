"""What the paper of an amendment says: which paper it changes, what changes (before and after), what stays."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from common.dates import in_french
from marketplace.documents.facts import TITLES, of_mission
from marketplace.models import Amendment, Document, Kind
from marketplace.models.missions.sheets import DATES

# “Avenant n° 1 à la convention de mécénat de compétences”: the paper amended, after a preposition.
TO = {
    Kind.CONVENTION_SERVICE: "à la convention de mécénat de compétences",
    Kind.CONVENTION_LOAN: "à la convention de mise à disposition de personnel",
    Kind.CONVENTION_AGENT: "à la convention de mise à disposition d’un agent public",
    Kind.CONVENTION_PLAIN: "à la convention de prêt de personnel sans avantage fiscal",
    Kind.CONVENTION_NON_PROFIT: "à la convention de prêt de personnel à but non lucratif",
    Kind.AMENDMENT: "à l’avenant au contrat de travail",
    Kind.MISSION_LETTER: "à la lettre de mission bénévole",
}

# What the amendment of a work contract holds (`amendment.typ`): who is billed what, what the structure gives back and whose what
# is produced is, are between the two organisations.
OF_A_WORK_CONTRACT = {
    "work", "deliverables", "hours", "schedule", "where", "address", "material", "confidentiality", *DATES,
}  # fmt: skip


def title_of(amendment: Amendment, amended: Document) -> str:
    if amended.kind == Kind.ORDER_AGENT:
        return "Projet d’arrêté modificatif de mise à disposition"
    return f"Avenant n° {amendment.ordinal} {TO[Kind(amended.kind)]}"


def of_amendment(
    kind: Kind, amendment: Amendment, amended: Document, *, on: date
) -> dict[str, Any]:
    """Everything that the paper of `kind` prints; `amended` is the paper that stays in force until it is signed."""
    with override("fr"):
        changes = [
            change
            for change in amendment.labelled_changes
            if kind != Kind.CONTRACT_CHANGE or change["name"] in OF_A_WORK_CONTRACT
        ]
    return of_mission(kind, amendment.amended(), on=on) | {
        "title": title_of(amendment, amended),
        "amendment": {
            "kind": kind.value,
            "number": str(amendment.ordinal),
            "why": amendment.why,
            "by": amendment.proposed_by.get_full_name(),
            "on": in_french(timezone.localdate(amendment.proposed_at)),
            "changes": changes,
            "changes-rights": "rights" in {change["name"] for change in changes},
            "amended": _reference(amended),
            "earlier": [_reference(one) for one in _earlier(amendment, kind, amended)],
        },
    }


def _reference(document: Document) -> dict[str, str]:
    """The date, number and fingerprint of the signed bytes."""
    last = document.signatures.order_by("-at").first()
    return {
        "title": document.facts.get("title", TITLES.get(Kind(document.kind), "")),
        "reference": document.reference,
        "version": str(document.version),
        "made": document.facts["made-on"],
        "signed": in_french(timezone.localdate(last.at)) if last else "",
        "sha256": document.sha256,
    }


def _earlier(amendment: Amendment, kind: Kind, amended: Document) -> QuerySet[Document]:
    """The earlier amendments of the same paper that are in force. A paper made since says itself what they changed."""
    stands = amendment.mission.amendments.in_force()
    found = Document.objects.filter(amendment__in=stands, kind=kind)
    return found.filter(made_at__gt=amended.made_at).order_by("pk")
