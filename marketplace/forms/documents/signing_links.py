"""To whom a signing link goes, and what is asked of whoever opens it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.addresses import AddressField
from accounts.models import User
from marketplace.forms.fields import field_of
from marketplace.models import SigningAddress


class LinkForm(forms.Form):
    """To whom the link goes: an account of the side, or an address that it has given and confirmed."""

    party = forms.CharField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Who signs?"), widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        accounts: Iterable[tuple[User, str]] = (),
        addresses: Iterable[SigningAddress] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.readers: dict[str, User | SigningAddress] = {
            f"account-{user.pk}": user for user, _capacity in accounts
        }
        self.readers |= {f"address-{one.pk}": one for one in addresses}
        choices = [
            (f"account-{user.pk}", ", ".join(filter(None, [user.get_full_name(), capacity])))
            for user, capacity in accounts
        ]
        choices += [
            (f"address-{one.pk}", f"{one.name}, {one.capacity} ({one.masked})") for one in addresses
        ]
        field_of(self, "to", forms.ChoiceField).choices = choices
        if len(choices) == 1:
            self.initial.setdefault("to", choices[0][0])

    @property
    def reader(self) -> User | SigningAddress:
        return self.readers[self.cleaned_data["to"]]


class AddressForm(forms.Form):
    party = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Who signs?"), max_length=160)
    capacity = forms.CharField(label=_("In which capacity?"), max_length=120)
    email = AddressField(
        label=_("E-mail address"),
        help_text=_("Their own. They confirm it first; then the link to sign leaves by itself."),
    )


class LinkSignForm(forms.Form):
    capacity = forms.CharField(
        label=_("In which capacity do you sign?"),
        max_length=120,
        help_text=_("As it is written under a signature: president, managing director, volunteer…"),
    )
    read = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(label=_("I have read this document and I sign it."))

    def __init__(self, *args: Any, knows_capacity: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if knows_capacity:
            del self.fields["capacity"]
