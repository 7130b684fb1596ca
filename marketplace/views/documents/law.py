"""The figures of the law that the site counts with: by year, with their source, checked or not."""

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from marketplace.law.parameters import TABLE, Parameter
from marketplace.law.words import said


@require_safe
def figures(request: SignedInRequest) -> HttpResponse:
    """Each figure with its history, the newest first."""
    groups = [list(lines) for _code, lines in groupby(TABLE, key=lambda line: line.code)]
    rows = [_row(line, lines) for lines in groups for line in reversed(lines)]
    return render(request, "marketplace/documents/law_figures.html", {"rows": rows})


def _row(line: Parameter, lines: list[Parameter]) -> dict:
    later = [other.since for other in lines if other.since > line.since]
    return {"line": line, "value": said(line), "until": min(later, default=None)}
