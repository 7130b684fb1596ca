"""The chapters of a report: the page on which one is written, and the buttons that put them in order."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import drafts
from accounts.requests import SignedInRequest
from marketplace.actions.desk import report_chapters as acts
from marketplace.actions.refusals import NotYet
from marketplace.figures import told_missions
from marketplace.figures.told_missions import Told
from marketplace.forms.desk.reports import ChapterForm, with_theirs
from marketplace.models import Report, ReportChapter
from marketplace.views.desk.reports import report_of

OFFERED = 12  # stories to choose from


def _chapter(request: SignedInRequest, pk: int) -> ReportChapter:
    ours = Report.objects.visible_to(request.user).values("pk")
    rows = ReportChapter.objects.filter(report__in=ours)
    return get_object_or_404(rows.select_related("report", "changed_by"), pk=pk)


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    chapter = _chapter(request, pk)
    typing = drafts.of(request, f"report-chapter:{chapter.pk}")
    if typing.answers:
        return typing.answer()
    posted = request.POST if request.method == "POST" else None
    stories = _stories(chapter)
    form = typing.fill(
        ChapterForm(posted, chapter=chapter, stories=stories, initial=_said(chapter, stories))
    )
    theirs = None
    if posted is not None and form.is_valid():
        try:
            with typing.sending():
                acts.write(
                    chapter, version=form.cleaned_data["version"], by=request.user, now=timezone.now(),
                    **_wanted(request, form, chapter),
                )  # fmt: skip
        except acts.WrittenMeanwhile as refusal:
            theirs = refusal.theirs
            form = _mine_again(request.POST, theirs, stories)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(chapter.report)
    elif typing.found:
        theirs = _changed_since(form, chapter)
    context = {"chapter": chapter, "form": form, "typing": typing, "theirs": theirs}
    return render(request, "marketplace/desk/report_chapter.html", context)


def _stories(chapter: ReportChapter) -> list[Told]:
    """Those that may be told today, of the year."""
    facts = chapter.report.facts or {}
    if not chapter.tells_stories:
        return []
    return told_missions.of_missions(facts.get("stories", []), OFFERED)


def _said(chapter: ReportChapter, stories: list[Told]) -> dict[str, Any]:
    shown = [told.mission for told in stories if told.mission not in chapter.left_out]
    words = {name: getattr(chapter, name) for name in ("title", "above", "below")}
    return words | {"version": chapter.version, "shown": shown}


def _wanted(request: SignedInRequest, form: ChapterForm, chapter: ReportChapter) -> dict[str, Any]:
    """What was typed; with the colleague's words before it, where both are wanted."""
    return with_theirs(form.said, chapter) if "both" in request.POST else form.said


def _mine_again(posted: QueryDict, theirs: ReportChapter, stories: list[Told]) -> ChapterForm:
    """The form with what was typed in it, about the chapter as it is now: sending it again is meant."""
    data = posted.copy()
    data["version"] = str(theirs.version)
    again = ChapterForm(data, chapter=theirs, stories=stories)
    again.is_valid()
    return again


def _changed_since(form: ChapterForm, chapter: ReportChapter) -> ReportChapter | None:
    """The chapter, where what is found of one's typing was begun on an older version."""
    begun_on = str(form.initial.get("version", ""))
    form.initial["version"] = chapter.version  # theirs is beside it: sending it is meant
    return chapter if begun_on != str(chapter.version) else None


@require_POST
def rearrange(request: SignedInRequest, pk: int, act: str) -> HttpResponse:
    """One place up or down, in the report or left out of it, or removed."""
    chapter = _chapter(request, pk)
    try:
        if act in {"up", "down"}:
            acts.move(chapter, up=act == "up")
        elif act == "remove":
            acts.remove(chapter)
        else:
            acts.show(chapter, on=act == "show")
    except NotYet as refusal:
        messages.error(request, str(refusal))
    version = request.POST.get("version", "")[:20]
    query = f"?version={version}" if version.isalpha() else ""
    return redirect(f"{reverse('report', args=[chapter.report_id])}{query}#chapitres")


@require_POST
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    report = report_of(request, pk)
    try:
        return redirect(acts.add(report, by=request.user, now=timezone.now()))
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(report)
