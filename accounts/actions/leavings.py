"""An organisation leaves: its ways in end. What it had on the market ends in `marketplace.actions.market.leaving`."""

from datetime import datetime

from accounts.actions import groups, mail_domains, sign_in_links
from accounts.models import MailDomain, Organisation, User


def shut_doors(organisation: Organisation, *, by: User, now: datetime) -> None:
    """End its sign-in, domains, links, invitations and group. The caller holds its lock."""
    organisation.invitations.shown().update(withdrawn_at=now)
    organisation.join_links.filter(closed_at=None).update(closed_at=now)
    for row in organisation.mail_domains.live().select_related("organisation").order_by("pk"):
        mail_domains.finish(row, why=MailDomain.End.BY_HAND, now=now)
    organisation.join_requests.open().update(answered_at=now)  # by a domain that ended before
    sign_in_links.finish_all_of(organisation, now=now)
    groups.end_all_of(organisation, by=by, now=now)
