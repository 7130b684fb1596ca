"""The answer to “how is it going?”, and the words that come with it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import field_of
from marketplace.models import FollowUp


class FollowUpForm(forms.Form):
    """One answer, and words if one wishes; three months later, also whether the work still serves."""

    answer = forms.ChoiceField(
        label=_("How is it going?"), choices=FollowUp.Answer.choices, widget=forms.RadioSelect
    )
    still_used = forms.ChoiceField(
        label=_("Does what was made still serve?"),
        choices=FollowUp.StillUsed.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("A word, if you wish"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: str, answers: Sequence[str], **kwargs: Any) -> None:
        """`answers` are those that may still be given."""
        super().__init__(*args, **kwargs)
        field_of(self, "answer", forms.ChoiceField).choices = [
            (value, label) for value, label in FollowUp.Answer.choices if value in answers
        ]
        if kind != FollowUp.Kind.LATER:
            del self.fields["still_used"]
        if kind == FollowUp.Kind.REVIEW:
            self.fields["answer"].label = _("How did it go?")


class WordForm(forms.Form):
    """What a doubt or a call for help is about, for whoever answered with a click."""

    words = forms.CharField(
        label=_("What is it about?"),
        help_text=_("If you wish: whoever gets in touch with you will know what to look at first."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
