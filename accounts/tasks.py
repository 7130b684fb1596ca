"""The clock's door: what waits for nobody any more goes. Each task may run twice."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import typed
from accounts.actions import addresses


@shared_task
def forget_sessions() -> None:
    """Those that have ended, with all that they held and the browser that they were opened in."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    going_on = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=going_on).delete()


@shared_task
def forget_addresses() -> None:
    """Addresses before a change, once nothing leads back to them."""
    addresses.forget_old(timezone.now())


@shared_task
def forget_typed() -> None:
    """Forms typed while logged out, an hour after."""
    typed.forget_old(timezone.now())
