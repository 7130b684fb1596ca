"""The context that the header needs on every page."""

from collections.abc import Mapping

from django.conf import settings
from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts import second_factor
from accounts.models import User
from accounts.requests import OurRequest
from marketplace.models import Thread
from notifications.models import Notification, SuppressedAddress


def navigation(request: OurRequest) -> dict:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            "demo": settings.DEBUG,
            "is_coordinator": False,
            "my_organisations": [],
            "suspended": [],
            "unread_messages": 0,
            "unread_letters": 0,
            "letters_are_refused": False,
            "second_factor_by": None,
        }
    organisations = [membership.organisation for membership in request.memberships]
    return {
        "demo": settings.DEBUG,
        "is_coordinator": any(organisation.makes_coordinators for organisation in organisations),
        "my_organisations": organisations,
        "suspended": [organisation for organisation in organisations if organisation.is_suspended],
        "second_factor_by": second_factor.to_tell(request),
        **_unread(user),
    }


def _unread(user: User) -> Mapping[str, object]:
    """Both unread counts, and whether the person's address refuses letters, in one query, since every page asks."""
    refused = SuppressedAddress.objects.filter(address=OuterRef("email"))
    return User.objects.values(
        unread_messages=_how_many(Thread.objects.unread_by(user)),
        unread_letters=_how_many(Notification.objects.unread_by(user)),
        letters_are_refused=Exists(refused),
    ).get(pk=user.pk)


def _how_many(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().annotate(how_many=Func(F("pk"), function="COUNT"))
    return Coalesce(Subquery(counted.values("how_many"), output_field=IntegerField()), 0)
