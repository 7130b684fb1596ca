"""How a reader of the journal is named to those whom they read: by their name as long as they are there."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User


def names(pairs: Iterable[tuple[int, int | None]]) -> dict[tuple[int, int | None], str]:
    """Of readers, each with the organisation for which they read: by their name and where they work, as long as they do;
    afterwards by where they did."""
    asked = {(by, house) for by, house in pairs if house is not None}
    people = User.objects.in_bulk({by for by, _house in asked})
    houses = Organisation.objects.in_bulk({house for _by, house in asked})
    members = Membership.objects.filter(user__in=people, organisation__in=houses)
    there = set(members.values_list("user", "organisation"))
    return {pair: _name(people[pair[0]], houses[pair[1]], pair in there) for pair in asked}


def _name(person: User, house: Organisation, is_there: bool) -> str:
    said = {"who": person, "house": house}
    if not is_there or person.closed_at:
        if house.may_coordinate:
            return _("Somebody who coordinated for %(house)s and has left since") % said
        return _("Somebody who answered for %(house)s and has left since") % said
    if house.may_coordinate:
        return _("%(who)s, of the operator %(house)s") % said
    return _("%(who)s, of %(house)s") % said
