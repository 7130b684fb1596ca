"""What the header shows on every page."""

from django.conf import settings

from accounts.models import Organisation
from marketplace.models import Thread
from notifications.models import Notification


def navigation(request) -> dict:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            "demo": settings.DEBUG,
            "is_coordinator": False,
            "my_organisations": [],
            "unread_messages": 0,
            "unread_letters": 0,
        }
    organisations = [membership.organisation for membership in request.memberships]
    return {
        "demo": settings.DEBUG,
        "is_coordinator": any(is_operator(organisation) for organisation in organisations),
        "my_organisations": organisations,
        "unread_messages": Thread.objects.unread_by(user).count(),
        "unread_letters": Notification.objects.unread_by(user).count(),
    }


def is_operator(organisation: Organisation) -> bool:
    return organisation.kind == Organisation.Kind.OPERATOR and organisation.is_accepted
