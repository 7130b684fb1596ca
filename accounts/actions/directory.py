"""How an organisation enters the public directory, and leaves it.

One that is verified enters it that day, and its letter says so; those that were verified before are told thirty days
ahead. What bears the name of one of its people, or is one person's alone, enters by that person's own yes, which the
caller keeps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import letters
from accounts.actions.refusals import Refusal
from accounts.models import Organisation
from accounts.permissions import enters_by_own_yes, is_of_one, names_in
from notifications.faults import each_row

ACT = "directory"  # by its name in the schedule
NOTICE = timedelta(days=30)


def list_once_verified(organisation: Organisation, *, today: date) -> None:
    """To be called in the transaction that verifies it, before its letter is written. What nobody has taken up yet, who
    could be told, waits until somebody has."""
    if organisation.memberships.exists() and not enters_by_own_yes(organisation):
        organisation.listed_from = today
        organisation.save(update_fields=["listed_from"])


def announce(today: date) -> int:
    """Tell the administrators of organisations that were verified before there was a directory, once, from which day
    theirs is in it. Returns how many were told."""
    untold = Organisation.objects.accepted().filter(listed_from=None, unlisted_at=None)

    def tell(organisation: Organisation) -> bool:
        fresh = untold.select_for_update(no_key=True, of=("self",)).filter(pk=organisation.pk)
        found = fresh.first()
        if found is None or not found.memberships.exists() or enters_by_own_yes(found):
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
    what is in the directory, or will be, then leaves it until that person says so. All are locked, so that none enters
    it meanwhile."""
    with transaction.atomic():
        rows = organisations.order_by("pk").select_for_update(no_key=True, of=("self",))
        before = {one.pk: _shown_by(one) for one in rows if one.listed_from}
        yield
        for one in Organisation.objects.filter(pk__in=before).order_by("pk"):
            now = _shown_by(one)
            if _asks_somebody_else(before[one.pk], now):
                leave(one, now=timezone.now())
                letters.directory_named(one, after=set().union(*now.names.values()))


@dataclass(frozen=True)
class _ShownBy:
    """By whose yes it is shown: of one of those who bear each of its names; of whoever it is alone."""

    names: dict[str, set[int]]
    is_of_one: bool


def _shown_by(organisation: Organisation) -> _ShownBy:
    return _ShownBy(names_in(organisation), is_of_one(organisation))


def _asks_somebody_else(before: _ShownBy, now: _ShownBy) -> bool:
    """Whether a yes is wanted that nobody has given: of another name, of another of that name (whoever said it may have
    taken another name), or to being shown alone."""
    said = all(
        name in before.names and before.names[name] <= people for name, people in now.names.items()
    )
    return not said or (now.is_of_one and not before.is_of_one and not now.names)
