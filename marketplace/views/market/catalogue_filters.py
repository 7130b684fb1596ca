"""What the filters of the catalogue leave, and in which order."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable

from accounts.models.places import haversine_from
from common.roots import root_of
from common.spoken import BY_TAG
from common.word_search import asked_for
from marketplace.models import NeedSkill, Place
from marketplace.models.market.meeting import speaking
from marketplace.models.market.needs import NeedQuerySet
from marketplace.views.long_lists import count_of
from marketplace.views.market.looked_for import LookedFor
from marketplace.views.market.near import Near

QUARTER = timedelta(days=91)
NEWEST = ("-published_at", "-pk")
MOST_RANKED = 1_000
TELLING = 4  # letters of a root: fewer begin words of another meaning
# Points: of a skill that was understood, of one below or close to it, and of a word in the title.
REQUIRED, WELCOME, BESIDE, TITLE = 3, 2, 1, 2
ORDERS = {"soon": ("starts_on", "pk"), "short": ("hours", "pk"), "new": NEWEST}


def ends_of(today: date) -> dict[str, date]:
    """The last day on which a need may begin, for each choice of “when”."""
    next_month = today.replace(day=1) + timedelta(days=32)
    return {"month": next_month.replace(day=1) - timedelta(days=1), "quarter": today + QUARTER}


def places_for(place: str) -> list[str]:
    return [place, Place.BOTH]


def answering(search: LookedFor) -> Combinable:
    """How well a need answers what somebody looks for, in points: each word that begins one of its title; the skills that
    were understood, if the need requires one of them, or would welcome it, or those that are looked for beside them."""
    said = [
        Case(When(_in_the_title(word), then=TITLE), default=0) for word in asked_for(search.text)
    ]
    of_need = NeedSkill.objects.filter(need=OuterRef("pk"))
    wants = of_need.filter(skill__code__in=search.skills)
    whens = [
        When(Exists(wants.filter(required=True)), then=REQUIRED),
        When(Exists(wants), then=WELCOME),
    ]
    if beside := [*search.below, *search.close]:
        whens.append(When(Exists(of_need.filter(skill__code__in=beside)), then=BESIDE))
    skills = Case(*whens, default=0)
    return sum([*said, skills] if search.all_skills else said, start=Value(0))


def _in_the_title(word: str) -> Q:
    """The word, unfinished or without the mark of its plural, or its root, where that is long enough to tell."""
    forms = {word, word.rstrip("sx"), root_of(word)}
    found = Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    for form in sorted(form for form in forms - {word} if len(form) >= TELLING):
        found |= Q(search_name__startswith=form) | Q(search_name__contains=f" {form}")
    return found


@dataclass(frozen=True)
class Narrowing:
    """The filters that somebody has chosen, on the needs that their words have found."""

    needs: NeedQuerySet
    wanted: dict
    near: Near | None
    today: date
    search: LookedFor | None = None
    """The words that have found them; None where they are only almost called so."""

    def left(self, but: tuple[str, ...] = ()) -> NeedQuerySet:
        """The needs that all filters leave, or all but those named."""
        conditions = [
            condition
            for name in self.wanted
            if name not in but and self.wanted[name] and (condition := self._of(name))
        ]
        return self.needs.filter(*conditions)

    def _of(self, name: str) -> Q | None:
        value = self.wanted[name]
        match name:
            case "near":
                return Q(commune__in=self.near.communes()) if self.near else None
            case "family":
                wanting = NeedSkill.objects.filter(skill__family=value)
                return Q(pk__in=wanting.values("need"))
            case "department":
                return Q(commune__department=value)
            case "place":
                return Q(place__in=places_for(value))
            case "when":
                return Q(starts_on__lte=ends_of(self.today)[value])
            case "since":
                return Q(starts_on__gte=value) | Q(is_undated=True, ends_on__gte=value)
            case "language":
                return speaking(BY_TAG[value])
            case "format" | "cause":
                return Q(**{name: value})
        return None

    @cached_property
    def count(self) -> int:
        return count_of(self.left())

    @property
    def is_ranked(self) -> bool:
        """Whether what answers the words best can come first: where it isn't said what is nearest, and of no more than
        MOST_RANKED needs, since each of them is judged."""
        return (
            bool(self.search and self.search.text and not self.near) and self.count <= MOST_RANKED
        )

    def in_order(self) -> NeedQuerySet:
        """What is left, in the order that was chosen; else the nearest first where a commune is, or what answers the words
        best, or the newest."""
        order = self.wanted.get("order", "")
        if order in ORDERS:
            return self.left().order_by(*ORDERS[order])
        if self.near:
            return self.left().order_by(haversine_from(*self.near.position, "commune__"), *NEWEST)
        if self.is_ranked and self.search:
            return self.left().alias(answers=answering(self.search)).order_by("-answers", *NEWEST)
        return self.left().order_by(*NEWEST)
