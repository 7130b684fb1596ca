"""Where somebody is logged in, and how that ends."""

from allauth.usersessions.models import UserSession

from accounts.models import User


def end_all(user: User, *, but: str | None = None) -> None:
    """Log this person out of every browser. `but` is the key of a session that goes on: the reader's own."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but or ""):
        session.end()
