"""What an organisation says of itself: tax receipts, programmes, who is charged with what."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation
from marketplace.forms.fields import field_of
from marketplace.forms.files import CleanFileField
from marketplace.forms.needs import DateInput
from marketplace.forms.period import PeriodMixin
from marketplace.models import CompanyProgramme, Contract, Duty, Eligibility


class EligibilityForm(forms.ModelForm):
    """The three tests are asked one by one: nobody ticks "general interest" without reading."""

    not_for_profit = forms.BooleanField(
        label=_("Our activity isn't for profit and doesn't compete with companies."), required=False
    )
    open_circle = forms.BooleanField(
        label=_("We don't work for a small circle of people only."), required=False
    )
    disinterested = forms.BooleanField(
        label=_("Those who lead us draw no profit from it."), required=False
    )
    proof = CleanFileField(
        label=_("The proof: the tax office’s letter, the statutes…"), required=False
    )
    field_order = (
        "status",
        "category",
        "not_for_profit",
        "open_circle",
        "disinterested",
        "proof",
        "reference",
        "note",
    )

    class Meta:
        model = Eligibility
        fields = ["status", "category", "reference", "note"]
        widgets = {"status": forms.RadioSelect, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        """Four answers and a doubt: none of them is "choose an option"."""
        super().__init__(*args, **kwargs)
        field_of(self, "status", forms.TypedChoiceField).choices = Eligibility.Status.choices

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        status = cleaned.get("status")
        if status in Eligibility.ELIGIBLE and not cleaned.get("category"):
            self.add_error(
                "category", _("Say as which kind of body: it is printed on the receipt.")
            )
        tests = ("not_for_profit", "open_circle", "disinterested")
        if status == Eligibility.Status.SELF_DECLARED and not all(
            cleaned.get(name) for name in tests
        ):
            self.add_error(
                "status",
                _(
                    "The three sentences below have to be true. If one isn't, or you doubt, choose “to be checked”: a coordinator helps you."
                ),
            )
        return cleaned


class EligibilityCheckForm(forms.ModelForm):
    class Meta:
        model = Eligibility
        fields = ["status", "valid_until", "note"]
        widgets = {
            "status": forms.RadioSelect,
            "valid_until": DateInput,
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"note": _("The structure reads it.")}

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("This date is already past."))
        return day


class ProgrammeForm(PeriodMixin, forms.ModelForm):
    may_be_over = True
    begun_within = 50
    days_per_year = forms.DecimalField(
        label=_("Days a year, per person"),
        min_value=0.5,
        max_value=366,
        max_digits=5,
        decimal_places=1,
        localize=True,
    )
    hours_per_day = forms.DecimalField(
        label=_("Hours in a day"),
        min_value=1,
        max_value=12,
        max_digits=3,
        decimal_places=1,
        localize=True,
        initial=7,
    )
    contracts = forms.MultipleChoiceField(
        label=_("Open to"),
        choices=Contract.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: to everyone."),
    )

    class Meta:
        model = CompanyProgramme
        fields = [
            "name",
            "days_per_year",
            "hours_per_day",
            "seniority_months",
            "contracts",
            "months_before_retirement",
            "starts_on",
            "ends_on",
        ]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}
        help_texts = {
            "months_before_retirement": _(
                "Only for an end-of-career programme; leave it empty otherwise."
            ),
        }

    def clean_seniority_months(self):
        months = self.cleaned_data["seniority_months"]
        if months > 600:
            raise forms.ValidationError(_("That is more than fifty years: write months, not days."))
        return months

    def clean_months_before_retirement(self):
        months = self.cleaned_data["months_before_retirement"]
        if months is not None and months > 120:
            raise forms.ValidationError(_("That is more than ten years before retirement."))
        return months


class MemberField(forms.ModelChoiceField):
    """Within one organisation: its own name goes without saying."""

    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.user)


class DutyForm(forms.Form):
    membership = MemberField(Membership.objects.none(), label=_("Who"))
    kind = forms.ChoiceField(label=_("Charged with"))
    capacity = forms.CharField(
        label=_("Capacity"),
        max_length=120,
        required=False,
        help_text=_("As it is written under a signature: president, managing director…"),
    )

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        members = organisation.memberships.select_related("user", "organisation")
        field_of(self, "membership", MemberField).queryset = members
        company = organisation.kind == Organisation.Kind.COMPANY
        kinds = Duty.COMPANY if company else Duty.STRUCTURE
        field_of(self, "kind", forms.ChoiceField).choices = [
            (kind.value, kind.label) for kind in kinds
        ]
