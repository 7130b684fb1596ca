"""One's own consents: answered by a link or on the site, listed on one page, taken back there."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation, Pole, User
from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.market import consents, own_name
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.consents import ConsentForm
from marketplace.law import parameters
from marketplace.letters.market.consents import title_of
from marketplace.models import (
    Behalf,
    Consent,
    ConsentKind,
    ConsentRequest,
    Mission,
    Offer,
    Proposal,
    Review,
    TeamMember,
    Telling,
)
from marketplace.models.market.consents import ON_AN_OFFER
from marketplace.rules import own_yes, permissions, shown_families, taking_back, teams
from marketplace.views.links import link_cut, link_over
from marketplace.views.market.offers import offer_or_404
from marketplace.views.missions.agreements import unindexed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# --- asked ---------------------------------------------------------------------------------
@login_not_required
@never_cache
def answer(request: OurRequest, token: str) -> HttpResponse:
    """The page of a request. Opening it changes nothing, since mail scanners open links: the page's buttons act."""
    now = timezone.now()
    try:
        asked = consents.from_token(token)
    except NotYet as refusal:
        return link_over(request, str(refusal))
    if asked is None:
        return link_cut(request)
    with translation.override(asked.person.language):
        return unindexed(_answer(request, asked, now))


def _answer(request: OurRequest, asked: ConsentRequest, now: datetime) -> HttpResponse:
    if over := own_name.why_over(asked, now):
        return link_over(request, over)
    posted = request.POST if request.method == "POST" else None
    offer = own_name.offer_of(asked) if asked.is_about_an_offer else None
    families = shown_families.of_offer(offer) if offer else []
    part = own_name.part_of(asked) if asked.is_about_a_team else None
    employee = teams.employee_of(part.mission, part.person) if part else None
    form = ConsentForm(posted, families=families, employee=employee)
    if form.is_valid():
        said = form.cleaned_data
        yes, family = said["answer"] == "YES", said.get("family", False)
        how = _how(request, asked)
        try:
            own_name.answer(
                asked, yes=yes, family=family, manager=form.manager, reason=said["reason"],
                how=how, now=now,
            )  # fmt: skip
        except NotYet as refusal:
            return link_over(request, str(refusal))
        return render(request, "marketplace/market/consent_done.html", {"asked": asked, "yes": yes})
    return render(request, "marketplace/market/consent.html", {"form": form, **_about(asked)})


def _how(request: OurRequest, asked: ConsentRequest) -> str:
    is_me = request.user.is_authenticated and request.user.pk == asked.person_id
    return Consent.How.ACCOUNT if is_me else Consent.How.LINK


def _about(asked: ConsentRequest) -> dict:
    offer = own_name.offer_of(asked)
    assert offer is not None, "what is about nothing is over"
    mission = None
    if asked.kind == ConsentKind.RENEWAL:
        mission = Mission.objects.select_related("need__organisation", "sheet").get(pk=asked.about)
    part = own_name.part_of(asked) if asked.is_about_a_team else None
    held = offer.held.select_related("skill")
    return {"asked": asked, "offer": offer, "held": held, "mission": mission, "part": part}


# --- listed --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A consent, with the title and the address of what it is about. When that has gone, or the person may not read
    it any more, the title is its kind and there is no address."""

    consent: Consent
    title: str
    url: str
    left: Organisation | None = None
    """The house with whose offer the person was put forward, and which they are no longer of: the yes can't count."""

    @property
    def goes(self) -> "StrOrPromise":
        """What goes at once when it is taken back."""
        return taking_back.GOES[self.consent.kind]

    @property
    def is_one_click(self) -> bool:
        """Whether nobody waits for an answer by it: no page in between."""
        return self.consent.kind in taking_back.AT_ONCE


CHANGED = Consent.Ended.CHANGED
ABOUT: dict[str, type[Model]] = {
    ConsentKind.OFFER: Offer,
    ConsentKind.MISSION: Proposal,
    ConsentKind.RENEWAL: Mission,
    ConsentKind.TEAM: TeamMember,
    ConsentKind.QUOTE: Review,
    ConsentKind.LISTED: Organisation,
    ConsentKind.WORKED_WITH: Mission,
    ConsentKind.FAMILY: Offer,
    ConsentKind.TELLING: Telling,
    ConsentKind.LETTERS: Pole,
    ConsentKind.BEHALF: Behalf,
}


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    given = list(Consent.objects.filter(person=request.user))
    things = _things(given, request.user)
    left = _left_behind(given, request.user)
    lines = [
        replace(_line(one, things.get((one.kind, one.about))), left=left.get(one.pk))
        for one in given
    ]
    asked = ConsentRequest.objects.waiting().filter(person=request.user)
    now = timezone.now()
    return render(
        request,
        "marketplace/market/consents.html",
        {
            "law": parameters.on("consent_years", timezone.localdate(now)),
            "standing": [line for line in lines if line.consent.stands],
            "others": taking_back.other_yeses(request.user),
            "ended": [line for line in lines if not line.consent.stands],
            "waiting": [
                (one, title_of(one), consents.link(one))
                for one in asked
                if not own_name.why_over(one, now)
            ],
        },
    )


def _left_behind(given: list[Consent], user: User) -> dict[int, Organisation]:
    """Of the yeses that no longer count, those on an offer of a house that the person has left since, with the house."""
    void = [one for one in given if one.kind in ON_AN_OFFER and one.ended_because == CHANGED]
    if not void:
        return {}
    offers = Offer.objects.left_by_their_person().filter(person=user).select_related("organisation")
    theirs = offers.in_bulk([one.about for one in void])
    houses = {number: offer.organisation for number, offer in theirs.items()}
    return {one.pk: house for one in void if (house := houses.get(one.about))}


def _things(given: list[Consent], user: User) -> dict[tuple[str, int], Model]:
    """What the consents are about, in one query for each kind. Offers that the person doesn't see any more are left
    out, for they may say something else since; so are missions that aren't theirs to read any more, of which two
    organisations were to be named."""
    found: dict[tuple[str, int], Model] = {}
    for kind, model in ABOUT.items():
        numbers = [one.about for one in given if one.kind == kind]
        rows = _among(kind, model, user).in_bulk(numbers) if numbers else {}
        found |= {(kind, number): row for number, row in rows.items()}
    return found


def _among(kind: str, model: type[Model], user: User) -> QuerySet[Any]:
    if model is Offer:
        return Offer.objects.visible_to(user)
    if model is TeamMember:
        return TeamMember.objects.visible_to(user).select_related("mission__need")
    if model is Telling:
        seen = Mission.objects.visible_to(user).values("pk")
        return Telling.objects.filter(mission__in=seen).select_related("mission__need")
    if kind == ConsentKind.WORKED_WITH:
        both = ("need__organisation", "offer__organisation")
        return Mission.objects.visible_to(user).select_related(*both)
    return model._default_manager.all()


def _line(consent: Consent, thing: Model | None) -> Line:
    match thing:
        case Mission() if consent.is_about_two_names:
            names = {"structure": thing.need.organisation, "employer": thing.offer.organisation}
            title = _("%(structure)s and %(employer)s") % names
            return Line(consent, title, thing.get_absolute_url())
        case Offer() | Mission() | Organisation() | Telling() | Pole():
            return Line(consent, str(thing), thing.get_absolute_url())
        case TeamMember():
            return Line(consent, str(thing.mission), thing.get_absolute_url())
        case Proposal():
            return Line(consent, thing.need.title, thing.get_absolute_url())
        case Review():
            return Line(consent, thing.words, "")
    return Line(consent, capfirst(consent.get_kind_display()), "")


def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what will happen, then take the consent back at the press of the button."""
    consent = get_object_or_404(Consent, pk=pk, person=request.user)
    if not consent.stands:
        messages.info(request, _("This yes has ended already."))
        return redirect("consents")
    if request.method == "POST":
        own_name.take_back(consent, by=request.user)
        messages.success(request, taking_back.gone(consent.kind))
        return redirect("consents")
    things, missions = _things([consent], request.user), own_name.live_missions(consent)
    waits = own_name.has_open_proposal(consent)
    is_over = not (missions or waits or consent.is_about_an_offer)
    return render(
        request,
        "marketplace/market/consent_take_back.html",
        {
            "line": _line(consent, things.get((consent.kind, consent.about))),
            "missions": missions,
            "waits": waits,
            "tells_author": not is_over and _has_another_author(consent),
        },
    )


def _has_another_author(consent: Consent) -> bool:
    """Whether somebody else wrote the offer, who is told that the yes is taken back."""
    offer = own_name.offer_of(consent)
    return offer is not None and own_yes.other_author(offer) is not None


# --- the family of an offer ----------------------------------------------------------------
@require_POST
def show_family(request: SignedInRequest, pk: int) -> HttpResponse:
    """One click: the field of one's offer may be shown on the page of one's organisation."""
    offer = offer_or_404(request, pk)
    permissions.require(permissions.may_show_family(request.user, offer))
    try:
        own_name.show_family(offer, read=request.POST.get("read", ""), by=request.user)
    except NotYet as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("Thank you: the field may be shown, without your name."))
    return redirect(offer)


@require_POST
def hide_family(request: SignedInRequest, pk: int) -> HttpResponse:
    """One click takes it back, from the same place."""
    offer = offer_or_404(request, pk)
    permissions.require(permissions.may_show_family(request.user, offer))
    given = Consent.objects.standing(request.user, ConsentKind.FAMILY, offer).first()
    if given is None:
        messages.info(request, _("This yes has ended already."))
        return redirect(offer)
    own_name.take_back(given, by=request.user)
    messages.success(request, _("Taken back: this offer no longer makes its field shown."))
    return redirect(offer)
