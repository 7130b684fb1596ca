"""The pages of an invitation: somebody opens the link of a letter, or is led here once logged in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import permissions
from accounts.actions import invitations
from accounts.actions.refusals import Refusal
from accounts.adapter import INVITATION_LETTER
from accounts.middleware import SESSION_KEY
from accounts.models import Invitation, Membership, Organisation
from accounts.requests import OurRequest, SignedInRequest, is_signed_in


def _found(secret: str) -> Invitation:
    found = invitations.from_secret(secret)
    if found is None:
        raise Http404
    return found


@login_not_required
def invitation(request: OurRequest, token: str) -> HttpResponse:
    """The page behind the link. Opening it does nothing, since mail programs open links: the button joins."""
    found = invitations.from_secret(token)
    if found is None:
        return cut(request)
    if request.method == "POST" and is_signed_in(request):
        return _accept(request, found)
    return _show(request, found, secret=token)


@login_not_required
def cut(request: OurRequest) -> HttpResponse:
    """The page of a link that isn't whole, or that a newer one has replaced. Status 404."""
    return render(request, "accounts/invitation_cut.html", status=404)


def mine(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same page without the letter, for whoever is logged in with the invited address."""
    rows = Invitation.objects.for_addresses_of(request.user)
    found = get_object_or_404(rows.select_related("organisation", "invited_by"), pk=pk)
    if request.method == "POST":
        return _accept(request, found)
    return _show(request, found)


def _accept(request: SignedInRequest, found: Invitation) -> HttpResponse:
    if not permissions.can_accept_invitation(request.user, found):
        return _show(request, found, status=403)
    try:
        invitations.accept(found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    request.session[SESSION_KEY] = found.organisation_id
    messages.success(
        request, _("Welcome to %(organisation)s.") % {"organisation": found.organisation}
    )
    _say_what_waits_for_their_yes(request, found.organisation)
    return redirect("home")


def _say_what_waits_for_their_yes(request: SignedInRequest, organisation: Organisation) -> None:
    """It bears their name, and isn't in the directory as long as they don't say so."""
    fresh = Organisation.objects.get(pk=organisation.pk)
    if (
        fresh.is_accepted
        and fresh.listed_from is None
        and permissions.is_named_in(request.user, fresh)
    ):
        messages.info(
            request,
            _(
                "%(organisation)s bears your name: it is in the public directory only if you say so, on its page."
            )
            % {"organisation": fresh},
        )


def _show(
    request: OurRequest, found: Invitation, *, secret: str = "", status: int = 200
) -> HttpResponse:
    reader = request.reader
    context = {
        "invitation": found,
        "organisation": found.organisation,
        "is_open": found.is_open(timezone.now()) and found.is_backed,
        "is_backed": found.is_backed,
        "employee": found.role == Membership.Role.EMPLOYEE,
        "is_mine": reader is not None and permissions.can_accept_invitation(reader, found),
        "belongs": reader is not None and reader.belongs_to(found.organisation),
        "secret": secret,
        "login_url": _with_next("account_login", request.path),
    }
    return render(request, "accounts/invitation.html", context, status=status)


@login_not_required
@require_POST
def sign_up(request: OurRequest, token: str) -> HttpResponse:
    """From the letter to the sign-up page: who has the letter has proved the address."""
    found, link = _found(token), reverse("invitation", args=[token])
    if not (found.is_open(timezone.now()) and found.is_backed):
        return redirect(link)
    request.session[INVITATION_LETTER] = found.token
    return redirect(_with_next("account_signup", link))


def _with_next(name: str, path: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': path})}"
