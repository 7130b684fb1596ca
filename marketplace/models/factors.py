"""Brakes and enablers: the coded list from which reviews choose and by which the
register counts.

The list is data (data/factors.csv, French and English). A code that has been used
stays; its labels may be reworded.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

BRAKE, ENABLER = "BRAKE", "ENABLER"
FILE = Path(__file__).parents[1] / "data" / "factors.csv"


@dataclass(frozen=True)
class Factor:
    kind: str
    code: str
    theme: str
    label_fr: str
    label_en: str

    @property
    def is_brake(self) -> bool:
        return self.kind == BRAKE

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "fr").startswith("en") else self.label_fr

    def __str__(self) -> str:
        return self.label


@cache
def all_factors() -> dict[str, Factor]:
    """All factors by their code, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as rows:
        return {row["code"]: Factor(**row) for row in csv.DictReader(rows)}


def of_kind(kind: str) -> list[Factor]:
    return [factor for factor in all_factors().values() if factor.kind == kind]


def choices(kind: str) -> list[tuple[str, str]]:
    return [(factor.code, factor.label) for factor in of_kind(kind)]


def label_of(code: str) -> str:
    """The label of a code; a code that has left the list is its own label."""
    factor = all_factors().get(code)
    return factor.label if factor else code
