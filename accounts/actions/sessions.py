"""Where somebody is logged in, and how it ends."""

from allauth.usersessions.models import UserSession

from accounts.models import User


def end_all(user: User) -> None:
    """Log this person out of every browser."""
    for session in UserSession.objects.filter(user=user):
        session.end()
