"""Joining by one's address: what is open to somebody, and the administrators' page of those who ask."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import permissions
from accounts.actions import join_requests
from accounts.actions.refusals import Refusal
from accounts.middleware import SESSION_KEY
from accounts.models import JoinRequest, Membership, Organisation
from accounts.requests import SignedInRequest
from accounts.scope import scope_of
from accounts.views.organisations import visible

A_PAGE = 50
NOT_NOW = "join_not_now"  # in the session: home doesn't lead there again


def join(request: SignedInRequest) -> HttpResponse:
    """The organisations that one's address opens, each with its button."""
    if request.method == "POST":
        return _do(request)
    context = {"ways": join_requests.ways_in(request.user, now=timezone.now())}
    return render(request, "accounts/join.html", context)


def _do(request: SignedInRequest) -> HttpResponse:
    if request.POST.get("verb") == "later":
        request.session[NOT_NOW] = True
        return redirect("home")
    number = request.POST.get("organisation", "")
    ways = join_requests.ways_in(request.user, now=timezone.now())
    found = next((one for one in ways if str(one.organisation.pk) == number), None)
    if found is None:
        messages.error(request, _("This organisation isn’t open to your address any more."))
        return redirect("join")
    organisation = found.organisation
    try:
        if request.POST.get("verb") == "join":
            join_requests.join(organisation, by=request.user, now=timezone.now())
        else:
            join_requests.ask(organisation, by=request.user, now=timezone.now())
            said = _("%(organisation)s is asked. A letter will tell you the answer.")
            messages.success(request, said % {"organisation": organisation})
            return redirect("join")
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("join")
    request.session[SESSION_KEY] = organisation.pk
    messages.success(request, _("Welcome to %(organisation)s.") % {"organisation": organisation})
    return redirect("home")


def is_led_there(request: SignedInRequest) -> bool:
    """Whether home leads this person to what their address opens, and they haven't said "not now"."""
    if request.session.get(NOT_NOW) or not scope_of(request.user).own:
        return False
    ways = join_requests.ways_in(request.user, now=timezone.now())
    return any(way.asked is None for way in ways)


def requests(request: SignedInRequest, pk: int) -> HttpResponse:
    """Those who ask, each with a yes and a no; and one yes to all that are ticked."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_gather(request.user, organisation))
    if request.method == "POST":
        return _answer(request, organisation)
    rows = organisation.join_requests.open().select_related("user", "domain")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    asking = [(row, _address(row)) for row in page.object_list]
    context = {
        "organisation": organisation,
        "role": Membership.words_of(Membership.Role.EMPLOYEE, organisation),
        "page": page,
        "asking": asking,
    }
    return render(request, "accounts/join_requests.html", context)


def _address(row: JoinRequest) -> str:
    """Their address at the domain by which they ask; "" when they have given it up."""
    return join_requests.address_at(row.user, row.domain.domain) if row.domain else ""


def _answer(request: SignedInRequest, organisation: Organisation) -> HttpResponse:
    now, rows = timezone.now(), JoinRequest.objects.filter(organisation=organisation)
    if number := request.POST.get("no", ""):
        row = _one(organisation, number)
        reason = request.POST.get(f"reason-{row.pk}", "").replace("\0", "").strip()[:500]
        try:
            join_requests.decline(row, reason=reason, by=request.user, now=now)
            messages.success(request, _("Thank you: they are told, kindly."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("join-requests", pk=organisation.pk)
    if number := request.POST.get("yes", ""):
        ticked = [_one(organisation, number)]
    else:
        numbers = [one for one in request.POST.getlist("ticked") if _is_number(one)]
        ticked = list(rows.filter(pk__in=numbers[:A_PAGE]))
        if not ticked:
            messages.error(request, _("Nobody is ticked."))
    _accept(request, ticked)
    return redirect("join-requests", pk=organisation.pk)


def _accept(request: SignedInRequest, rows: list[JoinRequest]) -> None:
    """Each is an act of its own: one that can't be done holds up nobody."""
    done = 0
    for row in rows:
        try:
            join_requests.accept(row, by=request.user, now=timezone.now())
            done += 1
        except Refusal as refusal:
            messages.error(request, str(refusal))
    if done:
        said = ngettext("%(n)d person has joined.", "%(n)d people have joined.", done)
        messages.success(request, said % {"n": done})


def _one(organisation: Organisation, number: str) -> JoinRequest:
    if not _is_number(number):
        raise Http404
    return get_object_or_404(JoinRequest, pk=number, organisation=organisation)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
