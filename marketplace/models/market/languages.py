"""The languages in which people may work together. French unless somebody says otherwise."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Spoken(models.IntegerChoices):
    """The languages, one bit each: the cards of the matching hold eight bits, so there are eight languages at the
    most."""

    FRENCH = 1, _("French")
    ENGLISH = 2, _("English")
    ARABIC = 4, _("Arabic")
    SPANISH = 8, _("Spanish")
    PORTUGUESE = 16, _("Portuguese")
    GERMAN = 32, _("German")
    UKRAINIAN = 64, _("Ukrainian")
    SIGNS = 128, _("French sign language")


def spoken_in(mask: int) -> list[Spoken]:
    return [language for language in Spoken if mask & language]


def names_of(mask: int) -> str:
    return ", ".join(str(language.label) for language in spoken_in(mask))
