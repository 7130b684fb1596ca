"""Who read what of oneself, or of an organisation that one represents: the page on which people read the journal."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation, Pole
from accounts.requests import SignedInRequest
from marketplace.desk import who_read
from marketplace.models import LegalNotice

FIRST, LAST = date(2020, 1, 1), date(2200, 1, 1)


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    houses = [row.organisation for row in request.memberships if row.represents]
    house = _house(request.GET.get("pour", ""), houses)
    act = request.GET.get("acte", "")
    before = _day(request.GET.get("avant", ""))
    rows = who_read.narrowed(who_read.of(request.user, house), act)
    found = who_read.page_of(rows, reader=request.user, house=house is not None, before=before)
    kept = {"pour": str(house.pk) if house else "", "acte": act if act in who_read.ACTS else ""}
    context = {
        "page": found,
        "house": house,
        "act": kept["acte"],
        "before": before,
        "narrowed": bool(kept["acte"] or before),
        "whose": _whose(houses, house, kept),
        "acts": _acts(kept),
        "latest_url": _url(kept),
        "older_url": _url(kept | {"avant": found.older.isoformat()}) if found.older else "",
        "notice": LegalNotice.now(),
        "poles": Pole.objects.filter(pk__in=found.poles).exclude(email=""),
    }
    return render(request, "marketplace/desk/who_read.html", context)


def _house(typed: str, houses: list[Organisation]) -> Organisation | None:
    """The organisation of the address, of those for which this person speaks; 404 for another one's."""
    if not typed:
        return None
    for one in houses:
        if str(one.pk) == typed:
            return one
    raise Http404


def _day(typed: str) -> date | None:
    """The day of the address; None for what is none, or was before there was a journal."""
    try:
        day = date.fromisoformat(typed[:10])
    except ValueError:
        return None
    return day if FIRST < day < LAST else None


def _url(kept: dict[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def _whose(
    houses: list[Organisation], house: Organisation | None, kept: dict[str, str]
) -> list[dict]:
    """A chip for oneself and one for each organisation; none where there is nobody but oneself."""
    chips = [{"label": _("About me"), "url": _url(kept | {"pour": ""}), "active": house is None}]
    chips += [
        {"label": str(one), "url": _url(kept | {"pour": str(one.pk)}), "active": one == house}
        for one in houses
    ]
    return chips if len(chips) > 1 else []


def _acts(kept: dict[str, str]) -> list[dict]:
    """A chip for everything, and one for each of the things that were done."""
    labels = {"": _("Everything"), **{word: words for word, (words, _k) in who_read.ACTS.items()}}
    return [
        {"label": label, "url": _url(kept | {"acte": word}), "active": word == kept["acte"]}
        for word, label in labels.items()
    ]
