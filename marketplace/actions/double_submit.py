"""The browser's back button and the double click: what was written a moment ago, word for word, is there."""

from datetime import timedelta

from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.models import User

A_MOMENT = timedelta(hours=1)


def written[R: Model](
    row: R, names: tuple[str, ...], among: QuerySet[R], *, by: User
) -> QuerySet[R]:
    """Those of the same person that say the same in these fields, within the hour. Two clicks at once
    wait for each other."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    same = {name: getattr(row, name) for name in names}
    since = timezone.now() - A_MOMENT
    return among.filter(created_by=by, created_at__gte=since, **same).order_by("pk")
