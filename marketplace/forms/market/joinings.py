"""The forms by which two needs are put together, and one of their leads says no."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from marketplace.forms.market.needs import MOST_PLACES
from marketplace.forms.market.volume import MOST_HOURS
from marketplace.models import Joining

LONGEST = Joining._meta.get_field("word").max_length


class JoiningForm(forms.Form):
    hours = forms.IntegerField(
        label=_("Hours in all, per person"), min_value=1, max_value=MOST_HOURS
    )
    places = forms.IntegerField(
        label=_("Number of people wanted"),
        validators=[
            MinValueValidator(1, _("At least one person.")),
            MaxValueValidator(
                MOST_PLACES, _("Fifty people at the most: split it into several needs.")
            ),
        ],
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_PLACES}),
    )
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
