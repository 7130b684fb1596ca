"""How long whoever leads a gathering works for it, and for which cause where its host hasn't said one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import WholeField, field_of
from marketplace.models import Cause, Gathering, Need
from marketplace.rules import deductions
from marketplace.rules.leading import least_hours

MOST_HOURS = 100


class LedForm(forms.Form):
    hours = WholeField(
        label=_("Hours in all, with the time to prepare it"),
        min_value=1,
        max_value=MOST_HOURS,
        error_messages={"min_value": _("At least one hour.")},
    )
    cause = forms.ModelChoiceField(
        Cause.objects.all(),
        label=_("Cause"),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose the cause that your structure serves.")},
    )

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = least_hours(gathering)
        self.initial["hours"] = least
        field_of(self, "hours", WholeField).help_text = _(
            "It lasts %(n)s: what was really given is written as the mission’s hours."
        ) % {"n": least}
        if deductions.begins_with(Need(organisation=gathering.host)):
            del self.fields["cause"]
