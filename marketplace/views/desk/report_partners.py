"""Who supports the pôle: the list that its reports show, with logos."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from marketplace.actions.desk import report_partners as acts
from marketplace.actions.refusals import NoRoomForIt, NotYet
from marketplace.forms.desk.reports import PartnerForm
from marketplace.models import ReportPartner
from marketplace.views.desk.figures import pole_chips, pole_of


def index(request: SignedInRequest) -> HttpResponse:
    pole, year = pole_of(request), timezone.localdate().year
    posted = request.method == "POST"
    form = PartnerForm(request.POST, request.FILES) if posted else PartnerForm()
    if posted and form.is_valid():
        data = form.cleaned_data
        try:
            acts.add_partner(
                pole, name=data["name"], role=data["role"], logo=data["logo"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except NoRoomForIt as refusal:
            form.add_error("logo", str(refusal))
        except NotYet as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Added: the reports of the pôle name them from now on."))
            return redirect(f"{reverse('report-partners')}?pole={pole.pk}")
    context = {
        "pole": pole,
        "poles": pole_chips(request, pole),
        "form": form,
        "partners": ReportPartner.objects.filter(pole=pole),
        "year": year,
        "year_url": f"{reverse('figures-report', args=[year])}?pole={pole.pk}",
    }
    return render(request, "marketplace/desk/report_partners.html", context)


def _partner(request: SignedInRequest, pk: int) -> ReportPartner:
    return get_object_or_404(ReportPartner.objects.visible_to(request.user), pk=pk)


@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    partner = _partner(request, pk)
    acts.remove_partner(partner)
    messages.success(request, _("Removed: no report names them any more."))
    return redirect(f"{reverse('report-partners')}?pole={partner.pole_id}")


@require_safe
def logo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Always a PNG that the site has drawn again. Its address changes with the file, so browsers may keep it."""
    partner = _partner(request, pk)
    if not partner.logo:
        raise Http404
    try:
        with partner.logo.open("rb") as drawn:
            answer = HttpResponse(drawn.read(), content_type="image/png")
    except FileNotFoundError:
        raise Http404 from None
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
