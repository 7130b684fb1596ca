"""The forms of members: who is invited, and in which role."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of your colleague"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role.choices,
        initial=Membership.Role.MEMBER,
        widget=forms.RadioSelect,
        help_text=_(
            "Members write and answer in the name of the organisation. Administrators also invite people."
        ),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Membership.Role.choices)
