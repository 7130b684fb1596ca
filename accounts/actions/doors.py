"""The door of an operator: what it says of itself there, and at which address."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions import seats
from accounts.actions.refusals import Refusal
from accounts.models import Door, Organisation, User


class AddressTaken(Refusal):
    """Another operator has this address, or this one is kept: str() says which."""


def has_been_used(operator: Organisation) -> bool:
    """Whether somebody has come by its door: then its address stays as it is. It has been printed on leaflets, and stands
    in letters and on other sites, where nobody can correct it; a door that is found again is worth more than one whose
    address is prettier. Before that, who changes it knows where they have written it."""
    people, organisations = (
        rows.filter(came_through=operator) for rows in (User.objects, Organisation.objects)
    )
    return people.exists() or organisations.exists()


@transaction.atomic
def describe(operator: Organisation, *, slug: str, words: str) -> Door:
    """Its administrators change the words of its door, or its address while nobody has come by it. Raises Refusal."""
    door = Door.objects.select_for_update().get(pk=seats.open_door(operator).pk)
    slug = slug or door.slug
    if slug != door.slug and has_been_used(operator):
        raise AddressTaken(
            _("Somebody has come by this door meanwhile: its address stays as it is.")
        )
    door.slug, door.words = slug, words
    try:
        with transaction.atomic():
            door.save(update_fields=["slug", "words"])
    except IntegrityError:
        raise AddressTaken(_("Another operator has this address.")) from None
    return door
