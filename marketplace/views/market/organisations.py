"""An organisation's public page. It is in this app, and not in `accounts`, because it shows the needs."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Door, Organisation, OrganisationStep, User
from accounts.models.groups import group_of
from accounts.requests import OurRequest, SignedInRequest
from accounts.states import OrganisationStatus
from accounts.views.organisations import visible
from marketplace.actions.market import own_name
from marketplace.models import Need, Review, Telling
from marketplace.models.market.carried import of_houses
from marketplace.rules import (
    lenders,
    service_levels,
    shown_families,
    tellings,
    worked_with,
)
from marketplace.rules import permissions as rights
from marketplace.rules.few import FEW
from marketplace.rules.next_acts import organisations as next_acts
from marketplace.rules.next_acts.cards import Card
from marketplace.rules.tellings import Names
from marketplace.rules.worked_with import Ended
from marketplace.views.market import sharing

SHOWN = 12
TOLD = 3


@login_not_required
@require_safe
def detail(request: OurRequest, pk: int) -> HttpResponse:
    """The page of an organisation: public once it is verified; before, only for its own people and its
    coordinators."""
    organisation = _shown(request, pk)
    user = request.reader
    belongs = any(row.organisation_id == organisation.pk for row in request.memberships)
    represents = user is not None and user.represents(organisation)
    ended = worked_with.ended_of(organisation)
    context = {
        "organisation": organisation,
        "shared": sharing.of_organisation(organisation),
        "needs": _needs(organisation),
        "testimonials": Review.objects.public_about(organisation)[:SHOWN],
        "tellings": _tellings(organisation),
        "pace": service_levels.pace_in(getattr(organisation, "responsiveness", None)),
        "belongs": belongs,
        "represents": represents,
        "group": _group(organisation),
        "can_edit": user is not None and permissions.can_edit(user, organisation),
        "can_see_members": user is not None and permissions.can_see_members(user, organisation),
        "can_verify": user is not None and permissions.can_verify(user, organisation),
        "money": _money(user, organisation) if user and belongs else {},
        "sees_year": user is not None and rights.can_see_organisation_year(user, organisation),
        "can_write_for": user is not None
        and organisation.is_active
        and rights.can_write_for(user, organisation),
        "can_visit": user is not None and rights.can_propose_visit(user, organisation),
        "year": timezone.localdate().year,
        "next_act": _next_act(user, organisation) if user and represents else None,
        "families": shown_families.families_of([organisation.pk]).get(organisation.pk, []),
        "together": _together(user, organisation, ended),
        "place": _place(organisation, ended.number),
        "serving": getattr(organisation, "serving", None),
        "can_copy_data": user is not None and rights.can_copy_data_of(user, organisation),
        "can_leave": user is not None and rights.can_leave_platform(user, organisation),
        **_door(user, organisation),
    }
    return render(request, "marketplace/market/organisation.html", context)


def _shown(request: OurRequest, pk: int) -> Organisation:
    """The same as `visible`, with what the page shows of it: how it answers, whom it serves, since when it is verified."""
    accepted = OrganisationStep.objects.filter(
        organisation=OuterRef("pk"), after=OrganisationStatus.ACCEPTED
    )
    rows = Organisation.objects.visible_to(request.user).select_related(
        "pole", "commune__department", "responsiveness", "serving__cause"
    )
    first = Subquery(accepted.order_by("at").values("at")[:1])
    rows = rows.prefetch_related("serving__beneficiaries").annotate(accepted_at=first)
    return get_object_or_404(rows, pk=pk)


def _needs(organisation: Organisation) -> list[Need]:
    if not organisation.may_ask:
        return []
    rows = Need.objects.published().filter(of_houses([organisation.pk]))
    return list(rows.select_related("commune", "cause")[:SHOWN])


def _tellings(organisation: Organisation) -> list[tuple[Telling, Names]]:
    """The ends of missions that both sides tell, the latest first."""
    return [(one, tellings.names_of(one)) for one in tellings.about(organisation, TOLD)]


def _group(organisation: Organisation) -> dict:
    """What anybody may read of its group: the head, or for the head those that belong to it. One that isn't public
    at the moment isn't named."""
    head, *members = group_of(organisation) or [organisation]
    if head != organisation:
        return {"head": head} if head.is_accepted else {}
    return {"members": [one for one in members if one.is_accepted]}


@dataclass(frozen=True)
class Together:
    """Those with which it has worked: a dozen for whoever passes by, all for whoever may take a name back."""

    shown: list[Organisation]
    more: int
    may_unname: bool


def _together(user: User | None, organisation: Organisation, ended: Ended) -> Together:
    partners = worked_with.partners_of(organisation, ended)
    may_unname = user is not None and rights.can_unname(user, organisation)
    shown = partners if may_unname else partners[:SHOWN]
    return Together(shown, len(partners) - len(shown), may_unname)


def _door(user: User | None, operator: Organisation) -> dict:
    """The door of an operator, and whether this person says what is on it."""
    if not operator.may_coordinate:
        return {}
    return {
        "door": Door.objects.open().filter(operator=operator).first(),
        "can_describe_door": user is not None and permissions.can_describe_door(user, operator),
    }


def _place(organisation: Organisation, done: int) -> dict:
    """Since when it is of the pôle, and in how many missions it has been there, unless they are few."""
    if not organisation.is_accepted or organisation.may_coordinate:
        return {}
    return {
        "since": getattr(organisation, "accepted_at", None) or organisation.created_at,
        "missions": done if done >= FEW else 0,
    }


def unname(request: SignedInRequest, pk: int, other_pk: int) -> HttpResponse:
    """An administrator takes back the yes of their organisation to being named with the other: say what follows, then
    do it at the press of the button."""
    organisation = visible(request, pk)
    permissions.require(rights.can_unname(request.user, organisation))
    other = get_object_or_404(Organisation, pk=other_pk)
    if not worked_with.yeses_of(organisation, other).exists():
        messages.info(request, _("This yes has ended already."))
        return redirect(organisation)
    if request.method == "POST":
        own_name.unname(organisation, other)
        messages.success(request, _("Taken back: the two names are no longer shown together."))
        return redirect(organisation)
    context = {
        "title": _("No longer be named with %(other)s?") % {"other": other},
        "consequences": [
            _("Neither page says any more that you have worked together."),
            _("The other side isn’t told. Whoever agreed to it here reads it on their own page."),
            _("After another mission, it is asked again with the review."),
        ],
        "act_label": _("Take the name back"),
        "back_url": organisation.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def _next_act(user: User, organisation: Organisation) -> Card | None:
    if not next_acts.has_one(organisation):
        return None
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
        "journal": rights.can_read_journal(user, organisation),
        "gifts": organisation.may_deduct_gifts
        and (
            rights.is_in_charge_at(user, organisation) or rights.can_see_costs(user, organisation)
        ),
        "people": rights.can_see_people(user, organisation),
        "sites": rights.can_run_programmes(user, organisation),
        "costs": organisation.may_deduct_gifts and rights.can_see_costs(user, organisation),
        "own": rights.can_ask_for_a_correction(user, organisation),
        "team": rights.manages_at(user, organisation),
        "programmes": not lenders.why_not(organisation, timezone.localdate()),
    }
