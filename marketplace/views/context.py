"""The context that the header needs on every page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial, reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.utils import timezone

from accounts import coming, languages, second_factor
from accounts.models import Organisation, User
from accounts.reading import answered
from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from accounts.scope import WHOLE, Scope, scope_of
from common import numbers, planned
from common.prepared import READER
from marketplace.models import Thread
from marketplace.models.desk import left_to_others
from marketplace.models.desk.left_to_others import is_on_no_side
from marketplace.rules import lenders, permissions, unread
from marketplace.views.coming import came_for
from notifications.models import Notification, SuppressedAddress

LONG_AGO = datetime(100, 1, 1, tzinfo=UTC)


def navigation(request: OurRequest) -> dict:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            "demo": settings.DEBUG,
            "is_coordinator": False,
            "acts_for_both": False,
            "speaks_here": False,
            "speaks": False,
            "sees_who_helps": False,
            "my_organisations": [],
            "suspended": [],
            "came_for": came_for(request) if user else None,
            "put_aside": partial(coming.just_put_aside, request) if user else None,
            "language_to_keep": "",
            "opening": None,
            "unread_messages": 0,
            "unread_letters": 0,
            "letters_are_refused": False,
            "second_factor_by": None,
            "door_query": "",  # a page of somebody who comes by an operator's door says which
        }
    organisations = [membership.organisation for membership in request.memberships]
    spoken_for = [row.organisation for row in request.memberships if row.represents]
    coordinates = any(membership.poles for membership in request.memberships)
    return {
        "demo": settings.DEBUG,
        "is_coordinator": coordinates,
        "acts_for_both": request.acting_for in spoken_for and _asks_and_lends(request.acting_for),
        "speaks_here": request.acting_for in spoken_for,
        "speaks": bool(spoken_for),
        "sees_who_helps": request.acting_for in permissions.that_see_who_helps(request.memberships),
        "my_organisations": organisations,
        "suspended": [row for row in request.memberships if row.organisation.is_suspended],
        "came_for": came_for(request),
        "put_aside": partial(coming.just_put_aside, request),
        "language_to_keep": partial(languages.to_ask, request),
        "opening": _opening(request) if is_signed_in(request) else None,
        "second_factor_by": second_factor.to_tell(request),
        **_unread(user, coordinates=coordinates),
    }


def _opening(request: SignedInRequest) -> dict | None:
    """What the session doesn't open, for the notice above each page; None when it opens everything."""
    scope = scope_of(request.user)
    if scope == WHOLE:
        return None
    return {
        "house": request.acting_for if scope.only is not None else None,
        "closes_own": not scope.own,
        "lacks_address": not scope.own and scope.only is None,
        "shut": [row.organisation for row in request.shut],
    }


def _asks_and_lends(organisation: Organisation | None) -> bool:
    """Whether this one asks and may lend its people today: a small municipality lends nobody."""
    if organisation is None or not organisation.asks_and_offers:
        return False
    return not lenders.why_not(organisation, timezone.localdate())


def _unread(user: User, *, coordinates: bool) -> Mapping[str, object]:
    """Both unread counts, and whether the person's address refuses letters, in one query, since every page asks. Of a coordinator
    also what they follow, as long as they are on no side of anything, as nearly all of them are."""
    scope = scope_of(user)
    # None where the page hasn't asked it.
    known = None if coordinates else answered(user, unread.own)
    free = answered(user, is_on_no_side) if coordinates else False
    # What one session opens is put together anew: it names an organisation.
    asked = _unread_query if scope == WHOLE else _unread_query.__wrapped__
    sql, values = asked(scope, free is not False, free is None, known is None)
    given = {READER: user.pk, _said(LONG_AGO): _said(timezone.now())}
    found = planned.row(sql, values, given, kept=scope == WHOLE)
    messages, letters, refused, is_sided, is_doubtful, *followed = found
    if coordinates:
        is_sure = free is not False and not (is_sided or is_doubtful)
        messages += sum(followed) if is_sure else unread.followed(user)
    return {
        "unread_messages": numbers.unread(messages if known is None else known),
        "unread_letters": numbers.unread(letters) if scope.own else 0,
        "letters_are_refused": bool(refused),
    }


@cache
def _unread_query(
    scope: Scope, follows: bool, asks_sides: bool, counts_own: bool
) -> tuple[str, tuple]:
    """The query's SQL, and its values with READER in place of the person and LONG_AGO in that of now: of the conversations of
    their own sides; where they follow others as well, also of these, and whether it is sure that all of these count.
    `asks_sides`: whether they are on any. `counts_own`: not where the page has asked the first already, as home has.

    Building it took as long as the rest of a small page, and planning it as long as the answer: it is the same on all of them.
    """
    reader = User(pk=READER)
    reader.scope, reader.on_no_side = scope, follows and not asks_sides
    refused = SuppressedAddress.objects.filter(address=OuterRef("email"))
    followed, doubtful = unread.apart(reader) if follows else ([], [])
    asked = User.objects.filter(pk=READER).values_list(
        _how_many(Thread.objects.unread_by(reader, coordinates=False)) if counts_own else Value(0),
        _how_many(Notification.objects.unread_by(reader, LONG_AGO)),
        Exists(refused),
        _whether(left_to_others.something(reader) if asks_sides else Q(pk__in=[])),
        _whether(reduce(or_, (Q(Exists(rows)) for rows in doubtful), Q(pk__in=[]))),
        *map(_how_many, followed),
    )
    return asked.query.sql_with_params()


def _said(moment: datetime) -> Any:
    """The moment as the database is handed it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _whether(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


class _Counted(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _how_many(rows: QuerySet) -> Subquery:
    """Up to a hundred."""
    return _Counted(rows.order_by().values("pk")[: numbers.MANY_UNREAD])
