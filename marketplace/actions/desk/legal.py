"""The legal notice of the site is filled in; whoever did, and when, is kept beside it."""

from django.forms.models import model_to_dict
from django.utils import timezone

from accounts.models import User
from marketplace.models import LegalNotice
from marketplace.models.desk.legal import ONLY


def fill_in(notice: LegalNotice, *, by: User) -> None:
    """Write the site's only legal notice. The first time creates the row; two people at once still leave one."""
    said = model_to_dict(notice, exclude=["id", "changed_by", "changed_at"])
    said |= {"changed_by": by, "changed_at": timezone.now()}
    LegalNotice.objects.update_or_create(pk=ONLY, defaults=said)
