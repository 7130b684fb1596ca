"""The Celery tasks that delete what is no longer needed, and tell of the directory. Each may run twice."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import coming, drafts, typed
from accounts.actions import addresses, directory, domain_rights, erasures, joiners, memberships


@shared_task
def forget_sessions() -> None:
    """Delete the sessions that have ended, with all they held and the browser in which they were opened."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    going_on = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=going_on).delete()


@shared_task
def forget_addresses() -> None:
    """Delete the addresses before a change, once no link leads back to them."""
    addresses.forget_old(timezone.now())


@shared_task
def write_erasures() -> None:
    """Tell the list apart from the database what has been erased, where the act itself couldn't."""
    erasures.write_down(timezone.now())


@shared_task
def forget_typed() -> None:
    """Delete the forms typed while logged out, after an hour, and what was begun or came for, after two months."""
    typed.forget_old(timezone.now())
    coming.forget_old(timezone.now())
    drafts.forget_old(timezone.now())


@shared_task
def announce_directory() -> None:
    """Tell of the directory those that were verified before there was one."""
    directory.announce(timezone.localdate())


@shared_task
def tell_of_roles() -> None:
    """Tell those who had simple members that employees have a role of their own."""
    memberships.tell_of_roles()


@shared_task
def forget_past_memberships() -> None:
    """Delete what says who left an organisation, after a year."""
    memberships.forget_past(timezone.now())


@shared_task
def tell_of_joiners() -> None:
    """Tell the administrators, the morning after, who has joined by a list, a link, a domain or a sign-in."""
    joiners.tell(timezone.now())


@shared_task
def follow_domains() -> None:
    """Look again for the records of e-mail domains, and end or renew what they open."""
    domain_rights.follow(timezone.now())
