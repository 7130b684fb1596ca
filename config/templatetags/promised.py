"""What the pôles promise, in words, for pages and letters of every floor."""

from collections.abc import Iterable

from django import template

from accounts.models import Pole
from marketplace.rules import readings

register = template.Library()


@register.simple_tag
def read_within(pole: object = None, poles: Iterable[Pole] = ()) -> str:
    """“within 2 working days”: as this pôle, or these, promise it; while none is known, as all of them do."""
    chosen = [pole.pk] if isinstance(pole, Pole) else [one.pk for one in poles]
    return readings.in_words_for(chosen)
