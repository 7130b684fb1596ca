"""The minutes of a gathering, as its host writes them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.gatherings import attendances
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import files
from marketplace.models import Gathering, Minutes
from marketplace.uploads import Clean

MOST_FILES = 20


@transaction.atomic
def write(
    gathering: Gathering,
    *,
    text: str,
    sent: Clean | None,
    drop: Iterable[int],
    by: User,
    now: datetime,
) -> Minutes:
    """Keep what was said, a file with it if one was sent, without those whose numbers are in `drop`. Raises NotYet."""
    fresh = attendances.locked(gathering)
    if not fresh.was_by(now):
        raise NotYet(_("It hasn’t begun yet, or was called off."))
    said = {"text": text, "by": by, "at": now}
    minutes, _new = Minutes.objects.update_or_create(gathering=fresh, defaults=said)
    minutes.files.filter(pk__in=list(drop)).delete()
    if sent is not None:
        if minutes.files.count() >= MOST_FILES:
            raise NotYet(_("Twenty files at the most: take one away first."))
        minutes.files.create(file=files.store(sent, by=by, gathering=fresh))
    return minutes
