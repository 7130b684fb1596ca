"""The page of an organisation's own sign-in, for its administrators: each step with where it stands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.actions import arrivals, sign_in_links, sign_ins
from accounts.actions.refusals import Refusal
from accounts.adapter import AccountAdapter, at_home
from accounts.forms.sign_ins import ProviderForm
from accounts.models import MailDomain, Membership, Organisation, SignIn, User
from accounts.openid import flow
from accounts.openid.faults import Code, Fault
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from accounts.views.sign_ins import TRIAL

LIMITS = {"provider": "20/m/user"}


def settings(request: SignedInRequest, pk: int) -> HttpResponse:
    """From the domain to the last step; the form of the provider among them."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_run_sign_in(request.user, organisation))
    row = _live(organisation)
    saves = request.POST.get("verb") == "save"
    form = ProviderForm(request.POST if saves else None, sign_in=row)
    if request.method == "POST":
        if saves:
            if form.is_valid() and _saved(request, organisation, row, form):
                return redirect("sign-in-settings", pk=pk)
        else:
            return _done(request, organisation, row)
    return render(
        request, "accounts/sign_in_settings.html", _context(request, organisation, row, form)
    )


def _live(organisation: Organisation) -> SignIn | None:
    rows = organisation.sign_ins.live().select_related("organisation", "app", "tried_by")
    return rows.first()


def card(organisation: Organisation) -> tuple[str, str]:
    """What it opens today: a word for its tone, and a sentence; both empty while it isn't set up."""
    row = _live(organisation)
    return ("", "") if row is None else _opens(row)


def _opens(row: SignIn) -> tuple[str, str]:
    now = timezone.now()
    if row.opened_at and not arrivals.works(row, now=now):
        return "amber", _("stopped: none of your domains opens alone today")
    if row.required_at:
        return "green", _("required on working time")
    if row.opened_at:
        return "green", _("open to all")
    if row.tried_at:
        return "blue", _("tried, not open yet")
    return "sand", _("to be tried")


def _context(
    request: SignedInRequest, organisation: Organisation, row: SignIn | None, form: ProviderForm
) -> dict[str, Any]:
    now, slug = timezone.now(), sign_ins.slug_for(organisation)
    opening = MailDomain.objects.opening_alone(now).filter(organisation=organisation)
    tone, opens = _opens(row) if row else ("", "")
    return {
        "organisation": organisation,
        "role": Membership.words_of(Membership.Role.EMPLOYEE, organisation),
        "row": row,
        "form": form,
        "tone": tone,
        "opens": opens,
        "domains": list(opening.order_by("domain")),
        "return_address": at_home(reverse("openid_connect_callback", args=[slug])),
        "own_address": at_home(reverse("openid_connect_login", args=[slug])),
        "fault": _fault(row),
        "trial": _trial(request, row),
        "linked": sign_in_links.of_sign_in(row).count() if row else 0,
        "may_require": row is not None and sign_ins.has_just_used_it(row, request.user, now=now),
    }


def _fault(row: SignIn | None) -> str:
    """The last fault, with what to put right at the provider; "" without one."""
    if row is None or row.fault not in Code.values:
        return ""
    return str(Code(row.fault).label)


def _trial(request: SignedInRequest, row: SignIn | None) -> dict[str, Any] | None:
    """What the provider has just said of whoever has tried it; shown once."""
    said: dict[str, Any] | None = request.session.pop(TRIAL, None)
    return said if said and row and said["pk"] == row.pk else None


def _saved(
    request: SignedInRequest, organisation: Organisation, row: SignIn | None, form: ProviderForm
) -> bool:
    """The provider is asked before anything is written, while nothing is locked."""
    said = form.cleaned_data
    if row is None or said["issuer"] != row.issuer:
        if _is_too_much(request):
            form.add_error("issuer", AccountAdapter.error_messages["rate_limited"])
            return False
        try:
            flow.check_provider(said["issuer"])
        except Fault as fault:
            form.add_error("issuer", str(fault.code.label))
            return False
    try:
        if row is None:
            sign_ins.set_up(organisation, **said, by=request.user, now=timezone.now())
        else:
            sign_ins.change(row, **said, by=request.user, now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved. Now try it: nobody comes in by it before that."))
    return True


def _is_too_much(request: SignedInRequest) -> bool:
    return not ratelimit.consume(
        request, app="accounts", action="provider", config=LIMITS, user=request.user
    )


def _done(request: SignedInRequest, organisation: Organisation, row: SignIn | None) -> HttpResponse:
    """One of the buttons."""
    verb = request.POST.get("verb", "")
    if row is None or (verb != "try" and verb not in _ACTS):
        raise Http404
    if verb == "try":
        return _try(request, row)
    act, said = _ACTS[verb]
    try:
        act(row, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said())
    return redirect("sign-in-settings", pk=organisation.pk)


def _try(request: SignedInRequest, row: SignIn) -> HttpResponse:
    if _is_too_much(request):
        messages.error(request, AccountAdapter.error_messages["rate_limited"])
        return redirect(row)
    try:
        return flow.begin(request, row, data={"trial": request.user.pk})
    except Fault as fault:
        sign_ins.note_fault(row, fault.code, now=timezone.now())
        messages.error(request, str(fault.code.label))
        return redirect(row)


type Act = Callable[..., None]
_ACTS: dict[str, tuple[Act, Callable[[], str]]] = {
    "open": (
        sign_ins.open_to_all,
        lambda: _("It is open: whoever has an address at your domain comes in by it."),
    ),
    "shut": (sign_ins.shut, lambda: _("It is shut: nobody comes in by it any more.")),
    "require": (
        sign_ins.require,
        lambda: _("It is required: working time is shown to those alone who come in by it."),
    ),
    "lift": (sign_ins.lift, lambda: _("It is no longer required.")),
}


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take it out: a page that says what follows, and a button."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_run_sign_in(request.user, organisation))
    row = _live(organisation)
    if row is None:
        messages.info(request, _("This has ended already."))
        return redirect("gathering", pk=pk)
    if request.method == "POST":
        _end(request, row, by=request.user, now=timezone.now())
        return redirect("sign-in-settings", pk=pk)
    context = {
        "title": _("End the sign-in of your organisation?"),
        "consequences": [
            _("Nobody comes in by it any more, and nobody has to."),
            _("What we know of your provider is deleted, its secret too; and so are the links."),
            _("The accounts stay. Who has no password chooses one by “forgotten password”."),
        ],
        "act_label": _("End it"),
        "back_url": row.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def _end(request: SignedInRequest, row: SignIn, *, by: User, now: datetime) -> None:
    try:
        sign_ins.end(row, by=by, now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It has ended: nobody comes in by it any more."))
