"""Signing: from an account, or from a link without one."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from marketplace import permissions
from marketplace.actions import chain, files, signatures
from marketplace.actions.refusals import NotYet
from marketplace.forms.files import ScanForm
from marketplace.forms.papers import LinkForm, LinkSignForm, SignForm
from marketplace.models import Signature
from marketplace.views.agreements import unindexed
from marketplace.views.links import link_over
from marketplace.views.papers import page, pdf, visible


def address_of(request) -> str | None:
    return get_adapter(request).get_client_ip(request) or None


@require_POST
def sign(request, pk):
    document = visible(request, pk)
    party = request.POST.get("party", "")
    form = SignForm(request.POST, auto_id=f"sign-{party}-%s")
    permissions.require(document.mission is not None)
    if document.waits_for_signatures and party in document.parties_left():
        permissions.require(party in permissions.parties_to_sign(request.user, document))
    if not form.is_valid():
        return page(request, document, bound=form)
    try:
        signatures.sign(
            document, party=party, read=form.cleaned_data["read"], by=request.user,
            name=request.user.get_full_name(), capacity=form.cleaned_data["capacity"],
            email=request.user.email, ip=address_of(request), how=Signature.How.ACCOUNT,
            now=timezone.now(),
        )  # fmt: skip
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Signed. Thank you."))
    return redirect(document)


@require_POST
def send_link(request, pk):
    document = visible(request, pk)
    permissions.require(
        document.mission is not None and permissions.can_make_papers(request.user, document.mission)
    )
    form = LinkForm(request.POST, auto_id=f"link-{request.POST.get('party', '')}-%s")
    if not form.is_valid():
        return page(request, document, bound=form)
    try:
        signatures.send_link(document, by=request.user, now=timezone.now(), **form.cleaned_data)
    except NotYet as refusal:
        if form.cleaned_data["party"] in document.parties_left():  # the form is still there
            form.add_error("email", str(refusal))
            return page(request, document, bound=form)
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The link is on its way. It works once, and lasts two weeks."))
    return redirect(document)


@require_POST
def scan(request, pk):
    """Signed on paper: the scan is kept with who signed, and in whose name it was handed in."""
    document = visible(request, pk)
    party = request.POST.get("party", "")
    permissions.require(document.mission is not None)
    if document.waits_for_signatures and party in document.parties_left():
        permissions.require(party in permissions.parties_to_sign(request.user, document))
    else:  # signed or voided meanwhile: only its own people hear so
        mission = document.mission
        permissions.require(bool(mission and permissions.can_make_papers(request.user, mission)))
    form = ScanForm(request.POST, request.FILES, auto_id=f"scan-{party}-%s")
    if not form.is_valid():
        return page(request, document, bound=form)
    said = form.cleaned_data
    try:
        with transaction.atomic():
            kept = files.store(said["scan"], by=request.user, mission=document.mission)
            signatures.sign(
                document, party=party, read=said["read"], by=request.user, name=said["name"],
                capacity=said["capacity"], ip=address_of(request), how=Signature.How.SCAN,
                scan=kept, now=timezone.now(),
            )  # fmt: skip
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The signed page is kept with the document."))
    return redirect(document)


@login_not_required
@never_cache
def by_link(request, token):
    """The page of somebody without an account: the document, and one button."""
    now = timezone.now()
    try:
        link = signatures.open_link(token, now)
        form = LinkSignForm(request.POST or None, initial={"read": link.document.sha256})
        if request.method == "POST" and form.is_valid():
            read = form.cleaned_data["read"]
            signatures.sign_by_link(token, read=read, ip=address_of(request), now=now)
            return render(request, "marketplace/sign_done.html", {"document": link.document})
    except NotYet as refusal:
        return _refused(request, refusal)
    context = {"link": link, "document": link.document, "form": form, "token": token}
    return unindexed(render(request, "marketplace/sign_by_link.html", context))


@login_not_required
@never_cache
def file_by_link(request, token):
    try:
        link = signatures.open_link(token, timezone.now())
    except NotYet as refusal:
        return _refused(request, refusal)
    return unindexed(pdf(chain.read(link.document), link.document.reference))


def _refused(request, refusal: NotYet):
    return link_over(request, str(refusal))
