"""The page for who runs the site, while the post is held: what would leave again, by kind, and what is decided of it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from notifications import held
from notifications.forms import PutOffForm
from notifications.models import MailPipe
from notifications.models.people import SignedInRequest


def _require_who_runs_the_site(request: SignedInRequest) -> None:
    if not (request.user.is_active and request.user.is_superuser):
        raise PermissionDenied


@require_GET
@never_cache
def index(request: SignedInRequest) -> HttpResponse:
    _require_who_runs_the_site(request)
    return _page(request)


def _page(request: SignedInRequest, form: forms.Form | None = None, kind: str = "") -> HttpResponse:
    pipe = MailPipe.objects.held()
    since = pipe.held_since if pipe else None
    found = held.kinds(timezone.now(), held_since=since) if since else []
    context = {
        "pipe": pipe,
        "kinds": [(one, form if form and one.name == kind else _form_of(one)) for one in found],
        "count": sum(one.count for one in found),
    }
    return render(request, "notifications/held.html", context)


def _form_of(kind: held.Kind) -> PutOffForm:
    return PutOffForm(auto_id=f"{kind.name}-%s")


@require_POST
def decide(request: SignedInRequest) -> HttpResponse:
    _require_who_runs_the_site(request)
    kind, now = request.POST.get("kind", "").replace("\0", "")[:60], timezone.now()
    if MailPipe.objects.held() is None:
        messages.error(request, _("The post isn’t held any more: letters leave as ever."))
        return redirect("letters-held")
    match request.POST.get("act"):
        case "release":
            done = held.release(kind)
            said = ngettext("%(n)s letter leaves.", "%(n)s letters leave.", done)
        case "drop":
            done = held.drop(kind, now=now)
            said = ngettext("%(n)s letter won’t leave.", "%(n)s letters won’t leave.", done)
        case _:
            form = PutOffForm(request.POST, auto_id=f"{kind}-%s")
            if not form.is_valid():
                return _page(request, form, kind)
            done = held.put_off(kind, until=form.until)
            said = ngettext("%(n)s letter leaves then.", "%(n)s letters leave then.", done)
    messages.success(request, said % {"n": done})
    return redirect("letters-held")


@require_POST
def open_the_post(request: SignedInRequest) -> HttpResponse:
    _require_who_runs_the_site(request)
    left = held.open_the_post()
    said = ngettext(
        "The post is open: %(n)s letter that waited leaves, and all that is written from now on.",
        "The post is open: %(n)s letters that waited leave, and all that is written from now on.",
        left,
    )
    messages.success(request, said % {"n": left})
    return redirect("letters-held")
