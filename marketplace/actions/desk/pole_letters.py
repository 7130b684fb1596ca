"""A person's yes to the letters of a pôle: given and taken back in their profile, ended by the link of a letter."""

from collections.abc import Collection, Iterable

from django.db import transaction

from accounts.models import Pole, User
from marketplace.actions.market import consents
from marketplace.letters.families import POLE
from marketplace.models import Consent, ConsentKind
from notifications.models import Habits, Pace


@transaction.atomic
def choose(wanted: Collection[Pole], *, of: Iterable[Pole], by: User) -> None:
    """Of these pôles, receive the letters of those that are wanted, and of no other."""
    for pole in of:
        if pole in wanted:
            want(pole, by=by)
        else:
            want_no_more(pole, by=by)


@transaction.atomic
def want(pole: Pole, *, by: User) -> None:
    """Receive the letters of this pôle from now on. Who had refused all letters of pôles takes that back."""
    consents.give(by, ConsentKind.LETTERS, pole)
    habits = Habits.objects.select_for_update().filter(user=by).first()
    if habits and habits.paces.get(POLE.code) == Pace.OFF:
        del habits.paces[POLE.code]
        habits.save(update_fields=["paces"])


@transaction.atomic
def want_no_more(pole: Pole, *, by: User) -> None:
    """No more of the letters of this pôle. A second time changes nothing."""
    given = Consent.objects.standing(by, ConsentKind.LETTERS, pole).first()
    if given is not None:
        consents.end(given)
