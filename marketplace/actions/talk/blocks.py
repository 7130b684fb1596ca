"""Keeping someone away, and letting them come again. One verb, one transaction."""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import (
    Organisation,
    User,
    coordinated_by,
)
from accounts.states import OrganisationStatus
from marketplace import ranking
from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Block, Need, Offer, Proposal, Time, reasons
from marketplace.models.talk.blocks import end_of, needs_of, offers_of, wait_for_each_other
from marketplace.rules import permissions


def block(
    *,
    by: User,
    person: User | None = None,
    organisation: Organisation | None = None,
    acting_for: Organisation | None = None,
    reason: str = "",
) -> Block:
    """Keep a person or an organisation away: neither is put forward to the other any more,
    and what waits between them is closed.

    Missions under way go on: coordinators see the block and settle them. A second click
    changes nothing. Give a `person` or an `organisation`; `acting_for` is the
    organisation in whose name it is done.
    """
    acting_for = _in_whose_name(by, acting_for)
    _require_a_stranger(by, acting_for, person, organisation)
    try:
        with transaction.atomic():
            wait_for_each_other(asking=False)
            made = Block.objects.create(
                by=by,
                for_organisation=acting_for,
                person=person,
                organisation=organisation,
                reason=reason.strip(),
            )
            reason_told = reasons.coded("kept-away")
            freed = proposals.close_all(_waiting_between(made), reason=reason_told)
            _tell_the_ranking(made, *freed)
    except IntegrityError:
        known = (
            Block.objects.live()
            .filter(
                blocker=end_of(by.pk, acting_for.pk if acting_for else None),
                blocked=end_of(
                    person.pk if person else None, organisation.pk if organisation else None
                ),
            )
            .first()
        )
        if known is None:
            raise
        return known
    return made


def _in_whose_name(by: User, acting_for: Organisation | None) -> Organisation | None:
    """The organisation, when the person may block in its name; otherwise None: the block is the person's alone.
    Raises NotYet when the organisation is suspended."""
    if acting_for and acting_for.is_suspended:
        raise NotYet(
            _(
                "%(name)s is suspended for the moment: act for yourself, or write to the coordinators."
            )
            % {"name": acting_for}
        )
    if acting_for and not permissions.speaks_out_for(by, acting_for):
        return None
    return acting_for


@transaction.atomic
def unblock(block: Block, *, by: User) -> None:
    """End a block: the two may be put forward to each other again. A second click changes nothing."""
    lifted = Block.objects.live().filter(pk=block.pk)
    if lifted.update(lifted_at=timezone.now(), lifted_by=by):
        _tell_the_ranking(block)


def lose_with(person: User, organisation: Organisation) -> None:
    """Somebody has left the organisation: their own blocks count no more for what they wrote there, and its lists are
    made again."""
    theirs = Block.objects.live().filter(Q(blocker=person.pk) | Q(blocked=person.pk))
    if not theirs.exists():
        return
    wrote = organisation.needs.filter(created_by=person).published()
    ranking.changed(*wrote, *organisation.offers.filter(person=None, created_by=person).published())


def _require_a_stranger(
    by: User,
    acting_for: Organisation | None,
    person: User | None,
    organisation: Organisation | None,
) -> None:
    """Raises NotYet: nobody blocks themselves, their own organisation, or the coordinators who help them."""
    if (person is None) == (organisation is None):
        raise ValueError("Either a person or an organisation.")
    if person == by or (organisation and by.belongs_to(organisation)):
        raise NotYet(_("This is you, or your own organisation: it can’t be blocked."))
    if acting_for and person and person.belongs_to(acting_for):
        raise NotYet(
            _("This person belongs to your organisation: its administrator can see to it.")
        )
    coordinates = person and coordinated_by(person).exists()
    if coordinates or (organisation and organisation.may_coordinate):
        raise NotYet(
            _("The coordinators of the pôle can’t be blocked: write to their pôle instead.")
        )


def _waiting_between(made: Block) -> QuerySet[Proposal]:
    """What waits between the two ends; for whoever blocks, without what waits for an organisation of theirs that is
    suspended, in whose name they decide nothing."""
    one, other = made.blocker, made.blocked
    held = Q(organisation__status=OrganisationStatus.SUSPENDED)
    at_work = Q(time=Time.WORK) | Q(person=None)
    pairs = Q(need__in=needs_of([one]).exclude(held), offer__in=offers_of([other])) | Q(
        need__in=needs_of([other]), offer__in=offers_of([one]).exclude(held & at_work)
    )
    return Proposal.objects.open().filter(pairs)


def _tell_the_ranking(made: Block, *freed: Need | Offer) -> None:
    """Have the lists of both ends made again."""
    ends = (made.blocker, made.blocked)
    ranking.changed(*freed, *needs_of(ends).published(), *offers_of(ends).published())
