"""A company's programme, and what it gives each year."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import DateInput, DaysField, NumberField, SeveralField, field_of
from marketplace.forms.market.employments import contracts_of
from marketplace.forms.period import PeriodMixin
from marketplace.models import CompanyProgramme, Contract

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What isn't asked of everybody, each part under its title.
PARTS: "tuple[tuple[StrOrPromise, tuple[str, ...]], ...]" = (
    (_("Places and days for all of them together"), ("places", "budget_days")),
    (_("For whom"), ("sites", "contracts", "seniority_months", "months_before_retirement")),
    (_("Causes, hours in a day"), ("causes", "hours_per_day")),
)


class ProgrammeForm(PeriodMixin, forms.ModelForm):
    may_be_over = True
    begun_within = 50
    days_per_year = DaysField(
        label=_("Days a year, per person"),
        min_value=0.5,
        max_value=366,
        max_digits=5,
        decimal_places=1,
    )
    hours_per_day = NumberField(
        label=_("Hours in a day"),
        min_value=1,
        max_value=12,
        max_digits=3,
        decimal_places=1,
        initial=7,
    )
    budget_days = DaysField(
        label=_("Days a year, for all of them together"),
        min_value=0.5,
        max_value=1_000_000,
        max_digits=8,
        decimal_places=1,
        required=False,
        help_text=_("Empty: as many as each person’s days make."),
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
            "about",
            "days_per_year",
            "starts_on",
            "ends_on",
            "places",
            "budget_days",
            "sites",
            "contracts",
            "seniority_months",
            "months_before_retirement",
            "causes",
            "hours_per_day",
        ]
        widgets = {
            "about": forms.Textarea(attrs={"rows": 5}),
            "starts_on": DateInput,
            "ends_on": DateInput,
            "sites": forms.CheckboxSelectMultiple,
            "causes": forms.CheckboxSelectMultiple,
        }
        field_classes = {"sites": SeveralField, "causes": SeveralField}
        labels = {
            "about": _("What it is about"),
            "seniority_months": _("Months with the employer before taking part"),
            "places": _("Places: how many people a year"),
            "starts_on": _("Open from"),
            "ends_on": _("Closed after"),
        }
        help_texts = {
            "about": _("Your people read it: why you give this time, and how one takes part."),
            "places": _("Empty: no limit. Whoever has one mission of the year has a place."),
            "sites": _("Nothing ticked: all of your sites."),
            "causes": _("Nothing ticked: all of them. It is a preference: no mission is refused."),
            "ends_on": _("Empty: it stays open."),
            "months_before_retirement": _(
                "Only for an end-of-career programme; leave it empty otherwise."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        employer = self.instance.organisation
        if employer.is_authority:
            contracts = field_of(self, "contracts", forms.MultipleChoiceField)
            contracts.choices = contracts_of(employer, self.instance.contracts)
            contracts.help_text = _(
                "Nothing ticked: to its civil servants (the law leaves out staff on contracts)."
            )
        elif employer.is_public:
            field_of(self, "contracts", forms.MultipleChoiceField).help_text = _(
                "Nothing ticked: to its employees under private law; of its public agents to the civil servants alone (the law leaves out staff on contracts)."
            )
        if sites := self.instance.organisation.sites.all():
            field_of(self, "sites", SeveralField).queryset = sites
        else:
            del self.fields["sites"]

    @property
    def parts(self) -> Iterator[dict[str, Any]]:
        """The parts that are folded, and whether each is open: something is said in it, or is wrong."""
        for title, names in PARTS:
            fields = [self[name] for name in names if name in self.fields]
            said = any(
                field.errors or (field.value() or 0) not in (0, "0", field.field.initial)
                for field in fields
            )
            yield {"title": title, "fields": fields, "is_open": said}

    def clean_seniority_months(self) -> int:
        months = self.cleaned_data["seniority_months"]
        if months > 600:
            raise forms.ValidationError(_("That is more than fifty years: write months, not days."))
        return months

    def clean_months_before_retirement(self) -> int | None:
        months = self.cleaned_data["months_before_retirement"]
        if months is not None and months > 120:
            raise forms.ValidationError(_("That is more than ten years before retirement."))
        return months
