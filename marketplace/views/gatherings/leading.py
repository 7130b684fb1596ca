"""The mission by which the hours of whoever leads a gathering are counted, as its host asks for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions as accounts_permissions
from accounts.requests import SignedInRequest
from marketplace.actions.gatherings import leading
from marketplace.actions.refusals import NotYet
from marketplace.forms.gatherings.leading import LedForm
from marketplace.models import Gathering
from marketplace.rules import gatherings as rules
from marketplace.rules import leading as leading_rules
from marketplace.views.gatherings.gathering_writing import run_or_403


def count_hours(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what follows; the button writes the need and invites."""
    gathering = run_or_403(request, pk)
    offer, now = gathering.trainer, timezone.now()
    hidden = offer is None or rules.is_kept_from(request.user, offer)
    accounts_permissions.require(not hidden)
    if gathering.need is None and (why := leading_rules.why_no_mission(gathering, now)):
        messages.error(request, why)
        return redirect(gathering)
    form = LedForm(request.POST if request.method == "POST" else None, gathering=gathering)
    if request.method == "POST" and form.is_valid() and _counted(request, gathering, form):
        return redirect(gathering)
    context = {
        "title": _("Count the hours of whoever leads it?"),
        "text": gathering.title,
        "consequences": _what_follows(),
        "act_label": _("Propose the mission"),
        "form": form,
        "back_url": gathering.get_absolute_url(),
    }
    return render(request, "components/confirm_page.html", context)


def _counted(request: SignedInRequest, gathering: Gathering, form: LedForm) -> bool:
    said = form.cleaned_data
    try:
        leading.count_hours(
            gathering,
            hours=said["hours"],
            cause=said.get("cause"),
            by=request.user,
            now=timezone.now(),
        )
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Proposed: the mission is made once whoever leads it says yes."))
    return True


def _what_follows() -> list[str]:
    return [
        _("A need is written from this session, which nobody else may answer."),
        _("Whoever leads it is invited by letter. With their yes it is a mission like any other."),
        _(
            "On their own time it is volunteering; on working time their employer agrees first, and the papers of the legal frame are signed before the day."
        ),
        _(
            "You confirm the hours they give. Where it is skills sponsorship, their employer declares the value and you give the receipt if you may."
        ),
        _("If the session is cancelled before the mission has begun, the mission is too."),
    ]
