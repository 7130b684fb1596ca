"""The clock's door: what waits for nobody any more goes. Each task may run twice."""

from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts import typed


@shared_task
def forget_sessions() -> None:
    """Those that have ended, with all that they held."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task
def forget_typed() -> None:
    """Forms typed while logged out, an hour after."""
    typed.forget_old(timezone.now())
