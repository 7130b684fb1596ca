"""What human resources say of somebody of the house: the contract and the entry date, the grade; what the person says isn't
right."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.words import has_words
from accounts.models import Organisation
from marketplace.forms.fields import DateInput, field_of
from marketplace.forms.period import YEAR
from marketplace.models import Contract, Employee, Grade

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CIVIL_SERVANTS = _("The law leaves out staff on contracts.")
LONGEST_CAREER = 60  # years


def within_a_career(day: date) -> None:
    """A validator: an entry date that has come, and that somebody who works today may have."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("This date hasn’t come yet."))
    if timezone.localdate() - day > LONGEST_CAREER * YEAR:
        years = {"years": LONGEST_CAREER}
        raise forms.ValidationError(
            _("That is more than %(years)s years ago: is the year right?") % years
        )


def contracts_of(employer: Organisation, kept: Collection[str]) -> "list[tuple[str, StrOrPromise]]":
    """The contracts that count where its people are lent: a local authority lends civil servants alone (law n° 2022-217,
    article 209). What is `kept` of before stays among them."""
    if not employer.is_authority:
        return [(value, label) for value, label in Contract.choices]
    before = [row for row in Contract.choices if row[0] in kept and row[0] != Contract.PUBLIC]
    return [*before, (Contract.PUBLIC.value, Contract.name_at(employer, Contract.PUBLIC))]


class ConfirmForm(forms.Form):
    """The contract and the entry date, as the employer knows them."""

    contract = forms.ChoiceField(label=_("Contract"))
    hired_on = forms.DateField(
        label=_("With the employer since"), widget=DateInput, validators=[within_a_career]
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, kept = field_of(self, "contract", forms.ChoiceField), self.initial.get("contract")
        field.choices = [("", _("Choose")), *contracts_of(organisation, [kept or ""])]
        if organisation.is_authority:
            field.help_text = CIVIL_SERVANTS

    @classmethod
    def about(
        cls, known: Employee | None, typed: Any = None, *, organisation: Organisation
    ) -> "ConfirmForm":
        said = {"contract": known.contract, "hired_on": known.hired_on} if known else {}
        return cls(typed, initial=said, organisation=organisation)


class GradeOfForm(forms.Form):
    grade = forms.ModelChoiceField(
        Grade.objects.none(), label=_("Grade"), required=False, empty_label=_("Not said")
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "grade", forms.ModelChoiceField).queryset = organisation.grades.all()


class CorrectionForm(forms.Form):
    words = forms.CharField(
        label=_("What isn’t right?"),
        max_length=500,
        validators=[has_words],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "In a sentence. Those who confirm your contract and entry date read it, and correct these, your team or your site. The manager, the position and the retirement are said anew as the next agreement is asked for."
        ),
    )
