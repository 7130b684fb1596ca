"""The way in by the sign-in of one's organisation: to it, back from it, and the page of who comes for the first time."""

from dataclasses import asdict
from typing import Any

from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import languages, opening, permissions
from accounts.actions import arrivals, sign_in_links, sign_ins
from accounts.actions.arrivals import Arrived, What
from accounts.actions.refusals import Refusal
from accounts.adapter import CAME_BY, PENDING, AccountAdapter, pending_sign_in
from accounts.forms.people import NewcomerForm
from accounts.forms.sign_ins import AddressForm
from accounts.middleware import SESSION_KEY
from accounts.models import SignIn, User
from accounts.openid import flow
from accounts.openid.faults import Code, Fault
from accounts.openid.flow import Arrival, Identity
from accounts.requests import OurRequest, SignedInRequest, is_signed_in

OWN_DOING = {Code.STATE, Code.CANCELLED}
LIMITS = {"sign_in": "30/m/ip"}
TRIAL = (
    "sign_in_trial"  # in the session: what the provider said to an administrator who has tried it
)
page = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@page
def entrance(request: OurRequest) -> HttpResponse:
    """Asks for an address, and finds the sign-in by its domain alone: the answer tells nothing of who has an account."""
    if (row := _of_a_house_shut(request)) and row.app:
        return redirect("openid_connect_login", provider_id=row.app.provider_id)
    form, following = AddressForm(request.POST or None), _next(request)
    found: list[SignIn] = []
    if request.method == "POST" and form.is_valid():
        if is_too_much(request):
            form.add_error("email", AccountAdapter.error_messages["rate_limited"])
        else:
            found = list(arrivals.for_address(form.cleaned_data["email"], now=timezone.now()))
            if not found:
                form.add_error("email", _none_words())
    if len(found) == 1:
        return _begin(request, found[0], following)
    context = {"form": form, "found": found, "next": following}
    return render(request, "accounts/sign_in.html", context)


def _of_a_house_shut(request: OurRequest) -> SignIn | None:
    """The sign-in of an organisation of theirs that asks for it, from the notice that says so."""
    number = request.GET.get("organisation", "")
    asked = [one.required for one in request.shut if str(one.organisation_id) == number]
    rows = SignIn.objects.live().select_related("app")
    return rows.filter(pk__in=[pk for pk in asked if pk is not None]).first()


def _none_words() -> str:
    return _(
        "No organisation has a sign-in for the addresses of this domain. Log in with your own password, or create your account."
    )


def is_too_much(request: OurRequest) -> bool:
    """Whether this network has asked a lot: each question may lead us to a provider."""
    return not ratelimit.consume(request, app="accounts", action="sign_in", config=LIMITS)


@login_not_required
@page
def login(request: OurRequest, provider_id: str) -> HttpResponse:
    """The page of one sign-in, which a company may put on its intranet: a button, since opening a page logs nobody in."""
    row, following = _live(provider_id), _next(request)
    works = arrivals.works(row, now=timezone.now())
    if request.method == "POST" and works:
        if not is_too_much(request):
            return _begin(request, row, following)
        messages.error(request, AccountAdapter.error_messages["rate_limited"])
    context = {"organisation": row.organisation, "works": works, "next": following}
    return render(request, "accounts/sign_in_one.html", context)


def _live(provider_id: str) -> SignIn:
    rows = SignIn.objects.live().select_related("organisation", "app")
    return get_object_or_404(rows, app__provider_id=provider_id)


def _next(request: OurRequest) -> str:
    return _safe(request, request.POST.get("next") or request.GET.get("next") or "")


def _safe(request: OurRequest, following: str) -> str:
    """A page of ours, from its first slash: what has none would be taken for the name of one."""
    ours = following.startswith("/") and AccountAdapter(request).is_safe_url(following)
    return following if ours else ""


def _begin(request: OurRequest, row: SignIn, following: str) -> HttpResponse:
    try:
        return flow.begin(request, row, data={}, next=following)
    except Fault as fault:
        return _failed(request, row, fault)


def _failed(request: OurRequest, row: SignIn, fault: Fault) -> HttpResponse:
    """The provider is down, or has answered otherwise than it should: what it was is for the administrators. What is the
    visitor's own doing is told to them, and isn't kept."""
    if fault.code in OWN_DOING and row.app:
        messages.info(request, str(fault.code.label))
        return redirect("openid_connect_login", provider_id=row.app.provider_id)
    sign_ins.note_fault(row, fault.code, now=timezone.now())
    house, reader = row.organisation, request.reader
    gathers = reader is not None and permissions.can_run_sign_in(reader, house)
    context = {
        "organisation": house,
        "why": fault.code.label if gathers else "",
        "settings_url": row.get_absolute_url(),
    }
    return render(request, "accounts/sign_in_failed.html", context, status=503)


@login_not_required
@never_cache
@require_safe
def callback(request: OurRequest, provider_id: str) -> HttpResponse:
    """Where the provider sends people back."""
    row = _live(provider_id)
    try:
        arrival = flow.finish(request, row)
    except Fault as fault:
        return _failed(request, row, fault)
    if "trial" in arrival.data:
        return _tried(request, row, arrival)
    arrived = arrivals.arrive(row, arrival.identity, now=timezone.now())
    return _answer(request, row, arrival, arrived)


def _tried(request: OurRequest, row: SignIn, arrival: Arrival) -> HttpResponse:
    """An administrator is back, logged in as before: the page of the sign-in shows what the provider has said."""
    if not is_signed_in(request) or request.user.pk != arrival.data["trial"]:
        messages.error(request, _("You are no longer logged in as before: try it once more."))
        return redirect(row)
    said = arrival.identity
    try:
        sign_ins.note_tried(row, said, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It works: you have come back with an address that counts."))
    request.session[TRIAL] = {
        "pk": row.pk,
        "name": f"{said.first_name} {said.last_name}".strip(),
        "email": said.email,
        "verified": said.verified,
    }
    return redirect(row)


def _answer(request: OurRequest, row: SignIn, arrival: Arrival, arrived: Arrived) -> HttpResponse:
    following = _safe(request, arrival.next)
    if arrived.what == What.REFUSED:
        context = {"organisation": row.organisation, "words": arrived.words}
        return render(request, "accounts/sign_in_refused.html", context, status=403)
    if arrived.what == What.COMES_IN and arrived.user is not None:
        return _come_in(request, row, arrived.user, following)
    if is_signed_in(request) and not (
        request.user == arrived.user and opening.is_own(request, request.user)
    ):
        AccountAdapter(request).logout(request)
    request.session[PENDING] = {
        "pk": row.pk,
        "identity": asdict(arrival.identity),
        "at": timezone.now().timestamp(),
        "next": following,
        "is_new": arrived.what == What.NEW,
    }
    return redirect("sign-in-welcome")


def _come_in(
    request: OurRequest, row: SignIn, user: User, following: str, *, is_new: bool = False
) -> HttpResponse:
    """Open their session; who has opened it already by what is their own keeps it, with the mark."""
    at = timezone.now().timestamp()
    if request.user == user:
        opening.mark(request, row.pk, user, at=at, own=opening.is_own(request, user))
        return redirect(following or "home")
    if request.user.is_authenticated:
        AccountAdapter(request).logout(request)
    request.session.pop(PENDING, None)
    came_by = {CAME_BY: [row.pk, at]}
    return perform_login(
        request, user, redirect_url=following or None, signal_kwargs=came_by, signup=is_new
    )


@login_not_required
@never_cache
@page
def welcome(request: OurRequest) -> HttpResponse:
    """Who has come back from a sign-in that doesn't open their account yet: a newcomer joins; whoever has an account logs
    in once, then says yes."""
    pending = pending_sign_in(request)
    rows = SignIn.objects.live().select_related("organisation", "app")
    row = rows.filter(pk=pending["pk"]).first() if pending else None
    if pending is None or row is None:
        return _too_late(request)
    if is_signed_in(request):
        return _yes(request, row, pending)
    if not pending["is_new"]:
        return _log_in_once(request, row, pending)
    return _join(request, row, pending)


def _too_late(request: OurRequest) -> HttpResponse:
    request.session.pop(PENDING, None)
    messages.info(
        request, _("Begin once more by your organisation’s sign-in: it was too long ago.")
    )
    return redirect("home" if request.user.is_authenticated else "account_login")


def _identity(pending: dict[str, Any]) -> Identity:
    return Identity(**pending["identity"])


def _log_in_once(request: OurRequest, row: SignIn, pending: dict[str, Any]) -> HttpResponse:
    context = {
        "organisation": row.organisation,
        "email": pending["identity"]["email"],
        "login_url": _login_url(),
    }
    return render(request, "accounts/sign_in_to_link.html", context)


def _login_url() -> str:
    return f"{reverse('account_login')}?{urlencode({'next': reverse('sign-in-welcome')})}"


def _join(request: OurRequest, row: SignIn, pending: dict[str, Any]) -> HttpResponse:
    """The page of a newcomer: their names, the terms, one button."""
    identity = _identity(pending)
    names = {"first_name": identity.first_name, "last_name": identity.last_name}
    form = NewcomerForm(request.POST or None, initial=names)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in names}
        try:
            user = arrivals.newcomer(
                row, identity, **said, language=languages.of_this_page(), now=timezone.now()
            )
        except arrivals.AccountExists:
            request.session[PENDING] = pending | {"is_new": False}
            return redirect("sign-in-welcome")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _in_for_the_first_time(request, row, user, pending["next"])
    context = {
        "organisation": row.organisation,
        "email": identity.email,
        "form": form,
        "login_url": _login_url(),
    }
    return render(request, "accounts/sign_in_welcome.html", context)


def _in_for_the_first_time(
    request: OurRequest, row: SignIn, user: User, following: str
) -> HttpResponse:
    answer = _come_in(request, row, user, following, is_new=True)
    _now_there(request, row)
    return answer


def _now_there(request: OurRequest, row: SignIn) -> None:
    request.session[SESSION_KEY] = row.organisation_id
    messages.success(
        request, _("Welcome to %(organisation)s.") % {"organisation": row.organisation}
    )


def _yes(request: SignedInRequest, row: SignIn, pending: dict[str, Any]) -> HttpResponse:
    """The owner of an account, logged in by what is their own, is asked whether the sign-in may open it."""
    if not opening.is_own(request, request.user):
        return _too_late(request)
    verb = request.POST.get("verb") if request.method == "POST" else None
    if verb == "no":
        request.session.pop(PENDING, None)
        messages.info(request, _("Nothing has changed: your account opens with what is yours."))
        return redirect("home")
    if verb == "yes":
        return _linked(request, row, pending)
    context = {"organisation": row.organisation, "email": pending["identity"]["email"]}
    return render(request, "accounts/sign_in_link.html", context)


def _linked(request: SignedInRequest, row: SignIn, pending: dict[str, Any]) -> HttpResponse:
    joins = not request.user.belongs_to(row.organisation)
    try:
        arrivals.link(row, _identity(pending), user=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("sign-in-welcome")
    request.session.pop(PENDING, None)
    opening.mark(request, row.pk, request.user, at=pending["at"], own=True)
    said = _("Done: %(organisation)s opens your account on working time by its sign-in.")
    messages.success(request, said % {"organisation": row.organisation})
    if joins:
        _now_there(request, row)
    return redirect(pending["next"] or "home")


@require_POST
def unlink(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a link away from one's account."""
    links = [one for one in sign_in_links.of(request.user) if one.account.pk == pk]
    if not links:
        raise Http404
    (link,) = links
    sign_in_links.remove(link.account)
    request.session.pop(opening.MARK, None)
    said = _("%(organisation)s no longer opens your account by its sign-in.")
    messages.success(request, said % {"organisation": link.organisation})
    return redirect(f"{reverse('profile')}#security")
