"""What happens when somebody goes: their offers and answers go with them, and those concerned hear it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.actions import people as accounts
from accounts.models import Membership, Organisation, User
from marketplace import ranking
from marketplace.actions import desk, needs, proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need, Offer, Portrait
from marketplace.states import NeedStatus, OfferStatus


def missions_in_the_way(user: User) -> QuerySet[Mission]:
    """Live missions that would lose the person who comes, or one of their two sides."""
    alone = accounts.left_alone_by(user)
    return (
        Mission.objects.live()
        .filter(
            Q(offer__person=user)
            | Q(offer__organisation__in=alone)
            | Q(need__organisation__in=alone)
        )
        .select_related("need")
    )


@transaction.atomic
def close_account(user: User, *, now: datetime) -> None:
    """Leave for good. Raises NotYet or Refusal with what has to be settled first."""
    alone = accounts.left_alone_by(user)
    offers = Offer.objects.filter(Q(person=user) | Q(organisation__in=alone))
    desk.forget(user)
    proposals.hold(Need.objects.filter(organisation__in=alone), offers)
    if missions_in_the_way(user).exists():  # asked once nobody can say yes any more
        raise NotYet(_("You have a mission running: finish or interrupt it first."))
    gone = _("This person has left the site.")
    for organisation in alone:
        _empty(organisation, by=user)
    for offer in Offer.objects.filter(person=user):
        _retire(offer, reason=gone, by=user)
    Offer.objects.filter(person=user, organisation=None).update(about="")
    Portrait.objects.filter(user=user).delete()
    accounts.forget(user, now=now)


def _empty(organisation: Organisation, *, by: User) -> None:
    """The last person goes: what the organisation asked for or offered ends with it."""
    reason = _("The organisation has left the site.")
    for need in Need.objects.of(organisation).order_by("pk"):
        if need.may(NeedStatus.WITHDRAWN):
            needs.withdraw(need, reason=reason, by=by)
        elif need.may(NeedStatus.CLOSED):
            needs.close(need, reason=reason, by=by)
    for offer in organisation.offers.all():
        _retire(offer, reason=reason, by=by)


def _retire(offer: Offer, *, reason: str, by: User) -> None:
    """Nobody is behind it any more. A draft that nobody has seen simply goes."""
    if offer.status == OfferStatus.DRAFT and not offer.proposals.exists():
        offer.delete()
        return
    freed = proposals.close_all(offer.proposals.open(), reason=reason)
    if offer.may(OfferStatus.EXPIRED):
        offer.move(OfferStatus.EXPIRED, by=by, reason=reason)
    ranking.changed(offer, *freed)


@transaction.atomic
def leave(membership: Membership) -> None:
    """Someone leaves an organisation of their own will."""
    _pause_offers(membership, by=membership.user)
    desk.leave_to_operator(membership)
    memberships.leave(membership)


@transaction.atomic
def remove(membership: Membership, *, by: User) -> None:
    """An administrator shows someone out."""
    _pause_offers(membership, by=by)
    desk.leave_to_operator(membership)
    memberships.remove(membership, by=by)


def _pause_offers(membership: Membership, *, by: User) -> None:
    """A company can't send someone who has gone: it may name somebody else, while nothing has come of the
    offer, then publish again; or write another one."""
    gone = _("This person no longer belongs to the company.")
    theirs = Offer.objects.filter(organisation=membership.organisation, person=membership.user)
    proposals.hold(Need.objects.none(), theirs)
    freed: list[Need | Offer] = []
    for offer in theirs:
        freed += [offer, *proposals.close_all(offer.proposals.open(), reason=gone)]
        if offer.may(OfferStatus.PAUSED):
            offer.move(OfferStatus.PAUSED, by=by, reason=gone)
    ranking.changed(*freed)
