"""Who is charged with what in an organisation today. A page that only reads asks it once, of all the organisations of its
reader; an act asks of the one that it is about."""

from django.db.models import Q

from accounts.models import Organisation, User
from accounts.reading import once
from accounts.scope import scope_of
from marketplace.models import Duty

type Held = tuple[int, int, str]  # the organisation, the person, the kind


def held_in(user: User, organisations: frozenset[int]) -> list[Held]:
    """The duties there, whoever has them. Managers of teams may be hundreds: of them the reader alone."""
    read = user.reading.memberships if user.reading else ()
    asked = organisations.union(row.organisation_id for row in read)
    return [one for one in _held(user, asked) if one[0] in organisations]


@once
def _held(user: User, organisations: frozenset[int]) -> list[Held]:
    if not organisations:
        return []
    held = Duty.objects.held_today().filter(membership__organisation__in=organisations)
    held = held.filter(~Q(kind=Duty.Kind.MANAGER) | Q(membership__user=user.pk)).order_by()
    return list(held.values_list("membership__organisation", "membership__user", "kind"))


def charged_with(user: User, organisation: Organisation, *kinds: str) -> set[int]:
    """The numbers of those who have one of these duties there."""
    held = held_in(user, frozenset([organisation.pk]))
    return {person for _organisation, person, kind in held if kind in kinds}


def is_charged_with(user: User, organisation: Organisation, *kinds: str) -> bool:
    """Whether this person has one of them, as far as their session opens it."""
    if not scope_of(user).opens(organisation.pk) or user.is_stranger_to(organisation):
        return False
    return user.pk in charged_with(user, organisation, *kinds)
