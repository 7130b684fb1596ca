"""The weights of the matching of a pôle, point by point, for each side."""

import json
from collections.abc import Iterator
from typing import Any

from django import forms

from marketplace.matching.definition import BOUNDS, PARTS, WEIGHTS
from marketplace.matching.reasons import PART_MEANINGS, PART_NAMES

SIDES = ("need", "offer")


class WeightsForm(forms.Form):
    """A whole number for each point and side, within its bounds. `previewed` holds the weights that were shown
    last."""

    previewed = forms.CharField(required=False, widget=forms.HiddenInput)
    since = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side in SIDES:
            for part in PARTS:
                least, most = BOUNDS[part]
                self.fields[f"{side}_{part}"] = forms.IntegerField(
                    label=PART_NAMES[part], min_value=least, max_value=most
                )

    @staticmethod
    def initial_of(table: dict[str, dict[str, int]]) -> dict[str, int]:
        return {f"{side}_{part}": table[side][part] for side in SIDES for part in PARTS}

    @property
    def table(self) -> dict[str, dict[str, int]]:
        return {
            side: {part: self.cleaned_data[f"{side}_{part}"] for part in PARTS} for side in SIDES
        }

    @property
    def signature(self) -> str:
        return json.dumps(self.table, sort_keys=True)

    def rows(self) -> Iterator[dict[str, Any]]:
        """For each point: its name, what it means, its two fields, its standard weights."""
        for part in PARTS:
            yield {
                "name": PART_NAMES[part],
                "meaning": PART_MEANINGS[part],
                "need": self[f"need_{part}"],
                "offer": self[f"offer_{part}"],
                "usual": [WEIGHTS[side][part] for side in SIDES],
                "bounds": BOUNDS[part],
            }
