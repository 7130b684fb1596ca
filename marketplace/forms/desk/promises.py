"""What a pôle promises, in working days, days and months."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import Promises


class PromisesForm(forms.ModelForm):
    """The pôle's promises. The model checks the bounds and their order; its sentences are shown here."""

    class Meta:
        model = Promises
        fields = [
            "read_within",
            "remind_after",
            "remind_again_after",
            "tell_after",
            "close_after",
            "applications",
            "invitations",
            "solicitations",
            "fresh_for",
            "pause_after",
            "alone_after",
            "draft_after",
            "quiet_after",
            "case_after",
            "inactive_told",
            "inactive_closed",
        ]

    UNITS = {
        "working": (
            "read_within",
            "remind_after",
            "remind_again_after",
            "tell_after",
            "close_after",
            "case_after",
        ),
        "days": ("fresh_for", "pause_after", "alone_after", "draft_after", "quiet_after"),
        "months": ("inactive_told", "inactive_closed"),
    }
    WORDS = {"working": _("working days"), "days": _("days"), "months": _("months")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for unit, names in self.UNITS.items():
            for name in names:
                self.fields[name].help_text = self.WORDS[unit]
