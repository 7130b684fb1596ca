"""The needs of a pôle that were met by a pair in a period: each counted once, however often one of its halves was replaced."""

from datetime import datetime, time

from django.utils import timezone

from marketplace.figures.comparison import Choice
from marketplace.models import Pair


def of(choice: Choice) -> int | None:
    """None without any, and where a filter asks what pairs don't say."""
    if choice.filters:
        return None
    first, after = (
        timezone.make_aware(datetime.combine(day, time())) for day in (choice.first, choice.after)
    )
    rows = Pair.objects.filter(need__pole=choice.pole, made_at__gte=first, made_at__lt=after)
    return rows.values("need").distinct().order_by().count() or None
