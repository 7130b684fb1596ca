"""The legal notice of the site is filled in; whoever did, and when, is kept beside it."""

from django.db import transaction
from django.utils import timezone

from marketplace.models import LegalNotice


@transaction.atomic
def fill_in(notice: LegalNotice, *, by) -> None:
    notice.changed_by, notice.changed_at = by, timezone.now()
    notice.save()
