"""The legal page, which says who publishes and how long things are kept, and the page where it is filled in."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Pole
from accounts.models.addresses import FORGOTTEN_AFTER
from accounts.models.organisations import INVITATION_LASTS
from accounts.requests import OurRequest, SignedInRequest
from accounts.typed import KEPT_FOR
from marketplace.actions.desk import legal as acts
from marketplace.actions.documents.signing_links import LINK_LASTS
from marketplace.actions.talk.files import ORPHANS_KEPT
from marketplace.forms.desk.legal import LegalNoticeForm
from marketplace.law import parameters
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
        "receipts": parameters.on("receipt_kept_years", timezone.localdate()),
    }
    return render(request, "marketplace/desk/legal.html", context)


def _how_long() -> dict[str, int]:
    """How long things are kept, and how many people are few, from the settings and constants that the site itself works
    with."""
    sweep = timedelta(seconds=settings.CELERY_BEAT_SCHEDULE["typed-forms"]["schedule"])
    return {
        "session_days": timedelta(seconds=settings.SESSION_COOKIE_AGE).days,
        "letter_months": settings.LETTERS_KEPT_MONTHS,
        "address_days": FORGOTTEN_AFTER.days,
        "typed_minutes": int((KEPT_FOR + sweep).total_seconds()) // 60,
        "file_days": ORPHANS_KEPT.days,
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
