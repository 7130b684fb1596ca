"""A person's answer to a request for their consent: yes, or no with a word."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import ConsentKind, SkillFamily
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

    def __init__(self, *args: Any, families: Collection[SkillFamily], **kwargs: Any) -> None:
        """Whoever answers for an offer may agree to its `families` being shown too, and reads which; of a mission
        nothing more is asked."""
        super().__init__(*args, **kwargs)
        self.fields["family"].help_text = " · ".join(str(one) for one in families)
        if not families:
            del self.fields["family"]
