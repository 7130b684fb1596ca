"""What the market does when somebody has joined an organisation (`settings.TOLD_OF_JOINING`)."""

from accounts.models import Invitation, Membership
from marketplace.models import Employee, EmploymentFacts, InvitedEmployee


def joined(membership: Membership, invitation: Invitation | None) -> None:
    """Keep what the list said of them, for their missions. A cell that was empty leaves what is known from before."""
    facts = InvitedEmployee.objects.filter(invitation=invitation).first() if invitation else None
    if facts is None:
        return
    employee, _new = Employee.objects.get_or_create(
        organisation=membership.organisation, person=membership.user
    )
    for name in EmploymentFacts.NAMES:
        if value := getattr(facts, name):
            setattr(employee, name, value)
    employee.save()
    facts.delete()
