"""An organisation in the public directory, by the word of its own people."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.actions import directory as accounts
from accounts.actions.refusals import Refusal
from accounts.models import Organisation, User
from marketplace.actions.market import consents
from marketplace.models import Consent, ConsentKind


@transaction.atomic
def enter(organisation: Organisation, *, by: User) -> bool:
    """Show it from today on. Where it enters by a person's own yes, that yes is kept; where it bears several names, it is
    shown once one of each has said so. Returns whether it is shown. Raises Refusal when it isn't theirs to say any
    more."""
    fresh = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not permissions.can_list(by, fresh):
        raise Refusal(_("Its state has changed since you opened this page: read it again."))
    if permissions.enters_by_own_yes(fresh):
        consents.give(by, ConsentKind.LISTED, fresh)
    if _is_short_of_a_name(fresh, _agreed_to(fresh)):
        return False
    accounts.enter(fresh, today=timezone.localdate())
    return True


def _agreed_to(organisation: Organisation) -> set[int]:
    """The numbers of those who have agreed to its being shown."""
    standing = Consent.objects.standing(kind=ConsentKind.LISTED, thing=organisation)
    return set(standing.values_list("person", flat=True))


def _is_short_of_a_name(organisation: Organisation, agreed: set[int]) -> bool:
    """Whether it bears a name that none of those who bear it has agreed to show."""
    return not all(agreed & people for people in permissions.names_in(organisation).values())


def waits_for_another_name(organisation: Organisation, *, after: User) -> bool:
    """Whether this person has agreed, and one of another name that it bears hasn't."""
    agreed = _agreed_to(organisation)
    return after.pk in agreed and _is_short_of_a_name(organisation, agreed)


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
    if _is_shown_by(consent.person, organisation):
        leave(organisation, by=consent.person)
    else:
        consents.end(consent)


def _is_shown_by(person: User, organisation: Organisation) -> bool:
    """Whether it is shown by this person's yes: it bears their name, or nobody's and is one person's alone."""
    if permissions.names_in(organisation):
        return permissions.is_named_in(person, organisation)
    alone = organisation.memberships.representing().filter(user=person)
    return alone.exists() and permissions.is_of_one(organisation)


def leave_all_of(person: User, *, at: Organisation | None = None) -> None:
    """They close their account, or leave one organisation: what they alone had shown is shown no more."""
    for consent in Consent.objects.standing(person, ConsentKind.LISTED, at):
        leave_with(consent)
