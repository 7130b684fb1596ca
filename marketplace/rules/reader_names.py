"""How a reader of the journal is named to those whom they read: by their name as long as they are there."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User


def names(pairs: Iterable[tuple[int, int | None]]) -> dict[tuple[int, int | None], str]:
    """Of readers, each with the organisation for which they read, None in the administration of the site: by their name and where
    they work, as long as they do; afterwards by where they did."""
    asked = set(pairs)
    people = User.objects.in_bulk({by for by, _house in asked})
    houses = Organisation.objects.in_bulk({house for _by, house in asked if house is not None})
    members = Membership.objects.filter(user__in=people, organisation__in=houses)
    there = set(members.values_list("user", "organisation"))
    return {
        (by, house): _staff(people[by])
        if house is None
        else _name(people[by], houses[house], (by, house) in there)
        for by, house in asked
    }


def _staff(person: User) -> str:
    """Who reads for no organisation: whoever runs the site."""
    if person.is_staff and not person.closed_at:
        return _("%(who)s, who runs this site") % {"who": person}
    return _("Somebody who ran this site and no longer does")


def _name(person: User, house: Organisation, is_there: bool) -> str:
    said = {"who": person, "house": house}
    if not is_there or person.closed_at:
        if house.may_coordinate:
            return _("Somebody who coordinated for %(house)s and has left since") % said
        return _("Somebody who answered for %(house)s and has left since") % said
    if house.may_coordinate:
        return _("%(who)s, of the operator %(house)s") % said
    return _("%(who)s, of %(house)s") % said
