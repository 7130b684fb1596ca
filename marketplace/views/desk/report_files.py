"""A report as a file to send, or to go on with by hand: that it is taken out is noted before it leaves."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from marketplace.actions.desk import journal
from marketplace.documents.report_blocks import LaidOut
from marketplace.documents.report_odt import odt
from marketplace.documents.report_pdf import pdf
from marketplace.models import Edition, JournalKind, Report, ReportVersion
from marketplace.views.desk.reports import edition_of, laid_out_of, report_of, version_laid_out

MADE_BY: dict[str, Callable[..., bytes]] = {"pdf": pdf, "odt": odt}
TYPES = {"pdf": "application/pdf", "odt": "application/vnd.oasis.opendocument.text"}


@require_POST
def of_report(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    report, edition = report_of(request, pk), edition_of(request.POST)
    laid_out = laid_out_of(report, edition)
    if laid_out is None:
        messages.error(
            request, _("Its figures aren’t made yet: a minute or two, then take it out.")
        )
        return redirect(report)
    return _sent(request, report, edition, laid_out, kind)


@require_POST
def of_version(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """As it was sent; what somebody tells only while they agree to it."""
    version = get_object_or_404(ReportVersion, pk=pk)
    report = report_of(request, version.report_id)
    laid_out = version_laid_out(version, report)
    return _sent(request, report, Edition(version.edition), laid_out, kind, number=version.number)


def _sent(
    request: SignedInRequest,
    report: Report,
    edition: Edition,
    laid_out: LaidOut,
    kind: str,
    *,
    number: int | None = None,
) -> HttpResponse:
    if kind not in MADE_BY:
        raise Http404
    content = MADE_BY[kind](laid_out, logo=report.pole.logo.name or "")
    said = [str(report), str(edition.label)]
    said += [_("version %(n)s") % {"n": number}] if number else []
    journal.note(
        JournalKind.POLE_REPORT,
        by=request.user,
        pole=report.pole,
        number=report.pk,
        words=", ".join(said),
        form=kind,
        now=timezone.now(),
    )
    name = f"rapport-{report.year}-{slugify(report.whose)[:60]}-{edition.value}.{kind}"
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
