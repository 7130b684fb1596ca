"""The pages of an amendment: it is proposed after a look at what changes, then signed, declined or withdrawn."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.missions import amendments
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.proposals import ReasonForm
from marketplace.forms.missions.amendments import AmendmentForm
from marketplace.models import Amendment, Mission, MissionSheet
from marketplace.rules import documents as paper_rules
from marketplace.rules import permissions
from marketplace.rules.parties import own_party
from marketplace.states import AmendmentStatus
from marketplace.views.missions.missions import led_from, led_to_what_stays, one_of


@led_to_what_stays
def propose(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sheet to be changed; then what changes, side by side; then the amendment is sent."""
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_propose_amendment(request.user, mission))
    if request.method == "GET" and (refusal := _refusal_of(mission)):
        messages.error(request, refusal)
        waiting = amendments.open_of(mission)
        return redirect(waiting) if waiting else redirect("mission-sheet", pk=pk)
    current = get_object_or_404(MissionSheet, mission=mission)
    form = AmendmentForm(request.POST or None, instance=current, mission=mission, by=request.user)
    seen = None
    if request.method == "POST" and form.is_valid() and request.POST.get("step") != "change":
        try:
            if request.POST.get("step") == "propose":
                return _send(request, mission, form)
            seen = amendments.check(mission, form.values, read=form.cleaned_data["read"])
        except NotYet as refusal:
            form.add_error(None, str(refusal))
    context = {"mission": mission, "form": form, "seen": seen, "why": form["why"].value()}
    context["has_order"] = paper_rules.waits_for_an_order(mission)
    return render(request, "marketplace/missions/amendment_new.html", context)


def _refusal_of(mission: Mission) -> str:
    try:
        amendments.require_amendable(mission)
    except NotYet as refusal:
        return str(refusal)
    return ""


def _send(request: SignedInRequest, mission: Mission, form: AmendmentForm) -> HttpResponse:
    amendment = amendments.propose(
        mission,
        form.values,
        why=form.cleaned_data["why"],
        read=form.cleaned_data["read"],
        side=permissions.side_in_amending(request.user, mission) or "",
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("The amendment is proposed. Those who sign it are being told."))
    return redirect(amendment)


def visible(request: SignedInRequest, pk: int) -> Amendment:
    found = Amendment.objects.visible_to(request.user).select_related(
        "proposed_by",
        "mission__sheet",
        "mission__need__organisation",
        "mission__need__pole",
        "mission__offer__organisation",
        "mission__offer__person",
    )
    return get_object_or_404(found, pk=pk)


@require_safe
@led_from("amendments")
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    amendment = visible(request, pk)
    mine = {document.pk for document in permissions.documents_to_sign(request.user, amendment)}
    documents = amendment.documents.prefetch_related("signatures").order_by("pk")
    context = {
        "amendment": amendment,
        "mission": amendment.mission,
        "changes": amendment.labelled_changes,
        "has_order": amendment.status in {AmendmentStatus.PROPOSED, AmendmentStatus.IN_FORCE}
        and paper_rules.waits_for_an_order(amendment.mission),
        "rows": [
            {
                "document": document,
                "left": document.parties_left() if document.waits_for_signatures else [],
                "is_mine": document.pk in mine,
            }
            for document in documents
        ],
        "can_decline": permissions.can_decline_amendment(request.user, amendment),
        "can_withdraw": permissions.can_withdraw_amendment(request.user, amendment),
        "own_party": own_party(request.user, amendment.mission),
        "steps": amendment.steps.select_related("by"),
    }
    return render(request, "marketplace/missions/amendment.html", context)


def _end(
    request: SignedInRequest, amendment: Amendment, act: Callable[..., None], *, to: str, title: str, label: str,
    done: str,
) -> HttpResponse:  # fmt: skip
    """The page that asks why, and whose button declines or withdraws the amendment."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not amendment.may(to):
        messages.error(request, str(ForbiddenMove(amendment, amendment.status, to)))
        return redirect(amendment)
    if request.method == "POST" and form.is_valid():
        try:
            act(amendment, reason=form.cleaned_data["reason"], by=request.user)
        except ForbiddenMove as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return redirect(amendment)
    context = {
        "mission": amendment.mission,
        "form": form,
        "title": title,
        "act_label": label,
        "back_url": amendment.get_absolute_url(),
        "text": _(
            "What was signed stands as it is. Everybody concerned is told, with your reason."
        ),
    }
    return render(request, "marketplace/missions/mission_act.html", context)


def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    amendment = visible(request, pk)
    permissions.require(
        not amendment.is_open or permissions.can_decline_amendment(request.user, amendment)
    )
    return _end(
        request,
        amendment,
        amendments.decline,
        to=AmendmentStatus.DECLINED,
        title=_("Decline the amendment?"),
        label=_("Decline the amendment"),
        done=_("The amendment is declined. Everybody concerned is being told."),
    )


def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    amendment = visible(request, pk)
    permissions.require(
        not amendment.is_open or permissions.can_withdraw_amendment(request.user, amendment)
    )
    return _end(
        request,
        amendment,
        amendments.withdraw,
        to=AmendmentStatus.WITHDRAWN,
        title=_("Withdraw the amendment?"),
        label=_("Withdraw the amendment"),
        done=_("The amendment is withdrawn. Everybody concerned is being told."),
    )
