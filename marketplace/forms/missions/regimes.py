"""Three answers, from which the legal frame of a mission follows."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import field_of
from marketplace.law.regimes import ONLY_AS_AGENTS, ONLY_PUBLIC_EMPLOYERS
from marketplace.law.words import numbers
from marketplace.models import (
    Mission,
    RegimeChoice,
)

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

    def __init__(self, *args: Any, mission: Mission, **kwargs: Any) -> None:
        """Leave out the choices that don't fit the mission. The questions are for all but volunteers, so they
        aren't marked as optional."""
        super().__init__(*args, **kwargs)
        whose = field_of(self, "whose", forms.ChoiceField)
        if mission.offer.employer and mission.offer.employer.is_authority:
            whose.choices = [one for one in Whose.choices if one[0] != Whose.COMPANY]
            if self.data.get("whose") == Whose.COMPANY:
                whose.error_messages["invalid_choice"] = ONLY_AS_AGENTS
        if not mission.has_public_employer:
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
