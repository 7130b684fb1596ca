"""What is asked before a signature."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignForm(forms.Form):
    capacity = forms.CharField(
        label=_("In which capacity do you sign?"),
        max_length=120,
        help_text=_("As it is written under a signature: president, managing director, volunteer…"),
    )
    read = forms.CharField(widget=forms.HiddenInput)
    party = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(label=_("I have read this document and I sign it."))
