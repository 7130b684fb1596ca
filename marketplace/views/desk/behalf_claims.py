"""The page behind the letter's link: whom something was written for reads it, takes it up, or deletes it."""

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import coming
from accounts.adapter import show_address
from accounts.coming import Said
from accounts.middleware import SESSION_KEY
from accounts.models import Coming, ForbiddenMove, User
from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from marketplace.actions.desk import behalf as acts
from marketplace.actions.desk import behalf_asked, unclaimed
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Behalf, Need
from marketplace.models.market.consents import WORDS, ConsentKind
from marketplace.rules import permissions, told_names
from marketplace.states import NeedStatus
from marketplace.views.links import link_over
from marketplace.views.market.needs import need_or_404
from marketplace.views.missions.agreements import unindexed


@login_not_required
@never_cache
def page(request: OurRequest, token: str) -> HttpResponse:
    """Opening it does nothing, since mail programs open links: the buttons act."""
    row = acts.from_secret(token)
    if row is None:
        return _gone(request)
    if row.is_ended(timezone.now()):
        return link_over(request, _ended(row))
    if request.method == "POST" and "no" in request.POST:
        return _refuse(request, row)
    if request.method == "POST" and is_signed_in(request):
        return _ask(request, row, token) if "ask" in request.POST else _claim(request, row, token)
    return unindexed(_show(request, row, token))


def _gone(request: OurRequest) -> HttpResponse:
    return link_over(
        request,
        _("This link no longer opens anything: it was used, replaced by a newer one, or its time was over. If it was you who used it, log in; otherwise copy it whole from the letter, or ask the coordination."),
    )  # fmt: skip


def _ended(row: Behalf) -> str:
    return _(
        "This link has run out: it lasted sixty days. Ask %(who)s, of the coordination, for another."
    ) % {"who": row.by.get_full_name()}


def _refuse(request: OurRequest, row: Behalf) -> HttpResponse:
    try:
        unclaimed.refuse(row, by=None, now=timezone.now())
    except NotYet as refusal:
        return link_over(request, str(refusal))
    return unindexed(render(request, "marketplace/desk/behalf_refused.html"))


def _is_theirs(user: User, row: Behalf) -> bool:
    """Whether the letter was sent to a mailbox that they have shown to be theirs; not to whom it was forwarded."""
    return EmailAddress.objects.filter(user=user, email__iexact=row.email, verified=True).exists()


def _claim(request: SignedInRequest, row: Behalf, token: str) -> HttpResponse:
    if not _is_theirs(request.user, row):
        return unindexed(_show(request, row, token, status=403))
    try:
        text = acts.claim(row, by=request.user, now=timezone.now())
    except NotYet as refusal:
        return link_over(request, str(refusal))
    if row.need is not None:
        request.session[SESSION_KEY] = row.organisation_id
        messages.success(request, _("It is yours: you answer for it from now on."))
        return _to_the_need(request, row.need)
    coming.keep(request, Said(Coming.Kind.OFFER, text, row.commune_id or ""))
    messages.success(request, _("It is yours: read it, change it, and publish it if you like."))
    return redirect("offer-new")


def _ask(request: SignedInRequest, row: Behalf, token: str) -> HttpResponse:
    """They use another address than the letter's: the coordination is asked whether it is for them."""
    try:
        behalf_asked.ask(row, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Asked. As soon as the coordination says yes, you receive the letter yourself."),
        )
    return redirect("behalf-claim", token=token)


@require_POST
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """A coordinator says whether it is for whoever asked."""
    found = Behalf.objects.visible_to(request.user)
    row = get_object_or_404(found, pk=pk)
    asker = request.POST.get("asker", "")
    number = int(asker) if asker.isascii() and asker.isdigit() and len(asker) < 18 else 0
    says_yes = "yes" in request.POST
    act = behalf_asked.grant if says_yes else behalf_asked.turn_down
    try:
        act(row, asker=number, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("The letter is on its way to their own address.") if says_yes else _("They are told.")  # fmt: skip
        messages.success(request, done)
    return redirect(row)


def _to_the_need(request: SignedInRequest, need: Need) -> HttpResponse:
    """To its page or, where they want to change it before anybody has published it, to its form."""
    if "change" not in request.POST:
        return redirect(need)
    try:
        if need.status == NeedStatus.SUBMITTED:
            needs.reopen(need, by=request.user)
    except ForbiddenMove as refusal:
        messages.error(request, str(refusal))
    return redirect(
        "need-edit" if permissions.can_edit_need(request.user, need) else "need", need.pk
    )


def _show(request: OurRequest, row: Behalf, token: str, *, status: int = 200) -> HttpResponse:
    reader = request.reader
    context = {
        "behalf": row,
        "need": row.need,
        "may_change": row.need is not None and not row.need.published_at,
        "wanted": row.need.wanted.select_related("skill") if row.need else [],
        "is_mine": reader is not None and _is_theirs(reader, row),
        "has_asked": reader is not None and row.asked_by_id == reader.pk,
        "secret": token,
        "consent": WORDS[ConsentKind.BEHALF],
        "login_url": _with_next("account_login", request.path),
    }
    return render(request, "marketplace/desk/behalf_claim.html", context, status=status)


@login_not_required
@require_POST
def sign_up(request: OurRequest, token: str) -> HttpResponse:
    """From the letter to the sign-up page: who has the letter has shown the address."""
    row, link = acts.from_secret(token), reverse("behalf-claim", args=[token])
    if row is None or row.is_ended(timezone.now()):
        return redirect(link)
    first, last = told_names.names_of(row.person)
    show_address(request, row.email, first=first, last=last)
    return redirect(_with_next("account_signup", link))


def _with_next(name: str, path: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': path})}"


@require_POST
def take_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody of a structure that is on the site says that the need is theirs."""
    need = need_or_404(request, pk)
    permissions.require(request.user.speaks_for(need.organisation))
    try:
        acts.take_up(need, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is yours: you answer for it from now on."))
    return redirect(need)
