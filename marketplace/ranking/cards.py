"""Makes cards of rows: the numbers of needs and offers that the score reads, many at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from types import SimpleNamespace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.legal_forms import NON_PROFITS
from accounts.models import Organisation
from accounts.models.groups import group_of, group_or_self
from common import prepared
from marketplace.matching.carriers import Beside
from marketplace.matching.columns import NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import (
    FORMATS,
    GIVEN,
    LENT,
    NEW_HERE,
    ON_SITE,
    OWN_TIME,
    OWN_WELCOME,
    REMOTE,
    WORK_WELCOME,
)
from marketplace.matching.places import point
from marketplace.models import (
    Carrier,
    Format,
    Need,
    Offer,
    Place,
    Time,
    Welcome,
)
from marketplace.ranking import card_parts, halves, snapshot
from marketplace.ranking.card_parts import Bits, Parts
from marketplace.ranking.halves import Half

Form = Organisation.LegalForm
# Those that may usually receive gifts with a tax reduction (general tax code, art. 238 bis);
# for all others working time is matched too, but the structure's right has to be checked.
ELIGIBLE_FORMS = {
    Form.ASSOCIATION, Form.ASSOCIATION_RUP, Form.FOUNDATION, Form.ENDOWMENT, Form.PUBLIC,
}  # fmt: skip
PLACES = {Place.ON_SITE: ON_SITE, Place.REMOTE: REMOTE, Place.BOTH: ON_SITE | REMOTE}
WELCOMED = {
    Welcome.OWN: OWN_WELCOME,
    Welcome.WORK: WORK_WELCOME,
    Welcome.BOTH: OWN_WELCOME | WORK_WELCOME,
}
MOST = 32_000  # what two bytes hold
SHARED = (
    "pk", "house", "pole_id", "commune__latitude", "commune__longitude", "starts_on",
    "ends_on", "hours", "place", "updated_at", "languages",
)  # fmt: skip
OF_NEED = (
    *SHARED, "cause_id", "format", "time", "published_at", "created_at", "places", "is_undated",
    "in_pair", "organisation__legal_form",
)  # fmt: skip
OF_CARRIER = ("organisation__commune__latitude", "organisation__commune__longitude")
OF_OFFER = (
    *SHARED, "radius_km", "weekdays", "time", "capacity", "organisation__legal_form",
)  # fmt: skip

type Stamps = dict[int, datetime]


def of_needs(
    needs: QuerySet[Need] | list[int],
    *,
    live: bool = False,
    give_bits: bool = False,
    bits: Bits | None = None,
    parts: Parts | None = None,
    beside_half: Half | None = None,
) -> tuple[Needs, Stamps]:
    """The cards of these needs, sorted by number, and when each row was last changed; of those given by their numbers, with
    `live` only the published ones. `bits` and `parts`, where they are known. `beside_half`: as if they
    came, of needs that want a pair."""
    asked = prepared.rows(_needs, needs, live) if isinstance(needs, list) else _as_needs(needs)
    if not (rows := list(asked)):
        return Needs.of(()), {}
    parts = parts or card_parts.of_needs([row.pk for row in rows])
    bits = snapshot.bits(give=give_bits) if bits is None else bits
    beside = _beside([row.pk for row in rows if row.carried])
    there = halves.there([row.pk for row in rows if row.in_pair])
    more = [beside_half] if beside_half else []
    made = Needs.of(
        halves.as_asked(
            _of_need(row, parts.loads[row.pk], bits) | {"carriers": beside[row.pk]},
            parts.skills[row.pk],
            [*there[row.pk], *more] if row.in_pair else None,
        )
        for row in rows
    )
    return made, {row.pk: row.updated_at for row in rows}


def _needs(numbers: Sequence[int], live: bool) -> QuerySet:
    """Prepared, as that of offers (common/prepared.py): each change of a need or an offer asks them."""
    needs = Need.objects.filter(pk__in=numbers)
    return _as_needs(needs.published() if live else needs)


def _as_needs(needs: QuerySet[Need]) -> QuerySet:
    carried = Exists(Carrier.objects.agreed().filter(need=OuterRef("pk")))
    shown = in_houses(needs).annotate(carried=carried)
    return shown.values_list(*OF_NEED, "carried", named=True)


def _of_need(row: Any, load: dict[str, int], bits: dict[int, int]) -> dict:
    return _shared(row, row.places, load) | {
        "hours": row.hours,
        "causes": bits.get(row.cause_id, 0),
        "format": FORMATS.index(Format(row.format)),
        "since": timezone.localdate(row.published_at or row.created_at).toordinal(),
        "times": WELCOMED[Welcome(row.time)],
        "undated": row.is_undated,
        "eligible": row.organisation__legal_form in ELIGIBLE_FORMS,
    }


def _beside(needs: list[int]) -> dict[int, list[Beside]]:
    """Where those are that carry these needs beside their leads, and of which house, in the order in which a need names them."""
    found: dict[int, list[Beside]] = defaultdict(list)
    if not needs:
        return found
    rows = Carrier.objects.agreed().filter(need__in=needs).order_by("agreed_at", "pk")
    rows = rows.annotate(house=group_or_self("organisation"))
    for need, house, *at in rows.values_list("need", "house", *OF_CARRIER):
        found[need].append(Beside(*point(*at), house))
    return found


def of_typed(need: Need, wanted: Iterable[Skilled]) -> Needs:
    """The card of a need as it is typed, be it saved or not, that wants these skills."""
    its_own = {name for name in OF_NEED if "__" not in name} - {"house", "pk"}
    row = SimpleNamespace(**{name: getattr(need, name) for name in its_own})
    house, *_members = group_of(need.organisation) or [need.organisation]
    row.house, row.pk = house.pk, need.pk or NOBODY
    row.commune__latitude, row.commune__longitude = need.commune.position
    row.organisation__legal_form = need.organisation.legal_form
    beside = _beside([need.pk] if need.pk else [])
    card = _of_need(row, {}, snapshot.bits()) | {"carriers": beside[row.pk]}
    there = halves.there([need.pk] if need.pk else [])[row.pk] if need.in_pair else None
    return Needs.of([halves.as_asked(card, sorted(wanted, key=_weightiest), there)])


def _weightiest(skill: Skilled) -> tuple[bool, int]:
    return not skill.required, -skill.level


def of_offers(
    offers: QuerySet[Offer] | list[int], *, live: bool = False, give_bits: bool = False
) -> tuple[Offers, Stamps]:
    """The same of offers."""
    asked = prepared.rows(_offers, offers, live) if isinstance(offers, list) else _as_offers(offers)
    if not (rows := list(asked)):
        return Offers.of(()), {}
    parts = card_parts.of_offers([row.pk for row in rows])
    found = _of_offers(rows, parts, snapshot.bits(give=give_bits))
    return found, {row.pk: row.updated_at for row in rows}


def of_read_offers(offers: list[Offer], *, bits: Bits, parts: Parts) -> Offers:
    """The same of offers that were read `in_houses` with what their cards show."""
    rows = [
        SimpleNamespace(pk=one.pk, **{name: _at(one, name) for name in OF_OFFER if name != "pk"})
        for one in offers
    ]
    return _of_offers(rows, parts, bits)


def _at(row: Any, path: str) -> Any:
    """What `values_list` reads at this path; None where there is nothing on the way."""
    for name in path.split("__"):
        row = getattr(row, name) if row is not None else None
    return row


def _of_offers(rows: Iterable[Any], parts: Parts, bits: Bits) -> Offers:
    loads = parts.loads
    return Offers.of(
        (
            _shared(row, row.capacity, loads[row.pk])
            | {
                "hours": row.hours - loads[row.pk].get("hours", 0),
                "causes": _mask(parts.causes[row.pk], bits),
                "reach": row.radius_km * 1_000,
                "weekdays": row.weekdays,
                "work": _whose_time(row),
            },
            parts.skills[row.pk],
        )
        for row in rows
    )


def _offers(numbers: Sequence[int], live: bool) -> QuerySet:
    offers = Offer.objects.filter(pk__in=numbers)
    return _as_offers(offers.published() if live else offers)


def _as_offers(offers: QuerySet[Offer]) -> QuerySet:
    return in_houses(offers).values_list(*OF_OFFER, named=True)


def _mask(causes: Iterable[int], bits: Bits) -> int:
    return reduce(or_, (bits.get(cause, 0) for cause in causes), 0)


def _whose_time(row: Any) -> int:
    return _time(row.time, row.organisation__legal_form)


def whose_time(offer: Offer) -> int:
    """The same of a row that may not be saved yet."""
    return _time(offer.time, offer.organisation.legal_form if offer.organisation else "")


def _time(time: str, legal_form: str | None) -> int:
    if time != Time.WORK:
        return OWN_TIME
    return LENT if legal_form in NON_PROFITS else GIVEN


def in_houses(rows: QuerySet) -> QuerySet:
    """The rows in order, each with its `house`: nothing is proposed within an organisation, nor within a group."""
    return rows.order_by("pk").annotate(house=group_or_self("organisation"))


def _shared(row: Any, places: int, load: dict) -> dict:
    x, y, z = point(row.commune__latitude, row.commune__longitude)
    return {
        "id": row.pk,
        "organisation": row.house or NOBODY,
        "pole": row.pole_id,
        "x": x, "y": y, "z": z,
        "start": row.starts_on.toordinal(),
        "end": row.ends_on.toordinal(),
        "place": PLACES[Place(row.place)],
        "languages": row.languages,
        "answers": load.get("answers", NEW_HERE),
        "penalty": load.get("penalty", 0),
        "room": _small(places - load.get("taken", 0)),
        "asked": _small(load.get("asked", 0)),
    }  # fmt: skip


def _small(number: int) -> int:
    return max(-MOST, min(number, MOST))
