"""Changes the promises of a pôle, and keeps who did and when."""

from django.forms.models import model_to_dict
from django.utils import timezone

from accounts.models import User
from marketplace.models import Promises


def change(promises: Promises, *, by: User) -> None:
    """Save the promises of a pôle. The first change creates the row; two people who do it at once leave one."""
    said = model_to_dict(promises, exclude=["id", "pole", "changed_by", "changed_at"])
    said |= {"changed_by": by, "changed_at": timezone.now()}
    Promises.objects.update_or_create(pole=promises.pole, defaults=said)
