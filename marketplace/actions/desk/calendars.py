"""The secret address of somebody's calendar: made, made anew, ended."""

from datetime import datetime

from accounts import tokens
from accounts.models import User
from marketplace.models import CalendarAddress


def renew(user: User, *, now: datetime) -> str:
    """A new address; a former one opens nothing from this moment on. Returns its secret, which is kept nowhere."""
    secret = tokens.new_secret()
    said = {"token": tokens.digest(secret), "made_at": now}
    CalendarAddress.objects.update_or_create(user=user, defaults=said)
    return secret


def end(user: User) -> None:
    CalendarAddress.objects.filter(user=user).delete()
