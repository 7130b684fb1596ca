"""Who may write, publish and answer for an offer."""

from django.utils import timezone

from accounts.models import Organisation, User
from accounts.scope import scope_of
from marketplace.models import (
    Offer,
    Time,
)
from marketplace.rules import lenders, own_yes
from marketplace.rules.permissions.organisations import oversees
from marketplace.states import OfferStatus


def can_offer_for(user: User, organisation: Organisation | None) -> bool:
    """True for oneself (`organisation` None), and for an organisation to which one belongs that may lend its people."""
    if organisation is None:
        return scope_of(user).own
    if not organisation.may_offer or lenders.why_not(organisation, timezone.localdate()):
        return False
    return user.works_for(organisation)


def names_others(user: User, organisation: Organisation | None) -> bool:
    """Whether this person's offer may name a colleague, or a team: an employee offers for themselves."""
    return organisation is not None and user.speaks_for(organisation)


def owns_offer(user: User, offer: Offer) -> bool:
    """True for whoever would come and for the representatives of the company, but what one of its people offers on their
    own time is theirs alone. The same answer as `Offer.objects.owned_by`."""
    if offer.time == Time.OWN and offer.person_id:
        return user.pk == offer.person_id and scope_of(user).own
    return offer.brings(user) or user.speaks_for(offer.organisation)


def is_theirs(user: User, offer: Offer) -> bool:
    """Whether what suits an offer is told to this reader as their own (“your skill”): they are named in it, or a team
    of their company is offered. Whoever else reads it hears of the offer."""
    return user.pk == offer.person_id if offer.person_id else owns_offer(user, offer)


def answers_for_offer(user: User, offer: Offer) -> bool:
    """Whoever may answer for the offer: the same answer as `Proposal.offered_by`.

    It is the person who would come (on working time, while they belong to the company);
    for a team whoever represents the company; for an offer on working time also which of
    these wrote it and those whose role oversees it.
    """
    if offer.brings(user):
        return True
    if offer.person_id is None:
        return user.speaks_for(offer.organisation)
    if offer.time != Time.WORK:
        return False
    wrote_it = offer.created_by_id == user.pk and user.speaks_for(offer.organisation)
    return wrote_it or oversees(user, offer.organisation)


def may_show_family(user: User, offer: Offer) -> bool:
    """Whether this person says if the field of the offer is shown on the employer's page: they alone, while they belong
    there."""
    return own_yes.names_somebody(offer) and offer.brings(user)


def can_edit_offer(user: User, offer: Offer) -> bool:
    return owns_offer(user, offer)


def can_publish_offer(user: User, offer: Offer) -> bool:
    return offer.may(OfferStatus.PUBLISHED) and owns_offer(user, offer)


def can_pause_offer(user: User, offer: Offer) -> bool:
    return offer.status == OfferStatus.PUBLISHED and owns_offer(user, offer)
