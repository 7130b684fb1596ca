"""The forms in which a lead looks for who carries a need with it, and in which these answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.capabilities import Capability
from accounts.forms.groups import MOST_SHOWN, verified_with
from accounts.models import Organisation
from marketplace.models import Carrier, Need
from marketplace.rules import carriers

LONGEST = Carrier._meta.get_field("word").max_length


class CarrierLookForm(forms.Form):
    """Looks for a structure by its name or its number; `found` holds those that may be asked."""

    whose = forms.CharField(
        label=_("The structure: its name, SIREN or SIRET"),
        max_length=160,
        help_text=_("It has to be registered and verified here, in your pôle or in another one."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need = need
        self.found: list[Organisation] = []
        self.has_more = False

    def clean_whose(self) -> str:
        typed: str = self.cleaned_data["whose"]
        rows = verified_with(typed, Organisation.objects.that_may(Capability.ASK))
        if not rows:
            raise forms.ValidationError(
                _(
                    "No structure that may write needs has this name or number here. Check what you have typed, or ask it to register first."
                )
            )
        self.has_more, refusals = len(rows) > MOST_SHOWN, []
        for one in rows[:MOST_SHOWN]:
            if refusal := carriers.why_not_invite(self.need, one):
                refusals.append(refusal)
            else:
                self.found.append(one)
        if not self.found:
            raise forms.ValidationError(refusals[0])
        return typed


class CarrierInviteForm(forms.Form):
    word = forms.CharField(
        label=_("A word with it"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why together, and what each would do."),
    )


class CarrierAnswerForm(forms.Form):
    word = forms.CharField(
        label=_("A word for those who asked"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CarrierLeaveForm(forms.Form):
    word = forms.CharField(
        label=_("Why: the structure that leads and the coordinators read it"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
