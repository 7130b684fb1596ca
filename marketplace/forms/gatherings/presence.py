"""Who came: a choice for each who had a seat."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import Attendance
from marketplace.states import AttendanceStatus

CHOICES = [
    (AttendanceStatus.CAME, _("came")),
    (AttendanceStatus.MISSED, _("didn’t come")),
    (AttendanceStatus.CONFIRMED, _("not said")),
]


class Said(forms.ChoiceField):
    wanted_to_end = True  # “optional” beside each name would say nothing


class PresenceForm(forms.Form):
    def __init__(self, *args: Any, rows: Iterable[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {f"came-{one.pk}": one for one in rows}
        for name, one in self.rows.items():
            house = f" ({one.organisation})" if one.organisation else ""
            self.fields[name] = Said(
                label=f"{one.person}{house}",
                choices=CHOICES,
                initial=one.status,
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def said(self) -> dict[int, str]:
        """By the number of the attendance; what was left alone isn't there."""
        return {
            one.pk: self.cleaned_data[name]
            for name, one in self.rows.items()
            if self.cleaned_data.get(name)
        }

    @property
    def as_if_all_came(self) -> dict[int, str]:
        """Whoever isn't said to have stayed away came; who is, by this very answer or before, did stay away."""
        missed, said = AttendanceStatus.MISSED, self.said
        return {
            one.pk: missed if said.get(one.pk, one.status) == missed else AttendanceStatus.CAME
            for one in self.rows.values()
        }
