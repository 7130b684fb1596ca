"""How many people work at an employer in a year."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import Headcount


class HeadcountForm(forms.ModelForm):
    class Meta:
        model = Headcount
        fields = ["people"]
        labels = {"people": _("How many people work there")}
        help_texts = {
            "people": _(
                "Those who could take part, on average over the year. It only serves to tell a share."
            )
        }
