"""What an hour costs: of several missions at once, and on average over the company or by grade."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.words import has_words
from marketplace.forms.fields import EurosField
from marketplace.models import Grade, Mission
from marketplace.rules.cost_lists import MOST_AN_HOUR

LEAST = Decimal("0.01")


class CostField(EurosField):
    """The cost of an hour; left empty there is none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        words = {
            "min_value": _("The cost of an hour can’t be zero."),
            "max_value": _("This figure is too large: check the number of zeros."),
        }
        super().__init__(
            min_value=LEAST, max_value=MOST_AN_HOUR - LEAST, error_messages=words, **options
        )


class CostsForm(forms.Form):
    """A page of missions, each with its field."""

    def __init__(
        self, *args: Any, missions: Sequence[Mission], own: Mapping[int, Decimal], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        for mission in missions:
            label = _("Cost of an hour: %(mission)s") % {"mission": mission}
            self.fields[f"cost_{mission.pk}"] = CostField(label=label, initial=own.get(mission.pk))

    def field_of(self, mission: Mission) -> forms.BoundField:
        return self[f"cost_{mission.pk}"]

    @property
    def changed(self) -> dict[int, Decimal | None]:
        """What was typed otherwise than it stood, by the number of the mission."""
        said = {int(name.removeprefix("cost_")): cost for name, cost in self.cleaned_data.items()}
        return {pk: cost for pk, cost in said.items() if cost != self.own.get(pk)}


class AveragesForm(forms.Form):
    """The averages of a year: the company's, each grade's, and a grade more."""

    cost_company = CostField(label=_("Average of the company, in euros an hour"))
    new_name = forms.CharField(
        label=_("Another grade"), max_length=80, required=False, validators=[has_words]
    )
    cost_new = CostField(label=_("Its average, in euros an hour"))

    def __init__(
        self,
        *args: Any,
        grades: Sequence[Grade],
        known: Mapping[int | None, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.grades = grades
        self.fields["cost_company"].initial = known.get(None)
        for grade in grades:
            label = _("Average of the grade %(grade)s") % {"grade": grade}
            self.fields[f"cost_grade_{grade.pk}"] = CostField(
                label=label, initial=known.get(grade.pk)
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("cost_new") and not said.get("new_name") and "new_name" not in self.errors:
            self.add_error("new_name", _("Name this grade."))
        return said

    def of_grades(self) -> Iterator[tuple[Grade, forms.BoundField]]:
        return ((grade, self[f"cost_grade_{grade.pk}"]) for grade in self.grades)

    @property
    def costs(self) -> dict[int | None, Decimal | None]:
        said = self.cleaned_data
        found: dict[int | None, Decimal | None] = {None: said["cost_company"]}
        for grade in self.grades:
            found[grade.pk] = said[f"cost_grade_{grade.pk}"]
        return found
