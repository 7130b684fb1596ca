"""The page of an empty pôle for its coordinators: what is done, and what comes next."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import capabilities, permissions
from accounts.capabilities import Capability
from accounts.models import Door, Organisation, Pole, User, poles_of
from accounts.requests import SignedInRequest
from marketplace.models import Need, OrganisationRecord


@dataclass(frozen=True)
class FirstStep:
    """One thing to do: why, where, and whether it is done."""

    title: str
    why: str
    done: bool
    url: str = ""  # none: it is for those who administer the operator
    act: str = ""


@require_safe
def first_steps(request: SignedInRequest) -> HttpResponse:
    poles = list(poles_of(request.user))
    permissions.require(bool(poles))
    pole = poles[0]
    ours = Organisation.objects.spoken_for_by(request.user).seated_in(pole)[0]
    door = Door.objects.filter(operator=ours).first()
    steps = [*_people(request.user, ours, door), *_market(pole)]
    context = {
        "pole": pole,
        "steps": steps,
        "left": sum(not step.done for step in steps),
        "address": settings.SITE_URL
        + (door.get_absolute_url() if door else reverse("account_signup")),
    }
    return render(request, "marketplace/desk/first_steps.html", context)


def _people(user: User, ours: Organisation, door: Door | None) -> list[FirstStep]:
    described = bool(ours.purpose and ours.address)
    administers = user.administers(ours)
    return [
        FirstStep(
            _("Protect your account"),
            _("You see the details of many people: a second factor keeps them safe."),
            Authenticator.objects.filter(user=user).exists(),
            reverse("mfa_index"),
            _("Add a second factor"),
        ),
        FirstStep(
            _("Describe your operator"),
            _("Its purpose, address and logo are on its public page."),
            described,
            reverse("organisation-edit", args=[ours.pk]) if administers else "",
            _("Describe it"),
        ),
        FirstStep(
            _("Write on your door"),
            _(
                "Who comes in by it reads your words, signs up under your name, and is counted with you."
            ),
            bool(door and door.words),
            reverse("door-edit", args=[ours.pk]) if administers else "",
            _("Write your words"),
        ),
        FirstStep(
            _("Invite your colleagues"),
            _("Each coordinator has an account of their own, and sees what waits for the pôle."),
            ours.memberships.count() > 1,
            reverse("members", args=[ours.pk]) if administers else "",
            _("Invite someone"),
        ),
    ]


def _market(pole: Pole) -> list[FirstStep]:
    ours = Organisation.objects.accepted().filter(pole=pole)
    kinds = ours.values_list("kind", flat=True).distinct()
    verified = [capabilities.of(kind) for kind in kinds]
    queue = reverse("organisations-to-verify")
    see = _("See who is waiting")
    return [
        FirstStep(
            _("Bring in your spreadsheets"),
            _(
                "Organisations, people and past missions that you follow elsewhere: nobody is written to at once."
            ),
            OrganisationRecord.objects.filter(pole=pole).exists(),
            reverse("bring-in"),
            _("Bring in a file"),
        ),
        FirstStep(
            _("Welcome a first structure"),
            _("Send it the address below. Once it has registered, you verify it."),
            any(Capability.ASK in held for held in verified),
            queue,
            see,
        ),
        FirstStep(
            _("Welcome a first company"),
            _("The same address: companies say so when they sign up."),
            any(Capability.OFFER in held for held in verified),
            queue,
            see,
        ),
        FirstStep(
            _("Publish a first need"),
            _("The structure writes it, you read it with them, then you publish it."),
            Need.objects.published().filter(pole=pole).exists(),
            reverse("desk"),
            _("Go to the desk"),
        ),
    ]
