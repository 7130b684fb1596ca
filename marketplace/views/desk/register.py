"""The register of brakes and enablers: what reviews name, and what the coordinators do about it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.models import ForbiddenMove, Pole
from accounts.requests import SignedInRequest
from common import spreadsheets
from marketplace.actions.desk import register as acts
from marketplace.figures import mentions
from marketplace.forms.desk.register import FindingForm
from marketplace.models import Finding, Offer, factors
from marketplace.states import FindingStatus
from marketplace.views.desk.figures import SHEETS, pole_chips, pole_of, sent_file
from marketplace.views.timeline import events

A_PAGE = 20


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The brakes or the enablers: how often each is named, and the findings about it."""
    pole = pole_of(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Finding.Kind.values else Finding.Kind.BRAKE
    state = request.GET.get("state", "")
    found = Finding.objects.visible_to(request.user).filter(pole=pole, kind=kind)
    found = found.filter(status=state) if state in FindingStatus.values else found
    of_pole = _of_pole(request, pole)
    page = Paginator(found.select_related("owner"), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "marketplace/desk/register.html",
        {
            "kind": kind,
            "kind_is_brake": kind == Finding.Kind.BRAKE,
            "mentions": mentions.of_kind(kind, pole, timezone.now(), by=request.user),
            "page": page,
            "kinds": _chips(
                "kind", [(k.value, _plural(k)) for k in Finding.Kind], kind, kept=of_pole
            ),
            "poles": pole_chips(request, pole),
            "of_pole": of_pole,
            "states": _chips(
                "state",
                [("", pgettext("feminine", "All")), *FindingStatus.choices],
                state,
                f"{of_pole}kind={kind}&",
            ),
        },
    )


def _of_pole(request: SignedInRequest, pole: Pole) -> str:
    """What links carry of the pôle: nothing where there is none to choose."""
    return f"pole={pole.pk}&" if request.GET.get("pole", "") == str(pole.pk) else ""


def _plural(kind: Finding.Kind) -> str:
    return _("Brakes") if kind == Finding.Kind.BRAKE else _("Enablers")


def _chips(name: str, values: Iterable[tuple[Any, Any]], here: str, kept: str = "") -> list[dict]:
    return [
        {"label": label, "url": f"?{kept}{name}={value}", "active": value == here}
        for value, label in values
    ]


@require_safe
def factor(request: SignedInRequest, code: str) -> HttpResponse:
    """The missions whose reviews name this brake or enabler."""
    pole = pole_of(request)
    found = factors.all_factors().get(code)
    if found is None:
        raise Http404
    met = mentions.missions_that_met(code, pole, timezone.now(), by=request.user)
    page = Paginator(
        met.select_related(
            "need__organisation", "apart_for", "offer__organisation"
        ).prefetch_related("reviews__factors"),
        A_PAGE,
    ).get_page(request.GET.get("page"))
    lines = Finding.objects.visible_to(request.user).filter(pole=pole, code=code)
    context = {
        "factor": found,
        "page": page,
        "findings": lines,
        "of_pole": _of_pole(request, pole),
    }
    return render(request, "marketplace/desk/factor.html", context)


def new(request: SignedInRequest) -> HttpResponse:
    pole = pole_of(request)
    factor = factors.all_factors().get(request.GET.get("code", ""))
    code = factor.code if factor else ""
    initial = {"kind": factor.kind, "code": code, "title": factor.label} if factor else {}
    form = FindingForm(
        request.POST or None,
        pole=pole,
        reader=request.user,
        met=mentions.missions_that_met(code, pole, timezone.now(), by=request.user),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        missions = form.cleaned_data["missions"]
        finding = acts.open_finding(
            form.save(commit=False), pole=pole, missions=missions, by=request.user
        )
        messages.success(request, _("It is in the register."))
        return redirect(finding)
    return render(request, "marketplace/desk/finding_form.html", {"form": form})


def _finding(request: SignedInRequest, pk: int) -> Finding:
    found = Finding.objects.visible_to(request.user).select_related("pole", "owner")
    return get_object_or_404(found, pk=pk)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    finding = _finding(request, pk)
    return render(
        request,
        "marketplace/desk/finding.html",
        {
            "finding": finding,
            "missions": finding.missions.filter(
                ~Offer.at_home_under(request.user, at="offer__")
            ).select_related("need__organisation"),
            "events": events(finding.steps.select_related("by"), discreet=False),
        },
    )


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    finding = _finding(request, pk)
    pole: Pole = finding.pole
    met = mentions.missions_that_met(finding.code, pole, timezone.now(), by=request.user)
    form = FindingForm(
        request.POST or None, instance=finding, pole=pole, reader=request.user, met=met
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            acts.edit(
                form.save(commit=False),
                missions=chosen["missions"],
                status=chosen["status"],
                reason=chosen["reason"],
                by=request.user,
            )
        except ForbiddenMove as refusal:
            form.add_error("status", str(refusal))
        else:
            messages.success(request, _("The register is up to date."))
            return redirect("finding", pk)
    return render(request, "marketplace/desk/finding_form.html", {"form": form, "finding": finding})


@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """The register as a file that may be handed out: how often each is named and what is done about it. No mission
    and no person is named."""
    pole, now = pole_of(request), timezone.now()
    header = (
        _("Kind"),
        _("Words"),
        _("Missions in twelve months"),
        _("Missions in the twelve before"),
        _("Line of the register"),
        _("State"),
        _("Who can act on it"),
        _("What is done about it"),
    )
    rows, name = mentions.exported(pole, now), f"freins-et-leviers-{pole.slug}.{kind}"
    if kind == "csv":
        return sent_file(name, "text/csv; charset=utf-8", spreadsheets.as_csv(header, rows))
    if kind == "xlsx":
        return sent_file(name, SHEETS, spreadsheets.as_xlsx(_("Register"), header, rows))
    raise Http404
