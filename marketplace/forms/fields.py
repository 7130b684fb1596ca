"""The fields that a form settles only once it knows whom it is for, and what no text may hold."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from marketplace import contacts


def field_of[F: forms.Field](form: forms.BaseForm, name: str, kind: type[F]) -> F:
    """`form.fields` only promises a Field: this one is known to have choices, or a queryset."""
    field = form.fields[name]
    assert isinstance(field, kind), f"{name} is a {type(field).__name__}"
    return field


def no_contacts(text: str) -> str:
    """As in the messages: an address or a number is given once both sides have said yes."""
    if found := contacts.found_in(text):
        raise ValidationError(
            _(
                "Leave “%(found)s” out: both sides get each other’s details as soon as both have "
                "said yes."
            )
            % {"found": found[0]}
        )
    return text
