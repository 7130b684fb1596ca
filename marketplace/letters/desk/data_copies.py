"""The letter about a copy of data that is ready."""

from django.utils.translation import gettext_noop

from accounts.models import Organisation
from marketplace.models import DataCopy
from notifications.letter import Key, Letter
from notifications.models import Notification


def _gone(letter: Notification, *, copy: int) -> str:
    there = DataCopy.objects.filter(pk=copy, state=DataCopy.State.READY)
    return "" if there.exists() else gettext_noop("It has been deleted already")


DATA_COPY = Key("data-copy:{copy}")
DATA_COPY_READY = Letter("data_copy_ready", DATA_COPY, moot=_gone)


def data_copy_ready(copy: DataCopy) -> None:
    """Tell whoever asked for it, and nobody else."""
    DATA_COPY_READY.tell(
        [copy.asked_by],
        url=copy.get_absolute_url(),
        copy=copy,
        house=str(copy.owner) if isinstance(copy.owner, Organisation) else "",
        gone_at=copy.until,
        expires_at=copy.until,
    )


def data_copy_gone(copy: DataCopy) -> None:
    """The letter about it doesn't leave any more."""
    DATA_COPY.cancel(reason=gettext_noop("It has been deleted already"), copy=copy)
