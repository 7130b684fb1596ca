"""The form by which whoever runs the site comes in for the first time: who they are, and their password."""

from typing import Any

from accounts.actions import administrators
from accounts.forms.passwords import ResetPasswordFromKeyForm
from accounts.forms.people import NewcomerForm


class ComingInForm(ResetPasswordFromKeyForm):
    """Who made the account may not have known how they are called: what stands for a name is none."""

    field_order = ("first_name", "last_name", "password1", "password2")

    first_name = NewcomerForm.base_fields["first_name"]
    last_name = NewcomerForm.base_fields["last_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = (self.user.first_name, self.user.last_name)
        if named != administrators.NAMELESS:
            self.initial.update(zip(("first_name", "last_name"), named, strict=True))

    def clean_last_name(self) -> str:
        """A password like their name is too easy to guess: who compares them is told the name."""
        self.user.first_name = self.cleaned_data.get("first_name", "")
        self.user.last_name = self.cleaned_data["last_name"]
        return self.user.last_name
