"""An organisation's public page. It is in this app, and not in `accounts`, because it shows the needs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Organisation, User
from accounts.models.groups import group_of
from accounts.requests import OurRequest
from accounts.views.organisations import visible
from marketplace.models import Need, Review
from marketplace.rules import lenders, service_levels
from marketplace.rules import permissions as rights
from marketplace.rules.next_acts import organisations as next_acts
from marketplace.rules.next_acts.cards import Card

SHOWN = 12


@login_not_required
@require_safe
def detail(request: OurRequest, pk: int) -> HttpResponse:
    """The page of an organisation: public once it is verified; before, only for its own people and its
    coordinators."""
    organisation = visible(request, pk)
    user = request.reader
    belongs = user is not None and user.belongs_to(organisation)
    context = {
        "organisation": organisation,
        "needs": Need.objects.published()
        .of(organisation)
        .select_related("commune", "cause")[:SHOWN],
        "testimonials": Review.objects.public_about(organisation)[:SHOWN],
        "pace": service_levels.pace_of(organisation),
        "belongs": belongs,
        "group": _group(organisation),
        "can_edit": user is not None and permissions.can_edit(user, organisation),
        "can_see_members": user is not None and permissions.can_see_members(user, organisation),
        "can_verify": user is not None and permissions.can_verify(user, organisation),
        "money": _money(user, organisation) if user and belongs else {},
        "sees_year": user is not None and rights.can_see_organisation_year(user, organisation),
        "year": timezone.localdate().year,
        "next_act": _next_act(user, organisation) if user and belongs else None,
    }
    return render(request, "marketplace/market/organisation.html", context)


def _group(organisation: Organisation) -> dict:
    """What anybody may read of its group: the head, or for the head those that belong to it. One that isn't public
    at the moment isn't named."""
    head, *members = group_of(organisation) or [organisation]
    if head != organisation:
        return {"head": head} if head.is_accepted else {}
    return {"members": [one for one in members if one.is_accepted]}


def _next_act(user: User, organisation: Organisation) -> Card | None:
    last = organisation.steps.with_a_word().last()
    return next_acts.card(user, organisation, last_word=str(last.said) if last else "")


def _money(user: User, organisation: Organisation) -> dict:
    """The links to the pages of the year, for those who give receipts or answer for the company's gifts."""
    year = timezone.localdate().year
    links: dict = {"year": year}
    if organisation.may_give_receipts:
        links["receipts"] = rights.can_give_receipts(user, organisation)
    if not organisation.may_offer:
        return links
    return links | {
        "gifts": organisation.may_deduct_gifts
        and (
            rights.is_in_charge_at(user, organisation) or rights.can_see_costs(user, organisation)
        ),
        "team": rights.manages_at(user, organisation),
        "programmes": not lenders.why_not(organisation, timezone.localdate()),
    }
