"""A person's answer to a request for their consent: yes, or no with a word."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ConsentForm(forms.Form):
    answer = forms.ChoiceField(
        choices=[("YES", _("Yes")), ("NO", _("No"))], widget=forms.HiddenInput
    )
    reason = forms.CharField(
        label=_("A word, if you wish"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
