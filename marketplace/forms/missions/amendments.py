"""A change of what was signed: the sheet as it stands, and why it should be another."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.missions.sheets import SheetForm


class AmendmentForm(SheetForm):
    printed: ClassVar[tuple[str, ...]] = ("why", *SheetForm.printed)
    why = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence: it is printed in the amendment, and those who sign read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """What was signed before papers had words of their own stands: nobody has to write them now."""
        super().__init__(*args, **kwargs)
        if not self.instance.work:
            self.fields["work"].required = False
            self.initial["work"] = ""

    def to_read(self) -> list[str]:
        """What stays as it was signed isn't written now."""
        return [name for name in super().to_read() if name in self.changed_data]

    @property
    def values(self) -> dict:
        return {name: value for name, value in super().values.items() if name != "why"}
