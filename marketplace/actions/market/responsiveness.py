"""Counts each night how every organisation answers, over a year: the pages show it, and the matching reads it."""

from collections import defaultdict
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.utils import timezone

from accounts.models import Organisation
from marketplace.models import Proposal, ProposalStep, Responsiveness, Side, Time
from marketplace.states import ProposalStatus
from notifications.faults import in_halves

REMEMBERED = timedelta(days=365)
AT_ONCE = timedelta(seconds=1)  # the side that asked has its yes with the proposal itself
type Answers = dict[int, list[timedelta | None]]


def count(now: datetime) -> int:
    """Count how every organisation answers, once a day. Returns how many organisations were counted."""
    today = timezone.localdate(now)
    if Responsiveness.objects.filter(counted_on=today).exists():
        return 0
    found = _answers(now)
    rows = [
        Responsiveness(
            organisation_id=organisation,
            asked=len(waits),
            answered=len(answered := [wait for wait in waits if wait is not None]),
            median_hours=round(median(wait.total_seconds() for wait in answered) / 3600)
            if answered
            else None,
            counted_on=today,
        )
        for organisation, waits in sorted(found.items())
    ]
    in_halves(
        "responsiveness", rows, _keep, row_of=lambda row: Organisation(pk=row.organisation_id)
    )
    Responsiveness.objects.exclude(organisation__in=found).delete()
    return len(rows)


def _keep(rows: list[Responsiveness]) -> None:
    Responsiveness.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organisation"],
        update_fields=["asked", "answered", "median_hours", "counted_on"],
        batch_size=1_000,
    )


def _answers(now: datetime) -> Answers:
    """For each organisation, the time that each answer took; None for a question that was closed without an answer."""
    found: Answers = defaultdict(list)
    for asked_at, status, no_side, no_at, *sides in _asked_since(now - REMEMBERED).iterator():
        need_yes, offer_yes, structure, company = sides
        for side, yes_at, whose in (
            (Side.NEED, need_yes, structure),
            (Side.OFFER, offer_yes, company),
        ):
            said_at = yes_at or (no_at if no_side == side else None)
            if whose is None or (yes_at and yes_at - asked_at < AT_ONCE):
                continue
            if said_at:
                found[whose].append(said_at - asked_at)
            elif status == ProposalStatus.UNANSWERED:
                found[whose].append(None)
    return found


def _asked_since(moment: datetime) -> QuerySet:
    """Proposals made since this moment, as tuples: when it was asked, its status, who said no and when, when each
    side said yes, the structure and the company. What its people answer on their own time isn't the company's: its
    page would tell it that they are asked."""
    own = When(offer__time=Time.OWN, offer__person__isnull=False, then=None)
    declined = ProposalStep.objects.filter(
        proposal=OuterRef("pk"), after=ProposalStatus.DECLINED
    ).values("at")
    return (
        Proposal.objects.filter(created_at__gte=moment)
        .annotate(
            declined_at=Subquery(declined[:1]),
            company=Case(own, default=F("offer__organisation_id")),
        )
        .values_list(
            "created_at",
            "status",
            "declined_side",
            "declined_at",
            "need_said_yes_at",
            "offer_said_yes_at",
            "need__organisation_id",
            "company",
        )
    )
