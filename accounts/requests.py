"""What a view is handed: a request, with what our middlewares add to it."""

from datetime import date
from typing import TYPE_CHECKING, TypedDict, TypeGuard

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Organisation, User

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Checked(TypedDict):
    has_second_factor: bool


class OurRequest(HttpRequest):
    """With what `accounts.middleware` adds. For annotations: nobody makes one."""

    memberships: "list[WithAnnotations[Membership, Checked]]"
    acting_for: Organisation | None
    second_factor_by: date | None
    reader: User | None
    htmx: HtmxDetails


class SignedInRequest(OurRequest):
    """Behind the login."""

    user: User


def is_signed_in(request: OurRequest) -> TypeGuard[SignedInRequest]:
    """For a page that is open to all, and another one for whoever has an account."""
    return request.user.is_authenticated
