"""The public directory of organisations, as a list and as a map; and the one click in or out of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Avg, Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.actions.refusals import Refusal
from accounts.models import Department, Organisation
from accounts.requests import OurRequest, SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import directory as acts
from marketplace.figures import drawing
from marketplace.figures.comparison import Place
from marketplace.forms.market.directory import ASKS, BOTH, OFFERS, DirectoryFilter
from marketplace.models import ConsentKind, Need, SkillFamily
from marketplace.models.market.consents import WORDS
from marketplace.models.market.needs import NEAR_KM
from marketplace.rules import directory, shown_families, worked_with
from marketplace.views.long_lists import count_of, counted_page
from marketplace.views.market import sharing
from marketplace.views.market.looked_for import LookedFor

PAGE = 12
DRAWN = 300  # circles on the map
LARGEST = 8  # départements drawn at once


@dataclass(frozen=True)
class Shown:
    """An organisation with what its card says."""

    organisation: Organisation
    needs: int
    families: list[SkillFamily]
    together: int


@login_not_required
@require_safe
def index(request: OurRequest) -> HttpResponse:
    """The directory; search, filters, place in the list and view are in the URL."""
    form = DirectoryFilter(request.GET)
    form.is_valid()  # filters that can't be understood are left out, never an error
    search = LookedFor.of(form.cleaned_data.get("q", ""))
    entries = _filtered(directory.entries(timezone.localdate()), form.cleaned_data)
    shown = _map if request.GET.get("view") == "map" else _list
    found = shown(request, _searched(entries, search), search, form.cleaned_data)
    if slipped := search.text and not found["count"]:
        almost = entries.filter(directory.slipped(entries, search.text))
        found = shown(request, almost, search, form.cleaned_data)
    is_part = request.htmx and not request.htmx.boosted
    return render(
        request,
        f"marketplace/market/{'_directory_results' if is_part else 'directory'}.html",
        {
            "form": form,
            "shared": sharing.of_directory(),
            "near": search.near,
            "near_km": NEAR_KM,
            "slipped": search.text if slipped and found["count"] else "",
            "is_filtered": any(request.GET.get(name) for name in form.fields),
            "is_narrowed": any(request.GET.get(name) for name in form.fields if name != "q"),
            **found,
        },
    )


def _searched(entries: QuerySet[Organisation], search: LookedFor) -> QuerySet[Organisation]:
    if not search.text:
        return entries
    return entries.filter(directory.said(search.text, search.skills, search.near))


def _filtered(entries: QuerySet[Organisation], wanted: dict) -> QuerySet[Organisation]:
    if kind := wanted.get("kind"):
        entries = entries.filter(kind=kind)
    if department := wanted.get("department"):
        entries = entries.filter(commune__department=department)
    if wanted.get("does") in {ASKS, BOTH}:
        entries = entries.filter(directory.asking())
    if wanted.get("does") in {OFFERS, BOTH}:
        entries = entries.filter(directory.offering())
    if cause := wanted.get("cause"):
        entries = entries.filter(directory.caring_for(cause.code))
    if operator := wanted.get("operator"):
        entries = entries.filter(directory.followed_by(operator))
    return entries.filter(directory.having_done()) if wanted.get("done") else entries


def _list(
    request: OurRequest, found: QuerySet[Organisation], search: LookedFor, wanted: dict
) -> dict:
    rows, order = directory.in_order(found, search.text)
    # Numbers first, which an index holds; then what the cards show, for twelve of them.
    page, count = counted_page(rows.only("pk"), order, PAGE, request.GET)
    return {"count": count, "page": page, "entries": _cards([row.pk for row in page.rows])}


def _cards(numbers: list[int]) -> list[Shown]:
    found = Organisation.objects.select_related("commune").in_bulk(numbers)
    rows = [found[number] for number in numbers if number in found]
    asked = Need.objects.published().filter(organisation__in=rows).order_by()
    needs = Counter(dict(asked.values_list("organisation").annotate(Count("pk"))))
    beside = directory.beside_the_lead().filter(organisation__in=rows)
    needs.update(dict(beside.values_list("organisation").annotate(Count("pk"))))
    families = shown_families.families_of(numbers)
    together = worked_with.numbers(numbers)
    return [
        Shown(row, needs[row.pk], families.get(row.pk, []), together.get(row.pk, 0)) for row in rows
    ]


def _map(
    request: OurRequest, found: QuerySet[Organisation], search: LookedFor, wanted: dict
) -> dict:
    """The organisations by intercommunality, on the territory that is chosen; where there are too many départements to
    draw, those to choose from."""
    count = count_of(found)
    served = [wanted["department"]] if wanted.get("department") else list(_served())
    if len(served) > LARGEST:
        return {"is_map": True, "count": count, "choose_from": served}
    places = list(_places(found))
    return {
        "is_map": True,
        "count": count,
        "map": drawing.territory([one.pk for one in served], places[:DRAWN]),
        "places": places,
    }


def _served() -> QuerySet[Department]:
    return Department.objects.filter(poles__isnull=False).distinct()


def _places(found: QuerySet[Organisation]) -> Iterable[Place]:
    by_place = (
        found.order_by()
        .values_list("commune__epci_name", "commune__department__name")
        .annotate(Avg("commune__latitude"), Avg("commune__longitude"), n=Count("pk"))
        .order_by("-n", "commune__epci_name")
    )
    for name, department, north, east, count in by_place:
        yield Place(name or department, north, east, count, 0, Decimal(0))


# --- one's own organisation in it ----------------------------------------------------------
def entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the directory says of it, to its own people; those who may decide have a button."""
    organisation, user = visible(request, pk), request.user
    permissions.require(user.represents(organisation))
    can_enter = permissions.can_list(user, organisation)
    can_leave = permissions.can_unlist(user, organisation)
    day = organisation.listed_from
    is_shown = organisation.is_accepted and day is not None and day <= timezone.localdate()
    if request.method == "POST":
        permissions.require(can_leave if request.POST.get("act") == "leave" else can_enter)
        _enter_or_leave(request, organisation, was_shown=is_shown)
        return redirect("organisation-listing", pk=pk)
    own_yes = permissions.enters_by_own_yes(organisation)
    waits = can_enter and day is None and acts.waits_for_another_name(organisation, after=user)
    context = {
        "organisation": organisation,
        "is_in": day is not None,
        "is_shown": is_shown,
        "own_yes": own_yes,
        "own_words": WORDS[ConsentKind.LISTED] if own_yes else "",
        "waits": waits,
        "can_enter": can_enter and day is None and not waits,
        "can_leave": can_leave and day is not None,
        "comes_back": can_enter,
    }
    return render(request, "marketplace/market/listing.html", context)


def _enter_or_leave(
    request: SignedInRequest, organisation: Organisation, *, was_shown: bool
) -> None:
    named = {"organisation": organisation}
    if request.POST.get("act") == "leave":
        acts.leave(organisation, by=request.user)
        out = _("%(organisation)s is no longer in the directory.")
        never_in = _("%(organisation)s won’t be in the directory.")
        messages.success(request, (out if was_shown else never_in) % named)
        return
    try:
        is_shown = acts.enter(organisation, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return
    if is_shown:
        messages.success(request, _("%(organisation)s is in the directory.") % named)
    else:
        messages.info(request, _("Your yes is kept. Nothing is shown yet: here is why."))
