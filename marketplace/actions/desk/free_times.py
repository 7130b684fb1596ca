"""A coordinator's own hours for visits."""

from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.refusals import NotYet
from marketplace.models import FreeTime

MOST = 60


@transaction.atomic
def say(person: User, *, weekday: int | None, day: date | None, begins: time, ends: time) -> None:
    """Hours of each week, or of one day. Those that share a moment with others said before become one with them. Raises
    NotYet."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    theirs = FreeTime.objects.filter(person=person)
    if theirs.count() >= MOST:
        raise NotYet(_("That is a great many hours: take some away first."))
    near = theirs.filter(weekday=weekday, day=day, begins__lte=ends, ends__gte=begins)
    spans = list(near.values_list("begins", "ends"))
    near.delete()
    FreeTime.objects.create(
        person=person,
        weekday=weekday,
        day=day,
        begins=min([begins, *(one for one, _end in spans)]),
        ends=max([ends, *(one for _begin, one in spans)]),
    )
