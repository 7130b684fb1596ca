"""The pages on which an organisation leaves the site, and takes its papers out."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions.refusals import Refusal
from accounts.models import Leaving, Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from common.dates import spoken
from marketplace.actions.documents import house_papers
from marketplace.actions.market import leaving as acts
from marketplace.forms.market.leaving import LeavingForm
from marketplace.models import Document
from marketplace.models.desk.journal import LONGEST_REASON
from marketplace.rules import leaving as rules
from marketplace.rules import permissions


def _left(request: SignedInRequest, pk: int) -> Leaving | None:
    """The departure of an organisation that this person administered on the day it left, while its papers are kept for
    them."""
    kept = Leaving.objects.kept_for(request.user, timezone.now()).filter(organisation=pk)
    return kept.select_related("organisation").last()


def page(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is under way, and the day; once it has left, its papers."""
    is_there = any(
        row.organisation_id == pk and not row.organisation.is_closed for row in request.memberships
    )
    if not is_there and (left := _left(request, pk)):
        return _after(request, left)
    house = visible(request, pk)
    permissions.require(permissions.can_take_papers(request.user, house))
    there = house.leavings.open().select_related("asked_by").first()
    if request.method == "POST" and there:  # a second click, or a colleague was first
        return redirect("leave-platform", pk=pk)
    if there or not permissions.can_leave_platform(request.user, house):
        permissions.require(request.method != "POST")
        return _shown(request, house, rules.last_end(house), leaving=there)
    lines, last_end = rules.under_way(house), rules.last_end(house)
    asked = {line.accepted for line in lines} - {""}
    form = LeavingForm(request.POST or None, asked=asked, last_end=last_end)
    if request.method == "POST" and form.is_valid() and (done := _set(request, house, form)):
        return done
    return _shown(request, house, last_end, lines, form=form)


def _set(request: SignedInRequest, house: Organisation, form: LeavingForm) -> HttpResponse | None:
    day = form.cleaned_data["on"]
    try:
        leaving = acts.leave(
            house, on=day, accepted=form.accepted, by=request.user, now=timezone.now()
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    if leaving.closed_at:
        messages.success(request, _("%(house)s has left Trait d’union.") % {"house": house})
    else:
        said = _("%(house)s leaves Trait d’union on %(day)s. Until then you may call it off.")
        messages.success(request, said % {"house": house, "day": spoken(day)})
    return redirect("leave-platform", pk=house.pk)


def _shown(
    request: SignedInRequest,
    house: Organisation,
    last_end: date | None,
    lines: list[rules.Line] | None = None,
    *,
    form: LeavingForm | None = None,
    leaving: Leaving | None = None,
) -> HttpResponse:
    context = {
        "organisation": house,
        "form": form,
        "leaving": leaving,
        "lines": rules.under_way(house) if lines is None else lines,
        "last_end": last_end,
        "people": house.memberships.of_active_accounts().count(),
        "papers": Document.objects.of_house(house).count(),
        "longest": LONGEST_REASON,
        "reads_journal": permissions.can_read_journal(request.user, house),
    }
    return render(request, "marketplace/market/leave.html", context)


def _after(request: SignedInRequest, left: Leaving) -> HttpResponse:
    if request.method == "POST":  # a second click
        return redirect("leave-platform", pk=left.organisation_id)
    context = {
        "organisation": left.organisation,
        "leaving": left,
        "papers": Document.objects.of_house(left.organisation).count(),
        "longest": LONGEST_REASON,
    }
    return render(request, "marketplace/market/left.html", context)


@require_POST
def call_off(request: SignedInRequest, pk: int) -> HttpResponse:
    house = visible(request, pk)
    permissions.require(permissions.can_leave_platform(request.user, house))
    leaving = house.leavings.order_by("pk").last()
    try:
        if leaving is not None:
            acts.call_off(leaving, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _(
            "It is called off: %(house)s stays. Offers and needs that were paused wait for you to put them online again."
        )
        messages.success(request, said % {"house": house})
    return redirect("leave-platform", pk=pk)


@require_POST
def papers(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """All papers of the organisation, in a ZIP file that is made while it is sent. A form: a browser that follows links
    ahead takes nothing out."""
    if left := _left(request, pk):
        house = left.organisation
    else:
        house = visible(request, pk)
        permissions.require(permissions.can_take_papers(request.user, house))
    now = timezone.now()
    why = request.POST.get("why", "")
    found = house_papers.take_out(house, by=request.user, why=why, now=now)
    answer = StreamingHttpResponse(
        house_papers.packed(house, found, now=now), content_type="application/zip"
    )
    name = f"papiers-{slugify(str(house))[:60]}-{timezone.localdate(now):%Y-%m-%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
