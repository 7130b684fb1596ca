"""The figures counted again by hand, event after event: slow, plain, and sharing no line with the house's."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Organisation
from marketplace.models import (
    Gathering,
    HoursEntry,
    Mission,
    MissionStep,
    Need,
    NeedStep,
    Proposal,
    ProposalStep,
    Review,
    Valuation,
)
from marketplace.rules import working_days

TAKEN_BACK = {"WITHDRAWN", "CLOSED"}


def _within(moment, first: date, after: date) -> bool:
    return first <= timezone.localtime(moment).date() < after


def _given(pole, first: date, after: date, seen: Counter[str]) -> dict:
    """Who came, for how long, for how much; what is counted on the way goes into `seen`."""
    people, gave, priced, hours, value = set(), set(), set(), Decimal(0), Decimal(0)
    served = set()
    for mission in Mission.objects.filter(need__pole=pole, renewed_from=None, apart_for=None):
        if _within(mission.created_at, first, after):
            seen["missions"] += 1
            people.add(mission.offer.person_id)
            earlier = Mission.objects.filter(
                need__organisation=mission.need.organisation, created_at__lt=mission.created_at
            )
            seen["repeats" if earlier.exists() else "newcomers"] += 1
    for entry in HoursEntry.objects.filter(mission__need__pole=pole):
        if entry.confirmed_at and first <= entry.day < after:
            hours += entry.hours
            served.add(entry.structure.pk)
            gave.add((entry.mission.regime or "NONE", entry.person_id))
    for valuation in Valuation.objects.filter(mission__need__pole=pole):
        if _within(valuation.declared_at, first, after):
            value += valuation.amount
            priced.add((valuation.mission.regime or "NONE", valuation.mission.offer.person_id))
    for review in Review.objects.filter(mission__need__pole=pole):
        if _within(review.created_at, first, after) and _may_be_read(review.mission):
            seen["reviews"] += 1
            seen["rating"] += review.rating
            seen["again"] += review.again
    return {
        "people": people - {None},
        "givers": gave,
        "valued": {pair for pair in priced if pair[1]},
        "hours": hours,
        "served": served,
        "value": value,
    }


def _may_be_read(mission: Mission) -> bool:
    """Closed until both sides have spoken, three weeks are over, or the mission is."""
    if mission.status in {"CLOSED", "RENEWED"} or mission.interrupted_at:
        return True
    if mission.delivered_at and timezone.now() - mission.delivered_at >= timedelta(days=21):
        return True
    return {"NEED", "OFFER"} <= {review.side for review in mission.reviews.all()}


def _days_to_read(steps, first: date, after: date, now) -> dict[str, Counter[int]]:
    """Walks the days one by one."""
    seen = {"read_days": Counter(), "unread_days": Counter()}
    steps = list(steps.order_by("at", "pk"))
    for place, step in enumerate(steps):
        if step.after != "SUBMITTED" or step.before == "SUBMITTED":
            continue
        others = [later for later in steps[place + 1 :] if later.after != "SUBMITTED"]
        if not _within(step.at, first, after) or (others and others[0].after in TAKEN_BACK):
            continue
        day, days = timezone.localdate(step.at), 0
        last = timezone.localdate(others[0].at if others else now)
        while day < last:
            day += timedelta(days=1)
            days += working_days.is_worked(day)
        rests = not working_days.is_worked(last) and last > timezone.localdate(step.at)
        seen["read_days" if others else "unread_days"][days + rests] += 1
    return seen


def recount(pole, first: date, after: date, *, now) -> dict:
    """From the steps that were written when things happened, not from what rows say today."""
    seen: Counter[str] = Counter()
    answer_days: Counter[int] = Counter()
    for need in Need.objects.filter(pole=pole):
        steps = list(NeedStep.objects.filter(need=need))
        postings = [step.at for step in steps if step.after == "SUBMITTED"]
        if not postings or not _within(min(postings), first, after):
            continue
        seen["posted"] += 1
        is_carried = need.carriers.filter(status="AGREED").exists()
        was_published = any(step.after == "PUBLISHED" for step in steps)
        seen["together"] += is_carried
        seen["together_qualified"] += is_carried and was_published
        seen["qualified"] += was_published
        asked = [step.at for step in ProposalStep.objects.filter(proposal__need=need, before="")]
        if asked:
            seen["answered"] += 1
            answer_days[(min(asked) - min(postings)).days] += 1
        seen["taught"] += any(step.after == "SERVED_BY_GATHERING" for step in steps)
        missions = Mission.objects.filter(need=need)
        seen["agreed"] += missions.exists()
        seen["together_agreed"] += is_carried and missions.exists()
        seen["done"] += MissionStep.objects.filter(mission__in=missions, after="DELIVERED").exists()
    for proposal in Proposal.objects.filter(need__pole=pole):
        if _within(proposal.created_at, first, after):
            seen["asked"] += 1
            seen["silent"] += proposal.steps.filter(after="UNANSWERED").exists()
    seen["met"] = sum(first <= day < after for day in _first_meetings(pole).values())
    given = _given(pole, first, after, seen)
    read, unread = Counter(), Counter()
    organisations = Organisation.objects.filter(pole=pole).exclude(kind="OPERATOR")
    for row in [*Need.objects.filter(pole=pole), *organisations]:
        found = _days_to_read(row.steps, first, after, now)
        read, unread = read + found["read_days"], unread + found["unread_days"]
    days = {"answer_days": answer_days, "read_days": read, "unread_days": unread}
    return dict(seen) | given | days


def _first_meetings(pole) -> dict[frozenset[int], date]:
    """Walks each need, gathering and mission, and asks of each two structures whether they were both there that day."""
    first: dict[frozenset[int], date] = {}
    for one, other, moment in (*_carried(pole), *_gathered(pole), *_worked(pole)):
        if one != other:
            day, pair = timezone.localtime(moment).date(), frozenset({one, other})
            first[pair] = min(day, first.get(pair, day))
    return first


def _carried(pole):
    for need in Need.objects.filter(pole=pole):
        yeses = []
        for carrier in need.carriers.exclude(agreed_at=None):
            gone = None
            if carrier.status == "LEFT":
                gone = carrier.steps.filter(before="AGREED", after="LEFT").last()
            yeses.append((carrier.organisation_id, carrier.agreed_at, gone.at if gone else None))
        for house, since, until in yeses:
            yield house, need.organisation_id, since
            for other, its, end in yeses:
                if since <= its and (until is None or its < until) and (end is None or end > its):
                    yield house, other, its


def _gathered(pole):
    for gathering in Gathering.objects.filter(pole=pole):
        came = gathering.attendances.filter(status="CAME").exclude(organisation=None)
        houses = [one.organisation_id for one in came]
        for house in houses:
            for other in [*houses, gathering.host_id]:
                yield house, other, gathering.starts_at


def _worked(pole):
    for mission in Mission.objects.filter(need__pole=pole).exclude(started_at=None):
        houses = [row.organisation_id for row in mission.served.all()]
        houses = houses or [mission.apart_for_id or mission.need.organisation_id]
        if mission.offer.time == "WORK" and mission.offer.organisation_id:
            houses.append(mission.offer.organisation_id)
        for house in houses:
            for other in houses:
                yield house, other, mission.started_at


def _pairs(behind: dict[str, set[int]]) -> set[tuple[str, int]]:
    return {(regime, person) for regime, people in behind.items() for person in people}


def differences(counts, told: dict) -> dict:
    """What the house says otherwise than the recount: {name: (house, recount)}."""
    house = {
        "people": counts.people,
        "givers": _pairs(counts.givers),
        "valued": _pairs(counts.valued),
        "hours": sum(counts.hours.values(), Decimal(0)),
        "served": counts.served,
        "value": sum(counts.value.values(), Decimal(0)),
        "answer_days": counts.answer_days,
        "read_days": counts.read_days,
        "unread_days": counts.unread_days,
    }
    found = {}
    for name, expected in told.items():
        said = house[name] if name in house else getattr(counts, name)
        if said != expected:
            found[name] = (said, expected)
    return found
