"""What the market does when somebody has joined an organisation (`settings.TOLD_OF_JOINING`)."""

from django.utils import timezone

from accounts.models import Invitation, Membership
from marketplace.actions.market import employments
from marketplace.models import Employee, EmploymentFacts, InvitedEmployee


def joined(membership: Membership, invitation: Invitation | None) -> None:
    """Keep what the list said of them, for their missions. A cell that was empty leaves what is known from before."""
    facts = InvitedEmployee.objects.filter(invitation=invitation).first() if invitation else None
    if facts is None:
        return
    employee, _new = Employee.objects.get_or_create(
        organisation=membership.organisation, person=membership.user
    )
    said = {name: value for name in EmploymentFacts.NAMES if (value := getattr(facts, name))}
    changed = [name for name in said if getattr(employee, name) != said[name]]
    for name in said:
        setattr(employee, name, said[name])
    by = invitation.invited_by if invitation else None
    employments.take_from_list(employee, said, changed=changed, by=by, now=timezone.now())
    employee.save()
    facts.delete()
