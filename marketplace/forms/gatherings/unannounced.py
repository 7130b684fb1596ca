"""Who came unannounced: an address of somebody who may have an account, or so many people of a structure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.groups import MOST_SHOWN, verified_with
from accounts.models import Organisation
from common import as_written
from marketplace.forms.fields import WholeField

MOST_AT_ONCE = 200


class AskForm(forms.Form):
    email = forms.CharField(
        label=_("E-mail address of somebody who was there"),
        max_length=254,
        help_text=_(
            "If it is that of an account here, they are asked by letter, and are on your list once they have said yes."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type an address.")},
    )

    def clean_email(self) -> str:
        typed = as_written.address(self.cleaned_data["email"])
        return forms.EmailField().clean(typed)


class CountForm(forms.Form):
    """`organisation` is the one structure that is meant; None for none."""

    whose = forms.CharField(
        label=_("Their structure: its name, SIREN or SIRET"),
        max_length=160,
        required=False,
        help_text=_("Empty: of none that is registered here."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    people = WholeField(
        label=_("How many people"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        error_messages={"min_value": _("At least one person.")},
    )
    organisation: Organisation | None = None

    def clean_whose(self) -> str:
        typed: str = self.cleaned_data["whose"].strip()
        if not typed:
            return ""
        found = verified_with(typed)
        exact = [one for one in found if one.name.casefold() == typed.casefold()]
        if len(exact or found) > 1:
            names = [f"{one.name} ({one.siren or one.commune})" for one in found[:MOST_SHOWN]]
            raise forms.ValidationError(
                _("Several are called so: type the whole name, or the number. %(names)s")
                % {"names": ", ".join(names)}
            )
        if not found:
            raise forms.ValidationError(
                _(
                    "No structure has this name or number here: leave it empty to count them all the same."
                )
            )
        self.organisation = (exact or found)[0]
        return typed
