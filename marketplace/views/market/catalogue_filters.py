"""What the filters of the catalogue leave, and in which order."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from accounts.models.places import haversine_from
from common.spoken import BY_TAG
from marketplace.models import NeedSkill, Place
from marketplace.models.market.meeting import speaking
from marketplace.models.market.needs import NeedQuerySet
from marketplace.views.market.near import Near

QUARTER = timedelta(days=91)
NEWEST = ("-published_at", "-pk")
ORDERS = {"soon": ("starts_on", "pk"), "short": ("hours", "pk"), "new": NEWEST}


def ends_of(today: date) -> dict[str, date]:
    """The last day on which a need may begin, for each choice of “when”."""
    next_month = today.replace(day=1) + timedelta(days=32)
    return {"month": next_month.replace(day=1) - timedelta(days=1), "quarter": today + QUARTER}


def places_for(place: str) -> list[str]:
    return [place, Place.BOTH]


@dataclass(frozen=True)
class Narrowing:
    """The filters that somebody has chosen, on the needs that their words have found."""

    needs: NeedQuerySet
    wanted: dict
    near: Near | None
    today: date

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

    def in_order(self) -> NeedQuerySet:
        """What is left, in the order that was chosen; the nearest first where a commune is, otherwise the newest."""
        order = self.wanted.get("order", "")
        if self.near and order not in ORDERS:
            return self.left().order_by(haversine_from(*self.near.position, "commune__"), *NEWEST)
        return self.left().order_by(*ORDERS.get(order, NEWEST))
