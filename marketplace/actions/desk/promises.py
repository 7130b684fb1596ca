"""Changes the promises of a pôle, and keeps who did and when."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.models import Promises


@transaction.atomic
def change(promises: Promises, *, by: User) -> None:
    promises.changed_by, promises.changed_at = by, timezone.now()
    promises.save()
