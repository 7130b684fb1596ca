"""Signing: from an account, or on paper."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.documents import signatures
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import files
from marketplace.forms.documents.signatures import SignForm
from marketplace.forms.talk.files import ScanForm
from marketplace.models import Signature
from marketplace.rules import permissions
from marketplace.views.documents.documents import page, party_named
from marketplace.views.documents.of_reader import visible


def address_of(request: OurRequest) -> str | None:
    return get_adapter(request).get_client_ip(request) or None


@require_POST
def sign(request: SignedInRequest, pk: int) -> HttpResponse:
    document = visible(request, pk)
    party = party_named(request, document)
    form = SignForm(request.POST, auto_id=f"sign-{party}-%s")
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
def scan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the scan of a document signed on paper, with who signed it and for whom it was handed in."""
    document = visible(request, pk)
    party = party_named(request, document)
    if document.waits_for_signatures and party in document.parties_left():
        permissions.require(party in permissions.parties_to_sign(request.user, document))
    else:  # signed or voided meanwhile: only its own people hear so
        mission = document.mission
        permissions.require(bool(mission and permissions.can_make_documents(request.user, mission)))
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
