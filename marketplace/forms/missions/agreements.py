"""What the employer is asked, and what it answers."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.forms.fields import DateInput, field_of
from marketplace.forms.market.employments import CIVIL_SERVANTS, contracts_of, within_a_career
from marketplace.forms.missions.programmes import offer_programmes, programme_field
from marketplace.forms.missions.sheets import date_field
from marketplace.forms.period import PeriodMixin
from marketplace.models import Agreement, Employee, Mission


class EmployeeForm(forms.ModelForm):
    """What whoever asks for the agreement says of the employee; it is stored for the next mission. Without a mission it asks
    for no programme: a team's is chosen where people are named."""

    programme = programme_field()
    field_order = ("manager_name", "manager_email", "programme")

    class Meta:
        model = Employee
        fields = [
            "manager_name",
            "manager_email",
            "position",
            "site",
            "contract",
            "hired_on",
            "retires_on",
        ]
        widgets = {"hired_on": DateInput, "retires_on": DateInput}
        labels = {"hired_on": _("With the employer since")}  # which may be a town
        help_texts = {
            "manager_email": _("We write to this address: one link, no account needed."),
            "position": _("The agreement says it."),
            "retires_on": _("Only for an end-of-career programme."),
        }

    def __init__(self, *args: Any, mission: Mission | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("manager_name", "manager_email"):
            self.fields[name].required = True
        house = self.instance.organisation
        if mission is None:
            del self.fields["programme"]
        else:
            offer_programmes(self, mission, house, is_chosen=mission.agreements.exists())
        if house.is_authority:
            contract = field_of(self, "contract", forms.ChoiceField)
            kept = contracts_of(house, [self.instance.contract])
            contract.choices, contract.help_text = [("", "---------"), *kept], CIVIL_SERVANTS
        if sites := house.sites.all():
            field_of(self, "site", forms.ModelChoiceField).queryset = sites
        else:
            del self.fields["site"]

    def clean_hired_on(self) -> date | None:
        day = self.cleaned_data["hired_on"]
        if day:
            within_a_career(day)
        return day

    def clean_retires_on(self) -> date | None:
        day = self.cleaned_data["retires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This date is already past."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        person, given = self.instance.person, cleaned.get("manager_email", "")
        theirs = person in User.objects.lately_of_mailbox(given)
        if given.lower() == person.email.lower() or theirs:
            self.add_error(
                "manager_email", _("This is the address of whoever would come: give the manager’s.")
            )
        return cleaned


class AgreementAnswerForm(PeriodMixin, forms.Form):
    answer = forms.ChoiceField(
        label=_("Your answer"), choices=Agreement.Answer.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why, in a sentence"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a refusal. The person who comes reads it; the structure doesn’t."),
    )
    starts_on = date_field(_("Rather from"), required=False)
    ends_on = date_field(_("Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].wanted_to_end = True  # type: ignore[attr-defined]  # a refusal needs it

    def clean(self) -> dict[str, Any]:
        answer = self.cleaned_data.get("answer")
        if answer != Agreement.Answer.OTHER_DATES:
            self.cleaned_data |= {"starts_on": None, "ends_on": None}
        cleaned = super().clean()
        if answer == Agreement.Answer.NO and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say in a sentence why: the person who comes will read it."))
        dates = (cleaned.get("starts_on"), cleaned.get("ends_on"))
        if answer == Agreement.Answer.OTHER_DATES and not all(dates) and not self.errors:
            self.add_error("starts_on", _("Give both dates."))
        return cleaned
