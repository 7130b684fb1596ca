"""The form in which a structure that carries a need objects to a proposal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import Objection


class ObjectionForm(forms.Form):
    word = forms.CharField(
        label=_("What do you hold against it?"),
        max_length=Objection._meta.get_field("word").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
