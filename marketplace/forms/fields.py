"""Fields shared by several forms, and what no text may hold."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from common import as_written
from marketplace.law.value import MOST
from marketplace.words import contacts

TYPED = {"autocomplete": "off"}


def field_of[F: forms.Field](form: forms.BaseForm, name: str, kind: type[F]) -> F:
    """The form's field, asserted to be of this kind: `form.fields` says only that it is a Field, so that its
    choices or queryset couldn't be set."""
    field = form.fields[name]
    assert isinstance(field, kind), f"{name} is a {type(field).__name__}"
    return field


def no_contacts(text: str) -> str:
    """A validator: contact details are given once both sides have said yes, as in the messages."""
    if found := contacts.found_in(text):
        raise ValidationError(
            _(
                "Leave “%(found)s” out: both sides get each other’s details as soon as both have "
                "said yes."
            )
            % {"found": ", ".join(dict.fromkeys(found))}
        )
    return text


class Written(forms.Field):
    """A number as people write it (common.as_written), in a box that takes it: a browser's own box of numbers would not."""

    in_days: bool | None = (
        None  # whether "3 jours" or "20 heures" is understood beside the number alone
    )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            said = None if self.in_days is None else as_written.time(value)
            fits = said is not None and said.in_days in (None, self.in_days)
            value = str(said.amount) if said and fits else as_written.number(value)
        return super().to_python(value)


class NumberField(Written, forms.DecimalField):
    def __init__(self, **options: Any) -> None:
        options = {"localize": True} | options
        options.setdefault("widget", forms.TextInput(attrs=TYPED | {"inputmode": "decimal"}))
        super().__init__(**options)


class DaysField(NumberField):
    in_days = True


class WholeField(Written, forms.IntegerField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs=TYPED | {"inputmode": "numeric"}))
        super().__init__(**options)


class PlannedHoursField(WholeField):
    in_days = False


class EurosField(forms.DecimalField):
    """An amount in euros as people write it: 1 234,56 with its spaces and its comma, or 1234.56."""

    default_error_messages = {
        "invalid": _("Write a figure, for instance 1234.56."),
        "min_value": _("A figure can’t be negative here."),
        "max_digits": _("This figure is too large: check the number of zeros."),
        "max_whole_digits": _("This figure is too large: check the number of zeros."),
        "max_decimal_places": _("Two figures after the comma at the most."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", Decimal(0))
        super().__init__(decimal_places=2, max_digits=14, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        self.localize = False

    def prepare_value(self, value: Any) -> Any:
        """The amount as people read it: 1 940,84 rather than 1940.84."""
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        whole, part = f"{value:,.2f}".split(".")
        return whole.replace(",", "\N{NO-BREAK SPACE}") + get_format("DECIMAL_SEPARATOR") + part

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as Django's own
        if isinstance(value, str):
            value = as_written.number(value.replace("€", "").replace("euros", ""))
        try:
            return super().to_python(value)
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], "invalid") from None

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value >= MOST:
            raise ValidationError(self.error_messages["max_digits"], "max_digits")


class DateInput(forms.DateInput):
    """The browser's own calendar, which needs dates in ISO format; where it is a box of text, "12 mars" and "12.03.2026"
    are read too."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        read = as_written.day(typed, today=timezone.localdate()) if isinstance(typed, str) else None
        return read.isoformat() if read else typed


LONGEST = 18  # figures: a number beyond what the databases count with is nobody's


class SeveralField(forms.ModelMultipleChoiceField):
    """A choice of several rows, in which a number that is too long for the database is a wrong choice (Django's own
    field fails with an error)."""

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if len(str(one)) > LONGEST:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(one)[:LONGEST]},
                )
        return super().clean(value)
