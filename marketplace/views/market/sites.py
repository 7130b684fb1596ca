"""The sites of an organisation, and who of its people works at which."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.refusals import Refusal
from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import sites as acts
from marketplace.desk import employees
from marketplace.forms.market.sites import SiteForm
from marketplace.models import InvitedEmployee, Site
from marketplace.rules import permissions


def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sites, with how many people are at each; a new one is added here."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_run_programmes(request.user, organisation))
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.add(organisation, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("The site is there."))
            return redirect("sites", pk=pk)
    there = employees.at_sites(organisation)
    rows = [
        {"site": site, "people": there.get(site.pk, 0)}
        for site in organisation.sites.select_related("commune__department")
    ]
    context = {"organisation": organisation, "form": form, "rows": rows}
    return render(request, "marketplace/market/sites.html", context)


def _say(form: SiteForm, refusal: Refusal) -> None:
    form.add_error("name" if isinstance(refusal, acts.NameTaken) else None, str(refusal))


def _mine(request: SignedInRequest, pk: int) -> Site:
    ours = Organisation.objects.spoken_for_by(request.user).values("pk")
    rows = Site.objects.filter(organisation__in=ours).select_related("organisation", "commune")
    site = get_object_or_404(rows, pk=pk)
    permissions.require(permissions.can_run_programmes(request.user, site.organisation))
    return site


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    site = _mine(request, pk)
    called = site.name  # the form writes on the row
    form = SiteForm(request.POST or None, instance=site)
    if request.method == "POST" and form.is_valid():
        try:
            acts.change(site, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("sites", pk=site.organisation_id)
    context = {"form": form, "site": site, "called": called, "organisation": site.organisation}
    return render(request, "marketplace/market/site.html", context)


def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what follows, then do it at the press of the button."""
    site = _mine(request, pk)
    back = redirect("sites", pk=site.organisation_id)
    if refusal := acts.why_not_removed(site):
        messages.error(request, refusal)
        return back
    if request.method == "POST":
        try:
            acts.remove(site, by=request.user)
        except Refusal as late:
            messages.error(request, str(late))
        else:
            messages.success(request, _("The site is removed."))
        return back
    context = {
        "title": _("Remove the site “%(site)s”?") % {"site": site},
        "consequences": [_who_loses(site), _("A list of people can’t name it any more.")],
        "act_label": _("Remove the site"),
        "back_url": reverse("sites", args=[site.organisation_id]),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def _who_loses(site: Site) -> str:
    """Of those who are there, and of those who are invited and awaited."""
    organisation = site.organisation
    invited = InvitedEmployee.objects.filter(invitation__in=organisation.invitations.shown())
    n = employees.at_sites(organisation).get(site.pk, 0) + invited.filter(site=site).count()
    if not n:
        return _("Nobody is said to work there.")
    words = ngettext(
        "%(n)d person has no site any more, until you name another.",
        "%(n)d people have no site any more, until you name another.",
        n,
    )
    return words % {"n": n}
