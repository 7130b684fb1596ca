"""The forms of e-mail domains: which is named, and to which address of it a letter goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import domains
from accounts.actions import mail_domains
from accounts.forms.addresses import AddressField, AddressInput
from accounts.models import MailDomain


class DomainForm(forms.Form):
    domain = forms.CharField(
        label=_("What follows the @ of your addresses"),
        max_length=domains.LONGEST,
        help_text=_("For example: verreries.fr"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_domain(self) -> str:
        typed: str = self.cleaned_data["domain"]
        if refusal := mail_domains.why_not(typed):
            raise forms.ValidationError(refusal)
        return typed


class MailboxForm(forms.Form):
    mailbox = AddressField(
        label=_("An address of this domain that you read"),
        max_length=254,
        help_text=_("The letter’s link works for three days, for the administrators alone."),
        widget=AddressInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, row: MailDomain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].widget.attrs["placeholder"] = f"contact@{row.shown}"


class AnswerForm(forms.Form):
    """The coordinators' no needs a reason, their yes none."""

    reason = forms.CharField(
        label=_("If it is no: why, in words they can act on"),
        max_length=500,
        required=False,
        help_text=_("They will read this text as it is, in their letter."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        if self.data.get("answer") == "no" and not self.cleaned_data.get("reason", "x").strip():
            self.add_error("reason", _("Say why: they will ask."))
        return self.cleaned_data
