"""The forms against silence: a pôle's promises, and what is done about a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.models import Case, CaseEntry, Promises


class PromisesForm(forms.ModelForm):
    """The bounds and the order are the model's: its sentences are shown here."""

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
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for unit, names in self.UNITS.items():
            for name in names:
                self.fields[name].help_text = _("working days") if unit == "working" else _("days")


class CaseNoteForm(forms.Form):
    KINDS = (
        CaseEntry.Kind.CALL,
        CaseEntry.Kind.LETTER,
        CaseEntry.Kind.MEETING,
        CaseEntry.Kind.NOTE,
    )
    kind = forms.ChoiceField(
        label=_("What was done"), choices=[(kind.value, kind.label) for kind in KINDS]
    )
    words = forms.CharField(
        label=_("In a few words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the pôle's coordinators only."),
    )


class CaseAssignForm(forms.Form):
    to = forms.ModelChoiceField(label=_("Who takes charge"), queryset=User.objects.none())
    words = forms.CharField(label=_("A word with it"), max_length=1000, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class CaseCloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How does it end?"), choices=Case.Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In a few words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CaseOpenForm(forms.Form):
    words = forms.CharField(
        label=_("What is the matter?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the pôle's coordinators only."),
    )
