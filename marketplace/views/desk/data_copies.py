"""One's data, and those of an organisation: what the copy holds, asking for it, how far it is, taking it."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.desk import data_copies
from marketplace.actions.refusals import NotYet
from marketplace.models import DataCopy
from marketplace.rules import permissions


def _owner(request: SignedInRequest, pk: int | None) -> User | Organisation:
    """Whose data: one's own, or an organisation's for whoever administers it today."""
    if pk is None:
        return request.user
    house = visible(request, pk)
    permissions.require(permissions.can_copy_data_of(request.user, house))
    return house


def _last(request: SignedInRequest, owner: User | Organisation) -> DataCopy | None:
    """The copy that this person asked for last: one that is there goes on being so while another is made."""
    mine = DataCopy.objects.visible_to(request.user).of(owner).filter(asked_by=request.user)
    return mine.select_related("organisation", "person").order_by("-pk").first()


@require_safe
def page(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    owner, now = _owner(request, pk), timezone.now()
    copy = _last(request, owner)
    mine = DataCopy.objects.visible_to(request.user).of(owner).filter(asked_by=request.user)
    ready = mine.there(now).order_by("-pk").first()
    context = {
        "organisation": (house := owner if isinstance(owner, Organisation) else None),
        "reads_journal": house is not None and permissions.can_read_journal(request.user, house),
        "owner_pk": pk,
        "copy": copy,
        "ready": ready,
        "states": [f"marketplace/desk/data_copy_states/{one}.html" for one in _states(copy, ready)],
        "waits": copy is not None and copy.waits_for_a_worker(now),
        "is_sure": did_recently_reauthenticate(request),
        "again_url": _again_url(request),
    }
    name = "organisation_data" if pk else "my_data"
    return render(request, f"marketplace/desk/{name}.html", context)


def _states(copy: DataCopy | None, ready: DataCopy | None) -> list[str]:
    """What the page says of the copies: one that is ready stays so while another is made."""
    if copy is not None and copy.is_working:
        return ["ready", "running"] if ready else ["running"]
    if ready is not None:
        return ["ready"]
    return ["failed"] if copy is not None and copy.has_failed else ["none"]


def _again_url(request: SignedInRequest) -> str:
    """Where the password or the passkey is asked once more, and then this page again."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    return f"{ways[0]['url']}?{urlencode({'next': request.path})}" if ways else ""


def _back(pk: int | None) -> HttpResponse:
    return redirect("organisation-data", pk=pk) if pk else redirect("my-data")


def _has_no_key(request: SignedInRequest) -> bool:
    """Whether nothing could be asked again: neither a password nor a passkey."""
    return not get_adapter().get_reauthentication_methods(request.user)


def _choose_a_password(request: SignedInRequest) -> HttpResponse:
    messages.info(
        request, _("First choose a password: it is asked again before a copy is made or taken.")
    )
    return redirect("account_set_password")


@require_POST
@reauthentication_required
def ask(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    owner = _owner(request, pk)
    if _has_no_key(request):
        return _choose_a_password(request)
    try:
        _copy, is_new = data_copies.ask(owner, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        if is_new:
            said = _(
                "The copy is being made. A letter tells you when it is ready: you can close this page."
            )
            messages.success(request, said)
        else:
            messages.info(request, _("A copy is being made already."))
    return _back(pk)


@require_POST
@reauthentication_required
def take(request: SignedInRequest, pk: int | None = None) -> HttpResponseBase:
    """The file itself. A form: a browser that follows links ahead takes nothing out."""
    owner, now = _owner(request, pk), timezone.now()
    if _has_no_key(request):
        return _choose_a_password(request)
    mine = DataCopy.objects.visible_to(request.user).of(owner).filter(asked_by=request.user)
    copy = mine.there(now).order_by("-pk").first()
    try:
        if copy is None:
            raise NotYet(_("This copy has been deleted: ask for another."))
        kept = data_copies.take(copy, by=request.user, now=now)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return _back(pk)
    bare = slugify(str(owner))[:60] if pk else slugify(_("my data"))
    name = f"{bare}-{timezone.localdate(copy.asked_at):%Y-%m-%d}.zip"
    answer = FileResponse(kept, as_attachment=True, filename=name, content_type="application/zip")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def delete(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """Now rather than in two days; one that is being made is called off."""
    owner, now = _owner(request, pk), timezone.now()
    mine = DataCopy.objects.visible_to(request.user).of(owner).filter(asked_by=request.user)
    for copy in mine.filter(state__in=(DataCopy.State.READY, DataCopy.State.RUNNING)):
        data_copies.delete(copy, now=now)
    messages.success(request, _("The copy is deleted from the site. What you have taken is yours."))
    return _back(pk)
