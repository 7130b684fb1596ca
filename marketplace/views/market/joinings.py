"""The pages on which two needs that are alike are put together: the coordinator proposes it, both leads answer, any of them
splits them again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.market import joinings
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.joinings import JoiningForm, JoiningNoForm
from marketplace.models import Joining, Need
from marketplace.models.market.need_skills import read_wanted
from marketplace.rules import joinings as rules
from marketplace.rules import permissions


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both needs side by side. While it waits for the coordinator the form proposes it; then each lead answers here."""
    joining = _joining(request, pk)
    settles = permissions.can_settle_joining(request.user, joining)
    led = permissions.led_in(request.user, joining)
    mine = [one for one in led if joining.is_asked and not joining.has_yes_of(one)]
    form = _form(request, joining)
    if request.method == "POST":
        permissions.require(settles if joining.is_found else bool(led))
        if form.is_valid():
            return _act(request, joining, mine, form.cleaned_data)
    both = [joining.older, joining.younger]
    read_wanted(*both)
    context = {
        "joining": joining,
        "needs": [(one, joining.has_yes_of(one), _wanted(one)) for one in both],
        "form": form if (joining.is_found and settles) or mine else None,
        "proposes": joining.is_found and settles,
        "mine": mine,
        "can_split": permissions.can_split_joining(request.user, joining)
        and not rules.why_not_split(joining),
        "refusal": rules.why_not(*both) if joining.is_found or joining.is_asked else "",
        "last": joining.steps.last(),
        "starts_on": min(one.starts_on for one in both),
    }
    return render(request, "marketplace/market/joining.html", context)


def _wanted(need: Need) -> list[str]:
    return [str(one.skill) for one in need.wanted.all()]


def _form(request: SignedInRequest, joining: Joining) -> JoiningForm | JoiningNoForm:
    if not joining.is_found:
        return JoiningNoForm(request.POST or None)
    both = (joining.older, joining.younger)
    most = {name: max(getattr(one, name) for one in both) for name in ("hours", "places")}
    return JoiningForm(request.POST or None, initial=most)


def _act(
    request: SignedInRequest, joining: Joining, mine: list[Need], said: dict[str, Any]
) -> HttpResponse:
    by, now, answer = request.user, timezone.now(), request.POST.get("answer")
    if joining.is_found:
        return _done(
            request, joining, _("Both leads are asked."),
            lambda: joinings.propose(joining, by=by, now=now, **said),
        )  # fmt: skip
    if answer == "yes":
        return _done(
            request,
            joining,
            _("Thank you: your yes is noted."),
            lambda: _yes(joining, mine, by, now),
        )
    if answer == "no":
        return _done(
            request, joining, _("Noted: those concerned are told."),
            lambda: joinings.decline(joining, word=said["word"], by=by),
        )  # fmt: skip
    return redirect(joining)


def _yes(joining: Joining, mine: list[Need], by: Any, now: Any) -> None:
    if not mine:
        raise NotYet(_("Too late: nobody waits for this answer any more."))
    for need in mine:
        joinings.say_yes(joining, need, by=by, now=now)


def dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    joining = _joining(request, pk)
    permissions.require(permissions.can_settle_joining(request.user, joining))
    if request.method == "POST":
        done = _("Noted: these two aren’t shown to you any more.")
        return _done(request, joining, done, lambda: joinings.dismiss(joining, by=request.user))
    context = {
        "title": _("Leave these two needs apart?"),
        "text": str(joining),
        "consequences": [_("Nobody is told; the line leaves the desk, and doesn’t come back.")],
        "act_label": _("Leave them apart"),
        "back_url": joining.get_absolute_url(),
    }
    return render(request, "components/confirm_page.html", context)


def split(request: SignedInRequest, pk: int) -> HttpResponse:
    joining = _joining(request, pk)
    permissions.require(permissions.can_split_joining(request.user, joining))
    if request.method == "POST":
        done = _("The two needs go their own ways again: those concerned are told.")
        return _done(request, joining, done, lambda: joinings.split(joining, by=request.user))
    if refusal := rules.why_not_split(joining):
        messages.info(request, refusal)
        return redirect(joining)
    context = {
        "title": _("Split these two needs again?"),
        "text": str(joining),
        "consequences": [
            _("“%(need)s” is published again, as it was.") % {"need": joining.younger},
            _("“%(need)s” has its own hours and places again, and keeps its proposals.")
            % {"need": joining.older},
            _("Both structures and the coordinators are told."),
        ],
        "act_label": _("Split them"),
        "back_url": joining.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def _done(
    request: SignedInRequest, joining: Joining, done: str, act: Callable[[], object]
) -> HttpResponse:
    try:
        act()
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(joining)


def _joining(request: SignedInRequest, pk: int) -> Joining:
    rows = Joining.objects.visible_to(request.user).select_related(
        "older__organisation__pole", "older__commune", "older__pole", "by",
        "younger__organisation__pole", "younger__commune", "younger__pole",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)
