"""A person's answer to a request for their consent: yes, or no with a word."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import ConsentKind
from marketplace.models.market.consents import WORDS


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
    family = forms.BooleanField(label=WORDS[ConsentKind.FAMILY], required=False)

    def __init__(self, *args: Any, about_an_offer: bool, **kwargs: Any) -> None:
        """Whoever answers for an offer may agree to its field being shown too; of a mission nothing more is asked."""
        super().__init__(*args, **kwargs)
        if not about_an_offer:
            del self.fields["family"]
