"""The pages of one's organisations: to register one, describe it, act for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import coming, doors, drafts, permissions, public_register
from accounts.actions import organisations
from accounts.actions.refusals import NumberTaken, Refusal
from accounts.coming import Said
from accounts.forms.organisations import OrganisationForm, WordForm
from accounts.middleware import MYSELF, SESSION_KEY
from accounts.models import Coming, Door, ForbiddenMove, Invitation, Leaving, Organisation
from accounts.requests import OurRequest, SignedInRequest
from accounts.scope import scope_of
from accounts.storage import NoRoom
from accounts.views import filling

KINDS = {
    "structure": (Organisation.Kind.ESS, gettext_lazy("Register your structure")),
    "entreprise": (Organisation.Kind.COMPANY, gettext_lazy("Register your company")),
    "collectivite": (Organisation.Kind.AUTHORITY, gettext_lazy("Register your local authority")),
}


def visible(request: OurRequest, pk: int) -> Organisation:
    """The organisation, if this person may know of it; otherwise 404. A page that only reads has read its reader's own."""
    if request.reader and request.reader.reading:
        for row in request.memberships:
            if row.organisation_id == pk:
                return row.organisation
    rows = Organisation.objects.visible_to(request.user).select_related(
        "pole", "commune__department"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """One's organisations, and who invites: in a session at work, that is nothing to the employer."""
    now = timezone.now()
    waiting = Invitation.objects.for_addresses_of(request.user).pending(now).told(now)
    if not scope_of(request.user).own:
        waiting = waiting.none()
    invitations = [
        one for one in waiting.select_related("organisation", "invited_by") if one.is_backed
    ]
    kept = Leaving.objects.kept_for(request.user, now).select_related("organisation")
    context = {"memberships": request.memberships, "invitations": invitations, "kept": kept}
    return render(request, "accounts/organisations.html", context)


@require_safe
def choose_kind(request: SignedInRequest) -> HttpResponse:
    context = _through(doors.named_in(request))
    return render(request, "accounts/organisation_kind.html", context)


def _through(door: Door | None) -> dict:
    """The context of pages that say, and carry on, by whose door one came."""
    return {"door": door, "door_query": f"?{door.query}" if door else ""}


def _need_said(request: SignedInRequest) -> Said | None:
    """The need for which they register their structure: it is written next."""
    said = coming.held(request)
    return said if said and said.kind == Coming.Kind.NEED else None


def new(request: SignedInRequest, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    its_kind, title = KINDS[kind]
    door = doors.named_in(request)
    typing = drafts.of(request, f"organisation:new:{kind}")
    if typing.answers:
        return typing.answer()
    organisation = Organisation(kind=its_kind)
    said = _need_said(request)
    context = {"title": title, "typing": typing}
    context |= {"register_is_on": public_register.is_on()} | _through(door)
    if filling.is_asked(request):
        form, told = filling.filled(request, organisation)
        context |= {"form": form, "told": told}
        return render(request, "accounts/organisation_new.html", context)
    form = OrganisationForm(
        request.POST or None,
        request.FILES or None,
        instance=organisation,
        with_identity=True,
        initial={"commune": said.commune} if said and said.commune else None,
    )
    typing.fill(form)
    if request.method == "POST" and form.is_valid():
        filling.note(request, organisation)
        try:
            with typing.sending():
                organisations.register(form.instance, by=request.user, door=door)
        except Refusal as refusal:
            _say(form, refusal)
        else:
            request.session[SESSION_KEY] = organisation.pk
            thanks = _(
                "Thank you. The coordinators of the %(pole)s will verify it and write to you."
            )
            messages.success(request, thanks % {"pole": organisation.pole})
            return redirect("need-new" if said and organisation.may_ask else organisation)
    return render(request, "accounts/organisation_new.html", context | {"form": form})


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    organisation = visible(request, pk)
    permissions.require(permissions.can_edit(request.user, organisation))
    typing = drafts.of(request, f"organisation:{pk}")
    if typing.answers:
        return typing.answer()
    with_identity = permissions.can_edit_identity(request.user, organisation)
    form = OrganisationForm(
        request.POST or None,
        request.FILES or None,
        instance=organisation,
        with_identity=with_identity,
    )
    typing.fill(form)
    if request.method == "POST" and form.is_valid():
        if {"company_number", "rna"} & set(form.changed_data):
            filling.note(request, organisation)
        try:
            with typing.sending():
                organisations.edit(
                    organisation,
                    before=form.identity_before,
                    old_logo=form.old_logo,
                    by=request.user,
                )
        except Refusal as refusal:
            organisation.logo = form.old_logo
            _say(form, refusal)
        else:
            messages.success(request, _("Your changes are kept."))
            return redirect(organisation)
    context = {"form": form, "organisation": organisation, "typing": typing}
    context["with_identity"] = with_identity
    return render(request, "accounts/organisation_edit.html", context)


def _say(form: BaseForm, refusal: Refusal) -> None:
    fields = {NumberTaken: "company_number", NoRoom: "logo"}
    beside = next((name for kind, name in fields.items() if isinstance(refusal, kind)), None)
    form.add_error(beside, str(refusal))


def resubmit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the organisation again to the coordinators, with an answer to what they asked."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_resubmit(request.user, organisation))
    form = WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organisations.resubmit(organisation, word=form.cleaned_data["reason"], by=request.user)
        except (ForbiddenMove, Refusal) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("It is with the coordinators again. They will write to you.")
            )
        return redirect(organisation)
    last = organisation.steps.with_a_word().last()
    context = {"form": form, "organisation": organisation, "last": last}
    return render(request, "accounts/organisation_resubmit.html", context)


@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    organisation = visible(request, pk)
    permissions.require(permissions.can_see_members(request.user, organisation))
    steps = organisation.steps.select_related("by").reverse()
    context = {"organisation": organisation, "steps": steps}
    return render(request, "accounts/organisation_history.html", context)


@login_not_required
@require_safe
def logo(request: OurRequest, pk: int) -> HttpResponse:
    """The logo as the site has redrawn it, always a PNG. Its address changes with the file, so browsers may cache
    it."""
    organisation = visible(request, pk)
    if not organisation.logo:
        raise Http404
    try:
        with organisation.logo.open("rb") as drawn:
            answer = HttpResponse(drawn.read(), content_type="image/png")
    except FileNotFoundError:
        raise Http404 from None
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


@require_POST
def switch(request: SignedInRequest) -> HttpResponse:
    """Choose for which organisation one acts; MYSELF (zero) is oneself."""
    chosen = request.POST.get("organisation", "")
    if chosen == str(MYSELF):
        request.session[SESSION_KEY] = MYSELF
    else:
        mine = {str(membership.organisation_id) for membership in request.memberships}
        if chosen not in mine:
            raise Http404
        request.session[SESSION_KEY] = int(chosen)
    return redirect(_safe(request, request.POST.get("next", "")))


def _safe(request: SignedInRequest, address: str) -> str:
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else reverse("home")
