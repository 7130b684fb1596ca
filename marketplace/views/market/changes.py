"""One change to a need that would bring more people: what it is, then done."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import SignedInRequest
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.figures import discretion
from marketplace.forms.market.changes import ChangeForm
from marketplace.ranking.relaxations import Relaxation
from marketplace.rules import permissions
from marketplace.views.market.gaps import NeedSide
from marketplace.views.market.need_writing import edit
from marketplace.views.market.needs import need_or_404


def change(request: SignedInRequest, pk: int) -> HttpResponse:
    need = need_or_404(request, pk)
    if not permissions.can_edit_need(request.user, need):
        return edit(request, pk)  # says why not, and who may
    posted = request.method == "POST"
    seen = request.POST.get("seen", "?")[:40] if posted else None
    form = ChangeForm(request.GET, need=need, seen=seen)
    back = reverse("need-candidates", args=[pk])
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for each in form.errors.values() for one in each))
        return redirect(back)
    told = list(form.told())
    if not told:
        messages.info(request, _("The need says so already: there is nothing to change."))
        return redirect(back)
    if posted:
        return _done(request, form, told, back)
    context = {
        "title": _("Change the need?"),
        "text": need.title,
        "consequences": [*told, *_then(request.user, need.organisation_id)],
        "act_label": _("Change it"),
        "back_url": back,
        "form": form.to_send,
    }
    return render(request, "components/confirm_page.html", context)


def _done(request: SignedInRequest, form: ChangeForm, told: list[str], back: str) -> HttpResponse:
    try:
        needs.write(form.kept(), form, form.chosen, by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done. %(what)s.") % {"what": "; ".join(told)})
    return redirect(back)


def _then(user: User, structure: int) -> list[str]:
    if user.memberships.filter(organisation=structure).exists():
        return []
    return [_("The structure reads it on the page of its need: tell it why you changed it.")]


def worth_telling(side: NeedSide, *, exact: bool) -> list[dict[str, Any]]:
    """What a single change would bring, for a list above which it is said once. `exact` for a coordinator: a structure reads
    how many in the words in which people may be counted for it."""
    return [
        {
            "what": one.words,
            "words": str(one) if exact else _discreetly(one),
            "url": _door(side, one),
            "label": _("Do it"),
        }
        for one in side.relaxations([])
    ]


def _door(side: NeedSide, one: Relaxation) -> str:
    if not side.can_edit:
        return ""
    return f"{reverse('need-change', args=[side.need.pk])}?{urlencode(one.values)}"


def _discreetly(one: Relaxation) -> str:
    shown = discretion.people(one.gain)
    if isinstance(shown, int):
        gain = ngettext("about %(n)s more", "about %(n)s more", shown) % {"n": shown}
    else:
        gain = _("fewer than %(n)s more") % {"n": discretion.FEW}
    return _("%(change)s: %(gain)s") % {"change": one.words, "gain": gain}
