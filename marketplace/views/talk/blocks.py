"""Keeping somebody away, and letting them come again. Coordinators see it; the other side isn't told."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks
from marketplace.models import Block, Offer
from marketplace.rules import permissions
from marketplace.views import opened_for
from marketplace.views.market.offers import offer_or_404


class BlockForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why? (for the coordinators only)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    acting = forms.CharField(widget=forms.HiddenInput, required=False)


def index(request: SignedInRequest) -> HttpResponse:
    """One's own blocks, and those made in the name of one's organisations."""
    made = Block.objects.made_by(request.user).select_related(
        "by", "for_organisation", "person", "organisation"
    )
    return render(request, "marketplace/talk/my_blocks.html", {"blocks": made[:200]})


def organisation(request: SignedInRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    return _ask(request, found, organisation=found)


def offer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Block whoever is behind an offer: the person who would come; for a team, their company."""
    found = offer_or_404(request, pk)
    whom = (
        {"organisation": found.organisation} if found.person is None else {"person": found.person}
    )
    return _ask(request, found, **whom)


def _ask(request: SignedInRequest, back: Organisation | Offer, **whom: Any) -> HttpResponse:
    """Say what will happen, then block in the name in which one acts."""
    posted = request.method == "POST"
    form = BlockForm(
        request.POST if posted else None,
        initial={opened_for.FIELD: opened_for.key_of(request.acting_for)},
    )
    if posted:
        opened_for.refuse_another(request, form, request.acting_for)
    name = (
        back.discreet_name if isinstance(back, Offer) and "person" in whom else whom["organisation"]
    )
    if posted and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            blocks.block(by=request.user, acting_for=request.acting_for, reason=reason, **whom)
        except NotYet as refusal:
            messages.error(request, str(refusal))
            return redirect(back)
        messages.success(request, _("Done: you won’t be put in touch any more."))
        return redirect("my-blocks")
    context = {
        "title": _("No longer be put in touch with %(who)s?") % {"who": name},
        "consequences": [
            _(
                "Neither of you is proposed to the other any more; what waits between you is closed."
            ),
            _("The other side isn’t told that you asked for it. The coordinators see it."),
            _("A mission under way goes on: talk with the coordinators. You can change your mind."),
        ],
        "form": form,
        "act_label": _("No longer be put in touch"),
        "back_url": back.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def lift(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lift a block, if one made it, or a colleague did in their organisation's name."""
    made = Block.objects.made_by(request.user).select_related("for_organisation")
    found = get_object_or_404(made, pk=pk)
    permissions.require(permissions.can_lift(request.user, found))
    blocks.unblock(found, by=request.user)
    messages.success(request, _("Lifted: you may be put in touch again."))
    return redirect(reverse("my-blocks"))
