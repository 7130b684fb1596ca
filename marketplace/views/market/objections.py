"""The page on which a structure that carries a need objects to a proposal."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from marketplace.actions.market.objections import object_to
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.objections import ObjectionForm
from marketplace.models import Proposal
from marketplace.rules import carriers, permissions


def create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say why, once; who reads it is said above the form."""
    rows = Proposal.objects.visible_to(request.user)
    proposal = get_object_or_404(rows.select_related("need__organisation", "offer"), pk=pk)
    carrier = permissions.objects_for(request.user, proposal)
    permissions.require(carrier is not None)
    assert carrier is not None
    form, now = ObjectionForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        word = form.cleaned_data["word"]
        try:
            object_to(proposal, carrier, word=word, by=request.user, now=now)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Said: the structure that leads and the coordinators read it.")
            )
            return redirect(proposal)
    elif why_not := carriers.why_not_object(proposal, carrier, now):
        messages.info(request, why_not)
        return redirect(proposal)
    context = {
        "title": _("Object to this proposal"),
        "text": str(proposal.need),
        "consequences": [
            _("%(lead)s and the coordinators read your words; whoever is proposed doesn’t.")
            % {"lead": proposal.need.organisation},
            _("It decides nothing: %(lead)s answers, as before.")
            % {"lead": proposal.need.organisation},
        ],
        "act_label": _("Object"),
        "back_url": proposal.get_absolute_url(),
        "form": form,
    }
    return render(request, "components/confirm_page.html", context)
