"""An organisation in the public directory, by the word of its own people."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import directory as accounts
from accounts.models import Organisation, User
from accounts.permissions import enters_by_own_yes
from marketplace.actions.market import consents
from marketplace.models import Consent, ConsentKind


@transaction.atomic
def enter(organisation: Organisation, *, by: User) -> None:
    """Show it from today on. Where it enters by a person's own yes, that yes is kept. Raises Refusal."""
    accounts.enter(organisation, today=timezone.localdate())
    if enters_by_own_yes(organisation):
        consents.give(by, ConsentKind.LISTED, organisation)


@transaction.atomic
def leave(organisation: Organisation) -> None:
    """Show it no more; the yeses by which it was shown end."""
    accounts.leave(organisation, now=timezone.now())
    for consent in Consent.objects.standing(kind=ConsentKind.LISTED, thing=organisation):
        consents.end(consent)


def leave_with(consent: Consent) -> None:
    """Its person has taken back the yes by which it was shown."""
    leave(Organisation.objects.get(pk=consent.about))


def leave_all_of(person: User) -> None:
    """They close their account: what they alone had shown is shown no more."""
    for consent in Consent.objects.standing(person, ConsentKind.LISTED):
        leave_with(consent)
