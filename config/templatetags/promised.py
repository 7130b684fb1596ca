"""What the pôles promise, in words, for the pages and letters of every app."""

from collections.abc import Iterable

from django import template

from accounts.models import Pole
from marketplace.rules import readings

register = template.Library()


@register.simple_tag
def read_within(pole: object = None, poles: Iterable[Pole] = ()) -> str:
    """“within 2 working days”: the promise of this pôle, or of these; of all pôles when none is given."""
    chosen = [pole.pk] if isinstance(pole, Pole) else [one.pk for one in poles]
    return readings.in_words_for(chosen)
