"""The reports of a pôle: those of a year, one with its chapters beside the page that they make, and as they were sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from marketplace.actions.desk import report_layout
from marketplace.actions.desk import reports as acts
from marketplace.actions.desk.report_figures import LABELS, OF_NEEDS
from marketplace.actions.refusals import NotYet
from marketplace.documents import report_blocks as kinds
from marketplace.documents import report_map
from marketplace.documents.report_blocks import Block, LaidOut
from marketplace.documents.report_pdf import is_hidden
from marketplace.figures import drawing
from marketplace.forms.desk.reports import BeginForm, TargetsForm
from marketplace.models import Edition, Report, ReportPartner, ReportVersion, Telling
from marketplace.views.desk.figures import pole_chips, pole_of

FIRST_YEAR = 2000
TEMPLATES: Mapping[type[Block], str] = {
    kinds.Words: "words",
    kinds.Figures: "figures",
    kinds.Bars: "bars",
    kinds.Map: "map",
    kinds.Names: "names",
    kinds.Story: "story",
    kinds.Partners: "partners",
}

SHOWN = (
    "has_targets",
    "has_before",
    "bars",
    "map",
    "partners",
    "telling",
)  # what some blocks have besides


def of_year(request: SignedInRequest, year: int) -> HttpResponse:
    """The reports of a year, and what another one would be of."""
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    pole = pole_of(request)
    posted = request.POST if request.method == "POST" else None
    form = BeginForm(posted, pole=pole, reader=request.user)
    if posted is not None and form.is_valid():
        return redirect(acts.begin(pole, year, by=request.user, now=timezone.now(), **form.chosen))
    found = Report.objects.visible_to(request.user).filter(pole=pole, year=year)
    versions = Prefetch("versions", ReportVersion.objects.select_related("by"))
    context = {
        "year": year,
        "pole": pole,
        "poles": pole_chips(request, pole),
        "form": form,
        "reports": found.select_related("pole", "operator", "department", "programme").prefetch_related(versions),
        "next_year": year + 1 if year < timezone.localdate().year else None,
    }  # fmt: skip
    return render(request, "marketplace/desk/reports.html", context)


def report_of(request: SignedInRequest, pk: int) -> Report:
    """404 for whoever doesn't coordinate the pôle today, or works for another operator than the one that it is of."""
    rows = Report.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("pole", "operator", "department", "programme"), pk=pk
    )


def edition_of(asked: Mapping[str, str]) -> Edition:
    wanted = asked.get("version", "")
    return Edition(wanted) if wanted in Edition.values else Edition.FUNDER


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The chapters, and beside them the page as it will print."""
    report, edition = report_of(request, pk), edition_of(request.GET)
    versions = report.versions.select_related("by")
    chapters = list(report.chapters.all())
    context = {
        "report": report,
        "year_url": f"{reverse('figures-report', args=[report.year])}?pole={report.pole_id}",
        "chapters": chapters,
        "edition": edition,
        "editions": _editions(edition),
        "versions": versions,
        "last_year": Report.objects.alike(report).filter(year__lt=report.year).exists(),
        **_laid_out(report, edition),
    }
    return render(request, "marketplace/desk/report.html", context)


@require_safe
def page(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page alone."""
    report, edition = report_of(request, pk), edition_of(request.GET)
    context = {"report": report, "edition": edition, **_laid_out(report, edition)}
    return render(request, "marketplace/desk/report_page.html", context)


def _editions(chosen: Edition) -> list[dict]:
    return [
        {"label": str(one.label), "url": f"?version={one.value}", "active": one == chosen}
        for one in Edition
    ]


def laid_out_of(report: Report, edition: Edition) -> LaidOut | None:
    """None until its figures are made."""
    if report.facts is None:
        return None
    made_on, today = timezone.localdate(report.made_at), timezone.localdate()
    kept = acts.kept_of(report)
    return report_layout.lay_out(report, edition, kept, made_on=made_on, today=today)


def _laid_out(report: Report, edition: Edition) -> dict[str, Any]:
    laid_out = laid_out_of(report, edition)
    return (
        shown(laid_out, report, report.facts) if laid_out and report.facts else {"laid_out": None}
    )


def shown(laid_out: LaidOut, report: Report, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The context of _report_chapters.html: each block with the partial that shows it."""
    logos, pictures = _logos(report), _pictures(laid_out, facts.get("stories", []))
    chapters = [
        {
            "title": chapter.title,
            "blocks": [_block(block, logos, pictures) for block in chapter.blocks],
        }
        for chapter in laid_out.chapters
    ]
    return {"laid_out": laid_out, "shown": chapters}


def _logos(report: Report) -> dict[str, str]:
    """For each logo by its path, where a browser finds it."""
    owners: list[Any] = [*Organisation.objects.seated_in(report.pole)]
    owners += ReportPartner.objects.filter(pole=report.pole)
    return {one.logo.name: one.logo_url for one in owners if one.logo}


def _pictures(laid_out: LaidOut, numbers: list[int]) -> dict[str, Telling]:
    """For each picture of a story by its path, the telling that it is of."""
    blocks = [block for chapter in laid_out.chapters for block in chapter.blocks]
    if not any(isinstance(block, kinds.Story) and block.picture for block in blocks):
        return {}
    rows = Telling.objects.filter(mission__in=numbers).exclude(picture="")
    return {str(one.picture.name): one for one in rows}


def _block(
    block: Block, logos: Mapping[str, str], pictures: Mapping[str, Telling]
) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(SHOWN) | {
        "template": f"marketplace/desk/_report_{TEMPLATES[type(block)]}.html",
        "block": block,
    }
    if isinstance(block, kinds.Figures):
        found["has_targets"] = any(row.target for row in block.rows)
        found["has_before"] = any(row.before for row in block.rows)
    if isinstance(block, kinds.Bars):
        found["bars"] = [
            {
                "label": row.label,
                "said": row.said,
                "length": row.share * drawing.BAR_WIDTH // 100,
                "is_untold": is_hidden(row.share, row.said),
            }
            for row in block.rows
        ]
    if isinstance(block, kinds.Map):
        found["map"] = report_map.drawn(block)
    if isinstance(block, kinds.Partners):
        found["partners"] = [(one, logos.get(one.logo, "")) for one in block.rows]
    if isinstance(block, kinds.Story):
        found["telling"] = pictures.get(block.picture)
    return found


def targets(request: SignedInRequest, pk: int) -> HttpResponse:
    report = report_of(request, pk)
    codes = [code for code in LABELS if not (report.programme_id and code in OF_NEEDS)]
    posted = request.POST if request.method == "POST" else None
    form = TargetsForm(posted, codes=codes, initial=report.targets)
    if posted is not None and form.is_valid():
        acts.aim(report, form.cleaned_data)
        messages.success(
            request, _("The targets are set: they stand beside the figures, for those who pay.")
        )
        return redirect(report)
    return render(request, "marketplace/desk/report_targets.html", {"report": report, "form": form})


@require_POST
def freeze(request: SignedInRequest, pk: int) -> HttpResponse:
    report, edition = report_of(request, pk), edition_of(request.POST)
    try:
        version = acts.freeze(report, edition=edition, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(report)
    messages.success(
        request, _("Kept as it is today: what you change from now on makes another version.")
    )
    return redirect(version)


@require_safe
def version(request: SignedInRequest, pk: int) -> HttpResponse:
    """As it was sent; but what somebody tells is read again, with what they agree to today."""
    found = get_object_or_404(ReportVersion.objects.select_related("by"), pk=pk)
    report = report_of(request, found.report_id)
    laid_out = version_laid_out(found, report)
    context = {"report": report, "version": found, **shown(laid_out, report, found.kept["facts"])}
    return render(request, "marketplace/desk/report_version.html", context)


def version_laid_out(found: ReportVersion, report: Report) -> LaidOut:
    kept = found.kept
    if "brakes" not in kept:  # sent before they were kept: as the register says it today
        kept = kept | {"brakes": acts.brakes(report)}
    laid_out = report_layout.lay_out(
        report,
        Edition(found.edition),
        kept,
        made_on=timezone.localdate(found.at),
        today=timezone.localdate(),
    )
    number = _("version %(n)s") % {"n": found.number}
    return replace(laid_out, subtitle=f"{laid_out.subtitle} · {number}")
