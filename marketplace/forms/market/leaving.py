"""The day on which an organisation leaves, and what has to be read before it is set."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.actions.market.leaving import MOST_AHEAD
from marketplace.forms.fields import DateInput
from marketplace.rules.leaving import MISSIONS, MONEY

SAID = {
    MISSIONS: _("I have read that the missions which aren’t over on that day stop."),
    MONEY: _(
        "I have read that values not declared by then, and receipts not given, bring nobody a tax reduction, unless a structure gives its receipt later for a value that is declared."
    ),
}


class LeavingForm(forms.Form):
    on = forms.DateField(
        label=_("Last day"),
        help_text=_(
            "Today: it leaves at once, and that can’t be undone. At most six months ahead."
        ),
        widget=DateInput,
    )

    def __init__(self, *args: Any, asked: set[str], last_end: date | None, **kwargs: Any) -> None:
        """`asked`: what has to be accepted, as rules.leaving says it today. The day after the `last_end` of a mission is
        proposed."""
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["on"].widget.attrs |= {"min": today, "max": today + MOST_AHEAD}
        if last_end and today <= last_end < today + MOST_AHEAD:
            self.initial["on"] = last_end + timedelta(days=1)
        for code in (MISSIONS, MONEY):
            if code in asked:
                self.fields[code] = forms.BooleanField(
                    label=SAID[code],
                    error_messages={"required": _("Tick it once you have read it.")},
                )

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        today = timezone.localdate()
        if not today <= day <= today + MOST_AHEAD:
            raise forms.ValidationError(_("Choose a day from today on, within six months."))
        return day

    @property
    def accepted(self) -> set[str]:
        return {code for code in (MISSIONS, MONEY) if self.cleaned_data.get(code)}
