"""Milestones to reach and deliverables to hand over while a mission runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import DateInput
from marketplace.forms.talk.files import CleanFileField
from marketplace.models import (
    Deliverable,
    Milestone,
)


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ["label", "due_on"]
        widgets = {"due_on": DateInput}


class DeliverableForm(forms.ModelForm):
    """A deliverable: a file, an address, or both; a title alone isn't enough."""

    sent = CleanFileField(label=_("The file"), required=False)
    field_order = ("title", "sent", "link")

    class Meta:
        model = Deliverable
        fields = ["title", "link"]
        help_texts = {"link": _("The file or this address: one of the two is needed.")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("sent") or cleaned.get("link") or self.errors):
            self.add_error("sent", _("Send a file, or give the address where it can be seen."))
        return cleaned
