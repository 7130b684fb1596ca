"""Asking another pôle, and answering one that asks."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import Pole, coordinated_by
from marketplace import permissions, ranking
from marketplace.actions import elsewhere
from marketplace.actions.refusals import NotYet
from marketplace.forms.elsewhere import AskPoleForm
from marketplace.models import AskedPole, Need
from marketplace.views.needs import need_or_404

MANY = 50  # nobody asks more pôles than this


def ask(request, pk):
    """For the coordinators of the need: how many would suit in each pôle, and a word to its coordinators."""
    need = need_or_404(request, pk)
    permissions.require(permissions.can_ask_elsewhere(request.user, need))
    asked = list(need.asked_poles.select_related("pole", "by"))
    others = Pole.objects.exclude(pk__in=[need.pole_id, *(one.pole_id for one in asked)])
    form = AskPoleForm(request.POST or None, poles=others)
    if request.method == "POST" and form.is_valid():
        try:
            elsewhere.ask(need, **form.cleaned_data, by=request.user)
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Asked. Its coordinators are told, and look for somebody."))
        return redirect("need-elsewhere", pk=need.pk)
    poles = list(others[:MANY])
    found = [(pole, len(ranking.offers_elsewhere(need, pole))) for pole in poles]
    return render(
        request,
        "marketplace/elsewhere_ask.html",
        {"need": need, "form": form, "asked": asked, "found": found},
    )


def look(request, pk):
    """For the coordinators who were asked: their own people, ranked, with the reasons."""
    need = get_object_or_404(Need.objects.published().with_what_cards_show(), pk=pk)
    asked = get_object_or_404(
        AskedPole.objects.select_related("pole", "by"),
        need=need,
        pole__in=coordinated_by(request.user),
    )
    return render(
        request,
        "marketplace/elsewhere_look.html",
        {"need": need, "asked": asked, "best": ranking.offers_elsewhere(need, asked.pole)},
    )
