"""The roles of an organisation's people: of one, or of all who speak for it on one page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import permissions
from accounts.actions.refusals import Refusal
from accounts.forms.members import RoleForm, RolesForm
from accounts.models import Membership, Organisation
from accounts.requests import SignedInRequest
from accounts.views.members import membership_seen_by
from accounts.views.organisations import visible
from marketplace.actions.market import roles as acts
from marketplace.models import Duty
from marketplace.rules import permissions as rights
from marketplace.views.long_lists import keyset_page

A_PAGE = 100


def role(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose the role of one person."""
    membership = membership_seen_by(request.user, pk)
    organisation = membership.organisation
    permissions.require(permissions.can_manage_members(request.user, organisation))
    form = RoleForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["role"]
        try:
            acts.change(membership, chosen, by=request.user)
        except Refusal as refusal:
            form.add_error("role", str(refusal))
        else:
            said = _("%(person)s is now: %(role)s.")
            label = Membership.words_of(chosen, organisation)
            messages.success(request, said % {"person": membership.user, "role": label})
            return redirect(_back(request, organisation))
    context = {"form": form, "membership": membership, "organisation": organisation}
    context["back"] = _back(request, organisation)
    return render(request, "marketplace/market/role.html", context)


def _back(request: SignedInRequest, organisation: Organisation) -> str:
    """The list from which they came, as far as they may still read it."""
    if rights.can_see_people(request.user, organisation):
        return reverse("employees", args=[organisation.pk])
    if permissions.can_see_members(request.user, organisation):
        return reverse("members", args=[organisation.pk])
    return reverse("organisations")


def several(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose who keeps speaking for the organisation, and who is one of its people alone: all together, or none."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_manage_members(request.user, organisation))
    permissions.require(organisation.may_offer)
    theirs = organisation.memberships.representing().filter(user__is_active=True)
    order = ("user__last_name", "user__first_name", "pk")
    page = keyset_page(theirs.select_related("user", "organisation"), order, A_PAGE, request.GET)
    duties: dict[int, list[Duty]] = {}
    for duty in Duty.objects.filter(membership__in=[row.pk for row in page.rows]):
        duties.setdefault(duty.membership_id, []).append(duty)
    simple = [row.pk for row in page.rows if not row.is_administrator and row.pk not in duties]
    form = RolesForm(
        request.POST or None,
        organisation=organisation,
        memberships=page.rows,
        employees=simple if "proposer" in request.GET else (),
    )
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        return redirect(_back(request, organisation))
    context = {
        "organisation": organisation,
        "form": form,
        "page": page,
        "rows": [
            {"membership": one, "field": field, "duties": duties.get(one.pk, [])}
            for one, field in form.rows
        ],
        "simple": len(simple),
        "proposed": "proposer" in request.GET,
        "words_of_role": Membership.words_of(Membership.Role.EMPLOYEE, organisation),
    }
    return render(request, "marketplace/market/roles.html", context)


def _changed(request: SignedInRequest, form: RolesForm) -> bool:
    """Whether the roles are changed; what refuses is beside its person."""
    chosen = form.chosen()
    changes = [(one, chosen[one.pk]) for one in form.memberships if chosen[one.pk] != one.role]
    refused = acts.change_several(changes, by=request.user)
    for number, sentence in refused.items():
        form.add_error(f"role-{number}", sentence)
    if refused:
        return False
    said = ngettext("%(n)d role changed.", "%(n)d roles changed.", len(changes))
    messages.success(request, said % {"n": len(changes)} if changes else _("Nothing to change."))
    return True
