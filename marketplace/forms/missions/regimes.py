"""Three answers, from which the legal frame of a mission follows."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import field_of
from marketplace.law.regimes import OFFER_SAYS_OTHERWISE, STRUCTURE_DIRECTS, WHOSE, Lender, why_not
from marketplace.law.words import numbers
from marketplace.models import (
    Mission,
    RegimeChoice,
)
from marketplace.rules import lenders

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
    )
    receipt = forms.ChoiceField(
        label=_("3. May the structure give tax receipts (article 238 bis)?"),
        choices=Receipt.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "Associations of general interest often may; cooperatives and commercial companies usually may not."
        ),
    )
    large_lender = forms.BooleanField(required=False)
    small_user = forms.BooleanField(required=False)

    def __init__(self, *args: Any, mission: Mission, **kwargs: Any) -> None:
        """Leave out the choices that don't fit the mission. The questions are for all but volunteers, so they
        aren't marked as optional."""
        super().__init__(*args, **kwargs)
        whose = field_of(self, "whose", forms.ChoiceField)
        lender, asked = lenders.lends_as(mission.offer.employer), self.data.get("whose")
        possible = (Whose.OWN,) if mission.is_own_time else WHOSE[lender]
        whose.choices = [row for row in Whose.choices if row[0] in possible]
        if asked in Whose.values:
            otherwise = mission.is_own_time or asked == Whose.OWN
            why = OFFER_SAYS_OTHERWISE if otherwise else why_not(asked, lender)
            whose.error_messages["invalid_choice"] = str(why)
        if alone := STRUCTURE_DIRECTS.get(lender):
            directs = field_of(self, "directs", forms.ChoiceField)
            directs.choices = [row for row in Directs.choices if row[0] == Directs.STRUCTURE]
            directs.error_messages["invalid_choice"] = directs.help_text = str(alone)
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
        unasked: dict[str, set[str]] = {
            Whose.OWN: {"directs", "receipt"},
            Whose.NON_PROFIT: {"receipt"},
        }
        for name in {"directs", "receipt"} - unasked.get(asked or "", set()):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _("Choose an answer.")
        if mission.is_own_time:
            del self.fields["directs"]
        if mission.is_own_time or lender == Lender.NON_PROFIT:
            del self.fields["receipt"]
        if Whose.COMPANY not in possible:  # what a company lends for free is another question
            del self.fields["large_lender"], self.fields["small_user"]
