"""A change of what was signed: the sheet as it is, and why it should change."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.missions.sheets import SheetForm
from marketplace.rules import below_cost


class AmendmentForm(SheetForm):
    printed: ClassVar[tuple[str, ...]] = ("why", *SheetForm.printed)
    field_order: tuple[str, ...] = ("why", *SheetForm.field_order)
    why = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence: it is printed in the amendment, and those who sign read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Sheets that were signed before the work entrusted was asked for lack it: it isn't required here then."""
        super().__init__(*args, **kwargs)
        if not self.instance.work:
            self.fields["work"].required = False
            self.initial["work"] = ""

    def to_read(self) -> list[str]:
        """Only what changes is checked for the first person: the rest was signed as it is."""
        return [name for name in super().to_read() if name in self.changed_data]

    def why_not_billed(self, share: int) -> str:
        """What is signed changes by all who signed; less than was agreed asks the coordination first."""
        less = share < min(self.instance.least_share, self.instance.billed_share)
        return below_cost.not_in_an_amendment(self.instance) if less else ""

    @property
    def values(self) -> dict:
        return {name: value for name, value in super().values.items() if name != "why"}
