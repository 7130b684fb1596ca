"""Who came unannounced, on the page of who came: asked by letter, or counted without a name."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from marketplace.actions.gatherings import unannounced
from marketplace.actions.refusals import NotYet
from marketplace.forms.gatherings.unannounced import AskForm, CountForm
from marketplace.models import Gathering
from marketplace.views.gatherings import presence
from marketplace.views.gatherings.gathering_writing import run_or_403


@require_POST
def say(request: SignedInRequest, pk: int) -> HttpResponse:
    """An address, so many people, or a line that is taken away: as the button says."""
    gathering = run_or_403(request, pk)
    if "email" in request.POST:
        form: AskForm | CountForm = AskForm(request.POST)
    elif "people" in request.POST:
        form = CountForm(request.POST)
    else:
        return _taken_away(request, gathering)
    if not form.is_valid():
        return presence.page(request, gathering, extra=form)
    try:
        done = _asked(request, gathering, form) if isinstance(form, AskForm) else _counted(request, gathering, form)  # fmt: skip
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("gathering-presence", pk=pk)


def _asked(request: SignedInRequest, gathering: Gathering, form: AskForm) -> str:
    email, now = form.cleaned_data["email"], timezone.now()
    unannounced.ask(gathering, email, by=request.user, now=now)
    return _(
        "If %(email)s is the address of an account here, they are asked by letter. They are on your list once they have said yes."
    ) % {"email": email}


def _counted(request: SignedInRequest, gathering: Gathering, form: CountForm) -> str:
    people = form.cleaned_data["people"]
    unannounced.count(
        gathering, form.organisation, people=people, by=request.user, now=timezone.now()
    )
    words = ngettext("Counted: %(n)s person.", "Counted: %(n)s people.", people)
    return words % {"n": people}


def _taken_away(request: SignedInRequest, gathering: Gathering) -> HttpResponse:
    typed = request.POST.get("away", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0
    try:
        gone = unannounced.take_away(gathering, number, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken away.") if gone else _("Nothing has changed."))
    return redirect("gathering-presence", pk=gathering.pk)
