"""The coordinators' pages about organisations that wait to be verified."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import authorities, permissions, public_register
from accounts.actions import organisations
from accounts.actions.refusals import Refusal
from accounts.forms.organisations import DecisionReasonForm, WordForm
from accounts.models import ForbiddenMove, Organisation, coordinated_by, poles_of
from accounts.models.organisations import OrganisationQuerySet
from accounts.public_register import Entry, Silent
from accounts.requests import SignedInRequest
from accounts.states import OrganisationStatus as Status
from accounts.views import filling

A_PAGE = 25
TO_CLASSIFY = "A_CLASSER"
ASK_THE_REGISTER = "register"


@dataclass(frozen=True)
class Decision:
    """A button of the verification page."""

    verb: str
    act: Callable[..., None]
    leads_to: str
    label: Promise
    said: Promise
    needs_reason: bool = True
    look: str = "quiet"


DECISIONS = {
    decision.verb: decision
    for decision in (
        Decision(
            "accept",
            organisations.accept,
            Status.ACCEPTED,
            _("Accept this organisation"),
            _("Accepted. We are telling its administrators."),
            needs_reason=False,
            look="accent",
        ),
        Decision(
            "ask",
            organisations.ask_for_more,
            Status.MORE_ASKED,
            _("Ask for more"),
            _("Your question is on its way to its administrators."),
        ),
        Decision(
            "refuse",
            organisations.refuse,
            Status.REFUSED,
            _("Refuse"),
            _("Refused. We are telling its administrators why."),
            look="bare",
        ),
        Decision(
            "suspend",
            organisations.suspend,
            Status.SUSPENDED,
            _("Suspend"),
            _("Suspended: nothing of it is public any more."),
            look="bare",
        ),
        Decision(
            "restore",
            organisations.restore,
            Status.ACCEPTED,
            _("Restore"),
            _("Restored: it is public again."),
            needs_reason=False,
            look="accent",
        ),
    )
}


def _mine(request: SignedInRequest) -> OrganisationQuerySet:
    """The organisations that this coordinator verifies: those of their pôles, without the operators."""
    permissions.require(coordinated_by(request.user).exists())
    rows = Organisation.objects.in_poles_of(request.user)
    return rows.without_operators().select_related("pole", "commune")


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    state = request.GET.get("etat", Status.SUBMITTED)
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    rows = _mine(request)
    chips = _chips(rows, state, words)
    if state == TO_CLASSIFY:
        rows = authorities.to_classify(rows)
    elif state in Status.values:
        rows = rows.filter(status=state)
    if words:
        rows = rows.filter(
            Q(name__icontains=words) | Q(siren=words) | Q(siret=words) | Q(rna__iexact=words)
        )
    context = {
        "page": Paginator(rows.order_by("created_at", "pk"), A_PAGE).get_page(
            request.GET.get("page")
        ),
        "chips": chips,
        "words": words,
        "state": state,
        "nobody_waits": state == Status.SUBMITTED and not words,
        "poles": poles_of(request.user),
    }
    return render(request, "accounts/organisations_to_verify.html", context)


def _chips(rows: OrganisationQuerySet, state: str, words: str) -> list[dict]:
    """A filter for each state; one for the public bodies that nobody has classified, where there are any."""
    counts = rows.aggregate(**{one: Count("pk", filter=Q(status=one)) for one in Status.values})
    chips = [_chip(one.value, one.label, counts[one], state, words) for one in Status]
    if unknown := authorities.to_classify(rows).count():
        chips.append(_chip(TO_CLASSIFY, _("public bodies to classify"), unknown, state, words))
    return chips


def _chip(value: str, label: str | Promise, count: int, state: str, words: str) -> dict:
    url = "?" + urlencode({"etat": value} | ({"q": words} if words else {}))
    return {"url": url, "label": label, "count": count, "active": value == state}


def verify(request: SignedInRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(_mine(request), pk=pk)
    if request.method != "POST":
        return _page(request, organisation, WordForm())
    permissions.require(permissions.can_verify(request.user, organisation))
    if request.POST.get("verb") == ASK_THE_REGISTER:
        return _ask_the_register(request, organisation)
    decision = DECISIONS.get(request.POST.get("verb", ""))
    if decision is None:
        raise Http404
    form = (DecisionReasonForm if decision.needs_reason else WordForm)(request.POST)
    if not form.is_valid():
        return _page(request, organisation, form)
    said = {"reason": form.cleaned_data["reason"]}
    if decision.leads_to == Status.ACCEPTED:
        said["read"] = request.POST.get("read", "")
    try:
        decision.act(organisation, by=request.user, **said)
    except (ForbiddenMove, Refusal) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(decision.said))
    return redirect("organisation-verify", pk=pk)


def _ask_the_register(request: SignedInRequest, organisation: Organisation) -> HttpResponse:
    number = public_register.number_of(organisation)
    if not number or not public_register.is_on():
        raise Http404
    try:
        said = filling.asked(request, number, anew=True).as_kept()
        organisations.note_register(organisation, said=said, by=request.user)
    except Silent:
        messages.info(request, _("The register doesn’t answer just now: ask it again in a minute."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("organisation-verify", pk=organisation.pk)


def _page(request: SignedInRequest, organisation: Organisation, form: WordForm) -> HttpResponse:
    decides = permissions.can_verify(request.user, organisation)
    context = {
        "organisation": organisation,
        "form": form,
        "decisions": _decisions(organisation) if decides else [],
        "belongs": request.user.belongs_to(organisation),
        "others": [] if decides else permissions.who_else_verifies(organisation),
        "can_edit": permissions.can_edit(request.user, organisation),
        "covers": _covers(organisation) if decides and organisation.is_public else None,
        "memberships": organisation.memberships.representing().select_related("user"),
        "steps": organisation.steps.select_related("by").reverse(),
        "alike": _alike(request, organisation),
        "may_ask_register": decides and public_register.is_on(),
        "register": _register(organisation),
    }
    return render(request, "accounts/organisation_verify.html", context)


def _register(organisation: Organisation) -> dict[str, Any] | None:
    """What the register said of the number that the organisation has now, beside what it says of itself."""
    number = public_register.number_of(organisation)
    entry = Entry.kept(organisation.register_said)
    if not number or (entry and entry.number != number):
        entry = None
    if entry is None:
        return {"entry": None, "number": number} if number else None
    lines = public_register.beside(organisation, entry) if entry.is_known else []
    on = date.fromisoformat(entry.on)
    return {"entry": entry, "number": number, "lines": lines, "on": on}


def _covers(organisation: Organisation) -> dict:
    """What this public body covers, for the coordinator to correct."""
    name = authorities.name_of(organisation.level, organisation)
    return {"name": name, "communes": authorities.perimeter(organisation).count()}


def _decisions(organisation: Organisation) -> list[Decision]:
    """The buttons whose move is allowed now; only "restore" lifts a suspension."""
    suspended = organisation.status == Status.SUSPENDED
    return [
        decision
        for decision in DECISIONS.values()
        if organisation.may(decision.leads_to)
        and (decision.leads_to != Status.ACCEPTED or (decision.verb == "restore") == suspended)
    ]


def _alike(request: SignedInRequest, organisation: Organisation) -> QuerySet[Organisation]:
    """Other organisations with the same SIREN or name that this coordinator may see: a double, or an impostor."""
    same = Q(name__iexact=organisation.name)
    if organisation.siren:
        same |= Q(siren=organisation.siren)
    others = Organisation.objects.visible_to(request.user).filter(same).exclude(pk=organisation.pk)
    return others.select_related("commune")[:5]
