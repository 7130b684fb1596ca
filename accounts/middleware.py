"""Adds to each request who is logged in, for which of their organisations they act (or for themselves), and in
which language."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from accounts import domains, known_browsers, languages, opening, second_factor, typed
from accounts.models import Membership, Organisation, User
from accounts.reading import Reading
from accounts.requests import Checked, OurRequest, SignedInRequest, is_signed_in
from common import prepared
from common.spoken import say_rather

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

type View = Callable[..., HttpResponseBase]
type Answer = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)

SESSION_KEY = "acting_for"
MYSELF = 0


class ActingForMiddleware:
    """Adds `request.memberships` (a list of those that the session opens, one query for a page), `request.shut` and
    `request.acting_for`; and to the person the scope of their session.

    Not lazy: a lazy None isn't None, and `request.acting_for is None` has to mean what it
    says.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: OurRequest) -> HttpResponse:
        request.memberships, request.shut = _memberships(request), []
        reading = Reading(request.memberships)
        if is_signed_in(request):
            _open(request)
        request.acting_for = _acting_for(request)
        response = self._answered(request, reading)
        _note_a_sign(request)
        typed.remember(request, response)
        known_browsers.remember(request, response)
        return response

    def _answered(self, request: OurRequest, reading: Reading) -> HttpResponse:
        """The answer; of a page that only reads, the person knows meanwhile what was read of them."""
        if request.method not in ("GET", "HEAD") or not is_signed_in(request):
            return self.get_response(request)
        reader = request.user
        reader.reading = reading
        try:
            return self.get_response(request)
        finally:
            reader.reading = None


def _note_a_sign(request: OurRequest) -> None:
    """Note, once a day, that this person is still here; after the answer is made, so that the page doesn't wait."""
    today = timezone.localdate()
    if is_signed_in(request) and request.user.seen_on and request.user.seen_on < today:
        try:
            User.objects.seen(request.user.pk, today)
        except DatabaseError:  # a full disk, a database that only reads: their next page notes it
            log.warning("A sign of somebody couldn’t be noted", exc_info=True)


def _memberships(request: OurRequest) -> "list[WithAnnotations[Membership, Checked]]":
    if not request.user.is_authenticated:
        return []
    user = request.user
    rows = prepared.rows(_of_one, user.pk, domains.of_address(user.email), timezone.now())
    for row in rows:
        row.user = user
    return rows


def _of_one(
    reader: int, domain: str, now: datetime
) -> "QuerySet[WithAnnotations[Membership, Checked]]":
    mine = Membership.objects.filter(user=reader).with_poles()
    rows = opening.with_sign_ins(mine, domain, now)
    rows = rows.select_related("organisation__pole", "organisation__commune__department")
    return rows.annotate(has_second_factor=second_factor.of_whom("user"))


def _open(request: SignedInRequest) -> None:
    """Say on the person what their session opens of their account, and keep those memberships alone; `request.shut` are
    those that ask for their organisation's sign-in. A session that nothing holds open any more ends."""
    scope = opening.scope_of_session(request, request.memberships, timezone.now())
    if scope is None:
        logout(request)
        request.memberships = []
        messages.info(request, _("Your organisation’s sign-in has ended here: come in again."))
        return
    request.user.scope = scope
    rows = request.memberships
    request.memberships = [row for row in rows if scope.opens(row.organisation_id)]
    request.shut = [row for row in rows if row.organisation_id in scope.shut]


def _acting_for(request: OurRequest) -> Organisation | None:
    """The organisation chosen, or the first when none was chosen; None for oneself (MYSELF in the session)."""
    organisations = [membership.organisation for membership in request.memberships]
    if not organisations:
        return None
    chosen = request.session.get(SESSION_KEY)
    for organisation in organisations:
        if organisation.pk == chosen:
            return organisation
    return None if chosen == MYSELF else organisations[0]


class SecondFactorMiddleware:
    """Asks those who answer for others for a second factor: by a sentence for some days,
    then by closing the other pages.

    Adds `request.second_factor_by`: until when they are asked, None when nothing is asked
    of them. It comes after ActingForMiddleware, whose memberships it reads.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: OurRequest) -> HttpResponse:
        request.second_factor_by = second_factor.asked_by(request, now=timezone.now())
        return self.get_response(request)

    def process_view(
        self, request: OurRequest, view_func: View, view_args: tuple, view_kwargs: dict
    ) -> HttpResponse | None:
        """When it is too late, send the person to set up a second factor. A form that they sent is kept until then;
        a part of a page (htmx) isn't replaced."""
        assert request.resolver_match is not None, "a page was found"
        if not second_factor.is_late(request.second_factor_by) or second_factor.leads_there(
            request.resolver_match.view_name
        ):
            return None
        if is_part_of_a_page(request):
            return HttpResponse(status=204)
        if request.method == "POST":
            typed.keep(request, why=typed.SECOND_FACTOR)
        return redirect("mfa_index")


class ClosedByDefaultMiddleware(LoginRequiredMiddleware):
    """Django's LoginRequiredMiddleware, for people whose session ended while they were on a page."""

    def handle_no_permission(  # type: ignore[override]  # theirs only ever redirects
        self, request: HttpRequest, view_func: View
    ) -> HttpResponse:
        """Send to the login. A form that was sent is kept until they are back; a part of a page (htmx) isn't
        replaced by the login."""
        if is_part_of_a_page(request):
            return HttpResponse(status=204)
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        typed.keep(request)
        return redirect_to_login(reverse("typed"))


def is_part_of_a_page(request: HttpRequest) -> bool:
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


class LanguageMiddleware(LocaleMiddleware):
    """Activates the language of the profile; without a profile, the one chosen in this browser; at the first visit,
    the one that the browser asks for."""

    def process_view(
        self, request: OurRequest, view_func: View, view_args: tuple, view_kwargs: dict
    ) -> None:
        """Activate the language of the profile: only here, after the session's middlewares, is it known who reads."""
        request.reader = request.user if request.user.is_authenticated else None
        say_rather(request.reader.reads if request.reader else "")
        request.read_in = request.reader.language if request.reader else ""
        if request.reader and request.reader.language != request.LANGUAGE_CODE:
            translation.activate(request.reader.language)
            request.LANGUAGE_CODE = translation.get_language()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Keep the language of the profile in a browser in which nobody has chosen one, for the pages after logging out;
        and the one that its reader has just chosen, on whichever page."""
        say_rather("")
        reader = getattr(request, "reader", None)  # not asked here: the database may be gone
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        chose = reader is not None and reader.language != getattr(request, "read_in", "")
        if reader is not None and (chose or kept not in languages.KNOWN):
            languages.keep(response, reader.language)
        patch_vary_headers(response, ["Cookie"])
        return super().process_response(request, response)
