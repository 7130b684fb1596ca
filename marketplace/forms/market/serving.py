"""What an organisation works for, and whom it serves."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import SeveralField
from marketplace.models import Serving


class ServingForm(forms.ModelForm):
    class Meta:
        model = Serving
        fields = ["cause", "beneficiaries"]
        field_classes = {"beneficiaries": SeveralField}
        widgets = {"beneficiaries": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cause = cast("forms.ModelChoiceField", self.fields["cause"])
        cause.empty_label = _("Choose…")
        cause.error_messages["required"] = _("Choose the cause that your structure serves.")
