"""Who is charged with what in an organisation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.actions.refusals import Refusal
from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import duties
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.duties import DutyForm
from marketplace.models import Duty
from marketplace.rules import permissions

# What is said of each on top of the page: there, who lends by name alone sponsors nobody.
IN_SHORT = {
    Duty.Kind.CSR: gettext_lazy("looking after skills sponsorship"),
    Duty.Kind.PROGRAMME: gettext_lazy("running a programme"),
    Duty.Kind.HR: gettext_lazy("looking after human resources"),
    Duty.Kind.MANAGER: gettext_lazy("managing a team"),
    Duty.Kind.SIGNATORY: gettext_lazy("signing"),
    Duty.Kind.TREASURER: gettext_lazy("giving tax receipts"),
}
LENDING = gettext_lazy("looking after the people who are lent")


def charged(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page of who is charged with what; administrators change it."""
    organisation = visible(request, pk)
    permissions.require(not organisation.may_coordinate and request.user.represents(organisation))
    can_give = permissions.can_give_duties(request.user, organisation)
    chosen = request.GET.get("membre", "")
    form = DutyForm(request.POST or None, organisation=organisation, initial={"membership": chosen})
    if request.method == "POST":
        permissions.require(can_give)
        if form.is_valid():
            _give(request, form)
            return redirect("duties", pk=pk)
    given = Duty.objects.filter(membership__organisation=organisation).select_related(
        "membership__user"
    )
    context = {
        "organisation": organisation,
        "in_short": _in_short(organisation),
        "duties": given,
        "form": form,
        "can_give": can_give,
    }
    return render(request, "marketplace/market/duties.html", context)


def _in_short(organisation: Organisation) -> str:
    """The duties that there are in it, in a list to be read."""
    own = {Duty.Kind.CSR: LENDING} if organisation.lends_by_name_alone else {}
    kinds = Duty.kinds_of(organisation)
    return ", ".join(str(own.get(kind, IN_SHORT[kind])) for kind in kinds)


def _give(request: SignedInRequest, form: DutyForm) -> None:
    spoke = form.cleaned_data["membership"].represents
    try:
        duty = duties.give(by=request.user, **form.cleaned_data)
    except (NotYet, Refusal) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _said(duty, spoke=spoke))


def _said(duty: Duty, *, spoke: bool) -> str:
    if spoke or duty.kind == Duty.Kind.MANAGER:
        return _("Done.")
    said = _("Done: %(person)s speaks for %(organisation)s from now on.")
    return said % {"person": duty.membership.user, "organisation": duty.membership.organisation}


@require_POST
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    ours = Organisation.objects.spoken_for_by(request.user).values("pk")
    mine = Duty.objects.filter(membership__organisation__in=ours)
    duty = get_object_or_404(mine.select_related("membership__organisation"), pk=pk)
    organisation = duty.membership.organisation
    permissions.require(permissions.can_give_duties(request.user, organisation))
    duties.take_back(duty)
    messages.success(request, _("Done."))
    return redirect("duties", pk=organisation.pk)
