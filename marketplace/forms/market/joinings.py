"""The forms by which two needs are put together, and one of their leads says no."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import Joining

LONGEST = Joining._meta.get_field("word").max_length
MOST = 32_767


class JoiningForm(forms.Form):
    hours = forms.IntegerField(label=_("Hours in all, per person"), min_value=1, max_value=MOST)
    places = forms.IntegerField(label=_("Number of people wanted"), min_value=1, max_value=MOST)
    word = forms.CharField(
        label=_("A word for both"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class JoiningNoForm(forms.Form):
    word = forms.CharField(
        label=_("A word for those who asked"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
