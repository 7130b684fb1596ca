"""The types of the requests that views are given, with what the middlewares add to them."""

from datetime import date
from typing import TYPE_CHECKING, TypedDict, TypeGuard

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Organisation, User

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Signed(TypedDict):
    """What `opening.with_sign_ins` adds to a membership."""

    sign_in: int | None
    required: int | None
    linked_at: str | None
    has_domain: bool


class Checked(Signed):
    has_second_factor: bool


class OurRequest(HttpRequest):
    """A request with what `accounts.middleware` adds; only for annotations."""

    memberships: "list[WithAnnotations[Membership, Checked]]"
    shut: "list[WithAnnotations[Membership, Checked]]"
    acting_for: Organisation | None
    second_factor_by: date | None
    reader: User | None
    read_in: str  # the language of the reader as the request came
    htmx: HtmxDetails


class SignedInRequest(OurRequest):
    """A request of somebody who is logged in; only for annotations."""

    user: User


def is_signed_in(request: OurRequest) -> TypeGuard[SignedInRequest]:
    """Whether somebody is logged in: for a page that anybody may open, and that differs for them."""
    return request.user.is_authenticated
