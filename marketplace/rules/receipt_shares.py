"""Whose receipt is for which hours, where a mission serves several structures: each gives one for its own. Reads only."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Organisation
from accounts.states import ACTIVE
from marketplace.law import regimes, shares
from marketplace.models import Document, Mission, Valuation
from marketplace.models.missions.hours import HoursQuerySet
from marketplace.rules import served


def hours_of(mission: Mission) -> dict[int, Decimal]:
    """The confirmed hours of each structure, by its number: the first that the papers name at the head, then the others."""
    found = dict.fromkeys((one.pk for one in served.structures(mission)), Decimal(0))
    return found | hours_by_structure(mission, mission.hours.confirmed())


def hours_by_structure(mission: Mission, hours: HoursQuerySet) -> dict[int, Decimal]:
    """Of these hours of the mission, how many each structure has any of, by its number."""
    found: dict[int, Decimal] = {}
    for number, total in hours.order_by().values_list("served").annotate(Sum("hours")):
        structure = number or mission.structure_id
        found[structure] = found.get(structure, Decimal(0)) + total
    return found


def kept_with(mission: Mission) -> dict[str, str] | None:
    """What a declared value keeps of whom its hours served; None where it is one structure."""
    found = hours_of(mission)
    return {str(one): str(hours) for one, hours in found.items()} if len(found) > 1 else None


def still_to_confirm(mission: Mission) -> str:
    """Those of several structures whose hours wait for their word, in words: valued now, the others' receipts would be for
    the time given to them too. One that can't answer holds nobody."""
    several = served.structures(mission)
    if len(several) == 1:
        return ""
    waits = mission.hours.to_confirm()
    there = (one for one in several if one.status in ACTIVE)
    return ", ".join(str(one) for one in there if waits.of_structure(mission, one).exists())


def hours_valued(valuation: Valuation, structure: Organisation) -> HoursQuerySet:
    """The hours of this structure that its part of the value is for: those that were confirmed when it was declared. None
    of them changes any more; what has been confirmed since is in no receipt, unless the value is declared anew."""
    mission = valuation.mission
    valued = mission.hours.confirmed_by_then(valuation.declared_at)
    return valued.of_structure(mission, structure)


def of(valuation: Valuation) -> dict[int, Decimal]:
    """The part of each structure in a declared value, by the hours that were confirmed when it was declared: hours
    confirmed since change nothing of it, so that the receipts make the value together."""
    if not valuation.shares:
        return {valuation.mission.structure_id: valuation.amount}
    hours = {int(one): Decimal(said) for one, said in valuation.shares.items()}
    return shares.in_proportion(valuation.amount, hours)


def part_of(valuation: Valuation, structure: Organisation) -> Decimal:
    return of(valuation).get(structure.pk, Decimal(0))


def leaves_the_lead_out(mission: Mission) -> bool:
    """Whether the declared value is for the hours of others alone, and none of the structure that the papers name first. Of a
    mission that says itself that it serves the lead alone, nothing is asked."""
    if mission.apart_for_id or not getattr(mission, "serves_several", True):
        return False
    lead, declared = str(mission.structure_id), Valuation.objects.filter(mission=mission)
    hours = declared.values_list("shares", flat=True).first() or {lead: 1}
    return not Decimal(hours.get(lead, 0))


def owed_by(mission: Mission) -> list[Organisation]:
    """The structures whose receipt is still awaited: those with hours, that may give one, and are there."""
    given = set(
        Document.objects.receipts()
        .standing()
        .filter(mission=mission)
        .values_list("organisation", flat=True)
    )
    hours = hours_of(mission)
    return [one for one in _may_give(mission) if hours[one.pk] and one.pk not in given]


def _may_give(mission: Mission) -> Iterable[Organisation]:
    for one in served.structures(mission):
        first = one.pk == mission.structure_id and not one.is_closed
        if first or (one.status in ACTIVE and served.gives(one) != regimes.NO):
            yield one
