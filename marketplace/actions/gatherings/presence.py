"""Who came to a gathering, as its host says it, and says it otherwise."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.gatherings import attendances
from marketplace.actions.refusals import NotYet
from marketplace.models import Gathering
from marketplace.rules import gatherings as rules


@transaction.atomic
def say(
    gathering: Gathering, said: Mapping[int, str], *, by: User, now: datetime
) -> dict[int, str]:
    """Say of each attendance, by its number, how it ended: came, missed, or not said yet. Returns what stood before of those
    that changed, by which it may be undone. Raises NotYet."""
    fresh = attendances.locked(gathering)
    if not rules.is_open_to_presence(fresh, now):
        raise NotYet(_("It hasn’t begun yet, or was called off."))
    if now - fresh.ends_at > rules.SAID_FOR:
        raise NotYet(_("It was two months ago: who came stays as it was said."))
    before: dict[int, str] = {}
    for one in fresh.attendances.expected().filter(pk__in=said):
        status = said[one.pk]
        if status == one.status or not one.may(status):
            continue
        if one.serves is not None:
            raise NotYet(
                _("%(person)s has said whether it served: that they came stays.")
                % {"person": one.person}
            )
        before[one.pk] = one.status
        one.move(status, by=by)
    return before
