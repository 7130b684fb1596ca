"""The pages on which people leave an organisation or the site."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import opening, permissions
from accounts.actions import administrators
from accounts.actions import people as accounts
from accounts.actions.refusals import Refusal
from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from accounts.requests import SignedInRequest
from accounts.views.members import membership_seen_by
from marketplace.actions.market import forgetting, people
from marketplace.actions.refusals import NotYet
from marketplace.models import Offer, Time
from marketplace.personal_data import kept


@reauthentication_required
def close_account(request: SignedInRequest) -> HttpResponse:
    """Say what is deleted, what stays and what is in the way; the button closes the account."""
    user = request.user
    if request.method == "POST":
        try:
            people.close_account(user, now=timezone.now())
        except (NotYet, Refusal) as refusal:
            messages.error(request, str(refusal))
            return redirect("account-close")
        logout(request)
        messages.success(request, _("Your account is closed. Thank you for what you have given."))
        return redirect("home")
    missions = people.blocking_missions(user)
    heirs = accounts.waiting_for_an_heir(user)
    runs_it_alone = administrators.is_the_last(user)
    context = {
        "missions": missions,
        "heirs": heirs,
        "alone": accounts.left_alone_by(user),
        "runs_it_alone": runs_it_alone,
        "is_free": not (missions or heirs or runs_it_alone),
        "has_place": user.memberships.exists(),
        "papers": forgetting.papers(user),
        "stays_named": forgetting.stays(user, kept.NAMED),
        "stays_unnamed": forgetting.stays(user, kept.UNNAMED),
    }
    return render(request, "marketplace/market/account_close.html", context)


def remove_member(request: SignedInRequest, pk: int) -> HttpResponse:
    membership = membership_seen_by(request.user, pk)
    permissions.require(permissions.can_manage_members(request.user, membership.organisation))
    page = "members" if membership.represents else "employees"
    back_url = reverse(page, args=[membership.organisation_id])
    if request.method == "POST":
        try:
            people.remove(membership, by=request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("%(person)s no longer belongs to the organisation.")
                % {"person": membership.user},
            )
        return redirect(back_url)
    context = {
        "title": _("Remove %(person)s from %(organisation)s?")
        % {"person": membership.user, "organisation": membership.organisation},
        "consequences": [
            _("They can no longer speak for the organisation, nor read its threads.")
            if membership.represents
            else _("They can no longer offer anything on its time."),
            *_suspended(membership),
            *_offers_paused(
                membership,
                _(
                    "Offers of working time made in their name are no longer shown; their own time stays theirs."
                ),
            ),
            _("A letter tells them so. You can invite them again."),
        ],
        "act_label": _("Remove this person"),
        "back_url": back_url,
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def _suspended(membership: Membership) -> list[str]:
    """A sentence for each live mission on working time, by its name, then what becomes of them."""
    missions = people.missions_left_by(membership)
    names = [
        _("“%(mission)s”, for %(structure)s, is suspended from today.")
        % {"mission": mission, "structure": mission.need.organisation}
        for mission in missions
    ]
    if not names:
        return []
    return [
        *names,
        _(
            "The structure, those in charge at the employer’s and the coordinators are told; together they "
            "look for somebody else, hand the mission over to a colleague, or stop it."
        ),
        _(
            "Hours up to today, within the dates of each mission, may still be written for two weeks by the person who leaves."
        ),
    ]


def _offers_paused(membership: Membership, sentence: str) -> list[str]:
    """The sentence about offers, of whom a company lends; elsewhere of those who have one."""
    organisation = membership.organisation
    named = Q(person=membership.user) | Q(created_by=membership.user)
    offers = Offer.objects.filter(named, organisation=organisation, time=Time.WORK)
    lends = organisation.may_offer and not organisation.may_ask
    return [sentence] if lends or offers.exists() else []


def leave_organisation(request: SignedInRequest, pk: int) -> HttpResponse:
    membership = membership_seen_by(request.user, pk)
    permissions.require(permissions.can_leave(request.user, membership))
    organisation = membership.organisation
    if opening.is_left_at_work(request.user, organisation):
        messages.info(
            request,
            _("Before you leave: an address of your own, so that your account stays yours."),
        )
        return redirect("account_email")
    # Whoever is there for themselves alone doesn't read who speaks for it.
    members_url = reverse("members", args=[organisation.pk])
    back_url = members_url if membership.represents else reverse("organisations")
    if request.method == "POST":
        try:
            people.leave(membership, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(back_url)
        request.session.pop(SESSION_KEY, None)
        messages.success(
            request, _("You no longer belong to %(organisation)s.") % {"organisation": organisation}
        )
        return redirect("organisations")
    context = {
        "title": _("Leave %(organisation)s?") % {"organisation": organisation},
        "consequences": [
            _("You no longer speak for it, nor read its threads.")
            if membership.represents
            else _("You no longer offer anything on its time."),
            *_suspended(membership),
            *_offers_paused(
                membership,
                _(
                    "Offers of working time made in your name are no longer shown; your own time stays yours."
                ),
            ),
            _("Its administrators are told. They can invite you again."),
        ],
        "act_label": _("Leave this organisation"),
        "back_url": back_url,
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)
