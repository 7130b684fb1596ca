"""Who came, on one page for the host; the certificate of each who did; the minutes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import permissions as accounts_permissions
from accounts.requests import SignedInRequest
from marketplace.actions.gatherings import minutes as minutes_acts
from marketplace.actions.gatherings import presence
from marketplace.actions.refusals import NotYet
from marketplace.documents.attendance_file import as_pdf
from marketplace.forms.gatherings.minutes import MinutesForm
from marketplace.forms.gatherings.presence import PresenceForm
from marketplace.forms.gatherings.unannounced import AskForm, CountForm
from marketplace.models import Attendance, Gathering, Minutes
from marketplace.rules import gatherings as rules
from marketplace.views.documents.documents import pdf
from marketplace.views.gatherings.gathering_writing import run_or_403

UNDO = "presence-before"  # in the session: what the last answer changed


def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """Each who had a seat, with a choice; what was just said may be undone."""
    return page(request, run_or_403(request, pk))


def page(
    request: SignedInRequest, gathering: Gathering, extra: AskForm | CountForm | None = None
) -> HttpResponse:
    """The page; with the form about who came unannounced, when it was refused."""
    if not rules.is_open_to_presence(gathering, timezone.now()):
        messages.info(request, _("It hasn’t begun yet, or was called off."))
        return redirect(gathering)
    rows = list(gathering.attendances.expected().select_related("person", "organisation"))
    rows.sort(key=lambda one: (one.person.last_name.casefold(), one.person.first_name, one.pk))
    is_said = request.method == "POST" and extra is None
    form = PresenceForm(request.POST if is_said else None, rows=rows)
    if is_said and (answer := _said(request, gathering, form)):
        return answer
    before = request.session.get(UNDO, {})
    context = {
        "form": form,
        "gathering": gathering,
        "came": sum(one.came for one in rows),
        "total": len(rows),
        "may_undo": before.get("gathering") == gathering.pk,
        "ask": extra if isinstance(extra, AskForm) else AskForm(),
        "count": extra if isinstance(extra, CountForm) else CountForm(initial={"people": 1}),
        "unannounced": gathering.unannounced.select_related("organisation"),
    }
    return render(request, "marketplace/gatherings/presence.html", context)


def _said(
    request: SignedInRequest, gathering: Gathering, form: PresenceForm
) -> HttpResponse | None:
    undoes = "undo" in request.POST
    kept = request.session.get(UNDO, {})
    if undoes and kept.get("gathering") == gathering.pk:
        said = {int(number): status for number, status in kept["said"].items()}
    elif form.is_valid():
        said = form.as_if_all_came if "all" in request.POST else form.said
    else:
        return None
    try:
        before = presence.say(gathering, said, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect("gathering-presence", pk=gathering.pk)
    request.session.pop(UNDO, None)
    if before and not undoes:
        kept = {str(number): status for number, status in before.items()}
        request.session[UNDO] = {"gathering": gathering.pk, "said": kept}
    changed = len(before)
    words = ngettext("Noted: %(n)s line changed.", "Noted: %(n)s lines changed.", changed)
    done = words % {"n": changed} if changed else _("Nothing has changed.")
    messages.success(request, _("Undone.") if undoes else done)
    return redirect("gathering-presence", pk=gathering.pk)


@require_safe
def certificate(request: SignedInRequest, pk: int) -> HttpResponse:
    """That somebody was there, for themselves and for the host."""
    rows = Attendance.objects.visible_to(request.user).came()
    attendance = get_object_or_404(
        rows.select_related("person", "organisation", "gathering__host", "gathering__commune"),
        pk=pk,
    )
    return pdf(as_pdf(attendance, on=timezone.localdate()), f"presence-{attendance.pk}")


def minutes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Written by the host."""
    gathering = run_or_403(request, pk)
    accounts_permissions.require(gathering.was_by(timezone.now()))
    kept = Minutes.objects.filter(gathering=gathering).first() or Minutes(gathering=gathering)
    form = MinutesForm(request.POST or None, request.FILES or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            minutes_acts.write(
                gathering,
                text=said["text"],
                sent=said["file"],
                drop=[one.pk for one in said.get("drop") or ()],
                by=request.user,
                now=timezone.now(),
            )
        except NotYet as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Saved: those who came or had a seat read it."))
            return redirect(gathering)
    context = {"form": form, "gathering": gathering}
    return render(request, "marketplace/gatherings/minutes_form.html", context)
