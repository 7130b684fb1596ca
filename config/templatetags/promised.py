"""What the pôles promise, and who answers there meanwhile, for the pages and letters of every app."""

from collections.abc import Iterable

from django import template

from accounts.models import Organisation, Pole, User
from marketplace.models import Mission, Need, Proposal
from marketplace.rules import audience, readings
from marketplace.rules.absences import Away

register = template.Library()


@register.simple_tag
def read_within(pole: object = None, poles: Iterable[Pole] = ()) -> str:
    """“within 2 working days”: the promise of this pôle, or of these; of all pôles when none is given."""
    chosen = [pole.pk] if isinstance(pole, Pole) else [one.pk for one in poles]
    return readings.in_words_for(chosen)


@register.simple_tag
def away_from(
    person: User, subject: Need | Mission | Proposal | Organisation, reader: User
) -> Away | None:
    """The absence of today of the coordinator of a need, a mission or what a case is about."""
    return audience.away_from(person, subject, reader=reader)
