"""The coordinators' pages about conversations: reports to settle, ready-made lines to write."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Pole, User, coordinated_by
from accounts.requests import SignedInRequest
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import moderation
from marketplace.forms.talk.messages import RemovalForm
from marketplace.forms.talk.moderation import CannedLineForm
from marketplace.models import CannedLine, MessageReport
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.talk.moderation import MessageReportQuerySet
from marketplace.rules import permissions
from marketplace.views.keyset import After, cut
from marketplace.words.markdown import as_html

PAGE = 20
BESIDE = 3  # messages before and after the one reported: enough to understand it


def _reports(user: User) -> MessageReportQuerySet:
    return MessageReport.objects.on_the_desk_of(asked_beforehand(user)).select_related(
        "by",
        "settled_by",
        "message__author",
        "message__thread__need__organisation",
        "message__thread__need__pole",
        "message__thread__asker",
        "message__thread__proposal__need__organisation",
        "message__thread__proposal__need__pole",
        "message__thread__proposal__offer__person",
    )


def reports(request: SignedInRequest) -> HttpResponse:
    """The reports that wait, the oldest first; or those settled, the newest first."""
    permissions.require(coordinated_by(request.user).exists())
    settled = request.GET.get("etat") == "traites"
    found = _reports(request.user)
    if settled:
        found = found.exclude(settled_at=None).order_by("-pk")
        page, next_page = cut(found, After.of(request.GET), PAGE)
    else:
        page, next_page = list(found.waiting()[:100]), ""
    context = {"reports": page, "settled": settled, "next_page": next_page}
    return render(request, "marketplace/talk/reports.html", context)


def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the message, or remove it with a reason; with the conversation to which it belongs."""
    found = get_object_or_404(_reports(request.user), pk=pk)
    permissions.require(permissions.can_settle_report(request.user, found))
    form = RemovalForm(request.POST if "remove" in request.POST else None)
    if request.method == "POST" and ("keep" in request.POST or form.is_valid()):
        return _settle(request, found, form)
    said = found.message
    beside = said.thread.messages.select_related("author")
    before = list(beside.filter(pk__lt=said.pk).order_by("-pk")[:BESIDE])[::-1]
    after = list(beside.filter(pk__gt=said.pk).order_by("pk")[:BESIDE])
    context = {
        "report": found,
        "said": said,
        "text": as_html(found.text),
        "before": [(message, as_html(message.text)) for message in before],
        "after": [(message, as_html(message.text)) for message in after],
        "form": form,
    }
    return render(request, "marketplace/talk/report.html", context)


def _settle(request: SignedInRequest, found: MessageReport, form: RemovalForm) -> HttpResponse:
    now = timezone.now()
    try:
        if "keep" in request.POST:
            moderation.leave_up(found, by=request.user, now=now)
        else:
            reason = form.cleaned_data["reason"]
            moderation.take_down(found, reason=reason, by=request.user, now=now)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, _("Settled. Whoever reported it is being told."))
    return redirect("reports")


# --- ready-made lines ----------------------------------------------------------------------
def _pole(request: SignedInRequest, pk: int | None = None) -> Pole:
    poles = Pole.objects.filter(pk__in=coordinated_by(request.user)).order_by("name")
    if pk is None:
        permissions.require(poles.exists())
        return poles.first()  # type: ignore[return-value]
    return get_object_or_404(poles, pk=pk)


def lines(request: SignedInRequest) -> HttpResponse:
    """The pôle's ready-made lines; the site's until it makes its own."""
    chosen = request.GET.get("pole", "")
    pole = _pole(request, int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None)
    own = list(pole.canned_lines.all())
    context = {
        "pole": pole,
        "poles": Pole.objects.filter(pk__in=coordinated_by(request.user)).order_by("name"),
        "own": bool(own),
        "lines": own or moderation.default_lines(pole),
    }
    return render(request, "marketplace/talk/canned_lines.html", context)


@require_POST
def lines_own(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = _pole(request, pk)
    moderation.make_lines_own(pole)
    messages.success(request, _("These lines are yours now: change them as you like."))
    return _to_lines(pole)


def line_new(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = _pole(request, pk)
    form = CannedLineForm(
        request.POST if request.method == "POST" else None, instance=CannedLine(pole=pole)
    )
    if request.method == "POST" and _is_kept(form):
        return _to_lines(pole)
    context = {"form": form, "pole": pole, "line": None}
    return render(request, "marketplace/talk/canned_line.html", context)


def line_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = CannedLineForm(request.POST if request.method == "POST" else None, instance=line)
    if request.method == "POST" and _is_kept(form):
        messages.success(request, _("Saved."))
        return _to_lines(line.pole)
    context = {"form": form, "pole": line.pole, "line": line}
    return render(request, "marketplace/talk/canned_line.html", context)


def _is_kept(form: CannedLineForm) -> bool:
    if not form.is_valid():
        return False
    try:
        moderation.keep_line(form.save(commit=False))
    except NotYet as refusal:
        form.add_error("title", str(refusal))
        return False
    return True


@require_POST
def line_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    line.delete()
    messages.success(request, _("Removed."))
    return _to_lines(line.pole)


def _line(request: SignedInRequest, pk: int) -> CannedLine:
    ours = CannedLine.objects.filter(pole__in=coordinated_by(request.user))
    return get_object_or_404(ours.select_related("pole"), pk=pk)


def _to_lines(pole: Pole) -> HttpResponse:
    return redirect(f"{reverse('canned-lines')}?pole={pole.pk}")
