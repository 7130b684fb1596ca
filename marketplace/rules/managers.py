"""Whether a manager may give the employer's answer today, or be asked for it. Reads only."""

from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.models import Agreement, Mission, Side
from marketplace.rules import half_yeses, letters_a_day, mailboxes

LINK_LASTS = timedelta(days=14)


def why_not_today(agreement: Agreement) -> str:
    """Why the employer can't answer today, as a sentence: the company is suspended, the person or whoever asked has left
    it, or the manager has closed their account. Empty when it can."""
    offer = agreement.mission.offer
    if offer.organisation is not None and not offer.organisation.is_active:
        return _(
            "%(company)s is suspended for the moment: nothing can be answered in its name."
        ) % {"company": offer.organisation}
    if offer.person_has_left:
        return _(
            "%(person)s no longer belongs to %(company)s: there is nothing to answer here."
        ) % {
            "person": offer.person,
            "company": offer.organisation,
        }
    if agreement.has_lost_its_asker:
        return _("Whoever had this link sent may no longer do so: ask for a new one.")
    if offer.organisation is not None and agreement.email:
        if mailboxes.is_shut(agreement.email, offer.organisation):
            return _("The account of this address is closed: nothing can be answered here.")
        if is_of_the_structure(agreement.mission, agreement.email):
            return of_the_structure()
    return ""


def why_not_asked(mission: Mission, email: str, now: datetime) -> str:
    """Why no letter about this mission goes to that mailbox today, as a sentence; "" when one may."""
    if is_of_the_structure(mission, email):
        return of_the_structure()
    asked = mission.agreements.filter(asked=Agreement.Asked.MANAGER)
    today = asked.filter(expires_at__gt=now + LINK_LASTS - letters_a_day.A_DAY)
    return letters_a_day.why_no_more(today.aggregate(letters=Sum("sent_count"))["letters"] or 0)


def is_of_the_structure(mission: Mission, email: str) -> bool:
    """Whether this is, or lately was, the mailbox of somebody of the structure, or of somebody who has said its yes to
    the sheet and left it since: they give no employer's yes."""
    structure = mission.need.organisation_id
    readers = User.objects.lately_of_mailbox(email)
    if readers.filter(memberships__organisation=structure).exists():
        return True
    return any(half_yeses.of_sheet(reader, mission, Side.NEED) for reader in readers)


def of_the_structure() -> str:
    return _("This is the address of somebody of the structure: another manager answers.")
