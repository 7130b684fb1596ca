"""Signing without an account: to whom the link is sent, and the page that it opens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.documents import ledger, signing_links
from marketplace.actions.refusals import NotYet
from marketplace.forms.documents.signing_links import AddressForm, LinkForm, LinkSignForm
from marketplace.models import Party, SigningAddress, SigningLink
from marketplace.rules import permissions
from marketplace.rules.permissions import signing_links as rights
from marketplace.views.documents.documents import page, party_named, pdf
from marketplace.views.documents.of_reader import visible
from marketplace.views.documents.signatures import address_of
from marketplace.views.documents.signing_forms import readers
from marketplace.views.links import link_over
from marketplace.views.missions.agreements import unindexed


# --- from the document's page --------------------------------------------------------------
@require_POST
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    document = visible(request, pk)
    party = party_named(request, document)
    permissions.require(rights.may_send(request.user, document, party))
    form = LinkForm(request.POST, auto_id=f"link-{party}-%s", **readers(document, party))
    if not form.is_valid():
        return page(request, document, bound=form)
    try:
        signing_links.send(
            document, party=party, to=form.reader, by=request.user, now=timezone.now()
        )
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The link is on its way. It works once, and lasts two weeks."))
    return redirect(document)


@require_POST
def give_address(request: SignedInRequest, pk: int) -> HttpResponse:
    document = visible(request, pk)
    party = party_named(request, document)
    permissions.require(rights.may_give_address(request.user, document, party))
    form = AddressForm(request.POST, auto_id=f"address-{party}-%s")
    if not form.is_valid():
        return page(request, document, bound=form)
    try:
        signing_links.give_address(
            document, by=request.user, now=timezone.now(), **form.cleaned_data
        )
    except NotYet as refusal:
        if party not in document.parties_left():  # the form isn't there any more
            messages.error(request, str(refusal))
            return redirect(document)
        form.add_error("email", str(refusal))
        return page(request, document, bound=form)
    messages.success(
        request, _("We write to them: once they have confirmed, the link to sign leaves by itself.")
    )
    return redirect(document)


@require_POST
def remove_address(request: SignedInRequest, pk: int, address: int) -> HttpResponse:
    """Take an address off the list, since its owner no longer signs."""
    document = visible(request, pk)
    found = get_object_or_404(SigningAddress.objects.standing(), pk=address)
    parties = [
        party
        for party in (Party.STRUCTURE, Party.EMPLOYER)
        if document.mission is not None
        and rights.organisation_of(document, party) == found.organisation
        and rights.may_give_address(request.user, document, party)
    ]
    permissions.require(bool(parties))
    signing_links.remove_address(found, by=request.user, now=timezone.now())
    messages.success(request, _("Taken off the list. No link opens for this address any more."))
    return redirect(document)


@require_POST
def stop(request: SignedInRequest, pk: int, link: int) -> HttpResponse:
    document = visible(request, pk)
    found = get_object_or_404(SigningLink, pk=link, document=document)
    permissions.require(rights.may_send(request.user, document, found.party))
    try:
        signing_links.stop(found, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Stopped: this link opens no more."))
    return redirect(document)


# --- from the letter -----------------------------------------------------------------------
@login_not_required
@never_cache
def confirm_address(request: OurRequest, token: str) -> HttpResponse:
    """The page of the confirmation link. Opening it changes nothing: the button confirms."""
    now = timezone.now()
    try:
        given = signing_links.address_of(token, now)
        if request.method == "POST":
            given = signing_links.confirm_address(token, now)
    except NotYet as refusal:
        return link_over(request, str(refusal))
    context = {"given": given, "done": request.method == "POST"}
    return unindexed(render(request, "marketplace/documents/signing_address.html", context))


@login_not_required
@never_cache
def by_link(request: OurRequest, token: str) -> HttpResponse:
    """The page that a signing link opens, without an account: the document, and one button."""
    now = timezone.now()
    try:
        link = signing_links.open_link(token, now)
        form = LinkSignForm(
            request.POST if request.method == "POST" else None,
            initial={"read": link.document.sha256},
            knows_capacity=bool(link.capacity),
        )
        if form.is_valid():
            said = form.cleaned_data
            signing_links.sign(
                token, read=said["read"], capacity=said.get("capacity", ""),
                ip=address_of(request), now=now,
            )  # fmt: skip
            return render(
                request, "marketplace/documents/sign_done.html", {"document": link.document}
            )
    except NotYet as refusal:
        return link_over(request, str(refusal))
    context = {"link": link, "document": link.document, "form": form, "token": token}
    return unindexed(render(request, "marketplace/documents/sign_by_link.html", context))


@login_not_required
@never_cache
def file_by_link(request: OurRequest, token: str) -> HttpResponse:
    try:
        link = signing_links.open_link(token, timezone.now())
        content = ledger.read(link.document)
    except NotYet as refusal:
        return link_over(request, str(refusal))
    except FileNotFoundError:
        return link_over(
            request, _("The file of this document is missing. Please tell the coordinators.")
        )
    return unindexed(pdf(content, link.document.reference))
