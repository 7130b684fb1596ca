"""The pages of an organisation's members, and of those invited."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import permissions
from accounts.actions import invitations
from accounts.actions.refusals import Refusal
from accounts.forms.members import InvitationForm
from accounts.models import Invitation, Membership, Organisation, User
from accounts.requests import SignedInRequest
from accounts.scope import scope_of
from accounts.states import OrganisationStatus
from accounts.views.organisations import visible

SHOWN = 20  # invitations


def members(request: SignedInRequest, pk: int) -> HttpResponse:
    """Those who speak for it see each other; administrators invite from here."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_see_members(request.user, organisation))
    can_manage = permissions.can_manage_members(request.user, organisation)
    form = InvitationForm(request.POST or None, organisation=organisation)
    if request.method == "POST":
        permissions.require(can_manage)
        if form.is_valid() and _invite(request, organisation, form):
            return redirect("members", pk=pk)
    return render(request, "accounts/members.html", _page(request, organisation, form, can_manage))


def _invite(request: SignedInRequest, organisation: Organisation, form: InvitationForm) -> bool:
    try:
        invitations.invite(organisation, **form.cleaned_data, by=request.user, now=timezone.now())
    except Refusal as refusal:
        form.add_error("email", str(refusal))
        return False
    messages.success(request, _("The invitation is on its way. It is good for 14 days."))
    return True


def _page(
    request: SignedInRequest, organisation: Organisation, form: InvitationForm, can_manage: bool
) -> dict:
    people = list(organisation.memberships.representing().select_related("user", "organisation"))
    invited = organisation.invitations.shown()
    administrators = [one for one in people if one.is_administrator and one.user.is_active]
    return {
        "organisation": organisation,
        "memberships": people,
        "sole": administrators[0] if len(administrators) == 1 else None,
        "mine": next((one for one in people if one.user_id == request.user.pk), None),
        "invitations": invited.select_related("invited_by", "organisation")[:SHOWN],
        "more_invited": max(0, invited.count() - SHOWN),
        "inviting": {one.user_id for one in people if one.is_administrator} | {None},
        "now": timezone.now(),
        "form": form,
        "can_manage": can_manage,
        "gathers": permissions.can_gather(request.user, organisation)
        and organisation.leaves_on is None,
        "gathers_later": organisation.may_offer
        and organisation.status in (OrganisationStatus.SUBMITTED, OrganisationStatus.MORE_ASKED),
        "employees": organisation.memberships.employees().count(),
    }


def membership_seen_by(user: User, pk: int) -> Membership:
    """The membership, if this person may know of it: it is their own, or of an organisation that they represent or
    coordinate; otherwise 404."""
    seen = Organisation.objects.filter(
        Q(pk__in=Organisation.objects.spoken_for_by(user).values("pk"))
        | Q(pk__in=Organisation.objects.in_poles_of(user).values("pk"))
    )
    own, at_work = Q(user=user), Q(pk__in=Membership.objects.of(user).values("pk"))
    mine = own if scope_of(user).own else at_work
    rows = Membership.objects.select_related("organisation", "user")
    return get_object_or_404(rows.filter(Q(organisation__in=seen.values("pk")) | mine), pk=pk)


def _do(request: SignedInRequest, act: Callable[[], object], said: str) -> None:
    """Do an act, and say what came of it."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)


def _invitations_of(request: SignedInRequest) -> QuerySet[Invitation]:
    mine = Organisation.objects.spoken_for_by(request.user).values("pk")
    return Invitation.objects.select_related("organisation").filter(organisation__in=mine)


@require_POST
def resend(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(_invitations_of(request), pk=pk)
    permissions.require(permissions.can_manage_members(request.user, invitation.organisation))
    said = _("The letter is on its way again to %(email)s.") % {"email": invitation.email}
    _do(request, lambda: invitations.resend(invitation, by=request.user, now=timezone.now()), said)
    return redirect("members", pk=invitation.organisation_id)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(_invitations_of(request), pk=pk)
    permissions.require(permissions.can_manage_members(request.user, invitation.organisation))
    said = _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email}
    _do(request, lambda: invitations.withdraw(invitation, now=timezone.now()), said)
    return redirect("members", pk=invitation.organisation_id)


@require_POST
def take_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stand behind the invitations of somebody who no longer administers."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_manage_members(request.user, organisation))
    try:
        n = invitations.take_over(organisation, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(n)s invitation opens again.", "%(n)s invitations open again.", n)
        messages.success(request, said % {"n": n})
    return redirect(reverse("employees", args=[pk]) + "?etat=invite")
