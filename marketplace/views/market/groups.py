"""The pages of an organisation's group: to name its head, to answer, to end it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.actions import groups as accounts
from accounts.actions.refusals import Refusal
from accounts.forms.groups import HeadForm
from accounts.models import GroupTie, Organisation
from accounts.models.groups import group_of
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import groups
from marketplace.law import groups as law


@require_safe
def group(request: SignedInRequest, pk: int) -> HttpResponse:
    """The group as the organisation's own people see it: who is in it, who has asked, what they may do."""
    organisation = visible(request, pk)
    permissions.require(not organisation.may_coordinate and request.user.represents(organisation))
    can_name = permissions.can_name_group(request.user, organisation)
    waiting = organisation.ties_led.waiting().select_related("member", "head")
    context = {
        "organisation": organisation,
        "tie": organisation.group_ties.live().select_related("member", "head").first(),
        "group": group_of(organisation),
        "led": organisation.ties_led.agreed().select_related("member", "head"),
        "waiting": waiting,
        "can_decide": can_name,
        "can_name": can_name and not accounts.why_not_member(organisation),
        "law": law,
    }
    return render(request, "marketplace/market/group.html", context)


@require_safe
def look_for_head(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look for the head by name or number. Nothing is asked yet."""
    organisation = _that_names(request, pk)
    form = HeadForm(request.GET if "whose" in request.GET else None, member=organisation)
    form.is_valid()
    context = {
        "organisation": organisation,
        "form": form,
        "found": form.found,
        "refusal": accounts.why_not_member(organisation),
        "law": law,
    }
    return render(request, "marketplace/market/group_look.html", context)


def ask(request: SignedInRequest, pk: int, head_pk: int) -> HttpResponse:
    """Say who would be asked, and what follows from a yes; the button asks."""
    organisation, head = _that_names(request, pk), visible(request, head_pk)
    now = timezone.now()
    if request.method == "POST":
        try:
            accounts.ask(organisation, head, by=request.user, now=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            said = _("%(organisation)s has been asked. You will be told of the answer.")
            messages.success(request, said % {"organisation": head})
        return redirect("group", pk=pk)
    if words := accounts.why_not(organisation, head, now=now):
        messages.error(request, words)
        return redirect("group", pk=pk)
    context = {"organisation": organisation, "head": head, "law": law}
    return render(request, "marketplace/market/group_ask.html", context)


def _that_names(request: SignedInRequest, pk: int) -> Organisation:
    organisation = visible(request, pk)
    permissions.require(permissions.can_name_group(request.user, organisation))
    return organisation


def tie(request: SignedInRequest, pk: int) -> HttpResponse:
    """The question as the head reads it: its administrators answer here."""
    found = _tie(request, pk)
    can_answer = permissions.can_answer_group(request.user, found)
    if request.method == "POST":
        permissions.require(can_answer)
        return _answer(request, found)
    context = {"tie": found, "can_answer": can_answer, "law": law, "home": _home(request, found)}
    return render(request, "marketplace/market/group_tie.html", context)


def _answer(request: SignedInRequest, found: GroupTie) -> HttpResponse:
    now, says = timezone.now(), request.POST.get("answer")
    if says not in {"yes", "no"}:
        return redirect(found)
    try:
        if says == "yes":
            groups.agree(found, by=request.user, now=now)
        else:
            accounts.decline(found, by=request.user, now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Thank you. We tell %(organisation)s.") % {"organisation": found.member}
        messages.success(request, said)
    return redirect("group", pk=found.head_id)


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End what was agreed, or take a question back: a page that says what follows, and a button."""
    found = _tie(request, pk)
    permissions.require(permissions.can_end_group(request.user, found))
    home = _home(request, found)
    if found.ended_at:
        messages.info(request, _("This has ended already."))
        return redirect("group", pk=home.pk)
    if request.method == "POST":
        try:
            groups.end(found, by=request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It has ended. The other side is told."))
        return redirect("group", pk=home.pk)
    return render(request, "components/confirm_page.html", _before_the_end(found, home))


def _before_the_end(found: GroupTie, home: Organisation) -> dict:
    both = {"organisation": home, "other": found.other_than(home)}
    back = {"back_url": reverse("group", args=[home.pk]), "danger": True}
    if found.is_waiting:
        return back | {
            "title": _("Take your question to %(other)s back?") % both,
            "consequences": [_("Its administrators are told.")],
            "act_label": _("Take it back"),
        }
    return back | {
        "title": _("%(organisation)s and %(other)s are no longer of one group?") % both,
        "consequences": [
            _("What suits both may be proposed to them again."),
            _("Their pages no longer say that they are of one group."),
            _("The administrators of the other side are told."),
        ],
        "act_label": _("End it"),
    }


def _tie(request: SignedInRequest, pk: int) -> GroupTie:
    rows = GroupTie.objects.visible_to(request.user).select_related("member", "head", "asked_by")
    return get_object_or_404(rows, pk=pk)


def _home(request: SignedInRequest, found: GroupTie) -> Organisation:
    """The end to which the reader belongs."""
    return found.member if request.user.represents(found.member) else found.head
