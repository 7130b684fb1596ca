"""Which colleague is asked to take a mission over, and what they answer."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.forms.fields import field_of
from marketplace.models import Transfer


class ColleagueForm(forms.Form):
    colleague = forms.ModelChoiceField(User.objects.none(), label=_("Which colleague?"))
    word = forms.CharField(
        label=_("A word with it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The colleague reads it, then the structure."),
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "colleague", forms.ModelChoiceField).queryset = colleagues


class TransferAnswerForm(forms.Form):
    """The colleague's answer; neither choice is preselected."""

    answer = forms.ChoiceField(
        label=_("Your answer"), choices=Transfer.Answer.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("A word, if you wish"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Those in charge where you work and the coordinators read it."),
    )
