"""Whether a manager may give the employer's answer today, or be asked for it. Reads only."""

from datetime import datetime, timedelta

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.models import Agreement, Mission, Side, TeamMember, reasons
from marketplace.rules import half_yeses, letters_a_day, mailboxes, sheet_yeses

LINK_LASTS = timedelta(days=14)


def why_not_today(agreement: Agreement) -> str:
    """Why the employer can't answer today, as a sentence: the company is suspended, the person or whoever asked has left
    it, the manager has closed their account, or no paper could be made of the sheet. Empty when it can."""
    offer = agreement.mission.offer
    if offer.organisation is not None and not offer.organisation.is_active:
        return _(
            "%(company)s is suspended for the moment: nothing can be answered in its name."
        ) % {"company": offer.organisation}
    if offer.person_has_left or _has_left_the_house(agreement.member):
        return _(
            "%(person)s no longer belongs to %(company)s: there is nothing to answer here."
        ) % {
            "person": agreement.person,
            "company": offer.organisation,
        }
    if agreement.member and not agreement.member.comes:
        return _("%(person)s isn’t in this team any more: there is nothing to answer here.") % {
            "person": agreement.person
        }
    if agreement.has_lost_its_asker:
        return _("Whoever had this link sent may no longer do so: ask for a new one.")
    if offer.organisation is not None and agreement.email:
        if mailboxes.is_shut(agreement.email, offer.organisation):
            return _("The account of this address is closed: nothing can be answered here.")
        if is_of_the_structure(agreement.mission, agreement.email):
            return of_the_structure()
    return "" if agreement.amendment_id else sheet_yeses.why_none(agreement.mission)


def why_over(agreement: Agreement, now: datetime) -> str:
    """Why the question can't be answered any more, as a sentence; "" while it can."""
    if agreement.answer:
        return _("You have answered: %(answer)s. Thank you.") % {
            "answer": agreement.get_answer_display()
        }
    if agreement.voided_at:
        return _why_void(agreement)
    if agreement.is_expired(now):
        return _("This link has run out: it lasted two weeks.")
    if not agreement.mission.is_live:
        return _("This mission is over: nothing is asked of you any more.")
    return why_not_today(agreement)


def _why_void(agreement: Agreement) -> str:
    """A question falls because it was asked anew, because its amendment was given up, or because the mission has
    changed."""
    if agreement.amendment and agreement.amendment.has_fallen:
        return _(
            "The change that this letter is about was given up: what had been agreed stands, and there is nothing to answer here any more."
        )
    anew = Agreement.objects.filter(mission=agreement.mission_id, asked=Agreement.Asked.MANAGER)
    anew = anew.filter(member=agreement.member_id)
    if agreement.voided_at and anew.filter(asked_at=agreement.voided_at).exists():
        return _("The question has been asked anew since: only the newest letter can be answered.")
    return _("The mission has changed since this letter: there is nothing to answer here any more.")


def _has_left_the_house(member: TeamMember | None) -> bool:
    return member is not None and not member.person.belongs_to(member.mission.offer.organisation)


def why_not_asked(
    mission: Mission, email: str, now: datetime, *, member: TeamMember | None = None
) -> str:
    """Why no letter about this mission, or about this person of its team, goes to that mailbox today, as a sentence; ""
    when one may."""
    if is_of_the_structure(mission, email):
        return of_the_structure()
    if member and member.person in User.objects.lately_of_mailbox(email):
        return _("This is the address of whoever would come: give the manager’s.")
    asked = mission.agreements.filter(asked=Agreement.Asked.MANAGER, member=member)
    today = asked.filter(expires_at__gt=now + LINK_LASTS - letters_a_day.A_DAY)
    return letters_a_day.why_no_more(today.aggregate(letters=Sum("sent_count"))["letters"] or 0)


def is_of_the_structure(mission: Mission, email: str) -> bool:
    """Whether this is, or lately was, the mailbox of somebody of a structure that the mission serves, or of somebody who
    has said its yes to the sheet and left it since: they give no employer's yes."""
    readers = User.objects.lately_of_mailbox(email)
    served = mission.served.order_by().values("organisation")
    theirs = Q(memberships__organisation=mission.need.organisation_id)
    if readers.filter(theirs | Q(memberships__organisation__in=served)).exists():
        return True
    return any(half_yeses.of_sheet(reader, mission, Side.NEED) for reader in readers)


def of_the_structure() -> str:
    return _("This is the address of somebody of the structure: another manager answers.")


def refusal_of(agreement: Agreement) -> str:
    """The reason that is kept. Where the manager answered, the company hasn't been asked."""
    dates = {"start": agreement.starts_on, "end": agreement.ends_on}
    if agreement.is_for_manager:
        said, no = reasons.coded("manager-dates-said", **dates), reasons.coded("manager-no")
    else:
        said, no = reasons.coded("employer-dates-said", **dates), reasons.coded("employer-no")
    return said if agreement.is_other_dates else no
