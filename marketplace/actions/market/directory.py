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
def leave(organisation: Organisation, *, by: User) -> None:
    """Show it no more; the yeses by which it was shown end, and whoever gave one reads if somebody else ended it."""
    accounts.leave(organisation, now=timezone.now())
    for consent in Consent.objects.standing(kind=ConsentKind.LISTED, thing=organisation):
        is_mine = consent.person_id == by.pk
        ended = Consent.Ended.TAKEN_BACK if is_mine else Consent.Ended.ORGANISATION
        consents.end(consent, because=ended)


def leave_with(consent: Consent) -> None:
    """Its person has taken back the yes by which it was shown. Whoever has left it, or whose name it no longer bears,
    takes nothing of others out."""
    organisation = Organisation.objects.get(pk=consent.about)
    belongs = organisation.memberships.filter(user=consent.person_id).exists()
    if belongs and enters_by_own_yes(organisation):
        leave(organisation, by=consent.person)
    else:
        consents.end(consent)


def leave_all_of(person: User, *, at: Organisation | None = None) -> None:
    """They close their account, or leave one organisation: what they alone had shown is shown no more."""
    for consent in Consent.objects.standing(person, ConsentKind.LISTED, at):
        leave_with(consent)
