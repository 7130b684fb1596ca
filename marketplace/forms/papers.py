"""What is asked before a signature, a receipt or a figure."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from marketplace.actions.values import gifts_of
from marketplace.forms.fields import field_of
from marketplace.law.value import MOST, Impossible, hourly_cost
from marketplace.models import CompanyYear


class EurosField(forms.DecimalField):
    """As people write it: 1 234,56 with its spaces and its comma, or 1234.56."""

    default_error_messages = {
        "invalid": _("Write a figure, for instance 1234,56."),
        "min_value": _("A figure can’t be negative here."),
        "max_digits": _("This figure is too large: check the number of zeros."),
        "max_whole_digits": _("This figure is too large: check the number of zeros."),
        "max_decimal_places": _("Two figures after the comma at the most."),
    }

    def __init__(self, **options):
        options.setdefault("min_value", Decimal(0))
        super().__init__(decimal_places=2, max_digits=14, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        self.localize = False

    def prepare_value(self, value):
        """1 940,84 rather than 1940.84: as it is read everywhere else."""
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        whole, part = f"{value:,.2f}".split(".")
        return whole.replace(",", "\N{NO-BREAK SPACE}") + get_format("DECIMAL_SEPARATOR") + part

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.split()).replace("€", "").replace(",", ".")
        try:
            return super().to_python(value)
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], "invalid") from None

    def validate(self, value):
        super().validate(value)
        if value is not None and value >= MOST:
            raise ValidationError(self.error_messages["max_digits"], "max_digits")


class SignForm(forms.Form):
    capacity = forms.CharField(
        label=_("In which capacity do you sign?"),
        max_length=120,
        help_text=_("As it is written under a signature: president, managing director, volunteer…"),
    )
    read = forms.CharField(widget=forms.HiddenInput)
    party = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(label=_("I have read this document and I sign it."))


class LinkForm(forms.Form):
    """To whom the link goes: an account of the side, or an address that it has given and confirmed."""

    party = forms.CharField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Who signs?"), widget=forms.RadioSelect)

    def __init__(self, *args, accounts=(), addresses=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.readers = {f"account-{user.pk}": user for user, _capacity in accounts}
        self.readers |= {f"address-{one.pk}": one for one in addresses}
        choices = [
            (f"account-{user.pk}", ", ".join(filter(None, [user.get_full_name(), capacity])))
            for user, capacity in accounts
        ]
        choices += [
            (f"address-{one.pk}", f"{one.name}, {one.capacity} ({one.masked})") for one in addresses
        ]
        field_of(self, "to", forms.ChoiceField).choices = choices
        if len(choices) == 1:
            self.initial.setdefault("to", choices[0][0])

    @property
    def reader(self):
        return self.readers[self.cleaned_data["to"]]


class AddressForm(forms.Form):
    party = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Who signs?"), max_length=160)
    capacity = forms.CharField(label=_("In which capacity?"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their own. They confirm it first; then the link to sign leaves by itself."),
    )


class LinkSignForm(forms.Form):
    capacity = forms.CharField(
        label=_("In which capacity do you sign?"),
        max_length=120,
        help_text=_("As it is written under a signature: president, managing director, volunteer…"),
    )
    read = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(label=_("I have read this document and I sign it."))

    def __init__(self, *args, knows_capacity: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if knows_capacity:
            del self.fields["capacity"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class WarnedForm(forms.Form):
    """Asks whether to keep a doubtful figure, but only of whoever has been told of the doubt."""

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
    warned = forms.BooleanField(
        label=_("I keep this amount all the same."),
        required=False,
        widget=forms.HiddenInput,
    )

    def clean_counterparts(self):
        return self.cleaned_data["counterparts"] or Decimal(0)


class HourCostForm(forms.Form):
    gross = EurosField(label=_("Gross pay over the period, in euros"))
    charges = EurosField(label=_("Employer’s charges over the period"))
    aids = EurosField(label=_("Aids tied to the contract"), required=False)
    hours = EurosField(label=_("Hours paid over the period"))

    def clean(self):
        said = super().clean() or self.cleaned_data
        if self.errors:
            return said
        try:
            said["cost"] = hourly_cost(
                said["gross"], said["charges"], said["aids"] or Decimal(0), said["hours"]
            )
        except Impossible as refusal:
            raise ValidationError(str(refusal)) from None
        if not said["cost"]:
            raise ValidationError(_("The cost of an hour can’t be zero."))
        return said


class ValueForm(WarnedForm):
    amount = EurosField(label=_("Value of the gift, in euros"), min_value=Decimal("0.01"))
    certified = forms.BooleanField(
        label=_("The company stands by this value and keeps what proves it.")
    )
    warned = forms.BooleanField(
        label=_("I keep this amount, though it is beyond the cap shared out by hours."),
        required=False,
        widget=forms.HiddenInput,
    )


class CompanyYearForm(forms.ModelForm):
    turnover = EurosField(label=_("Turnover of the year, without tax"))
    other_gifts = EurosField(label=_("Other gifts of the year, made elsewhere"), required=False)
    in_difficulty = EurosField(
        label=_("Of all the gifts, those to bodies that help people in difficulty"), required=False
    )

    class Meta:
        model = CompanyYear
        fields = ["turnover", "other_gifts", "in_difficulty"]

    def clean_other_gifts(self):
        return self.cleaned_data["other_gifts"] or Decimal(0)

    def clean_in_difficulty(self):
        """Of all the year's gifts: those made elsewhere, and those whose receipts are here."""
        part = self.cleaned_data["in_difficulty"] or Decimal(0)
        elsewhere = self.cleaned_data.get("other_gifts") or Decimal(0)
        if part > elsewhere + gifts_of(self.instance.organisation, self.instance.year):
            raise ValidationError(_("A part can’t be more than the whole of the year’s gifts."))
        return part
