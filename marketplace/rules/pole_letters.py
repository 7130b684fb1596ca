"""The pôles whose letters somebody may ask for: those around them."""

from django.db.models import Q, QuerySet

from accounts.models import Pole, User
from marketplace.models import Consent, ConsentKind


def poles_around(user: User) -> QuerySet[Pole]:
    """Of their town, their organisations and their offers, and those to whose letters they have said yes."""
    given = Consent.objects.standing(user, ConsentKind.LETTERS).values("about")
    around = Q(pk__in=user.organisations.order_by().values("pole"))
    around |= Q(pk__in=user.offers.order_by().values("pole")) | Q(pk__in=given)
    if user.commune:
        around |= Q(departments=user.commune.department_id)
    return Pole.objects.filter(around).distinct()


def wanted_by(user: User) -> QuerySet[Pole]:
    """The pôles to whose letters this person has said yes."""
    given = Consent.objects.standing(user, ConsentKind.LETTERS).values("about")
    return Pole.objects.filter(pk__in=given)
