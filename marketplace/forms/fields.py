"""The fields that a form settles only once it knows whom it is for."""

from django import forms


def field_of[F: forms.Field](form: forms.BaseForm, name: str, kind: type[F]) -> F:
    """`form.fields` only promises a Field: this one is known to have choices, or a queryset."""
    field = form.fields[name]
    assert isinstance(field, kind), f"{name} is a {type(field).__name__}"
    return field
