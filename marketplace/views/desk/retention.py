"""The register of processing: what is kept of people, why and how long, with what the clock erased last; for those who answer
for the site and its pôles."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from common import spreadsheets
from marketplace.actions.desk.retention_lines import ACT, chapters, table
from marketplace.models import LegalNotice, RetentionPass
from marketplace.rules import permissions
from marketplace.views.desk.figures import sent_file

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@require_safe
def register(request: SignedInRequest) -> HttpResponse:
    permissions.require(permissions.can_edit_legal_notice(request.user))
    passes = {row.line: row for row in RetentionPass.objects.all()}
    parts = [
        (title, [{"line": line, "last": passes.get(line.code)} for line in lines])
        for title, lines in chapters()
    ]
    context = {
        "parts": parts,
        "last_at": max((row.at for row in passes.values()), default=None),
        "by_the_night": ACT,
    }
    return render(request, "marketplace/desk/retention.html", context)


@require_safe
def export(request: SignedInRequest) -> HttpResponse:
    """The same as a file. It names nobody, so it is noted nowhere."""
    permissions.require(permissions.can_edit_legal_notice(request.user))
    notice = LegalNotice.now()
    header: list[StrOrPromise] = [
        _("What is kept"), _("What for"), _("On which ground"), _("How long, and what becomes of it"), _("Source"),
        _("To be checked"), _("Who answers for it"), _("Address for questions about personal data"),
    ]  # fmt: skip
    who = " ".join(notice.publisher.split())
    rows = [
        (
            str(line.what), str(line.why), str(line.basis.label), line.words, line.source,
            "" if line.checked else _("yes"), who, notice.data_contact,
        )
        for line in table()
    ]  # fmt: skip
    name = f"registre-des-traitements-{timezone.localdate():%Y-%m-%d}.csv"
    kind = "text/csv; charset=utf-8"
    return sent_file(name, kind, spreadsheets.as_csv([str(one) for one in header], rows))
