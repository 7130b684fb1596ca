"""What a pôle has brought in, for its coordinators; and the page by which somebody keeps or erases what is held about them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import coming
from accounts.adapter import show_address
from accounts.coming import Said
from accounts.models import Coming, User
from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from marketplace.actions.desk import record_offers, record_tellings
from marketplace.models import (
    MissionRecord,
    NeedRecord,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
)
from marketplace.models.desk.behalf import LASTS
from marketplace.views.desk import bring_page
from marketplace.views.desk.figures import pole_chips, pole_of
from marketplace.views.links import link_over
from marketplace.views.long_lists import counted_page
from marketplace.views.market import offer_start
from marketplace.views.missions.agreements import unindexed

A_PAGE = 50
NEEDS_SHOWN = 3  # of one organisation
# The word of the address → the rows, what is read with them, their order.
LISTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "organisations": (
        OrganisationRecord.objects.select_related("commune", "organisation"),
        ("name", "pk"),
    ),
    "personnes": (
        PersonRecord.objects.select_related("commune", "structure"),
        ("last_name", "first_name", "pk"),
    ),
    "missions": (
        MissionRecord.objects.select_related("structure", "person"),
        ("-begun_on", "-pk"),
    ),
    "besoins": (
        NeedRecord.objects.select_related("structure", "commune", "need"),
        ("title", "pk"),
    ),
    "offres": (OfferRecord.objects.select_related("person", "commune"), ("pk",)),
}


@never_cache
@require_safe
def index(request: SignedInRequest, kind: str) -> HttpResponse:
    pole = pole_of(request)
    if kind not in LISTS:
        raise Http404
    rows, order = LISTS[kind]
    mine = rows.visible_to(request.user).filter(pole=pole)
    if wanted := request.GET.get("fiche", ""):  # one that was found
        mine = mine.filter(pk=get_object_or_404(mine, pk=_number(wanted)).pk)
    page, count = counted_page(mine, order, A_PAGE, request.GET)
    if kind == "missions":
        _hide_names(request.user, page.rows)
    elif kind == "organisations":
        _show_needs(page.rows)
    elif kind == "offres":
        _say_where(page.rows)
    of_pole = f"?pole={pole.pk}" if "pole" in request.GET else ""
    context = {
        "kind": kind,
        "pole": pole,
        "poles": pole_chips(request, pole),
        "of_pole": of_pole,
        "page": page,
        "count": count,
        "chips": [
            {
                "label": one["label"],
                "url": reverse("records", args=[one["word"]]) + of_pole,
                "active": one["word"] == kind,
                "count": one["count"],
            }
            for one in bring_page.held(pole)
        ],
    }
    return render(request, "marketplace/desk/records.html", context)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0


def _show_needs(structures: list[OrganisationRecord]) -> None:
    """The first needs of each that wait for somebody to write them."""
    waiting = NeedRecord.objects.filter(is_open=True, need=None).order_by("pk")
    lookup = Prefetch("needs", waiting[:NEEDS_SHOWN], to_attr="waiting_needs")
    prefetch_related_objects(structures, lookup)


def _say_where(offers: list[OfferRecord]) -> None:
    """Whether the person of each was told, and what they said; not whether they have an account."""
    for offer in offers:
        person = offer.person
        if person.agreed_at:
            words, day = _("Agreed on %(day)s"), person.agreed_at
        elif offer.letter_at:
            words, day = (
                _("Told; erased on %(day)s without a word of theirs"),
                offer.letter_at + LASTS,
            )
        elif person.email:
            words, day = _("To be told; erased on %(day)s otherwise"), offer.erased_on
        else:
            words, day = _("No address: erased on %(day)s"), person.erased_on
        offer.stands = words % {"day": date_format(timezone.localtime(day), "j F Y")}  # type: ignore[attr-defined]


def _hide_names(user: User, missions: list[MissionRecord]) -> None:
    """Of those under this reader it isn't told that they came."""
    numbers = {mission.person_id for mission in missions if mission.person_id}
    shown = PersonRecord.objects.visible_to(user).filter(pk__in=numbers)
    known = set(shown.values_list("pk", flat=True))
    for mission in missions:
        if mission.person_id not in known:
            mission.person = None


def erase(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody has asked a coordinator to erase what is held about them."""
    record = get_object_or_404(PersonRecord.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        record_tellings.erase(record, now=timezone.now())
        messages.success(request, _("Erased. No later file brings this address in again."))
        return redirect("records", kind="personnes")
    context = {
        "title": _("Erase what is held about %(name)s?") % {"name": record},
        "consequences": [
            _("Their past missions stay counted, without a name."),
            _("If they have an address, no later file brings it in again."),
            _("This can’t be taken back."),
        ],
        "act_label": _("Erase"),
        "danger": True,
        "back_url": reverse("records", args=["personnes"]),
    }
    return render(request, "components/confirm_page.html", context)


@login_not_required
@never_cache
def own(request: OurRequest, token: str) -> HttpResponse:
    """What is held about whoever opens the link, and their answers: no account is needed."""
    record = record_tellings.from_secret(token)
    if record is None:
        return link_over(request, _("Nothing is held about you behind this link any more."))
    said = request.POST.get("act", "") if request.method == "POST" else ""
    if said == "erase":
        record_tellings.erase(record, now=timezone.now())
        return unindexed(render(request, "marketplace/desk/record_own.html", {"record": None}))
    if said == "keep":
        record_tellings.keep(record, now=timezone.now())
        return redirect("record-own", token=token)
    if request.method == "POST" and (number := _number(request.POST.get("offer", ""))):
        return _put_online(request, get_object_or_404(record.offers, pk=number))
    offers = record.offers.select_related("offer", "commune")
    context = {"record": record, "missions": record.missions.count(), "offers": offers}
    return unindexed(render(request, "marketplace/desk/record_own.html", context))


def _put_online(request: OurRequest, offer: OfferRecord) -> HttpResponse:
    """They say yes: to the form of an offer, filled with what is held; by their account, or the one that they make."""
    person = offer.person
    record_tellings.keep(person, now=timezone.now())
    if offer.offer is not None:
        return redirect(offer.offer)
    words = {name: str(value) for name in ("hours", "begun_on", "ended_on", "time") if (value := getattr(offer, name))}  # fmt: skip
    place = offer.commune_id or person.commune_id or ""
    words[offer_start.RECORD] = str(offer.pk)
    coming.keep(request, Said(Coming.Kind.OFFER, offer.text, place, words=words))
    if is_signed_in(request):
        return redirect("offer-new")
    show_address(request, person.email, first=person.first_name, last=person.last_name)
    has_account = record_offers.account_of(person) is not None
    page = reverse("account_login" if has_account else "account_signup")
    return redirect(f"{page}?{urlencode({'next': reverse('offer-new')})}")
