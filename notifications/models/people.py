"""The types of the people who get letters, and of their requests. The user model is known by the setting alone."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:  # the floor above holds them, and is never imported from here
    from django.contrib.auth.models import _User

type Person = _User


class HtmxRequest(HttpRequest):
    """A request with what django-htmx adds; only for annotations."""

    htmx: HtmxDetails


class SignedInRequest(HtmxRequest):
    """A request of somebody who is logged in; only for annotations."""

    user: Person
