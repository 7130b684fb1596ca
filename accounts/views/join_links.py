"""The pages of links by which people join: of those who make them, and of those who come by them."""

import io
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.actions import join_links
from accounts.actions.refusals import Refusal
from accounts.forms.join_links import JoinLinkForm
from accounts.middleware import SESSION_KEY
from accounts.models import JoinLink, Membership, Organisation
from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from accounts.views.organisations import visible

SHOWN = 100  # links; all that aren't closed, and the newest of the others
NAMES = 50  # of those who joined


# --- who comes by it -----------------------------------------------------------------------
@login_not_required
def join(request: OurRequest, pk: int, key: str) -> HttpResponse:
    """The page behind the link. Opening it does nothing: the button joins."""
    found = join_links.from_key(pk, key)
    if found is None:
        return cut(request)
    if request.method == "POST" and is_signed_in(request):
        return _join(request, found)
    reader, now = request.reader, timezone.now()
    shut = found.why_shut(timezone.localdate(now))
    anybody = str(join_links.WHY[shut]) if shut else ""
    way_on = urlencode({"next": request.path})
    context = {
        "organisation": found.organisation,
        "ends_on": found.ends_on,
        "belongs": reader is not None and reader.belongs_to(found.organisation),
        "why_not": join_links.why_not(found, reader, now=now) if reader else anybody,
        "sign_up_url": f"{reverse('account_signup')}?{way_on}",
        "login_url": f"{reverse('account_login')}?{way_on}",
    }
    return render(request, "accounts/join_link.html", context)


@login_not_required
def cut(request: OurRequest, token: str = "") -> HttpResponse:
    """The page of a link that isn't whole. Status 404."""
    return render(request, "accounts/join_link_cut.html", status=404)


def _join(request: SignedInRequest, found: JoinLink) -> HttpResponse:
    try:
        join_links.join(found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    request.session[SESSION_KEY] = found.organisation_id
    messages.success(
        request, _("Welcome to %(organisation)s.") % {"organisation": found.organisation}
    )
    return redirect("home")


# --- who makes them ------------------------------------------------------------------------
def _gathered_by(request: SignedInRequest, pk: int) -> Organisation:
    organisation = visible(request, pk)
    permissions.require(permissions.can_gather(request.user, organisation))
    return organisation


def _mine(request: SignedInRequest, pk: int) -> JoinLink:
    """The link, if it is of an organisation that this person is of, and administers; 404 to strangers, coordinators
    among them, and 403 to its other people."""
    ours = Membership.objects.of(request.user).values("organisation")
    rows = JoinLink.objects.with_backing()
    found = get_object_or_404(rows.filter(organisation__in=ours), pk=pk)
    permissions.require(permissions.can_gather(request.user, found.organisation))
    return found


def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """The links of an organisation, and the form to make one."""
    organisation = _gathered_by(request, pk)
    form = JoinLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = join_links.make(
                organisation, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The link is ready: copy it, or print its poster."))
            return redirect(made)
    today = timezone.localdate()
    rows = organisation.join_links.with_backing()
    listed = sorted(rows.filter(closed_at=None), key=lambda one: bool(one.why_shut(today)))
    closed = rows.exclude(closed_at=None)[: max(0, SHOWN - len(listed))]
    context = {
        "organisation": organisation,
        "role": Membership.words_of(Membership.Role.EMPLOYEE, organisation),
        "form": form,
        "links": [{"link": one, "shut": one.why_shut(today)} for one in [*listed, *closed]],
    }
    return render(request, "accounts/join_links.html", context)


def card(organisation: Organisation) -> dict[str, int]:
    """What the page of the ways to bring people in says of links."""
    today = timezone.localdate()
    links = organisation.join_links.filter(closed_at=None).with_backing()
    return {
        "open_links": sum(one.why_shut(today) is None for one in links),
        "joined_by_links": organisation.memberships.exclude(link=None).count(),
    }


def page(request: SignedInRequest, pk: int) -> HttpResponse:
    """One link: its address, its drawing, its end and number, and who has come by it."""
    link = _mine(request, pk)
    form = JoinLinkForm(request.POST or None, link=link)
    if request.method == "POST" and form.is_valid():
        try:
            join_links.change(link, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your changes are kept."))
            return redirect(link)
        link.refresh_from_db()
    shut = link.why_shut(timezone.localdate())
    joined = link.joined.select_related("user").order_by("-created_at", "-pk")
    context = {
        "link": link,
        "organisation": link.organisation,
        "shut": shut,
        "is_unbacked": shut == JoinLink.Shut.UNBACKED,
        "form": form,
        "joined": joined[:NAMES],
        "more": max(0, joined.count() - NAMES),
    }
    return render(request, "accounts/join_link_page.html", context)


@require_POST
def take_over(request: SignedInRequest, pk: int) -> HttpResponse:
    link = _mine(request, pk)
    try:
        join_links.take_over(link, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The link is yours now."))
    return redirect(link)


def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what follows; the button closes it."""
    link = _mine(request, pk)
    if request.method == "POST":
        try:
            join_links.close(link, by=request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The link is closed: nobody joins by it any more."))
        return redirect(link)
    context: dict[str, Any] = {
        "title": _("Close this link?"),
        "text": str(link),
        "consequences": [
            _("Nobody joins by it any more, even where its poster still hangs."),
            _("Those who have joined by it stay."),
            _("It can’t be opened again: you would make another."),
        ],
        "act_label": _("Close the link"),
        "back_url": link.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


@require_safe
def poster(request: SignedInRequest, pk: int) -> HttpResponse:
    """A page to print, with the drawing and the address in words."""
    link = _mine(request, pk)
    if link.why_shut(timezone.localdate()):
        messages.error(
            request, _("Nobody joins by this link today: its poster would lead nowhere.")
        )
        return redirect(link)
    context = {"link": link, "organisation": link.organisation}
    return render(request, "accounts/join_link_poster.html", context)


@require_safe
def drawing(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """The QR code of its address. With a border of four modules, which cameras need."""
    link, out = _mine(request, pk), io.BytesIO()
    code = segno.make_qr(link.address, error="m")
    if kind == "svg":
        code.save(out, kind="svg", scale=8, border=4, dark="#000", light="#fff", omitsize=True)
        return HttpResponse(out.getvalue(), content_type="image/svg+xml")
    code.save(out, kind="png", scale=20, border=4)
    return HttpResponse(out.getvalue(), content_type="image/png")
