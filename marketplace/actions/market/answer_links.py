"""The links by which a letter's reader answers a proposal without signing in."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.tokens import mailbox
from marketplace.actions.refusals import NotYet, require_mailbox
from marketplace.models import Proposal
from marketplace.rules import permissions
from marketplace.states import ProposalStatus

SALT = "proposal-answer"
LINK_LASTS = timedelta(days=60)
RELATED = ("need__organisation", "need__pole", "offer__organisation", "offer__person")


def link(proposal: Proposal, person: User) -> str:
    """The address of the page that answers, signed for this proposal and this reader's mailbox alone."""
    said = [proposal.pk, person.pk, mailbox(person.email)]
    return reverse("proposal-answer", args=[signing.dumps(said, salt=SALT)])


def from_token(token: str) -> tuple[Proposal, User, str] | None:
    """The proposal behind a link, its reader, and the side for which they answer; None for a forged one. Raises NotYet,
    with a sentence, when the link is old, went to another address of its reader, they may not answer today, or the
    proposal is over or answered."""
    try:
        number, person, *sent_to = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except signing.SignatureExpired:
        raise NotYet(_("This link has run out: it lasted two months.")) from None
    except signing.BadSignature:
        return None
    proposal = Proposal.objects.select_related(*RELATED).filter(pk=number).first()
    reader = User.objects.filter(pk=person).first()
    if proposal is None or reader is None:
        return None
    require_mailbox(reader, *sent_to)
    return proposal, reader, _side(proposal, reader)


def _side(proposal: Proposal, reader: User) -> str:
    side = permissions.answering_side(reader, proposal) if reader.is_active else None
    if side is None:
        raise NotYet(
            _(
                "This link was for somebody who answered for this side, and doesn’t today: nothing can be answered by it."
            )
        )
    if proposal.status != ProposalStatus.OPEN:
        said = {"state": proposal.get_status_display()}
        raise NotYet(_("Too late: this proposal is now “%(state)s”.") % said)
    if proposal.has_yes_of(side):
        raise NotYet(_("Your side has already said yes."))
    return side
