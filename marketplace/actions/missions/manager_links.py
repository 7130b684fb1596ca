"""The mailbox of a manager who has an account: it follows a change of address, and ends when they leave the company."""

from datetime import datetime

from accounts.actions import addresses
from accounts.models import AddressChange, Organisation, User
from marketplace.models import Agreement, Employee
from marketplace.models.missions.agreements import AgreementQuerySet


def follow_address(change: AddressChange) -> None:
    """Write to the manager's new address from now on: a link sent to the one before, which the site soon forgets, would
    outlive them in the company."""
    person = change.user
    theirs = addresses.given_up_in(change)
    led = Employee.objects.filter(organisation__in=theirs)
    led.filter(manager_email__iexact=change.before).update(manager_email=person.email)
    asked = _asked_of_managers().filter(mission__offer__organisation__in=theirs)
    asked.filter(email__iexact=change.before).update(email=person.email)


def end_links_of(person: User, company: Organisation, *, now: datetime) -> None:
    """This person has left the company: the links that it sent them as a manager stop, those that have run out aren't
    sent again, and its employees no longer have them as their manager. A manager who never had an account is left as they are."""
    waiting = _asked_of_managers().filter(mission__offer__organisation=company)
    for address in addresses.known_of(person, within=company):
        waiting.filter(email__iexact=address).update(expires_at=now, token=None)
        led = company.employees.filter(manager_email__iexact=address)
        led.update(manager_name="", manager_email="")


def _asked_of_managers() -> AgreementQuerySet:
    return Agreement.objects.waiting().filter(asked=Agreement.Asked.MANAGER)
