"""A pôle moves its figures; whoever did, and when, is kept beside them."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.models import Promises


@transaction.atomic
def change(promises: Promises, *, by: User) -> None:
    promises.changed_by, promises.changed_at = by, timezone.now()
    promises.save()
