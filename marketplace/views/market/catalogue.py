"""The public catalogue of needs."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.requests import OurRequest
from marketplace.forms.market.needs import NeedFilter
from marketplace.models import Need
from marketplace.models.market.needs import NEAR_KM, NeedQuerySet
from marketplace.models.missions import places
from marketplace.views.long_lists import LongPaginator
from marketplace.views.market import near, sharing
from marketplace.views.market.catalogue_counts import Counts
from marketplace.views.market.catalogue_filters import Narrowing
from marketplace.views.market.looked_for import LookedFor
from marketplace.views.market.near import Near, with_usual_distance

PAGE = 12
EVERYWHERE = {"near": "", "near-code": None, "near-choice": None, "within": None}
FOLDED = ("family", "cause", "format", "department", "since", "language", "room")


@dataclass(frozen=True)
class Found:
    """What somebody is shown of the catalogue for what they ask."""

    form: NeedFilter
    search: LookedFor
    narrowing: Narrowing
    slipped: bool

    @classmethod
    def of(cls, asked: QueryDict, *, almost: bool = True) -> Self:
        """`almost`: where nothing says the words, what is almost called so, or close to what they mean."""
        form = NeedFilter(with_usual_distance(asked))
        form.is_valid()  # filters that can't be understood are left out, never an error
        wanted = form.cleaned_data
        search = LookedFor.of(wanted.get("q", "")).with_what_is_below()
        today = timezone.localdate()
        catalogue = Need.objects.in_the_catalogue(
            and_full_on=today if wanted.get("room") == "wait" else None
        )
        search = _widened(search, catalogue) if almost else search
        said = (
            catalogue.searched(search.text, search.all_skills, search.near)
            if search.text
            else catalogue
        )
        narrowing = Narrowing(said, wanted, Near.of(wanted), today, search)
        if slipped := almost and bool(search.text) and not narrowing.count:
            almost_called = catalogue.almost_called(search.text)
            narrowing = replace(narrowing, needs=almost_called, search=None)
        return cls(form, search, narrowing, slipped)

    @cached_property
    def pages(self) -> LongPaginator:
        """Numbers first, which an index holds; what the cards show is read for twelve of them."""
        pages = LongPaginator(self.narrowing.in_order().values_list("pk", flat=True), PAGE)
        pages.count = self.narrowing.count
        return pages

    @property
    def is_close(self) -> bool:
        """Whether the filters leave a need that asks for what is close to what nobody asks for."""
        close = [] if self.slipped else self.search.close
        return bool(close) and self.narrowing.left().filter(wanted__skill__code__in=close).exists()

    @property
    def near(self) -> Near | None:
        return self.narrowing.near


def _widened(search: LookedFor, catalogue: NeedQuerySet) -> LookedFor:
    """The same search, for what is close to what it means too where no need wants that."""
    if not search.meant or catalogue.filter(wanted__skill__code__in=search.meant).exists():
        return search
    return search.with_what_is_close()


@login_not_required
def index(request: OurRequest) -> HttpResponse:
    """The public catalogue; search, filters and pages are in the URL. Whoever says nothing of a place looks near the
    commune that is remembered of them, unless nothing is needed there."""
    asked, is_remembered = near.asked(request)
    found = Found.of(asked)
    none_near = found.near if is_remembered and not found.pages.count else None
    if none_near:
        found = Found.of(request.GET)
    near.remember(request, found.near)
    if not found.near:
        found.form.is_near_nowhere(is_ranked=found.narrowing.is_ranked)
    page = found.pages.get_page(request.GET.get("page"))
    page.object_list = Need.objects.as_cards(page.object_list)
    if found.near:
        for need in page.object_list:
            need.km_away = round(found.near.commune.distance_km(need.commune))
    Counts(found.narrowing, found.pages.count, bool(found.search.text)).write_in(found.form)
    is_part = bool(request.htmx and not request.htmx.boosted)
    chosen = [name for name in found.form.fields if name not in {"q", "order", "within"}]
    chosen = [name for name in chosen if found.form.cleaned_data.get(name)]
    return render(
        request,
        f"marketplace/market/{'_need_results' if is_part else 'needs'}.html",
        {
            "form": found.form,
            "shared": sharing.of_catalogue(),
            "feed_url": address_of("needs-feed", found.form),
            "page": page,
            "with_a_list": places.may_come_free_among(page.object_list),
            "is_part": is_part,
            "around": found.near,
            "none_near": none_near,
            "near": found.search.near,
            "near_km": NEAR_KM,
            "is_close": found.is_close,
            "slipped": found.search.text if found.slipped and found.pages.count else "",
            "chosen": len(chosen),
            "is_filtered": bool(
                found.search.text or [name for name in chosen if name != near.NAMED]
            ),
            "everywhere": EVERYWHERE,
            "is_unfolded": any(found.form.data.get(name) for name in FOLDED),
        },
    )


def address_of(name: str, form: NeedFilter) -> str:
    """The address of this search on the page of this name: the filters that were understood, without order and page."""
    kept = {name: form.data[name] for name, value in form.cleaned_data.items() if value}
    kept.pop("order", None)
    if commune := form.cleaned_data.get("near"):
        kept |= {"near": str(commune), "near-code": commune.pk}
    else:
        kept.pop("within", None)
    return reverse(name) + (f"?{urlencode(kept)}" if kept else "")
