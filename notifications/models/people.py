"""Who gets letters, and reads them on the site: its users, whom this floor knows by the setting alone."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:  # the floor above holds them, and is never imported from here
    from django.contrib.auth.models import _User

type Person = _User


class HtmxRequest(HttpRequest):
    """With what its middleware adds. For annotations, as the next one: nobody makes one."""

    htmx: HtmxDetails


class SignedInRequest(HtmxRequest):
    """Behind the login."""

    user: Person
