"""Among whom one chooses a colleague in a form."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Membership, Organisation, User

SEVERAL = 100  # people whom a drop-down list still holds
NOBODY = Q(pk=None)


def among(organisation: Organisation, *, also: Q = NOBODY) -> QuerySet[Membership]:
    """Everybody of an organisation of a hundred people at the most; of a larger one those who represent it, and of the
    others those who are `also` meant, such as who was chosen on the list of its people, which one can search."""
    there = organisation.memberships.of_active_accounts()
    if there.count() > SEVERAL:
        there = there.filter(Q(role__in=Membership.REPRESENTS) | also)
    return there.order_by("user__last_name", "user__first_name", "pk")


def to_choose_from(organisation: Organisation, *, also: Any = None) -> QuerySet[User]:
    """The same people, as users; `also` somebody, or the number of their account, as it may have been typed."""
    number = str(getattr(also, "pk", also))
    typed = number.isascii() and number.isdecimal() and len(number) < 18
    found = among(organisation, also=Q(user=number) if typed else NOBODY)
    people = User.objects.filter(is_active=True, pk__in=found.order_by().values("user"))
    return people.order_by("last_name", "first_name", "pk")
