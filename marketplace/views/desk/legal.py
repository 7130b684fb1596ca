"""The legal page, which says who publishes and how long things are kept, and the page where it is filled in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import Pole
from accounts.models.organisations import INVITATION_LASTS
from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.desk import legal as acts
from marketplace.actions.desk.retention_lines import chapters
from marketplace.actions.documents.signing_links import LINK_LASTS
from marketplace.forms.desk.legal import LegalNoticeForm
from marketplace.models import LegalNotice
from marketplace.rules import permissions
from marketplace.rules.few import FEW


@login_not_required
def page(request: OurRequest) -> HttpResponse:
    context = {
        "notice": LegalNotice.now(),
        "can_edit": permissions.can_edit_legal_notice(request.user),
        "poles": Pole.objects.exclude(email=""),
        "kept": _how_long(),
        "chapters": chapters(),
    }
    return render(request, "marketplace/desk/legal.html", context)


def _how_long() -> dict[str, int]:
    """How many people are few, and until when links open, from the constants that the site itself works with; how long
    things are kept is in the table."""
    return {
        "invitation_days": INVITATION_LASTS.days,
        "signing_days": LINK_LASTS.days,
        "few": FEW,
    }


def edit(request: SignedInRequest) -> HttpResponse:
    permissions.require(permissions.can_edit_legal_notice(request.user))
    form = LegalNoticeForm(request.POST or None, instance=LegalNotice.now())
    if request.method == "POST" and form.is_valid():
        acts.fill_in(form.save(commit=False), by=request.user)
        messages.success(
            request, _("The legal notice is filled in, and shown to everyone as it is.")
        )
        return redirect("legal")
    return render(request, "marketplace/desk/legal_edit.html", {"form": form})
