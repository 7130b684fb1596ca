"""How many people work at an employer, as whoever runs its programmes says it of a year."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.refusals import Refusal
from accounts.models import Organisation, User
from marketplace.models import Headcount
from marketplace.rules import permissions

FIRST = 2000


@transaction.atomic
def say(
    organisation: Organisation, year: int, people: int, *, by: User, now: datetime
) -> Headcount:
    """What was said before of that year is replaced. Raises Refusal."""
    if not permissions.can_run_programmes(by, organisation):
        raise Refusal(_("Only whoever runs the organisation’s programmes says how many people work there."))  # fmt: skip
    if not FIRST <= year <= timezone.localdate(now).year:
        raise Refusal(_("A headcount is said of this year, or of one that is over."))
    row, _new = Headcount.objects.update_or_create(
        organisation=organisation, year=year, defaults={"people": people}
    )
    return row
