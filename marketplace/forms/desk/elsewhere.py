"""Which pôle to ask, and what to say to it; and its answer when it has nobody."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole
from marketplace.forms.fields import field_of


class AskPoleForm(forms.Form):
    pole = forms.ModelChoiceField(
        Pole.objects.none(), label=_("Which pôle"), widget=forms.RadioSelect, empty_label=None
    )
    word = forms.CharField(
        label=_("A word with it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Its coordinators read it: what is urgent, what can be arranged."),
    )

    def __init__(self, *args: Any, poles: QuerySet[Pole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "pole", forms.ModelChoiceField).queryset = poles


class NobodyForm(forms.Form):
    word = forms.CharField(
        label=_("A word with it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Those who asked you read it: what was missing, who else could know."),
    )
