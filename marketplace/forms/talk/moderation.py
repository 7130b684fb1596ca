"""The forms of moderation: a report, a note, a ready-made line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import field_of
from marketplace.models import CannedLine, MessageReport, ThreadNote


class ReportForm(forms.ModelForm):
    class Meta:
        model = MessageReport
        fields = ["reason", "words"]
        labels = {"reason": _("What is wrong with this message?")}
        widgets = {"reason": forms.RadioSelect, "words": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"words": _("Only the coordinators read it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "reason", forms.ChoiceField).choices = MessageReport.Reason.choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        other = cleaned.get("reason") == MessageReport.Reason.OTHER
        if other and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say in a few words what the reason is."))
        return cleaned


class ThreadNoteForm(forms.ModelForm):
    class Meta:
        model = ThreadNote
        fields = ["text"]
        labels = {"text": _("A note for the coordinators")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"text": _("Neither side ever sees it.")}


class CannedLineForm(forms.ModelForm):
    class Meta:
        model = CannedLine
        fields = ["title", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "text": _(
                "{prenom}, {structure}, {besoin}, {moi} and {pole} are replaced by their names."
            )
        }

    def _get_validation_exclusions(self) -> set[str]:
        """Check the constraint on the pôle too, though it isn't a field of the form: a title is used once in a
        pôle."""
        return super()._get_validation_exclusions() - {"pole"}  # type: ignore[misc]
