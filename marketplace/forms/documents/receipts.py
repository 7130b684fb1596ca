"""What is asked before a tax receipt is given."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import EurosField


class WarnedForm(forms.Form):
    """A form with a box to keep a doubtful figure, which is shown only to somebody who was told of the doubt."""

    def ask_whether_to_keep(self) -> None:
        self.fields["warned"].widget = forms.CheckboxInput()


class ReceiptForm(WarnedForm):
    capacity = forms.CharField(label=_("In which capacity do you sign?"), max_length=120)
    counterparts = EurosField(
        label=_("Value of what the company received in return, in euros"),
        required=False,
        help_text=_(
            "Its name on a poster, invitations… The structure puts the value. Empty: nothing."
        ),
    )
    read = forms.DecimalField(required=False, widget=forms.HiddenInput)
    warned = forms.BooleanField(
        label=_("I keep this amount all the same."),
        required=False,
        widget=forms.HiddenInput,
    )

    def clean_counterparts(self) -> Decimal:
        return self.cleaned_data["counterparts"] or Decimal(0)
