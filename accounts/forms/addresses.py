"""A box for an e-mail address, which takes it with what a copy leaves around it, or with a comma for a point."""

from collections.abc import Mapping
from typing import Any

from django import forms

from common import as_written


class AddressInput(forms.EmailInput):
    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return as_written.address(typed) if isinstance(typed, str) else typed


class AddressField(forms.EmailField):
    widget = AddressInput


def forgive(form: forms.BaseForm, name: str) -> None:
    """Let a field of somebody else's form take an address in the same way."""
    field = form.fields[name]
    if not isinstance(field.widget, AddressInput):
        field.widget = AddressInput(attrs=field.widget.attrs)
        field.widget.is_required = field.required
