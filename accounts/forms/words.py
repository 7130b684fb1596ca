"""A validator for titles that others read: one of dots or pictures only can't be found, said or clicked."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def has_words(text: str) -> None:
    if not any(sign.isalnum() for sign in text):
        raise ValidationError(_("Write it in words: there is no letter in it."))


def has_letters(name: str) -> None:
    if not any(sign.isalpha() for sign in name):
        raise ValidationError(_("A name, please, with letters."))
