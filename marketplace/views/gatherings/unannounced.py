"""Who came unannounced, on the page of who came: asked by letter, or counted without a name."""

from allauth.core.internal import ratelimit
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
from marketplace.rules.gatherings import SAID_FOR
from marketplace.views.gatherings import presence
from marketplace.views.gatherings.gathering_writing import run_or_403

A_DAY = 60  # addresses that a host may type, whatever it hosts


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
    _not_too_many(request, gathering)
    unannounced.ask(gathering, email, by=request.user, now=now)
    return _(
        "If %(email)s is the address of an account here, they are asked by letter. They are on your list once they have said yes."
    ) % {"email": email}


def _not_too_many(request: SignedInRequest, gathering: Gathering) -> None:
    """What is typed is counted, whether or not it is the address of an account: otherwise a host would learn by the refusal
    how many of them are. Raises NotYet."""
    each = {"asked": f"{unannounced.most_asked(gathering)}/{SAID_FOR.days}d/key"}
    if not _may_go_on(request, each, f"gathering {gathering.pk}"):
        raise NotYet(unannounced.enough_asked())
    if not _may_go_on(request, {"asked": f"{A_DAY}/d/key"}, f"host {gathering.host_id}"):
        raise NotYet(_("That is a lot of letters for one day: go on tomorrow."))


def _may_go_on(request: SignedInRequest, limits: dict[str, str], key: str) -> bool:
    used = ratelimit.consume(request, app="gatherings", action="asked", config=limits, key=key)
    return used is not None


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
