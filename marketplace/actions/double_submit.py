"""Finds what the same person wrote a moment ago, word for word: a double click or the browser's back button sent
the form again."""

from datetime import timedelta

from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.models import User

A_MOMENT = timedelta(hours=1)


def just_written[R: Model](
    row: R, names: tuple[str, ...], among: QuerySet[R], *, by: User
) -> QuerySet[R]:
    """The rows of the same person, made within the hour, that have the same values in these fields. The person's
    row is locked, so that two clicks at once wait for each other."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    same = {name: getattr(row, name) for name in names}
    since = timezone.now() - A_MOMENT
    return among.filter(created_by=by, created_at__gte=since, **same).order_by("pk")
