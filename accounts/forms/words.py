"""A validator for titles that others read: one of dots or pictures only can't be found, said or clicked."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

# Django says it, of whatever is too long; our catalogue says in French that nothing has been cut.
TOO_LONG = ngettext_lazy(
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    "limit_value",
)


def has_words(text: str) -> None:
    if not any(sign.isalnum() for sign in text):
        raise ValidationError(_("Write it in words: there is no letter in it."))


def ask_for_words(form: forms.ModelForm) -> None:
    """Every free text of the row that this form requires is refused without a letter or a figure in it."""
    written = {field.name for field in form.instance._meta.fields if is_free_text(field)}
    for name, field in form.fields.items():
        if field.required and name in written:
            field.validators.append(has_words)


def is_free_text(field: models.Field) -> bool:
    """Whether this field holds what people write in words of their own."""
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def has_letters(name: str) -> None:
    if not any(sign.isalpha() for sign in name):
        raise ValidationError(_("A name, please, with letters."))
