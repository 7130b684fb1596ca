"""The forms about the structures that a mission serves: a mission of its own for one of them, and a mandate."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.law.words import numbers
from marketplace.rules.served import Unfit


class ApartForm(forms.Form):
    """How many hours go into the second mission; and, for the loan of L. 8241-3, its two conditions."""

    hours = forms.IntegerField(
        label=_("How many hours for this structure?"),
        min_value=1,
        max_value=6000,
        help_text=_("The first mission keeps the others."),
    )
    large_lender = forms.BooleanField(required=False)
    small_user = forms.BooleanField(required=False)

    def __init__(self, *args: Any, unfit: Unfit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unfit.fit.by_loan:
            del self.fields["large_lender"], self.fields["small_user"]
            return
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


class MandateForm(forms.Form):
    capacity = forms.CharField(
        label=_("In which capacity do you sign?"),
        max_length=120,
        help_text=_("For instance: president, treasurer, manager."),
    )
    agrees = forms.BooleanField(
        label=_(
            "I have read the sheet, and the structure that leads signs the papers of this mission in our name."
        )
    )
    read = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32000)
