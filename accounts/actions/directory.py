"""How an organisation enters the public directory, and leaves it.

One that is verified enters it that day, and its letter says so; those that were verified before are told thirty days
ahead. What bears the name of one of its people, or is one person's alone, enters by that person's own yes, which the
caller keeps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import letters
from accounts.actions.refusals import Refusal
from accounts.models import Organisation
from accounts.permissions import enters_by_own_yes
from notifications.faults import each_row

ACT = "directory"  # by its name in the schedule
NOTICE = timedelta(days=30)


def list_once_verified(organisation: Organisation, *, today: date) -> None:
    """To be called in the transaction that verifies it, before its letter is written."""
    if not enters_by_own_yes(organisation):
        organisation.listed_from = today
        organisation.save(update_fields=["listed_from"])


def announce(today: date) -> int:
    """Tell the administrators of organisations that were verified before there was a directory, once, from which day
    theirs is in it. Returns how many were told."""
    untold = Organisation.objects.accepted().filter(listed_from=None, unlisted_at=None)

    def tell(organisation: Organisation) -> bool:
        fresh = untold.select_for_update(no_key=True, of=("self",)).filter(pk=organisation.pk)
        found = fresh.first()
        if found is None or enters_by_own_yes(found):
            return False
        found.listed_from = today + NOTICE
        found.save(update_fields=["listed_from"])
        letters.directory_opens(found)
        return True

    return each_row(ACT, untold.order_by("pk"), tell)


@transaction.atomic
def enter(organisation: Organisation, *, today: date) -> None:
    """Show it from today on. Raises Refusal when it isn't verified at the moment."""
    fresh = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not fresh.is_accepted:
        raise Refusal(_("Only verified organisations are in the directory."))
    if fresh.listed_from is None or fresh.listed_from > today:
        fresh.listed_from, fresh.unlisted_at = today, None
        fresh.save(update_fields=["listed_from", "unlisted_at"])


@transaction.atomic
def leave(organisation: Organisation, *, now: datetime) -> None:
    """Show it no more, until somebody there says otherwise. One that isn't to be shown has nothing to leave: it would
    be verified later."""
    fresh = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if fresh.listed_from is not None:
        fresh.listed_from, fresh.unlisted_at = None, now
        fresh.save(update_fields=["listed_from", "unlisted_at"])


@contextmanager
def asking_those_it_names(organisations: QuerySet[Organisation]) -> Iterator[None]:
    """Around an act by which one of these may come to bear the name of one of its people, or to be one person's alone:
    what is in the directory by nobody's own yes, or will be, then leaves it until that person says so."""
    with transaction.atomic():
        listed = organisations.filter(listed_from__isnull=False).order_by("pk")
        rows = listed.select_for_update(no_key=True, of=("self",))
        without = [one.pk for one in rows if not enters_by_own_yes(one)]
        yield
        for one in Organisation.objects.filter(pk__in=without).order_by("pk"):
            if enters_by_own_yes(one):
                leave(one, now=timezone.now())
