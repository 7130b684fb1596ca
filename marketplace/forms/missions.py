"""The forms of a mission: its legal frame, its sheet, the employer's agreement, what it hands over."""

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.forms.fields import field_of
from marketplace.forms.files import CleanFileField
from marketplace.forms.needs import DateInput
from marketplace.forms.paper_words import PaperWordsMixin
from marketplace.forms.papers import EurosField
from marketplace.forms.period import YEAR, PeriodMixin
from marketplace.law.regimes import ONLY_PUBLIC_EMPLOYERS
from marketplace.law.words import numbers
from marketplace.models import (
    Agreement,
    CompanyProgramme,
    Deliverable,
    Employee,
    Milestone,
    Mission,
    MissionSheet,
    Need,
    RegimeChoice,
)
from marketplace.models.sheets import MOST_HOURS
from marketplace.words.persons import first_person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_CAREER = 60  # years
Whose, Directs, Receipt = RegimeChoice.Whose, RegimeChoice.Directs, RegimeChoice.Receipt


class RegimeForm(forms.Form):
    whose = forms.ChoiceField(
        label=_("1. On whose time does the person come?"),
        choices=Whose.choices,
        widget=forms.RadioSelect,
    )
    directs = forms.ChoiceField(
        label=_("2. Who says what to do, day by day?"),
        choices=Directs.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Not asked for volunteering: nobody gives orders to a volunteer."),
    )
    receipt = forms.ChoiceField(
        label=_("3. May the structure give tax receipts (article 238 bis)?"),
        choices=Receipt.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "Associations of general interest often may; cooperatives and commercial companies may not."
        ),
    )
    large_lender = forms.BooleanField(required=False)
    small_user = forms.BooleanField(required=False)

    def __init__(self, *args, mission: Mission, **kwargs):
        """The questions are asked of everybody but volunteers; they aren't said to be optional."""
        super().__init__(*args, **kwargs)
        if not mission.has_public_employer:
            whose = field_of(self, "whose", forms.ChoiceField)
            whose.choices = [one for one in Whose.choices if one[0] != Whose.PUBLIC]
            if self.data.get("whose") == Whose.PUBLIC:
                whose.error_messages["invalid_choice"] = ONLY_PUBLIC_EMPLOYERS
        law = numbers(timezone.localdate())
        self.fields["large_lender"].label = (
            _("The company or its group has %(loan_lender_employees)s employees or more.") % law
        )
        self.fields["small_user"].label = (
            _(
                "The structure is less than %(loan_user_age)s years old or has fewer than %(loan_user_employees)s employees."
            )
            % law
        )
        if self.data.get("whose") != Whose.OWN:
            for name in ("directs", "receipt"):
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = _("Choose an answer.")


def date_field(label: "StrOrPromise", **options) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput, **options)


class SheetForm(PaperWordsMixin, PeriodMixin, forms.ModelForm):
    printed: ClassVar[tuple[str, ...]] = (
        "aim", "work", "deliverables", "schedule", "address", "material", "confidentiality",
        "expenses", "counterparts",
    )  # fmt: skip
    may_be_over = True
    begun_within = 6
    read = forms.IntegerField(widget=forms.HiddenInput)
    starts_on = date_field(_("From"))
    ends_on = date_field(_("Until"))
    hours = forms.IntegerField(label=_("Hours planned"), min_value=1, max_value=MOST_HOURS)
    counterparts_value = EurosField(
        label=_("Its value, in euros"), required=False, help_text=_("The structure puts it.")
    )
    field_order = (
        "aim",
        "work",
        "deliverables",
        "starts_on",
        "ends_on",
        "hours",
        "schedule",
        "where",
        "address",
    )

    class Meta:
        model = MissionSheet
        fields = [
            "aim",
            "work",
            "deliverables",
            "hours",
            "schedule",
            "where",
            "address",
            "need_referent",
            "offer_referent",
            "material",
            "confidentiality",
            "rights",
            "expenses",
            "counterparts",
            "counterparts_value",
        ]
        widgets = {
            "aim": forms.Textarea(attrs={"rows": 4}),
            "work": forms.Textarea(attrs={"rows": 4}),
            "deliverables": forms.Textarea(attrs={"rows": 4}),
            "schedule": forms.Textarea(attrs={"rows": 2}),
            "material": forms.Textarea(attrs={"rows": 2}),
            "confidentiality": forms.Textarea(attrs={"rows": 2}),
            "expenses": forms.Textarea(attrs={"rows": 2}),
            "counterparts": forms.Textarea(attrs={"rows": 2}),
            "where": forms.RadioSelect,
            "rights": forms.RadioSelect,
        }

    def __init__(self, *args, mission: Mission, **kwargs):
        super().__init__(*args, **kwargs)
        self.mission = mission
        dates = {"starts_on": mission.starts_on, "ends_on": mission.ends_on}
        self.initial = {**self.initial, "read": self.instance.number, **dates}
        if not self.instance.work:
            self.initial["work"] = words_for_papers(mission.need)
        if not mission.gives_a_receipt:
            for name in ("counterparts", "counterparts_value"):
                del self.fields[name]
        structure, others = _people(mission)
        field_of(self, "need_referent", forms.ModelChoiceField).queryset = structure
        field_of(self, "offer_referent", forms.ModelChoiceField).queryset = others

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("counterparts") and cleaned.get("counterparts_value") is None:
            self.add_error("counterparts_value", _("Say what it is worth: zero is an answer."))
        return cleaned

    @property
    def values(self) -> dict:
        asked = {"read", "warned"}
        return {name: value for name, value in self.cleaned_data.items() if name not in asked}


def words_for_papers(need: Need) -> str:
    """What the need expects at the end, to start from; never its context, where people say “I”. Empty
    when this is said in the first person too."""
    return "" if first_person(need.deliverable) else need.deliverable


def _people(mission: Mission):
    """Who may be a referent: the structure's people; the person who comes and their company's."""
    structure = User.objects.filter(memberships__organisation=mission.need.organisation)
    offer = mission.offer
    others = User.objects.filter(pk=offer.person_id or offer.created_by_id)
    if not mission.is_own_time:
        others = User.objects.filter(memberships__organisation=offer.organisation)
    return structure.distinct(), others.distinct()


class EmployeeForm(forms.ModelForm):
    """Asked by whoever asks for the agreement; kept for the next mission."""

    programme = forms.ModelChoiceField(
        CompanyProgramme.objects.none(), label=_("Under which programme of the company?"), required=False,
        empty_label=_("None"),
    )  # fmt: skip
    field_order = ("manager_name", "manager_email", "programme")

    class Meta:
        model = Employee
        fields = ["manager_name", "manager_email", "position", "contract", "hired_on", "retires_on"]
        widgets = {"hired_on": DateInput, "retires_on": DateInput}
        help_texts = {
            "manager_email": _("We write to this address: one link, no account needed."),
            "position": _("The convention of a loan has to name it."),
            "retires_on": _("Only for an end-of-career programme."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("manager_name", "manager_email"):
            self.fields[name].required = True
        programmes = CompanyProgramme.objects.open_on(timezone.localdate())
        found = programmes.filter(organisation=self.instance.organisation)
        field_of(self, "programme", forms.ModelChoiceField).queryset = found
        if found:
            # Never imposed: outside a programme the manager and the company decide case by case.
            self.initial.setdefault("programme", found[0] if len(found) == 1 else None)
        else:
            del self.fields["programme"]

    def clean_hired_on(self):
        day = self.cleaned_data["hired_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This date hasn't come yet."))
        if day and timezone.localdate() - day > LONGEST_CAREER * YEAR:
            years = {"years": LONGEST_CAREER}
            raise forms.ValidationError(
                _("That is more than %(years)s years ago: is the year right?") % years
            )
        return day

    def clean_retires_on(self):
        day = self.cleaned_data["retires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This date is already past."))
        return day

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        person, given = self.instance.person, cleaned.get("manager_email", "")
        if given.lower() == person.email.lower() or person in User.objects.of_mailbox(given):
            self.add_error(
                "manager_email", _("This is the employee's own address: give the manager's.")
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
        help_text=_("Needed for a refusal. The employee reads it; the structure doesn't."),
    )
    starts_on = date_field(_("Rather from"), required=False)
    ends_on = date_field(_("Until"), required=False)

    def clean(self):
        answer = self.cleaned_data.get("answer")
        if answer != Agreement.Answer.OTHER_DATES:
            self.cleaned_data |= {"starts_on": None, "ends_on": None}
        cleaned = super().clean()
        if answer == Agreement.Answer.NO and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say in a sentence why: the employee will read it."))
        dates = (cleaned.get("starts_on"), cleaned.get("ends_on"))
        if answer == Agreement.Answer.OTHER_DATES and not all(dates) and not self.errors:
            self.add_error("starts_on", _("Give both dates."))
        return cleaned


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ["label", "due_on"]
        widgets = {"due_on": DateInput}


class DeliverableForm(forms.ModelForm):
    """A file, or an address, or both: a title alone hands nothing over."""

    sent = CleanFileField(label=_("The file"), required=False)
    field_order = ("title", "sent", "link")

    class Meta:
        model = Deliverable
        fields = ["title", "link"]

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("sent") or cleaned.get("link") or self.errors):
            self.add_error("sent", _("Send a file, or give the address where it can be seen."))
        return cleaned


class RenewForm(PeriodMixin, forms.Form):
    may_be_over = True
    begun_within = 6
    starts_on = date_field(_("From"))
    ends_on = date_field(_("Until"))
    hours = forms.IntegerField(
        label=_("Hours planned"),
        min_value=1,
        max_value=MOST_HOURS,
        help_text=_("For the renewal alone."),
    )


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("A word, if you wish"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
