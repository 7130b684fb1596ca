"""From when to when the mission of a need and an offer would be, and whether somebody has said so."""

from datetime import date, timedelta

from django.utils import timezone

from marketplace.models import Need, Offer, RoundTeam

A_WEEK = timedelta(days=7)


def of_pair(need: Need, offer: Offer) -> tuple[date, date]:
    """First and last day: the days that suit both, and at least until a week from today, since they may overlap by a day
    only. A need without dates has none of its own: they are the offer's, until the sheet says them."""
    today = timezone.localdate()
    if need.is_undated:
        starts_on = max(offer.starts_on, today)
        return starts_on, max(offer.ends_on, starts_on + A_WEEK)
    starts_on = max(need.starts_on, offer.starts_on, today)
    ends_on = max(min(need.ends_on, offer.ends_on), today + A_WEEK)
    return starts_on, max(ends_on, starts_on)


def are_said(need: Need, offer: Offer) -> bool:
    """By the need, or by the round for whose team the offer was made."""
    return not need.is_undated or RoundTeam.objects.filter(offer=offer).exists()
