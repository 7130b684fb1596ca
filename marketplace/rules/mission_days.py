"""From when to when the mission of a need and an offer would be, and whether somebody has said so."""

from datetime import date, timedelta

from django.utils import timezone

from marketplace.models import Mission, Need, Offer, RoundTeam

A_WEEK = timedelta(days=7)


def of_pair(need: Need, offer: Offer) -> tuple[date, date]:
    """First and last day: the days that suit both, be they few. Where they have none in common and `are_said` is false, a week
    from today only stands there until the sheet says them."""
    today = timezone.localdate()
    if need.is_undated:
        starts_on = max(offer.starts_on, today)
        return starts_on, max(offer.ends_on, starts_on + A_WEEK)
    starts_on = max(need.starts_on, offer.starts_on, today)
    ends_on = min(need.ends_on, offer.ends_on)
    return starts_on, ends_on if starts_on <= ends_on else max(starts_on, today + A_WEEK)


def are_said(need: Need, offer: Offer) -> bool:
    """By the need and the offer, which have a day to come in common; or by the round for whose team the offer was made."""
    today = timezone.localdate()
    first = max(need.starts_on, offer.starts_on, today)
    if not need.is_undated and first <= min(need.ends_on, offer.ends_on):
        return True
    return offer.ends_on >= today and RoundTeam.objects.filter(offer=offer).exists()


def of_take_over(first: Mission) -> tuple[date, date, bool]:
    """The same of a mission that goes on with a colleague, and whether its days are said: its own papers come before its
    first day, so that it doesn't begin on the day of the yes; what is past by then was said of the first alone."""
    starts_on = max(first.starts_on, timezone.localdate() + A_WEEK)
    if starts_on > first.ends_on:
        return starts_on, starts_on + A_WEEK, False
    return starts_on, first.ends_on, first.has_dates
